"""The death of a recording. Each step commits by itself, and each is safe to repeat.

    1  state `deleting` commits: nobody can read or add to it         lifecycle.doom
    2  its key is destroyed, in the other database                     keys.shred
    3  when, and what there was, is written down in this one           _note_key
    4  whatever the registry of holders names is removed, and checked  _remove, check
    5  the receipt is signed and the row becomes a tombstone           _finish

Killed after any of them, the sweep finds a row that is `deleting` and calls `delete` again, which begins at
2 and comes to where it was. Two databases never commit together; the order sees to it that a recording is
unreadable before anything claims so. Two workers at the same recording do no harm: the last step is taken
under its lock.
"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from apps.consents import services as consents
from apps.core import audit, personal
from apps.core.actors import Actor
from apps.core.errors import NotPossible
from apps.keys import services as keys
from apps.privacy.models import Deletion, DeletionReceipt
from apps.privacy.services import receipts
from apps.recordings.models import Chunk, Recording, Segment
from apps.recordings.services import lifecycle, vault

State = Recording.State
WORKER = Actor.system("sweep:delete_due")
# What the row still says once its recording is gone: ids, dates, states. The rest goes back to nothing.
BLANK: dict[str, Any] = {
    "pages": 0,
    "chunk_count": 0,
    "raw_bytes": 0,
    "stored_bytes": 0,
    "second_gate_hits": 0,
    "duration_ms": 0,
    "problem_count": 0,
    "index_name": "",
    "frozen_at": None,
    "held_until": None,
}


class Unverified(Exception):
    """Something is still there after it was removed. No receipt is written, and the sweep tries again."""


def delete(recording_id: str, *, by: Actor = WORKER) -> DeletionReceipt | None:
    """Delete a recording whose deletion was ordered, from wherever the last try ended; return its receipt.

    None: its tombstone has outlived its receipt. Raises `NotPossible` unless it was ordered, `Unverified`
    when something could not be removed. Not to be called inside a transaction.
    """
    recording = Recording.objects.get(pk=recording_id)
    if recording.state == State.DELETED:
        Deletion.objects.filter(recording=recording).delete()
        return DeletionReceipt.objects.filter(recording=recording).first()
    if recording.state != State.DELETING:
        raise NotPossible
    shredded_at = keys.shred(recording_id)
    _note_key(recording_id, shredded_at, by=by)
    _remove_and_check(personal.Subject(recording_id=recording_id))
    return _finish(recording_id, by=by)


def inventory(recording: Recording) -> dict[str, int]:
    """What there is to remove: counted from the rows and the vault's own list."""
    return {
        "chunks": Chunk.objects.filter(recording=recording).count(),
        "bytes": recording.stored_bytes,
        "derived": Segment.objects.filter(recording=recording).count() + bool(recording.index_name),
        "objects": len(vault.list_names(recording.pk)),
    }


@transaction.atomic
def _note_key(recording_id: str, shredded_at: datetime, *, by: Actor) -> None:
    recording = lifecycle.lock(recording_id)
    if recording.key_shredded_at is not None:
        return
    recording.key_shredded_at = shredded_at
    recording.save(update_fields=["key_shredded_at"])
    counts = inventory(recording)
    Deletion.objects.update_or_create(recording=recording, defaults={"inventory": counts})
    audit.record("deletion.key_destroyed", by=by, subject=recording, **counts)


def _remove_and_check(subject: personal.Subject) -> None:
    for last in (False, False, True):
        try:
            _remove(subject)
            check(subject)
        except FileNotFoundError:
            # Another worker is at the same recording and took a file from under our hands. Look again.
            if last:
                raise
        else:
            return


def _remove(subject: personal.Subject) -> None:
    # First unreachable, whatever the number of objects; then gone.
    vault.rename_away(subject.recording_id)
    # Rows go in one transaction: on SQLite each of its own waits for its turn beside the uploads, and is flushed.
    for is_rows, holders in groupby(personal.holders(), key=lambda holder: holder.is_rows):
        with transaction.atomic() if is_rows else nullcontext():
            for holder in holders:
                holder.erase(subject)


def check(subject: personal.Subject) -> None:
    """Raise `Unverified` while any holder still has something of `subject`."""
    left = {holder.name: count for holder in personal.holders() if (count := holder.verify(subject))}
    if left:
        raise Unverified(f"still there: {left}")


@transaction.atomic
def _finish(recording_id: str, *, by: Actor) -> DeletionReceipt:
    """Write the one receipt. Locks in the order of imports: ticket, link and receipt, recording."""
    recording = Recording.objects.select_related("receipt").get(pk=recording_id)
    if recording.receipt is not None:
        consents.terminate(recording.receipt, by=by)
    recording = lifecycle.lock(recording_id)
    existing = DeletionReceipt.objects.filter(recording=recording).first()
    if existing is not None:
        return existing
    deletion = Deletion.objects.get(recording=recording)
    recording = lifecycle.deleted(recording, by=by)
    receipt = receipts.issue(recording, inventory=deletion.inventory or {}, by=by)
    Recording.objects.filter(pk=recording_id).update(**BLANK)
    deletion.delete()
    return receipt
