"""The signed proof of a deletion. It says what was done and what was checked, and no more than that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.core import audit, documents, ids, personal
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.privacy.models import DeletionReceipt
from apps.recordings.models import Recording

SCHEMA = "https://placet.example/schemas/deletion-receipt/1"
KEPT = timedelta(days=365)
STILL_KEPT = ["consent record", "audit entries", "who watched and when", "this receipt"]


def moment(at: datetime) -> str:
    """RFC 3339, UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def due_at(recording: Recording) -> datetime | None:
    """The day that retention had planned; None where somebody ended it before."""
    if recording.delete_cause == Recording.Cause.RETENTION:
        return recording.delete_at
    return recording.latest_at if recording.delete_cause == Recording.Cause.CAP else None


def _holders(destroyed_at: datetime) -> list[dict[str, Any]]:
    done = [
        {"holder": holder.name, "method": holder.method, "verified": holder.checked}
        for holder in personal.holders()
        if holder.method
    ]
    days = settings.KEY_BACKUP_DAYS
    backups = {
        "holder": "backups",
        "method": f"backups of the key store are kept {days} days, as the operator has set"
        if days
        else "the operator has set that the key store is not backed up",
        "verified": "not checked by the software",
        "unrecoverable_after": moment(destroyed_at + timedelta(days=days)),
    }
    return [*done, backups]


def _left_before(recording: Recording) -> list[dict[str, Any]]:
    """What had left the system, as the audit trail has it."""
    ways = {"recording.exported": "export by staff", "access.downloaded": "copy for the person"}
    found = []
    for name, what in ways.items():
        entries = AuditEntry.objects.filter(name=name, subject_id=recording.pk).order_by("at")
        times = [moment(at) for at in entries.values_list("at", flat=True)]
        found.append({"what": what, "count": len(times), "at": times})
    return found


def _claims(recording: Recording) -> str:
    owner = recording.site.controller_name or recording.site.name
    return (
        f"Made by the software of {owner}. It shows what the software did and checked. It does not show what "
        "people copied by other means, nor that the storage medium itself was overwritten."
    )


def issue(recording: Recording, *, inventory: dict[str, int], by: Actor) -> DeletionReceipt:
    """Sign and keep the receipt of a recording that has just become `deleted`. Inside that transaction."""
    finished_at = recording.deleted_at or timezone.now()
    destroyed_at = recording.key_shredded_at or finished_at
    due = due_at(recording)
    keep_until = finished_at + KEPT
    receipt_id = ids.dlr()
    entry = audit.record("deletion.receipt_signed", by=by, subject=recording, receipt=receipt_id)
    document = documents.sign(
        {
            "schema": SCHEMA,
            "receipt_id": receipt_id,
            "recording_id": recording.pk,
            "consent_receipt": recording.receipt_id,
            "cause": recording.delete_cause,
            "due": moment(due) if due else None,
            "started": moment(recording.delete_started_at or destroyed_at),
            "key_destroyed": moment(destroyed_at),
            "finished": moment(finished_at),
            "inventory": inventory,
            "holders": _holders(destroyed_at),
            "left_the_system_before": _left_before(recording),
            "kept": STILL_KEPT,
            "kept_until": moment(keep_until),
            "claims": _claims(recording),
            "audit": {"entry": entry.pk},
        }
    )
    return DeletionReceipt.objects.create(
        id=receipt_id,
        site=recording.site,
        recording=recording,
        cause=recording.delete_cause,
        due_at=due,
        finished_at=finished_at,
        document=document,
        keep_until=keep_until,
    )
