"""Signed documents: what anyone can check, and what must not pass."""

import base64
import json
import secrets

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.core import documents

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


@given(body=st.dictionaries(st.text(max_size=8).filter(lambda k: k != "signature"), JSON_VALUES, max_size=5))
@hypothesis_settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_signed_document_survives_a_journey_as_json(body: dict[str, object]) -> None:
    arrived = json.loads(json.dumps(documents.sign(body), indent=3, sort_keys=True))
    assert documents.verify(arrived, documents.public_keys())


def test_any_changed_character_is_noticed() -> None:
    text = json.dumps(documents.sign({"receipt_id": "rcp_1", "chunks": 42}))
    keys = documents.public_keys()
    passed = []
    for place in range(len(text)):
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        try:
            document = json.loads(changed)
        except ValueError:
            continue
        if documents.verify(document, keys) and document != json.loads(text):
            passed.append(changed)
    # The last character of base64 before "==" carries four bits that no decoder keeps.
    value = json.loads(text)["signature"]["value"]
    assert all(base64.b64decode(json.loads(one)["signature"]["value"]) == base64.b64decode(value) for one in passed)


def test_documents_stay_verifiable_after_a_rotation_and_not_when_the_key_is_withdrawn(settings) -> None:
    old, new = key("2026-01-01-old"), key("2026-07-01-new")
    settings.SIGNING_KEYS = [old]
    before = documents.sign({"n": 1})
    settings.SIGNING_KEYS = [new, old]
    after = documents.sign({"n": 2})
    assert after["signature"]["key_id"] == "2026-07-01-new"
    assert documents.verify(before, documents.public_keys())
    assert documents.verify(after, documents.public_keys())
    settings.SIGNING_KEYS = [new]
    assert not documents.verify(before, documents.public_keys())


def test_a_key_of_somebody_else_with_the_same_id_does_not_verify(settings) -> None:
    settings.SIGNING_KEYS = [key("k")]
    document = documents.sign({"n": 1})
    settings.SIGNING_KEYS = [key("k")]
    assert not documents.verify(document, documents.public_keys())


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"signature": None},
        {"signature": {}},
        {"signature": {"alg": "none", "canonical": "RFC 8785", "key_id": "x", "value": ""}},
        {"signature": {"alg": "Ed25519", "canonical": "RFC 8785", "key_id": "unknown", "value": "AA=="}},
    ],
)
def test_what_is_malformed_is_false_and_never_raises(document: dict[str, object]) -> None:
    assert not documents.verify(document, documents.public_keys())


def test_the_public_keys_are_published_without_the_private_half(client: Client, settings) -> None:
    settings.SIGNING_KEYS = [key("2026-03-04-abcd"), key("odd name")]
    answer = client.get("/.well-known/placet-keys.json")
    published = answer.json()["keys"]
    assert [(one["id"], one["since"]) for one in published] == [
        ("2026-03-04-abcd", "2026-03-04"),
        ("odd name", ""),
    ]
    assert answer["Access-Control-Allow-Origin"] == "*"
    for entry in settings.SIGNING_KEYS:
        assert entry.rsplit(":", 1)[1] not in answer.content.decode()
