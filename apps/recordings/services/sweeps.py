"""What time does by itself. Each deadline lies in a row; a sweep finds what is due, one recording at a time.

Safe to run twice and at once, and to be killed anywhere: every step is a verb that looks again under its
lock.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Exists, F, Max, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from apps.consents import services as consents
from apps.core import room
from apps.core.actors import Actor
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.models import RecordedPage, Recording
from apps.recordings.services import lifecycle, packing

log = logging.getLogger(__name__)
State, Ended = Recording.State, Recording.Ended
BATCH = 200


def _each(recordings: Iterable[Recording], step: Callable[[Recording], object]) -> int:
    """Do `step` for each; one that fails must not keep the others waiting."""
    done = 0
    for recording in recordings:
        try:
            step(recording)
            done += 1
        except Exception:
            log.exception("sweep: %s stays for the next round", recording.pk)
    return done


def void_unstarted() -> int:
    """No first chunk, or no trusted pointer or key event, within 15 minutes: the consent is void."""
    by = Actor.system("sweep:void_unstarted")
    before = timezone.now() - limits.VOID_AFTER
    due = Recording.objects.filter(
        Q(started_at__isnull=True) | Q(trusted_at__isnull=True),
        is_imported=False,
        receipt__given_at__lte=before,
    ).exclude(state__in=[State.DELETING, State.DELETED])

    def void(recording: Recording) -> None:
        cause = "not_begun" if recording.started_at is None else "nobody_there"
        if recording.receipt is not None:
            consents.void(recording.receipt, cause=cause, by=by)
        # The signal has done so where the consent was alive; where it was not, the recording must not stay.
        lifecycle.doom(recording, cause=Recording.Cause.VOID, by=by)

    return _each(due.select_related("receipt")[:BATCH], void)


def end_overdue() -> int:
    """The time limit, a tab that was closed, silence, or no room to store more."""
    by = Actor.system("sweep:end_overdue")
    now = timezone.now()
    running = Recording.objects.filter(state__in=Recording.RUNNING)
    if room.state() == "full":
        return _each(running[:BATCH], lambda recording: lifecycle.end(recording, ended=Ended.FULL, by=by))
    ended = _each(
        running.filter(limit_at__lte=now)[:BATCH],
        lambda recording: lifecycle.end(recording, ended=Ended.LIMIT, by=by, at=recording.limit_at),
    )
    heard = running.annotate(
        heard_at=Greatest(
            Coalesce("last_chunk_at", "created_at"),
            Coalesce("last_beat_at", "created_at"),
            Coalesce(Max("recorded_pages__created_at"), F("created_at")),
        )
    ).filter(heard_at__lte=now - limits.CLOSED_AFTER)
    open_pages = RecordedPage.objects.filter(recording=OuterRef("pk"), ended_at__isnull=True)
    quiet = heard.filter(~Exists(open_pages) | Q(heard_at__lte=now - limits.SILENT_AFTER))
    moments: dict[str, datetime] = dict(quiet.values_list("pk", "heard_at")[:BATCH])
    return ended + _each(
        Recording.objects.filter(pk__in=moments),
        lambda each: lifecycle.end(each, ended=Ended.CLOSED, by=by, at=moments[each.pk]),
    )


def process_waiting() -> int:
    """Pack what has ended and whose tail has had its time."""
    by = Actor.system("sweep:process_waiting")
    due = Recording.objects.filter(state=State.PROCESSING, process_at__lte=timezone.now())
    return _each(due.order_by("process_at")[:BATCH], lambda recording: packing.pack(recording, by=by))


def send_unreviewed() -> int:
    """Send what the person left without choosing, as the notice said."""
    by = Actor.system("sweep:send_unreviewed")
    due = Recording.objects.filter(state=State.IN_REVIEW, review_until__lte=timezone.now(), trusted_at__isnull=False)
    return _each(due[:BATCH], lambda recording: lifecycle.share(recording, by=by))


def sweep_keys() -> int:
    """Destroy keys whose recording is not there, or was deleted without them, a day after they were made."""
    swept = 0
    for recording_id in keys.older_than(timezone.now() - limits.OWNERLESS_AFTER):
        if not Recording.objects.filter(pk=recording_id).exclude(state=State.DELETED).exists():
            keys.shred(recording_id)
            swept += 1
    return swept
