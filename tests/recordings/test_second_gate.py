"""What the second scan finds, and what it must leave alone."""

from __future__ import annotations

import base64
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.recordings.services import second_gate
from tests.recordings import wire

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"
BASIC = base64.b64encode(b"dora:hunter22").decode()
SECRETS = [
    ("card", "4111 1111 1111 1111", "pay with 4111 1111 1111 1111 now"),
    ("card", "5555555555554444", "5555555555554444"),
    ("card", "378282246310005", "amex 378282246310005."),
    ("card", "4111 1111 1111 1111", "order 1234 4111 1111 1111 1111"),
    ("iban", "DE89370400440532013000", "to DE89370400440532013000 please"),
    ("iban", "GB29 NWBK 6016 1331 9268 19", "GB29 NWBK 6016 1331 9268 19"),
    ("email", "dora@example.com", "mail dora@example.com\n"),
    ("jwt", JWT, f"token={JWT}"),
    ("bearer", "abcdef0123456789abcdef", "Authorization: Bearer abcdef0123456789abcdef"),
    ("basic_auth", BASIC, f"Basic {BASIC}"),
    ("url_credentials", "hunter22", "https://dora:hunter22@shop.example/"),
    ("aws_key", "AKIAIOSFODNN7EXAMPLE", "key:\nAKIAIOSFODNN7EXAMPLE"),
    ("github_token", "ghp_" + "a1" * 18, "ghp_" + "a1" * 18),
    ("slack_token", "xoxb-1234567890-abcdef", "xoxb-1234567890-abcdef"),
    ("stripe_key", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("private_key", "MIIEow", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"),
    ("ssn", "536-90-4399", "ssn 536-90-4399"),
    ("password", "hunter2!", "?password=hunter2!&x=1"),
    ("card", "4111", "4111%201111%201111%201111"),
    ("email", "dora", "dora%40example.com"),
    ("email", "dora", "dora&#64;example.com"),
    ("card", "４１１１", "４１１１１１１１１１１１１１１１"),
    ("card", "1111", "4111\u200b1111\u200b1111\u200b1111"),
]  # fmt: skip
HARMLESS = [
    "1790000000000",
    "width: 66.66666666666666%; opacity: 0.4111111111111111",
    "M 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 L 12.5 378282246310005.5",
    "/static/icon@2x.png",
    "import vue@next.js",
    "basic internationalization of the shop",
    "the bearer of good news arrived yesterday",
    "100% of A&B; 50% off",
    "input[type=password]:focus",
    "000-12-3456 and 666-12-3456",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "Order 4111111111111112",
    "react@18.2.0",
    "[redacted]",
]


def scrubbed(text: object, key: str = "textContent") -> tuple[object, Counter[str]]:
    event = {"type": 3, "data": {"source": 0, key: text}, "timestamp": 1}
    hits = second_gate.scrub([event])
    return event["data"][key], hits  # type: ignore[index]


@pytest.mark.any_database
@pytest.mark.parametrize(("kind", "secret", "text"), SECRETS, ids=lambda value: str(value)[:24])
def test_a_secret_is_redacted_and_counted(kind: str, secret: str, text: str) -> None:
    clean, hits = scrubbed(text)
    assert secret not in str(clean)
    assert second_gate.REDACTED in str(clean)
    assert hits[kind] >= 1


@pytest.mark.any_database
@pytest.mark.parametrize("text", HARMLESS, ids=lambda value: value[:24])
def test_what_only_looks_like_one_stays_as_it_is(text: str) -> None:
    clean, hits = scrubbed(text)
    assert clean == text
    assert not hits


@pytest.mark.any_database
def test_keys_numbers_and_named_values_are_scanned_too() -> None:
    event = wire.custom(1, "console", level="log", text="x", extra={"dora@example.com": 1, "card": 4111111111111111})
    event["data"]["payload"]["password"] = "hunter22"
    event["data"]["payload"]["cvv"] = "•••"
    hits = second_gate.scrub([event])
    assert hits == Counter({"email": 1, "card": 1, "secret_key": 1})
    payload = event["data"]["payload"]
    assert payload["extra"] == {"[redacted]": 1, "card": 0}
    assert payload["password"] == "[redacted]"
    assert payload["cvv"] == "•••"


@pytest.mark.any_database
def test_a_redaction_that_uncovers_the_next_secret_is_not_the_last() -> None:
    clean, _hits = scrubbed("536-90-4399AKIAIOSFODNN7EXAMPLE")
    assert "AKIA" not in str(clean)
    clean, _hits = scrubbed("AKIAIOSFODNN7EXAMPLE536-90-4399")
    assert "536-90" not in str(clean)


@pytest.mark.any_database
def test_a_page_full_of_hits_is_dropped_whole_and_quickly() -> None:
    clean, hits = scrubbed(" ".join(f"person{n}@example.com" for n in range(5_000)))
    assert clean == second_gate.REDACTED
    assert hits["email"] >= second_gate.MANY_HITS


@pytest.mark.any_database
def test_a_list_of_customers_in_many_strings_costs_no_more_than_a_look_each() -> None:
    began = time.process_time()
    texts = [f"person{n}@example.com" for n in range(20_000)]
    clean, hits = scrubbed(texts)
    assert set(clean) == {second_gate.REDACTED}  # type: ignore[call-overload]
    assert sum(hits.values()) == 20_000
    assert time.process_time() - began < 5


@pytest.mark.any_database
@settings(max_examples=150, deadline=None)
@given(
    before=st.text(max_size=12),
    secret=st.sampled_from([secret for _kind, secret, text in SECRETS if secret in text and len(secret) > 12]),
    after=st.text(max_size=12),
)
def test_scrubbing_twice_finds_nothing_the_second_time(before: str, secret: str, after: str) -> None:
    once, _hits = scrubbed(before + secret + after)
    again, hits = scrubbed(once)
    assert again == once
    assert not hits
