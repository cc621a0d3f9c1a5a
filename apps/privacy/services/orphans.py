"""What nothing points to any more: objects, keys and rows of recordings that are gone or never were.

Nothing here should ever be found: a deletion verifies before it signs, and a key is made before its recording writes.
This looks from the other side, as a stranger would: at what lies there, asking who owns it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.models import Chunk, RecordedPage, Recording, Segment, StartCode
from apps.recordings.services import vault

BATCH = 500
ROWS = (Chunk, Segment, RecordedPage, StartCode)


@dataclass(frozen=True, slots=True)
class Orphan:
    """`kind`: object, key or row; `count`: how many of it."""

    kind: str
    recording_id: str
    count: int = 1


def _owned(ids: list[str]) -> set[str]:
    """Those that belong to a recording which is not deleted. One that is being deleted owns what is left of it."""
    alive = Recording.objects.filter(pk__in=ids).exclude(state=Recording.State.DELETED)
    return set(alive.values_list("pk", flat=True))


def _unowned(ids: Iterable[str]) -> Iterator[str]:
    waiting = sorted(ids)
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        yield from sorted(set(batch) - _owned(batch))


def _objects(now: datetime) -> Iterator[Orphan]:
    for recording_id in _unowned(vault.recordings()):
        yield Orphan("object", recording_id, len(vault.list_names(recording_id)))


def _keys(now: datetime) -> Iterator[Orphan]:
    # A key is committed before its recording's first byte; younger ones may still be on their way.
    for recording_id in _unowned(keys.older_than(now - limits.OWNERLESS_AFTER)):
        yield Orphan("key", recording_id)


def _rows(now: datetime) -> Iterator[Orphan]:
    for model in ROWS:
        left = model._default_manager.filter(recording__state=Recording.State.DELETED)
        for recording_id in left.order_by("recording").values_list("recording", flat=True).distinct():
            yield Orphan("row", str(recording_id), left.filter(recording=recording_id).count())


def find(now: datetime | None = None) -> list[Orphan]:
    """Look at the vault, the key store and the tables. Changes nothing."""
    now = now or timezone.now()
    return [orphan for look in (_objects, _keys, _rows) for orphan in look(now)]


def remove(orphans: Iterable[Orphan]) -> int:
    """Destroy the keys and remove the objects and rows of what `find` found; returns how many. Safe to repeat."""
    removed = 0
    for orphan in orphans:
        if _owned([orphan.recording_id]):
            continue
        keys.shred(orphan.recording_id)
        vault.delete_all(orphan.recording_id)
        for model in ROWS:
            model._default_manager.filter(recording_id=orphan.recording_id).delete()
        removed += 1
    return removed
