"""A short code instead of the link, for whoever cannot click it: read out on the phone, or carried to another device.

It has eight letters and digits (40 bits), lives an hour, and counts only together with the ticket's number. After five
wrong ones all codes of that ticket are dead. It opens the consent page and nothing else; what is stored of it is an
HMAC, so that a copy of the database cannot be searched for it.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.core import audit, ids, signing
from apps.core.actors import Actor
from apps.core.errors import Unknown
from apps.links.models import MagicLink, TypedCode
from apps.links.services.answering import require_open
from apps.links.services.locking import lock
from apps.sites import permissions

LENGTH = 8
LIVES = timedelta(hours=1)
TRIES = 5
# What people write for what they hear or see (Crockford's base 32).
SAME = str.maketrans({"i": "1", "l": "1", "o": "0", " ": None, "-": None, "\t": None, "\n": None, "\r": None})


def _plain(code: str) -> str:
    return code.strip().lower().translate(SAME)


@transaction.atomic
def spell(link: MagicLink, *, by: Actor) -> str:
    """Make a code for `link` and return it as it is read out, such as "k7m2 p9qd". It is shown this once.

    Raises what keeps the link from being answered.
    """
    link = lock(link)
    permissions.require_of(by, link.site, "link.issue")
    require_open(link)
    code = "".join(secrets.choice(ids.ALPHABET) for _ in range(LENGTH))
    TypedCode.objects.create(
        link=link,
        generation=link.generation,
        digest=signing.derive("typed_code", link.pk, code),
        expires_at=min(timezone.now() + LIVES, link.expires_at),
    )
    audit.record("link.code_made", by=by, subject=link)
    return f"{code[:4]} {code[4:]}"


@transaction.atomic
def find_spelt(number: int, code: str) -> MagicLink:
    """Return the link that `code` and the ticket's number lead to, whatever state it is in.

    Raises `Unknown`, always the same: no such ticket, no such code, too old, or too many wrong ones before.
    """
    code = _plain(code)
    live = TypedCode.objects.select_for_update().filter(
        link__ticket__number=number, expires_at__gt=timezone.now(), tries__lt=TRIES, generation=F("link__generation")
    )
    for row in live:
        if signing.derived_equal(row.digest, "typed_code", row.link_id, code):
            return MagicLink.objects.select_related("site", "ticket").get(pk=row.link_id)
    raise Unknown


@transaction.atomic
def note_wrong(number: int) -> None:
    """Count a wrong code against every code of that ticket. Not in the transaction that refused it."""
    rows = TypedCode.objects.select_for_update().filter(link__ticket__number=number, tries__lt=TRIES)
    for row in rows.select_related("link"):
        row.tries += 1
        row.save(update_fields=["tries"])
        if row.tries == TRIES:
            audit.record("link.code_locked", by=Actor.system("typed_code"), subject=row.link)
