"""Let the beginning of a chain go: entries that have outlived their purpose, whole, and under a signature.

    1  the cut is signed and committed: up to which checkpoint the chain is gone, and from what hash it goes on
    2  the entries up to there go, oldest first, and their seals with them, some at a time

Killed after 1 or in the middle of 2, the next call removes the rest: what a cut covers is gone for the verifier already.
The database lets nothing else go (see the migration): not an entry in the middle, not one that is not sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.core import audit, documents, ids
from apps.core.actors import Actor
from apps.core.models import AuditCheckpoint, AuditCut, AuditEntry, AuditSeal
from apps.core.services import seals

SCHEMA = "https://placet.example/schemas/audit-cut/1"
SWEEP = Actor.system("sweep:audit")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@transaction.atomic
def _declare(checkpoint: AuditCheckpoint, *, by: Actor) -> AuditCut:
    cut_id, at = ids.act(), timezone.now()
    document = documents.sign(
        {
            "schema": SCHEMA,
            "cut_id": cut_id,
            "chain": checkpoint.chain,
            "number": checkpoint.number,
            "hash": checkpoint.document["hash"],
            "checkpoint_id": checkpoint.document["checkpoint_id"],
            "written_before": _iso(checkpoint.at),
            "at": _iso(at),
        }
    )
    made = AuditCut.objects.create(
        id=cut_id,
        chain=checkpoint.chain,
        number=checkpoint.number,
        hash=checkpoint.document["hash"],
        at=at,
        document=document,
    )
    audit.record("audit.cut", by=by, subject=made, number=made.number)
    return made


def cut(chain: str, *, before: datetime, by: Actor = SWEEP) -> AuditCut | None:
    """Let the entries of `chain` go that a checkpoint from before `before` covers. Safe to call twice.

    Returns the newest cut; None where nothing was ever cut and nothing is old enough.
    """
    newest = seals.newest_cut(chain)
    old = AuditCheckpoint.objects.filter(chain=chain, at__lt=before).order_by("-number").first()
    # A checkpoint that says another hash than the chain is a fault to be found, not one to build on.
    stands = old and AuditSeal.objects.filter(chain=chain, number=old.number, hash=old.document["hash"]).exists()
    if old is not None and stands and (newest is None or newest.number < old.number):
        try:
            newest = _declare(old, by=by)
        except IntegrityError:  # another sweep at the same moment
            newest = seals.newest_cut(chain)
    return newest


@transaction.atomic
def _remove_batch(cut: AuditCut) -> int:
    going = AuditSeal.objects.filter(chain=cut.chain, number__lte=cut.number).order_by("number")
    seals_ = list(going.values_list("pk", "entry_id")[: seals.BATCH])
    # Entries first: their trigger looks at their seals. The foreign key is looked at when this commits.
    entries = AuditEntry.objects.filter(pk__in=[entry for _pk, entry in seals_])
    entries._raw_delete(entries.db)
    AuditSeal.objects.filter(pk__in=[pk for pk, _entry in seals_]).delete()
    return len(seals_)


def remove(cut: AuditCut) -> int:
    """Remove what `cut` covers, from wherever the last try ended. Returns how many entries went."""
    removed = 0
    while count := _remove_batch(cut):
        removed += count
    return removed
