"""Chain the audit entries. Outside the verbs' transactions: chaining inside them deadlocks (measured).

The chain is in the order of sealing, not of time: a slow transaction commits an entry with an earlier time
after later ones were sealed, and it is simply sealed next. What is not yet sealed could still be altered
unseen, so `is_late` is watched.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

import rfc8785
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core.models import AuditCut, AuditEntry, AuditSeal

log = logging.getLogger(__name__)
GENESIS = "0" * 64
BATCH = 1000
PATIENCE = timedelta(minutes=15)  # the sealer runs each minute
WATCHED = timedelta(days=7)  # health checks come often and must not read the whole trail; `verify_audit` does


def entry_hash(entry: AuditEntry, *, number: int, previous: str) -> str:
    """SHA-256 over RFC 8785 canonical JSON of the entry, its number in the chain and the hash before it."""
    body = {
        "id": entry.id,
        "chain": entry.chain,
        "number": number,
        "previous": previous,
        "at": entry.at.isoformat(),
        "name": entry.name,
        "actor": [entry.actor_kind, entry.actor_id, entry.door],
        "subject": [entry.subject_kind, entry.subject_id],
        "facts": entry.facts,
        "request_id": entry.request_id,
    }
    return hashlib.sha256(rfc8785.dumps(body)).hexdigest()


def newest_cut(chain: str) -> AuditCut | None:
    return AuditCut.objects.filter(chain=chain).order_by("-number").first()


def beginning(chain: str) -> tuple[int, str]:
    """The number and the hash that the first entry of `chain` follows: where it was cut, or nothing."""
    cut = newest_cut(chain)
    return (cut.number, cut.hash) if cut else (0, GENESIS)


@transaction.atomic
def _seal_batch(chain: str) -> int:
    last = AuditSeal.objects.filter(chain=chain).order_by("-number").first()
    number, previous = (last.number, last.hash) if last else beginning(chain)
    seals = []
    for entry in AuditEntry.objects.filter(chain=chain, seal=None).order_by("at", "id")[:BATCH]:
        number += 1
        digest = entry_hash(entry, number=number, previous=previous)
        seals.append(AuditSeal(chain=chain, number=number, entry=entry, previous=previous, hash=digest))
        previous = digest
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def seal_chain(chain: str) -> int:
    """Seal all that waits in `chain`; returns how many. Two sealers at once: one of them gives way.

    Both number their seals from the same last one, and the numbers are unique, so the slower one's batch
    fails as a whole; the other has done its work.
    """
    sealed = 0
    while True:
        try:
            count = _seal_batch(chain)
        except IntegrityError:
            log.info("another sealer is at work on %s", chain)
            return sealed
        sealed += count
        if count < BATCH:
            return sealed


def seal_all() -> int:
    chains = AuditEntry.objects.filter(seal=None).order_by().values_list("chain", flat=True).distinct()
    return sum(seal_chain(chain) for chain in list(chains))


def is_late() -> bool:
    """Whether an entry of the last week has waited for its seal too long: the sealer does not run."""
    now = timezone.now()
    return AuditEntry.objects.filter(seal=None, at__range=(now - WATCHED, now - PATIENCE)).exists()
