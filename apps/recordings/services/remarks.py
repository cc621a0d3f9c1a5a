"""What staff write about a recording, at a moment of it. It goes with the recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.keys import services as keys
from apps.recordings.errors import Closed, ReasonNeeded
from apps.recordings.models import Recording, Remark
from apps.recordings.services import lifecycle, replay, story, watching
from apps.recordings.services.sealing import Place, seal, unseal

LONGEST = 20_000
MOST = 500  # a recording


@dataclass(frozen=True, slots=True)
class Written:
    """A remark that was opened."""

    recording_id: str
    author: User | None
    at_ms: int | None
    body: str
    created_at: datetime

    @property
    def line(self) -> story.Line:
        return story.Line(self.at_ms or 0, "remark", self.body, is_problem=False)


def _place(recording_id: str, number: int) -> Place:
    return Place(recording_id, "remark", seq=number)


@transaction.atomic
def write(recording: Recording, *, body: str, at_ms: int | None, user: User, by: Actor) -> Remark:
    """Keep what `user` wrote. Raises `Invalid`, or what `replay.readable` raises."""
    recording = replay.readable(lifecycle.lock(recording.pk), by=by)
    body = body.strip()[:LONGEST]
    last = recording.remarks.aggregate(last=Max("number"))["last"] or 0
    if not body or (at_ms is not None and not 0 <= at_ms <= recording.duration_ms):
        raise Invalid(_("There is nothing written yet."))
    if last >= MOST:
        raise Invalid(_("There are too many remarks on this recording."))
    number = last + 1
    sealed = seal(keys.open_key(recording.pk), _place(recording.pk, number), body.encode(), level=6)
    written = Remark.objects.create(recording=recording, number=number, author=user, at_ms=at_ms, sealed=sealed)
    audit.record("recording.remarked", by=by, subject=recording, remark=number)
    return written


def copy_story(recording: Recording, *, user: User, by: Actor) -> Remark:
    """The steps and what went wrong, as a remark on the whole."""
    told = story.text(story.index(recording, by=by))
    return write(recording, body=told or _("No steps were recorded."), at_ms=None, user=user, by=by)


def read(recordings: Iterable[Recording], *, by: Actor) -> list[Written]:
    """All remarks on those that may be watched now, opened; nothing of the others."""
    shown = [one.pk for one in recordings if one.state == Recording.State.READY and _is_open(one, by)]
    rows = Remark.objects.filter(recording__in=shown).select_related("author")
    return [opened for row in rows if (opened := _opened(row)) is not None]


def _is_open(recording: Recording, by: Actor) -> bool:
    try:
        lifecycle.require_open_to(recording, by=by)
        if isinstance(by.user, User):
            watching.require_known(recording, by.user)
    except (Closed, ReasonNeeded):
        return False
    return True


def _opened(row: Remark) -> Written | None:
    try:
        key = keys.open_key(row.recording_id)
    except keys.KeyShredded:  # its deletion has just begun
        return None
    body = unseal(key, _place(row.recording_id, row.number), bytes(row.sealed)).decode()
    return Written(row.recording_id, row.author, row.at_ms, body, row.created_at)
