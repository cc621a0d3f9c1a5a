"""Chain the audit entries. Outside the verbs' transactions: chaining inside them deadlocks (measured)."""

from __future__ import annotations

import hashlib

import rfc8785
from django.db import transaction

from apps.core.models import AuditEntry, AuditSeal

GENESIS = "0" * 64
BATCH = 1000


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


@transaction.atomic
def seal_chain(chain: str) -> int:
    """Seal up to `BATCH` entries of `chain`; a second sealer at the same moment fails on the number and retries."""
    last = AuditSeal.objects.filter(chain=chain).order_by("-number").first()
    number, previous = (last.number, last.hash) if last else (0, GENESIS)
    unsealed = AuditEntry.objects.filter(chain=chain, seal=None).order_by("at", "id")[:BATCH]
    seals = []
    for entry in unsealed:
        number += 1
        digest = entry_hash(entry, number=number, previous=previous)
        seals.append(AuditSeal(chain=chain, number=number, entry=entry, previous=previous, hash=digest))
        previous = digest
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def seal_all() -> int:
    chains = AuditEntry.objects.filter(seal=None).order_by().values_list("chain", flat=True).distinct()
    return sum(seal_chain(chain) for chain in list(chains))
