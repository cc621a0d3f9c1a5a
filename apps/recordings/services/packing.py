"""Chunks become what the player reads: segments that begin with a full snapshot, and one index.

Nothing is changed in place. New objects are written beside the old, one transaction points the rows at
them, and only then do the old ones go; whoever dies half-way leaves sealed objects that go with the folder.
Two packers at once write different names, and the one whose count of chunks is out of date packs again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db import transaction

from apps.core.actors import Actor
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.models import Chunk, RecordedPage, Recording, Segment
from apps.recordings.services import assets, cutting, indexing, lifecycle, passages, vault, wire
from apps.recordings.services.picture import Picture
from apps.recordings.services.sealing import SMALL, Place, seal, unseal


@dataclass(slots=True)
class Piece:
    """A segment in the making."""

    page: int
    events: list[bytes] = field(default_factory=list)
    size: int = 2
    start_ms: int = 0
    end_ms: int = 0
    drawn: int = 0  # bytes of the last snapshot and of what came with it
    drawn_at: int = 0  # the size by then

    def begin(self, events: Iterable[wire.Event]) -> None:
        """Meta, a full snapshot, and what belongs to it."""
        before = self.size
        for event in events:
            self.add(event)
        self.drawn, self.drawn_at = self.size - before, self.size

    @property
    def is_far(self) -> bool:
        """Whoever seeks to its end has much to do: as much as the snapshot is, and more."""
        return self.size - self.drawn_at > max(limits.CHECKPOINT_BYTES, self.drawn)

    def add(self, event: wire.Event) -> None:
        body = wire.dump(event)
        self.size += len(body) + 1
        self.start_ms = self.start_ms or event["timestamp"]
        self.end_ms = max(self.end_ms, event["timestamp"])
        self.events.append(body)

    def raw(self) -> bytes:
        return b"[" + b",".join(self.events) + b"]"


@dataclass(slots=True)
class Packed:
    """What one try wrote; its names are removed again if the try loses."""

    epoch: int
    chunk_count: int
    segments: list[Segment] = field(default_factory=list)
    wanted: assets.Wanted = field(default_factory=lambda: assets.Wanted([]))
    index_name: str = ""
    duration_ms: int = 0
    problem_count: int = 0

    def names(self) -> list[str]:
        return [*(segment.object_name for segment in self.segments), self.index_name]


def pack(recording: Recording, *, by: Actor) -> Recording:
    """Pack what was kept and move on to review, or to `ready`; one without a single picture is removed.

    Does nothing unless the recording is being processed. Raises what the vault and the key store raise: the
    sweep tries again.
    """
    recording = Recording.objects.select_related("receipt__policy", "site").get(pk=recording.pk)
    if recording.state != Recording.State.PROCESSING:
        return recording
    if not cutting.carry_out(recording, by=by):
        return Recording.objects.get(pk=recording.pk)
    recording.refresh_from_db()
    packed = _write(recording)
    if not packed.segments:
        _discard(recording, packed)
        return lifecycle.doom(recording, cause=_why_nothing(recording), by=by)
    old = _adopt(recording, packed, by=by)
    if old is None:  # a late chunk came while we packed, or another packer was faster; the sweep looks again
        _discard(recording, packed)
        return Recording.objects.get(pk=recording.pk)
    for name in old:
        vault.remove(recording.pk, name)
    assets.settle(recording, packed.wanted)
    return Recording.objects.get(pk=recording.pk)


def _why_nothing(recording: Recording) -> Recording.Cause:
    return Recording.Cause.DISCARDED if recording.cuttings.exists() else Recording.Cause.ABANDONED


@transaction.atomic
def _adopt(recording: Recording, packed: Packed, *, by: Actor) -> list[str] | None:
    """Point the rows at the new objects; returns the names of the old ones, None when this try is out of
    date.
    """
    fresh = lifecycle.lock(recording.pk)
    changed = (fresh.epoch, fresh.index_name) != (recording.epoch, recording.index_name)
    if fresh.state != Recording.State.PROCESSING or changed or fresh.chunk_count != packed.chunk_count:
        return None
    old = [*fresh.segments.values_list("object_name", flat=True), fresh.index_name]
    fresh.segments.all().delete()
    Segment.objects.bulk_create(packed.segments)
    fresh.epoch, fresh.index_name = packed.epoch, packed.index_name
    fresh.duration_ms, fresh.problem_count = packed.duration_ms, packed.problem_count
    fresh.save(update_fields=["epoch", "index_name", "duration_ms", "problem_count"])
    lifecycle.processed(fresh, by=by)
    return [name for name in old if name]


def _discard(recording: Recording, packed: Packed) -> None:
    for name in packed.names():
        if name:
            vault.remove(recording.pk, name)


# --- Writing ----------------------------------------------------------------------------------------


def _write(recording: Recording) -> Packed:
    key = keys.open_key(recording.pk)
    epoch = recording.epoch + 1 if recording.index_name else recording.epoch
    packed = Packed(epoch=epoch, chunk_count=recording.chunk_count)
    packed.wanted = assets.Wanted(assets.origins(recording))
    index = indexing.Index(recording_id=recording.pk, epoch=epoch)
    for page in RecordedPage.objects.filter(recording=recording).order_by("number"):
        rows = list(Chunk.objects.filter(recording=recording, page=page.number).order_by("seq"))
        if rows:
            index.open_page(page.number, page.tab, was_left=page.ended_at is not None)
            for piece in _pieces(page.number, _events(recording, key, rows, index, packed.wanted)):
                _put_segment(recording, key, packed, piece)
    for row in Chunk.objects.filter(recording=recording).exclude(hits={}).values_list("hits", flat=True):
        index.second_gate.update(row)
    for start, end in passages.done(recording):
        index.cut(start, end)
    _put_index(recording, key, packed, index)
    return packed


def _events(
    recording: Recording, key: bytes, rows: list[Chunk], index: indexing.Index, wanted: assets.Wanted
) -> Iterator[wire.Event]:
    """All events of a page in order, noted in the index as they pass."""
    last_ms, expected = 0, 0
    has_hits = any(row.hits for row in rows)
    for row in rows:
        if row.seq != expected:
            index.gap(last_ms or row.first_ms, row.first_ms, "lost")
        last_ms, expected = row.last_ms, row.seq + 1
        place = Place(recording.pk, "chunk", page=row.page, seq=row.seq, epoch=row.epoch)
        events = wire.load(unseal(key, place, vault.get(recording.pk, row.object_name)))
        for event in sorted(events, key=itemgetter("timestamp")):
            index.note(event)
            wanted.note(event)
            if has_hits:
                index.caught.note(event, page=row.page)
            yield event


def _pieces(page: int, events: Iterable[wire.Event]) -> Iterator[Piece]:
    """Cut so that each piece begins with a full snapshot and stands alone; several small ones share a piece.

    Where the recorder took none for long, we write our own. Meta comes right before its snapshot. What comes
    before the first snapshot has nothing to be replayed on: our own events move behind it, mutations are dropped.
    """
    piece: Piece | None = None
    picture = Picture()
    waiting: list[wire.Event] = []
    meta: wire.Event | None = None
    for event in events:
        if event["type"] == wire.META:
            meta = event
        elif event["type"] == wire.FULL_SNAPSHOT:
            if piece is not None and piece.size + len(wire.dump(event)) > limits.SEGMENT_BYTES:
                yield piece
                piece = None
            meta = meta or _meta_of(event)
            piece = piece or Piece(page)
            piece.begin([meta, event])
            for early in waiting:
                piece.add({**early, "timestamp": max(early["timestamp"], event["timestamp"])})
            picture.apply(meta)
            picture.apply(event)
            waiting, meta = [], None
        elif piece is None:
            waiting.extend([event] if event["type"] == wire.CUSTOM else [])
        else:
            if piece.is_far and picture.is_there:
                yield piece
                piece = _drawn(page, picture, max(event["timestamp"], piece.end_ms))
            piece.add(event)
            picture.apply(event)
    if piece is not None:
        yield piece


def _drawn(page: int, picture: Picture, at_ms: int) -> Piece:
    piece = Piece(page)
    piece.begin(picture.events(at_ms))
    return piece


def _meta_of(snapshot: wire.Event) -> wire.Event:
    data: dict[str, Any] = {"href": "", "width": 1024, "height": 768}
    return {"type": wire.META, "data": data, "timestamp": snapshot["timestamp"]}


def _put_segment(recording: Recording, key: bytes, packed: Packed, piece: Piece) -> None:
    number = len(packed.segments)
    raw = piece.raw()
    place = Place(recording.pk, "segment", page=piece.page, seq=number, epoch=packed.epoch)
    sealed = seal(key, place, raw, level=SMALL)
    name = f"s-{packed.epoch}-{number}-{secrets.token_hex(4)}"
    vault.put(recording.pk, name, sealed)
    packed.segments.append(
        Segment(
            recording=recording,
            number=number,
            page=piece.page,
            epoch=packed.epoch,
            object_name=name,
            start_ms=piece.start_ms,
            end_ms=piece.end_ms,
            raw_bytes=len(raw),
            stored_bytes=len(sealed),
        )
    )


def _put_index(recording: Recording, key: bytes, packed: Packed, index: indexing.Index) -> None:
    if not packed.segments:
        return
    document = index.document(packed.segments)
    packed.duration_ms = document["duration_ms"]
    packed.problem_count = index.problems
    packed.index_name = f"i-{packed.epoch}-{secrets.token_hex(4)}"
    place = Place(recording.pk, "index", epoch=packed.epoch)
    vault.put(recording.pk, packed.index_name, seal(key, place, wire.dump(document), level=SMALL))
