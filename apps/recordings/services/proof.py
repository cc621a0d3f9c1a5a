"""Is what lies in the vault what was put there? Each object is opened in memory, which fails for a single changed byte.

Nothing of the contents goes anywhere. An object of a copy for a person, and a remark's text in its row, are looked at when
they are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from apps.keys import services as keys
from apps.recordings.models import Asset, Chunk, Recording, Segment
from apps.recordings.services import vault
from apps.recordings.services.sealing import Place, Tampered, unseal_packed

GOING = (Recording.State.DELETING, Recording.State.DELETED)


@dataclass(frozen=True, slots=True)
class Damage:
    recording_id: str
    name: str
    problem: str


def _named(recording: Recording) -> Iterator[tuple[str, Place]]:
    """Every object that the rows know, and where it belongs."""
    pk = recording.pk
    for chunk in Chunk.objects.filter(recording=recording).exclude(object_name=""):
        yield chunk.object_name, Place(pk, "chunk", page=chunk.page, seq=chunk.seq, epoch=chunk.epoch)
    for piece in Segment.objects.filter(recording=recording):
        yield piece.object_name, Place(pk, "segment", page=piece.page, seq=piece.number, epoch=piece.epoch)
    for asset in Asset.objects.filter(recording=recording).exclude(content_type=""):
        yield asset.object_name, Place(pk, "asset", seq=asset.pk)
    if recording.index_name:
        yield recording.index_name, Place(pk, "index", epoch=recording.epoch)


def _problem(recording_id: str, key: bytes, name: str, place: Place) -> str:
    try:
        unseal_packed(key, place, vault.get(recording_id, name))
    except Tampered:
        return "it is not what was put there"
    except vault.ObjectMissing:
        return "it is gone"
    return ""


def look(recording: Recording) -> Iterator[Damage]:
    """What is wrong with the objects of one recording that is alive."""
    key = keys.open_key(recording.pk)
    for name, place in _named(recording):
        if problem := _problem(recording.pk, key, name, place):
            yield Damage(recording.pk, name, problem)


def verify() -> tuple[int, list[Damage]]:
    """Look at every recording that is alive and has a key; returns how many, and what is wrong."""
    alive = Recording.objects.exclude(state__in=GOING).order_by("pk")
    seen, found = 0, []
    for recording in alive.iterator():
        if keys.alive_among([recording.pk]):
            seen += 1
            found += list(look(recording))
    return seen, found
