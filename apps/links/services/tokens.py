"""The token of a link: minted whenever it is needed, stored nowhere."""

from __future__ import annotations

import hmac

from django.conf import settings

from apps.core import signing
from apps.core.errors import Unknown
from apps.links.models import MagicLink

NONCE_HEX = 32  # 128 bits


def _nonce(link: MagicLink, key: str) -> str:
    return signing.derive("link", link.pk, link.generation, key=key)[:NONCE_HEX]


def token(link: MagicLink) -> str:
    """Return a token of the link's present generation. Two of them differ in their time stamp only."""
    return signing.dumps("link", [link.pk, _nonce(link, settings.SECRET_KEYS[0])])


def url(link: MagicLink) -> str:
    return f"{settings.BASE_URL}/l/{token(link)}"


def find(token: str) -> MagicLink:
    """Return the link that `token` proves possession of, whatever state it is in.

    Raises `Unknown`, always the same: not ours, altered, of another kind, of an earlier generation, or gone.
    """
    try:
        public_id, nonce = signing.loads("link", token)
        link = MagicLink.objects.select_related("site", "ticket").get(pk=public_id)
        given = str(nonce).encode()
    except (signing.BadToken, MagicLink.DoesNotExist, TypeError, ValueError) as error:
        raise Unknown from error
    # All keys are compared, each in constant time, so that a rotation of keys ends no link.
    matches = [hmac.compare_digest(given, _nonce(link, key).encode()) for key in settings.SECRET_KEYS]
    if not any(matches):
        raise Unknown
    return link
