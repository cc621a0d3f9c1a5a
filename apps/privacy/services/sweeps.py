"""What is due is found here, whoever forgot it: after a lost message, a killed worker, a week without any.

A claim is a short lease on a row, so that many workers share the work and a dead one's share is taken up
again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from apps.core import personal
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.keys import services as keys
from apps.privacy.models import Deletion
from apps.privacy.services import deletion, forgetting, holds, restore, retention
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle

log = logging.getLogger(__name__)
SWEEP = Actor.system("sweep:delete_due")
BATCH = 20
LEASE = timedelta(seconds=30)  # a batch's work; a lease that ends too soon costs double work and does no harm
BACKOFF_MAX = timedelta(minutes=15)


def doom_due(now: datetime) -> int:
    """Order the deletion of everything whose time has come. Returns how many."""
    doomed = 0
    for pk in list(retention.due_by(now).order_by("latest_at").values_list("pk", flat=True)):
        doomed += _doom_if_due(pk, now)
    return doomed


@transaction.atomic
def _doom_if_due(pk: str, now: datetime) -> bool:
    recording = lifecycle.lock(pk)
    # Looked at again under the lock: its ticket may have been reopened since.
    if not retention.due_by(now).filter(pk=pk).exists():
        return False
    cause = Recording.Cause.CAP if recording.latest_at <= now else Recording.Cause.RETENTION
    lifecycle.doom(recording, cause=cause, by=SWEEP)
    return True


@transaction.atomic
def claim(now: datetime) -> list[str]:
    """Take up to `BATCH` deletions that nobody is at, the half-dead among them, and lease them to the
    caller.
    """
    forgotten = Recording.objects.filter(state=Recording.State.DELETING, deletion=None)
    Deletion.objects.bulk_create(
        [Deletion(recording=recording, claimed_until=now) for recording in forgotten[: BATCH * 10]],
        ignore_conflicts=True,
    )
    free = Deletion.objects.filter(claimed_until__lte=now).order_by("claimed_until")
    rows = free.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)[:BATCH]
    claimed = [row.pk for row in rows]
    Deletion.objects.filter(pk__in=claimed).update(claimed_until=now + LEASE)
    return list(Deletion.objects.filter(pk__in=claimed).values_list("recording_id", flat=True))


@transaction.atomic
def claim_one(recording_id: str, now: datetime) -> bool:
    """Lease this deletion to the caller, unless somebody is at it or it is over."""
    recording = Recording.objects.filter(pk=recording_id, state=Recording.State.DELETING).first()
    if recording is None:
        return False
    Deletion.objects.get_or_create(recording=recording, defaults={"claimed_until": now})
    free = Deletion.objects.filter(recording=recording, claimed_until__lte=now)
    return free.update(claimed_until=now + LEASE) == 1


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=15 * 2**attempts), BACKOFF_MAX)


def _try(recording_id: str) -> bool:
    """One that cannot be deleted must not keep the others from it; it is tried again later, and reported."""
    try:
        deletion.delete(recording_id)
    except Exception as error:
        log.exception("deletion of %s failed; it will be tried again", recording_id)
        row = Deletion.objects.filter(recording_id=recording_id).first()
        if row is not None:
            row.attempts += 1
            row.problem = error.code if isinstance(error, PlacetError) else type(error).__name__
            row.claimed_until = timezone.now() + _backoff(row.attempts)
            row.save(update_fields=["attempts", "problem", "claimed_until"])
        return False
    return True


def delete_one(recording_id: str) -> bool:
    """Delete this one now, unless somebody is at it already."""
    return claim_one(recording_id, timezone.now()) and _try(recording_id)


def _shred(batch: list[str]) -> None:
    """Unreadable first, all of them: one at a time costs a flush each. What fails is tried for each, and reported."""
    try:
        keys.shred_all(batch)
    except Exception:
        log.exception("the keys of a batch could not be destroyed together")


def delete_claimed() -> int:
    """Delete all that nobody else is at. Returns how many went."""
    gone = 0
    while batch := claim(timezone.now()):
        _shred(batch)
        gone += sum(_try(recording_id) for recording_id in batch)
    return gone


def delete_due(now: datetime | None = None) -> int:
    """The whole sweep: plans put right, what is due is ordered, what was ordered is done."""
    holds.end_over()
    retention.reconcile()
    doom_due(now or timezone.now())
    return delete_claimed()


def tidy(now: datetime | None = None) -> dict[str, int]:
    """Remove what has outlived its purpose, as each holder of the registry says. Returns holder -> how
    many.
    """
    now = now or timezone.now()
    restore.replay_quietly()
    counts: dict[str, int] = {"people of old cases": forgetting.order(now)}
    for holder in personal.holders():
        try:
            counts[holder.name] = holder.tidy(now)
        except Exception:
            log.exception("tidying %s failed; it will be tried again", holder.name)
    return {name: count for name, count in counts.items() if count}
