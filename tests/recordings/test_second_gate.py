"""What the second scan finds in an upload, wherever it stands and however it is written."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.recordings.errors import Malformed
from apps.recordings.services import second_gate
from apps.recordings.services import wire as wire_format
from tests.recordings import wire
from tests.recordings.gate import let_in, passed
from tests.recordings.test_second_gate_vectors import VECTORS

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9"
BASIC = base64.b64encode(b"dora:hunter22").decode()
CARD = "4111 1111 1111 1111"
RECORDING = Path(__file__).parent.parent / "demo" / "recording.json.gz"
SECRETS = [
    ("card", CARD, f"pay with {CARD} now"),
    ("card", "378282246310005", "amex 378282246310005."),
    ("card", CARD, f"order 1234 {CARD}"),
    ("iban", "DE89370400440532013000", "to DE89370400440532013000 please"),
    ("iban", "DE89", "toDE89370400440532013000 please"),
    ("email", "dora@example.com", "mail dora@example.com\n"),
    ("email", "dora", "“dora@example.com”"),
    ("jwt", JWT, f"token={JWT}"),
    ("bearer", "abcdef0123456789abcdef", "Authorization: Bearer abcdef0123456789abcdef"),
    ("basic", BASIC, f"Basic {BASIC}"),
    ("url_credentials", "hunter22", "https://dora:hunter22@shop.example/"),
    ("us_ssn", "536-90-4399", "ssn 536-90-4399"),
    ("password", "hunter2!", "?password=hunter2!&x=1"),
    # A newline is two letters in JSON, and the second is one of a word.
    ("api_key", "AKIAIOSFODNN7EXAMPLE", "key:\nAKIAIOSFODNN7EXAMPLE"),
    ("us_ssn", "536-90-4399", "his\t536-90-4399"),
    ("card", "4111", "\n4111111111111111"),
    ("card", "4111", "4111\n1111\n1111\n1111"),
    # Encoded twice over, or in parts.
    ("email", "dora", "dora%2540example.com"),
    ("card", "4111", "4111%E2%80%891111 1111&#8201;1111"),
    ("bearer", "abcdef", "Bearer%20abcdef0123456789abcdef"),
    ("card", "1111", "4111\u200b1111\u200b1111\u200b1111"),
    ("card_code", "123", 'CVC "123"'),
    # A number from abroad, wherever it stands but among decimals.
    ("phone", "0049309018200", "0049309018200"),
    ("phone", "0049309018200", "call\n0049309018200"),
    ("phone", "0049309018200", "call.0049309018200"),
    ("phone", "0049309018200", "7%200049309018200"),
    ("phone", "0049 30 901820", "1.0049 30 901820"),
]  # fmt: skip
HARMLESS = [
    "top: 12.0049309018200px",
    "1790000000000",
    "width: 66.66666666666666%; opacity: 0.4111111111111111",
    "M 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 L 12.5 378282246310005.5",
    "basic internationalization of the shop",
    "000-12-3456 and 666-12-3456",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkAbQ9Xy3kLmZpQ7vT2nRcU5hJ8sWd",
    "Order 4111111111111112",
    "[redacted]",
    "[redacted card code] CVC",
    "ProductCardSkeletonHeader_wrapper__aB3xK9",
    "/assets/index-BxK3f9aQz12dLmNopQ7RstUv4wxyz1234.js",
    "sha384-oqVuAfXRKap7fdgcCY5uykM6R9GqQ8KuxyrxH7vWlYl1JwYe",
    "日本語のページ １２３ 円",
    "1\u202f249,00 €",
]


@pytest.mark.parametrize(("kind", "secret", "text"), SECRETS, ids=lambda value: str(value)[:24])
def test_a_secret_is_redacted_and_counted(kind: str, secret: str, text: str) -> None:
    clean, hits = passed(text)
    assert secret not in clean
    assert second_gate.placeholder(kind) in clean
    assert hits[kind] >= 1


@pytest.mark.parametrize("text", HARMLESS, ids=lambda value: value[:24])
def test_what_only_looks_like_one_stays_as_it_is(text: str) -> None:
    assert passed(text) == (text, {})


def test_escapes_that_no_browser_writes_hide_nothing() -> None:
    for literal in (
        r'"dora\u0040example.com"',
        r'"\u0034111 1111 1111 1111"',
        r'"https:\/\/dora:hunter22@shop.example\/"',
        '"' + "".join(rf"\u{ord(letter):04x}" for letter in "536-90-4399") + '"',
    ):
        raw = b'[{"type":3,"data":{"text":' + literal.encode() + b'},"timestamp":1}]'
        events, hits = let_in(raw)
        assert "[redacted" in events[0]["data"]["text"]
        assert sum(hits.values()) == 1
    raw = rb'[{"type":3,"data":{"pass\u0077ord":"hunter22"},"timestamp":1}]'
    assert let_in(raw)[0][0]["data"] == {"password": "[redacted secret key]"}


def test_a_backslash_before_a_quotation_mark_is_told_from_an_escape() -> None:
    for text in (f'\\"{CARD}\\"', f'"{CARD}\\', f"\\\\{CARD}", f'","x":"{CARD}', f"\\u0041 {CARD} \\/"):
        clean, hits = passed({"before": "\\", "text": text, "after": '"'}, key="attributes")
        assert clean["text"] == text.replace(CARD, "[redacted card]")
        assert (clean["before"], clean["after"]) == ("\\", '"')
        assert hits == {"card": 1}


def test_keys_numbers_and_named_values_are_scanned_too() -> None:
    event = wire.custom(1, "console", level="log", text="x", extra={"dora@example.com": 1, "card": 4111111111111111})
    event["data"]["payload"] |= {
        "password": "hunter22",
        "cvv": "•••",
        "Client-Secret": "abcd",
        "pin": 4711,
        "secret": "",
    }
    [event], hits = let_in(json.dumps([event]).encode())
    payload = event["data"]["payload"]
    assert payload["extra"] == {"[redacted email]": 1, "card": 0}
    assert payload["password"] == payload["Client-Secret"] == "[redacted secret key]"
    assert (payload["cvv"], payload["secret"], payload["pin"]) == ("•••", "", 0)
    assert hits == {"email": 1, "card": 1, "secret_key": 3}


def test_the_value_of_a_password_field_goes_whatever_it_is() -> None:
    for attributes in (
        {"type": "password", "value": "orchid"},
        {"value": "orchid", "class": "x", "type": "password"},
        {"autocomplete": "current-password", "type": "text", "value": "orchid"},
        {"name": "cvc", "value": "orchid"},
    ):
        clean, hits = passed(attributes, key="attributes")
        assert clean == {**attributes, "value": "[redacted secret key]"}
        assert hits == {"secret_key": 1}
    clean, hits = passed({"type": "password", "value": "[text]"}, key="attributes")
    assert (clean["value"], hits) == ("[text]", {})


def test_of_two_equal_keys_neither_is_kept_with_a_secret() -> None:
    raw = f'[{{"type":3,"data":{{"a":"{CARD}","a":"x"}},"timestamp":1}}]'.encode()
    assert CARD.encode() not in second_gate.look(raw).raw


def test_half_an_emoji_neither_stops_the_upload_nor_hides_what_stands_beside_it() -> None:
    raw = rb'[{"type":3,"data":{"a":"cut \ud83d","b":"\ud83d ' + CARD.encode() + rb'"},"timestamp":1}]'
    [event], hits = let_in(raw)
    assert event["data"] == {"a": "cut \ufffd", "b": "\ufffd [redacted card]"}
    assert hits == {"card": 1}


def test_a_secret_over_the_texts_of_one_line_is_found() -> None:
    def line(*texts: str, tag: str = "span") -> tuple[list[str], Counter[str]]:
        children = [
            {"type": 2, "tagName": tag, "attributes": {"class": "d"}, "id": 10 + 2 * n,
             "childNodes": [{"type": 3, "textContent": text, "id": 11 + 2 * n}]}
            for n, text in enumerate(texts)
        ]  # fmt: skip
        event = wire.snapshot(1)
        event["data"]["node"]["childNodes"][0]["childNodes"] = children
        [event], hits = let_in(json.dumps([event], separators=(",", ":")).encode())
        kept = event["data"]["node"]["childNodes"][0]["childNodes"]
        return [child["childNodes"][0]["textContent"] for child in kept], hits

    assert line("Card 4111", "1111", "1111", "1111 ok") == (["Card [redacted card]", "", "", " ok"], {"card": 1})
    assert line("dora", "@example.com") == (["[redacted email]", ""], {"email": 1})
    assert line("dora@", "example.com") == (["[redacted email]", ""], {"email": 1})
    # Cells of a table are no line: four amounts are not a card.
    assert line("4111", "1111", "1111", "1111", tag="td") == (["4111", "1111", "1111", "1111"], {})
    assert line("12", "of", "345") == (["12", "of", "345"], {})


def test_a_secret_over_texts_that_are_added_or_changed_together_is_found() -> None:
    adds = [
        {"parentId": 5, "nextId": after, "node": {"type": 3, "textContent": text, "id": node}}
        for text, node, after in (("1111 1111", 22, None), ("4111 1111", 21, 22))
    ]
    texts = [{"id": 31, "value": "5555 5555"}, {"id": 32, "value": "5555 4444"}]
    event = {"type": 3, "data": {"source": 0, "adds": adds, "texts": texts}, "timestamp": 1}
    [event], hits = let_in(json.dumps([event], separators=(",", ":")).encode())
    left = json.dumps(event)
    assert not any(piece in left for piece in ("4111", "1111", "5555", "4444"))
    assert hits == {"card": 2}


def test_what_was_typed_on_the_way_to_a_secret_goes_with_it() -> None:
    typed = ["41", "4111 1", "4111 1111 1111", CARD]
    events = [
        {"type": 3, "data": {"source": 0, "texts": [{"id": 7, "value": f"Card {text}"}]}, "timestamp": n}
        for n, text in enumerate(typed)
    ] + [{"type": 3, "data": {"source": 5, "id": 8, "text": text}, "timestamp": 9} for text in typed]
    kept, _hits = let_in(json.dumps(events, separators=(",", ":")).encode())
    assert "4111" not in json.dumps(kept)


def test_a_redaction_that_uncovers_the_next_secret_is_not_the_last() -> None:
    clean, _hits = passed("536-90-4399AKIAIOSFODNN7EXAMPLE")
    assert "AKIA" not in clean
    clean, _hits = passed("AKIAIOSFODNN7EXAMPLE536-90-4399")
    assert "536-90" not in clean


def test_a_page_full_of_hits_is_dropped_whole_and_quickly() -> None:
    clean, hits = passed(" ".join(f"person{n}@example.com" for n in range(5_000)))
    assert clean == second_gate.REDACTED
    assert hits == {"many": 1}


@pytest.mark.parametrize(
    "crafted",
    [
        [f"person{n}@example.com" for n in range(20_000)],
        ["4111 1111 1111 111" * 40_000],
        ["1" * 1_000_000],
        ["4111-1111-" * 100_000],
        ["DE89 3704 0044 " * 60_000],
        ["+1 " * 300_000],
        ["%41" * 300_000],
        ["&#52;" * 200_000],
        ["\u200b1" * 200_000],
        ["a@" * 400_000],
        ["CVC " * 200_000 + "1"],
        ["-----BEGIN PRIVATE KEY-----" * 30_000],
        ['"\\' * 200_000 + "@a"],
        [{"password": n} for n in range(40_000)],
    ],
    ids=lambda value: str(value[0])[:20],
)
def test_a_crafted_megabyte_is_looked_at_in_bounded_time(crafted: list[Any]) -> None:
    raw = json.dumps([{"type": 3, "data": {"source": 0, "x": crafted}, "timestamp": 1}], ensure_ascii=False).encode()
    began = time.process_time()
    let_in(raw)
    assert time.process_time() - began < 6


def test_a_list_of_customers_costs_no_more_than_a_look_each() -> None:
    clean, hits = passed([f"person{n}@example.com" for n in range(20_000)])
    assert not any("@" in text for text in clean)
    assert sum(hits.values()) == 20_000


@pytest.mark.parametrize(
    "raw", [b"", b"[", b'[{"a":"x@y.com]', b'"x@y.com', b'x@y.com"', b'[{"a":NaN,"b":"x@y.com"}]', b"\xff@x.com"]
)
def test_what_is_no_json_is_refused_and_not_stumbled_over(raw: bytes) -> None:
    with pytest.raises(Malformed):
        let_in(raw)


def test_nothing_that_was_found_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        for row in VECTORS["rules"]:
            passed(row["given"])
    output = capfd.readouterr()
    assert (caplog.text, output.out, output.err) == ("", "", "")


# --- Properties -------------------------------------------------------------------------------------

_GIVEN = [row["given"] for row in VECTORS["rules"] if "context" not in row]
_ASIDE = st.text(st.characters(exclude_categories=["L", "N", "Cs", "P", "S", "M"]), max_size=6)
_KEYS = st.sampled_from(["textContent", "title", "label", "text", "url", "aria-label", "x"])


def _place(draw: st.DrawFn, secret: str) -> Any:
    """A secret somewhere in an event: among others, deep, as a key."""
    leaf: Any = draw(_ASIDE) + secret + draw(_ASIDE)
    for _level in range(draw(st.integers(0, 4))):
        beside = draw(st.sampled_from(["Paid", "", '"', "\\", "é", 12, None, 1.5, {"id": 3}, "a\nb"]))
        shape = draw(st.integers(0, 3))
        if shape == 0:
            leaf = [beside, leaf]
        elif shape == 1:
            leaf = {draw(_KEYS): leaf, "beside": beside}
        elif shape == 2 and isinstance(leaf, str):
            leaf = {leaf: beside}
        else:
            leaf = {"beside": beside, "childNodes": [leaf, beside]}
    return leaf


@st.composite
def events_with_a_secret(draw: st.DrawFn) -> tuple[str, bytes]:
    secret = draw(st.sampled_from(_GIVEN))
    others = [
        wire.click(1),
        wire.custom(
            2,
            "console",
            level="log",
            text=draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
            count=1,
        ),
    ]
    event = {"type": 3, "data": {"source": 0, "x": _place(draw, secret)}, "timestamp": 3}
    raw = json.dumps([*others, event], ensure_ascii=draw(st.booleans()), separators=(",", ":"))
    return secret, raw.encode()


@settings(max_examples=400, deadline=None)
@given(events_with_a_secret())
def test_a_secret_of_any_class_at_any_place_never_survives(drawn: tuple[str, bytes]) -> None:
    secret, raw = drawn
    events, hits = let_in(raw)
    kept = json.dumps(events, ensure_ascii=False)
    assert json.dumps(secret, ensure_ascii=False)[1:-1] not in kept
    assert "[redacted" in kept
    assert sum(hits.values()) >= 1


@settings(max_examples=200, deadline=None)
@given(
    before=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    after=st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    secret=st.sampled_from(_GIVEN),
)
def test_scrubbing_twice_finds_nothing_the_second_time(before: str, secret: str, after: str) -> None:
    once, _hits = passed(before + secret + after)
    again, hits = passed(once)
    assert again == once
    assert not hits


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_is_written_another_way_is_put_back_where_it_stood(text: str) -> None:
    from apps.recordings.services.second_gate import forms

    plain = forms.plain(text)
    if plain is not None:
        spans = [plain.written(index, index + 1) for index in range(len(plain.text))]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)


def test_the_events_of_an_upload_are_what_the_format_reads() -> None:
    raw = json.dumps([wire.snapshot(1, f"card {CARD}"), wire.click(2)]).encode()
    looked = second_gate.look(raw)
    assert not looked.needs_tree
    assert wire_format.events(looked.raw)[1] == wire.click(2)


def test_what_a_browser_recorded_of_an_ordinary_visit_needs_no_walk_over_its_events() -> None:
    """The walk costs ten times the look. A position of 12.0012207031 is no telephone number from abroad."""
    recorded = json.loads(gzip.decompress(RECORDING.read_bytes()))
    for kinds in ({3}, {2, 4}):
        events = [event for event in recorded if event["type"] in kinds]
        as_sent = json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()
        assert not second_gate.look(as_sent).needs_tree
