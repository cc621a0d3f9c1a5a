"""A passage is taken out: written anew without it, never only hidden.

    1  the person marks passages, and may put them back             mark, put_back
    2  they say so for good; the recording is processed again       lifecycle.cut, lifecycle.share
    3  chunks are written anew beside the old ones                  _write
    4  one transaction points the rows at the new objects, forgets
       what was packed and notes which objects have to go           _adopt
    5  those objects go; it is looked whether they did; the receipt
       is signed. Only then is the recording packed again           _finish

Killed before 4, the old whole stands and the next try writes again; what the dead one wrote holds nothing of the
passage and goes with the cutting. Killed after it, the next try finds a cutting without a receipt and begins at 5.
An upload that was looked at before 4 is refused after it (the epoch has changed) and comes again without the
passage. What a killed process had half written when step 4 listed the objects stays in the folder, sealed, until the
recording's key goes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from apps.core import audit, documents
from apps.core.actors import Actor
from apps.core.errors import Gone
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.errors import Malformed, NotReadable
from apps.recordings.models import Chunk, Cut, Cutting, Recording
from apps.recordings.services import lifecycle, passages, vault, wire
from apps.recordings.services.passages import Passage
from apps.recordings.services.picture import INPUT, Picture
from apps.recordings.services.sealing import QUICK, Place, seal, unseal
from apps.recordings.signals import recording_cut

State = Recording.State
SCHEMA = "https://placet.example/schemas/cut-receipt/1"
CLAIMS = (
    "It shows what the software did and checked: what is stored was written anew without these passages, and the objects "
    "that held them were deleted. What the page still showed after a passage is not part of it. Backups made before "
    "may hold the old objects, unreadable once the recording's key is destroyed."
)


class StillThere(Exception):
    """An object that holds a removed passage could not be deleted. No receipt is written; the sweep tries again."""


# --- Marking ----------------------------------------------------------------------------------------


@transaction.atomic
def mark(recording: Recording, passage: Passage, *, by: Actor) -> Cut:
    """Mark a passage to be taken out before the recording is sent; the same one twice is one.

    Raises `NotReadable` unless it is being reviewed.
    """
    recording = _reviewed(recording)
    cut, is_new = Cut.objects.get_or_create(recording=recording, from_ms=passage[0], to_ms=passage[1])
    if is_new:
        audit.record("recording.passage_marked", by=by, subject=recording)
    return cut


@transaction.atomic
def put_back(recording: Recording, at_ms: int, *, by: Actor) -> None:
    """Take back every mark on the moment `at_ms`; what is gone for good stays gone."""
    recording = _reviewed(recording)
    marks = Cut.objects.filter(recording=recording, ordered_at=None, from_ms__lte=at_ms, to_ms__gte=at_ms)
    if marks.delete()[0]:
        audit.record("recording.passage_put_back", by=by, subject=recording)


@transaction.atomic
def take_out(recording: Recording, from_ms: int, *, by: Actor) -> Cut:
    """Order while it records that what was recorded since `from_ms` goes for good, once the recording is processed.

    Raises `Malformed` for a time to come and `Gone` once the recording has ended: then the review marks passages.
    """
    recording = lifecycle.lock(recording.pk)
    if recording.state not in {State.CREATED, *Recording.RUNNING}:
        raise Gone(lifecycle.gone_reason(recording) or "stopped")
    now = timezone.now()
    first = int((recording.created_at - limits.CLOCK_BEFORE).timestamp() * 1000)
    from_ms, to_ms = max(from_ms, first), int(now.timestamp() * 1000)
    if from_ms > to_ms:
        raise Malformed
    cut, _is_new = Cut.objects.get_or_create(
        recording=recording, from_ms=from_ms, to_ms=to_ms, defaults={"ordered_at": now}
    )
    audit.record("recording.take_out_ordered", by=by, subject=recording)
    return cut


def _reviewed(recording: Recording) -> Recording:
    recording = lifecycle.lock(recording.pk)
    if recording.state != State.IN_REVIEW:
        raise NotReadable
    return recording


# --- Taking out -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Written:
    """What one try wrote. `chunks` are rows as they will be."""

    epoch: int
    chunks: list[Chunk] = field(default_factory=list)
    events: int = 0  # taken out
    bytes_before: int = 0
    bytes_after: int = 0


def carry_out(recording: Recording, *, by: Actor) -> bool:
    """Take out what was ordered; the rows may have changed since `recording` was read.

    False: something came between, and this try was undone; the sweep looks again. Raises what the vault and the key
    store raise, and `StillThere`.
    """
    waiting = Cut.objects.filter(recording=recording, ordered_at__isnull=False, done_at=None)
    wanted = list(waiting.values_list("pk", flat=True))
    if wanted:
        written = _write(recording, passages.ordered(recording))
        stored = vault.list_names(recording.pk)
        if not _adopt(recording, written, wanted, stored=stored):
            for chunk in written.chunks:
                vault.remove(recording.pk, chunk.object_name)
            return False
    for cutting in Cutting.objects.filter(recording=recording, finished_at=None):
        _finish(cutting, by=by)
    return True


def _write(recording: Recording, out: list[Passage]) -> Written:
    key = keys.open_key(recording.pk)
    written = Written(epoch=recording.epoch + 1)
    for number in recording.recorded_pages.order_by("number").values_list("number", flat=True):
        page = Page(out)
        for row in Chunk.objects.filter(recording=recording, page=number).order_by("seq"):
            place = Place(recording.pk, "chunk", page=row.page, seq=row.seq, epoch=row.epoch)
            events = wire.load(unseal(key, place, vault.get(recording.pk, row.object_name)))
            kept, is_changed = page.take_all(events)
            if is_changed:
                _put(recording, key, row, kept, written)
        written.events += page.taken_out
    return written


def _put(recording: Recording, key: bytes, row: Chunk, kept: list[bytes], written: Written) -> None:
    raw = b"[" + b",".join(kept) + b"]"
    place = Place(recording.pk, "chunk", page=row.page, seq=row.seq, epoch=written.epoch)
    sealed = seal(key, place, raw, level=QUICK)
    name = f"c-{row.page}-{row.seq}-{secrets.token_hex(4)}"
    vault.put(recording.pk, name, sealed)
    written.bytes_before += row.stored_bytes
    written.bytes_after += len(sealed)
    row.object_name, row.epoch, row.raw_bytes, row.stored_bytes = name, written.epoch, len(raw), len(sealed)
    written.chunks.append(row)


@dataclass(slots=True)
class Page:
    """The events of one page in order, without the passages.

    What changed in a passage and lasted is drawn anew behind it, so that what follows has a page to happen on; what
    was typed in it is not.
    """

    out: list[Passage]
    taken_out: int = 0
    _picture: Picture = field(default_factory=Picture)
    _address: str = ""
    _is_behind: bool = False  # something of the page was taken out since what is kept of it

    def take_all(self, events: list[wire.Event]) -> tuple[list[bytes], bool]:
        """Return what is stored in their place, and whether that is anything else."""
        kept: list[bytes] = []
        is_changed = False
        for event in sorted(events, key=itemgetter("timestamp")):
            before, after = wire.dump(event), self._take(event)
            self.taken_out += before not in after
            is_changed = is_changed or after != [before]
            kept += after
        return kept, is_changed

    def _take(self, event: wire.Event) -> list[bytes]:
        self._note_address(event)
        left = passages.rest(event, self.out)
        kept = self._kept(left) if left is not None else []
        is_typing = event["type"] == wire.INCREMENTAL and event["data"].get("source") == INPUT
        if left is None:
            self._is_behind = self._is_behind or event["type"] != wire.CUSTOM
        if left is not None or not is_typing:
            self._picture.apply(event)
        return kept

    def _kept(self, event: wire.Event) -> list[bytes]:
        if not self._is_behind or event["type"] in {wire.CUSTOM, wire.META}:
            return [wire.dump(event)]
        if event["type"] == wire.FULL_SNAPSHOT:
            self._is_behind = False
            return [wire.dump(event)]
        if not self._picture.is_there:  # nothing to happen on until the recorder's next snapshot
            return []
        self._is_behind = False
        return [*self._drawn(passages.end_before(self.out, event["timestamp"])), wire.dump(event)]

    def _drawn(self, at_ms: int) -> list[bytes]:
        meta, *others = self._picture.events(at_ms + 1)
        # Where the page is now: the address that it had in the passage may be what the person took out.
        meta = {**meta, "data": {**meta["data"], "href": self._address}}
        return [wire.dump(event) for event in (meta, *others)]

    def _note_address(self, event: wire.Event) -> None:
        data = event["data"]
        address = data.get("href") if event["type"] == wire.META else None
        if event["type"] == wire.CUSTOM and data["tag"] in {"placet.page", "placet.navigate"}:
            address = data["payload"].get("url")
        self._address = address if isinstance(address, str) else self._address


@transaction.atomic
def _adopt(recording: Recording, written: Written, wanted: list[int], *, stored: list[str]) -> bool:
    """Point the rows at the new objects; False when this try is out of date."""
    fresh = lifecycle.lock(recording.pk)
    seen = (recording.epoch, recording.chunk_count)
    if fresh.state != State.PROCESSING or (fresh.epoch, fresh.chunk_count) != seen:
        return False
    Chunk.objects.bulk_update(written.chunks, ["object_name", "epoch", "raw_bytes", "stored_bytes"])
    fresh.segments.all().delete()
    fresh.epoch, fresh.index_name = written.epoch, ""
    left = Chunk.objects.filter(recording=fresh).aggregate(raw=Sum("raw_bytes"), stored=Sum("stored_bytes"))
    fresh.raw_bytes, fresh.stored_bytes = left["raw"] or 0, left["stored"] or 0
    fresh.save(update_fields=["epoch", "index_name", "raw_bytes", "stored_bytes"])
    Cut.objects.filter(pk__in=wanted).update(done_at=timezone.now())
    # Also what no row here points at: a copy for the person, what a try that died had packed, an upload without a row.
    still = set(Chunk.objects.filter(recording=fresh).values_list("object_name", flat=True))
    old = [name for name in stored if name not in still and not name.startswith(".")]
    taken = Cut.objects.filter(pk__in=wanted).values_list("from_ms", "to_ms")
    Cutting.objects.create(
        recording=fresh,
        passages=passages.merged(taken),
        old_names=old,
        inventory={
            "events": written.events,
            "chunks": len(written.chunks),
            "objects": len(old),
            "bytes_before": written.bytes_before,
            "bytes_after": written.bytes_after,
        },
    )
    recording_cut.send(Recording, recording=fresh)
    return True


# --- Proof ------------------------------------------------------------------------------------------


def _finish(cutting: Cutting, *, by: Actor) -> None:
    recording_id, old = cutting.recording_id, cutting.old_names
    for name in old:
        vault.remove(recording_id, name)
    if left := set(old) & set(vault.list_names(recording_id)):
        raise StillThere(f"{recording_id}: {len(left)} objects")
    _sign(cutting, by=by)


@transaction.atomic
def _sign(cutting: Cutting, *, by: Actor) -> None:
    recording = lifecycle.lock(cutting.recording_id)
    cutting = Cutting.objects.get(pk=cutting.pk)
    if cutting.finished_at is not None:
        return
    cutting.finished_at = timezone.now()
    entry = audit.record("recording.cut", by=by, subject=recording, receipt=cutting.pk, **cutting.inventory)
    cutting.document = documents.sign(_document(recording, cutting, entry_id=entry.pk))
    cutting.save(update_fields=["finished_at", "document"])


def _document(recording: Recording, cutting: Cutting, *, entry_id: str) -> dict[str, Any]:
    began = _ms(recording.started_at or recording.created_at)
    ended = _ms(recording.ended_at or cutting.began_at)
    return {
        "schema": SCHEMA,
        "receipt_id": cutting.pk,
        "recording_id": recording.pk,
        "consent_receipt": recording.receipt_id,
        "began": _moment(cutting.began_at),
        "finished": _moment(cutting.finished_at or timezone.now()),
        # The first passage and the last are open towards what may still arrive; the recording's own time closes them.
        "passages": [
            {"from": _moment(_at(max(began, start))), "to": _moment(_at(min(max(ended, start), end)))}
            for start, end in cutting.passages
        ],
        "inventory": cutting.inventory,
        "method": "chunks written anew without the passages, the objects that held them deleted with all versions",
        "verified": "the listing has none of the old objects",
        "claims": CLAIMS,
        "audit": {"entry": entry_id},
    }


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _moment(at: datetime) -> str:
    """RFC 3339, UTC, milliseconds: a passage may be shorter than a second."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
