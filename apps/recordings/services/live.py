"""Watch while it happens: what was acknowledged, read back through the vault.

The one exception to "nothing before it was sent": the person agreed to live viewing as well, and it lasts only as long
as the recording runs. State, consent and the watch are read anew for every answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import Gone
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.errors import NotReadable
from apps.recordings.models import Chunk, RecordedPage, Recording, Watch
from apps.recordings.services import lifecycle, vault, wire
from apps.recordings.services.sealing import Place, unseal

State = Recording.State
TABS = 4  # with which a viewer who joins begins: the newest
BEAT_EACH = timedelta(seconds=3)


@dataclass(slots=True)
class News:
    """What came since `cursor` of the last answer; the next call gives this one's."""

    state: str
    now_ms: int  # by the clock that the events' times are corrected to
    cursor: int
    chunks: list[dict[str, Any]] = field(default_factory=list)


def readable(recording: Recording, *, by: Actor) -> Recording:
    """Return the recording as it is now; raises `Gone`, `NotReadable` or `Closed`."""
    fresh = Recording.objects.select_related("site").get(pk=recording.pk)
    if fresh.state in {State.DELETING, State.DELETED}:
        raise Gone(lifecycle.gone_reason(fresh))
    if not fresh.live or fresh.state not in Recording.RUNNING:
        raise NotReadable
    lifecycle.require_open_to(fresh, by=by)
    return fresh


def read(watch: Watch, *, after: int, by: Actor) -> News:
    """What was acknowledged after `after`; with 0 from the last snapshot of each tab on. Counts as a beat."""
    fresh = readable(watch.recording, by=by)
    _beat(watch)
    rows = fresh.chunks.filter(pk__gt=after) if after else _from_last_snapshots(fresh)
    news = News(fresh.state, round(timezone.now().timestamp() * 1000), after)
    key, size = keys.open_key(fresh.pk), 0
    for row in rows.order_by("pk"):
        if size and size + row.raw_bytes > limits.RAW_BYTES:
            break
        place = Place(fresh.pk, "chunk", page=row.page, seq=row.seq, epoch=row.epoch)
        events = wire.load(unseal(key, place, vault.get(fresh.pk, row.object_name)))
        news.chunks.append({"page": row.page, "events": events})
        news.cursor, size = row.pk, size + row.raw_bytes
    return news


def _from_last_snapshots(recording: Recording) -> QuerySet[Chunk]:
    """A page that has ended is not in front of anybody any more."""
    open_pages = RecordedPage.objects.filter(recording=recording, ended_at=None).order_by("-number")
    numbers = list(open_pages.values_list("number", flat=True)[:TABS])
    found = recording.chunks.filter(page__in=numbers, has_snapshot=True)
    wanted = Q(pk__in=[])
    for page, last in found.order_by().values_list("page").annotate(last=Max("pk")):
        wanted |= Q(page=page, pk__gte=last)
    return recording.chunks.filter(wanted)


def _beat(watch: Watch) -> None:
    """The person's bar counts who beats; one write in three seconds is enough for that."""
    now = timezone.now()
    if now - watch.last_beat_at > BEAT_EACH:
        Watch.objects.filter(pk=watch.pk).update(last_beat_at=now)
