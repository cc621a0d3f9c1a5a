"""The signed nonce of a consent page: which link, which generation, what it showed and when.

It lives four hours and is spent by the state of the link: a consent makes the next turn, so that a page from before
cannot agree again after the link was given back.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from apps.consents.services import Rendered
from apps.core import signing
from apps.links.models import MagicLink

KIND = "consent_nonce"
HASH_LENGTH = 32  # 128 bits of the notice's SHA-256


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of this nonce had shown."""

    at: datetime
    sha256: str
    turn: int


def turn(link: MagicLink) -> int:
    return link.receipts.count()


def make(link: MagicLink, rendered: Rendered | None, *, at: datetime) -> str:
    shown = rendered.sha256[:HASH_LENGTH] if rendered else ""
    payload = [link.pk, link.generation, turn(link), int(at.timestamp()), shown, secrets.token_hex(8)]
    return signing.dumps(KIND, payload)


def read(link: MagicLink, nonce: str) -> Shown | None:
    """Return what `nonce` says, or None: not ours, another link's, of an earlier generation, too old."""
    try:
        public_id, generation, turn, at, shown, _random = signing.loads(KIND, nonce)
    except (signing.BadToken, TypeError, ValueError):
        return None
    if (public_id, generation) != (link.pk, link.generation):
        return None
    return Shown(at=datetime.fromtimestamp(at, UTC), sha256=shown, turn=turn)
