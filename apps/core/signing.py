"""Every kind of token that Placet signs: its salt, its lifetime and the one place where keys are ordered.

A signature alone opens nothing: each kind names a row, and the row decides (revoked, spent, expired). Tokens are
signed with itsdangerous, SHA-256 and HMAC key derivation; its defaults are SHA-1 and concatenation.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer


class BadToken(Exception):
    """Not a token of this kind, or not ours. Callers answer with the one identical 404."""


class ExpiredToken(BadToken):
    """Ours and of this kind, but older than the kind lives."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`lives=None`: the row carries the deadline."""

    name: str
    row: str
    lives: timedelta | None = None

    @property
    def salt(self) -> str:
        return f"placet.{self.name}.1"


KINDS = {
    kind.name: kind
    for kind in [
        Kind("link", row="links.MagicLink"),
        Kind("consent_nonce", row="links.MagicLink", lives=timedelta(hours=4)),
        Kind("start_code", row="recordings.StartCode", lives=timedelta(minutes=5)),
        Kind("ingest", row="recordings.Recording"),
        Kind("receipt", row="consents.Receipt"),
        Kind("known_browser", row="accounts.User", lives=timedelta(days=180)),
        Kind("invitation", row="accounts.Invitation", lives=timedelta(days=7)),
        Kind("asset", row="recordings.Recording", lives=timedelta(hours=12)),
        Kind("preview_grant", row="sites.Site", lives=timedelta(minutes=10)),
        Kind("outbox", row="core.OutgoingMail", lives=timedelta(hours=12)),
    ]
}


def _serializer(kind: Kind) -> URLSafeTimedSerializer:
    # SECRET_KEYS is newest first; itsdangerous signs with the last of its list and tries all. Only here.
    return URLSafeTimedSerializer(
        list(reversed(settings.SECRET_KEYS)),
        salt=kind.salt,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )


def dumps(kind: str, payload: Any) -> str:
    """Sign `payload` (JSON: ids and small numbers) as a token of `kind`."""
    return _serializer(KINDS[kind]).dumps(payload)


def loads(kind: str, token: str) -> Any:
    """Return the payload of a token of `kind`; raises `ExpiredToken` or `BadToken`."""
    lives = KINDS[kind].lives
    try:
        return _serializer(KINDS[kind]).loads(token, max_age=int(lives.total_seconds()) if lives else None)
    except SignatureExpired as error:
        raise ExpiredToken(kind) from error
    except (BadData, UnicodeError, ValueError) as error:
        raise BadToken(kind) from error


def derive(purpose: str, *parts: object, key: str | None = None) -> str:
    """Return 256 bits in hex that only this installation can compute from `parts`.

    Used for nonces that are minted again instead of stored, such as a magic link's (id and generation).
    """
    message = "\x1f".join([purpose, *map(str, parts)]).encode()
    return hmac.new((key or settings.SECRET_KEYS[0]).encode(), message, hashlib.sha256).hexdigest()


def derived_equal(value: str, purpose: str, *parts: object, size: int = 64) -> bool:
    """Compare in constant time with what any of the present keys derives, so that rotation ends no link.

    `size`: how many digits of it there are, where the whole is too long for its place.
    """
    wanted = [derive(purpose, *parts, key=key)[:size].encode() for key in settings.SECRET_KEYS]
    matches = [hmac.compare_digest(value.encode(), one) for one in wanted]
    return any(matches)


def digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()
