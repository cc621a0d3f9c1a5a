"""Documents that anyone can check: Ed25519 (RFC 8032) over canonical JSON (RFC 8785).

A document is a JSON object; its signature is one more member, `signature`, and covers all the others. The
public keys stay published at `/.well-known/placet-keys.json` after a rotation, so that old documents stay
verifiable.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from apps.core import schemas

Document = dict[str, Any]
ALGORITHM = "Ed25519"
CANONICAL = "RFC 8785"


def _private_keys() -> list[tuple[str, Ed25519PrivateKey]]:
    """(id, key), newest first, as `SIGNING_KEYS` lists them."""
    pairs = (entry.rsplit(":", 1) for entry in settings.SIGNING_KEYS)
    return [(name, Ed25519PrivateKey.from_private_bytes(base64.b64decode(seed))) for name, seed in pairs]


def _signed_bytes(document: Mapping[str, Any]) -> bytes:
    return rfc8785.dumps({name: value for name, value in document.items() if name != "signature"})


def sign(document: Mapping[str, Any]) -> Document:
    """Return `document` with a `signature` by the newest key.

    Raises `schemas.NotAsPublished` where it is not as its schema says, and `rfc8785.CanonicalizationError` for what
    JSON cannot say exactly (a huge integer, a date).
    """
    schemas.check(document)
    key_id, key = _private_keys()[0]
    value = base64.b64encode(key.sign(_signed_bytes(document))).decode()
    signature = {"alg": ALGORITHM, "canonical": CANONICAL, "key_id": key_id, "value": value}
    return {**document, "signature": signature}


def verify(document: Mapping[str, Any], keys: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the signature of `document` is by one of `keys` (as `public_keys` lists them).

    Needs no database, no settings and no network. False for whatever is malformed: it never raises.
    """
    try:
        signature = document["signature"]
        if (signature["alg"], signature["canonical"]) != (ALGORITHM, CANONICAL):
            return False
        public = next(key["public_key"] for key in keys if key["id"] == signature["key_id"])
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        value = base64.b64decode(signature["value"], validate=True)
        # Base64 leaves four bits of its last character unread: two spellings of one signature would both pass.
        if base64.b64encode(value).decode() != signature["value"]:
            return False
        key.verify(value, _signed_bytes(document))
    except (InvalidSignature, StopIteration, KeyError, TypeError, ValueError, binascii.Error, RecursionError):
        return False
    return True


def public_keys() -> list[dict[str, str]]:
    """What others need to verify: every key, newest first, with the days from which and until which it signed.

    The first is the day that its id names, the second that of the next newer key; "" where there is none.
    """
    keys: list[dict[str, str]] = []
    for key_id, key in _private_keys():
        public = base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        day = re.match(r"\d{4}-\d{2}-\d{2}", key_id)
        since, until = day.group() if day else "", keys[-1]["since"] if keys else ""
        keys.append({"id": key_id, "alg": ALGORITHM, "public_key": public, "since": since, "until": until})
    return keys
