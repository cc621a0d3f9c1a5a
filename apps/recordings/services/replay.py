"""Read what was packed. The state is read anew for every piece, so a withdrawal ends a replay at its next
piece.

Whoever calls has checked who is asking (`visible_to`, or the receipt) and writes down the view; this checks
only what the recording's own state allows to staff and to the person.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from apps.core.actors import Actor
from apps.core.errors import Gone, Unknown
from apps.keys import services as keys
from apps.recordings.errors import NotReadable
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, vault, wire
from apps.recordings.services.sealing import Place, unseal, unseal_packed

State = Recording.State


def readable(recording: Recording, *, by: Actor) -> Recording:
    """Return the recording as it is now; raises `Gone`, `NotReadable` or `Closed`.

    Before `ready` staff get nothing of the contents; the person sees it while they review it.
    """
    fresh = Recording.objects.select_related("receipt").get(pk=recording.pk)
    if fresh.state in {State.DELETING, State.DELETED}:
        raise Gone(lifecycle.gone_reason(fresh))
    allowed = {State.READY, State.IN_REVIEW} if by.kind == "person" else {State.READY}
    if fresh.state not in allowed or not fresh.index_name:
        raise NotReadable
    lifecycle.require_open_to(fresh, by=by)
    return fresh


@dataclass(frozen=True, slots=True)
class Opening:
    """What a player needs for its first picture."""

    index: bytes
    first: int
    events: bytes


def opening(recording: Recording, seconds: float, *, by: Actor) -> Opening:
    """The index, and the piece that probably shows this moment; the state is read once for both."""
    fresh = readable(recording, by=by)
    first = segment_at(fresh, seconds)
    return Opening(_index(fresh), first, zlib.decompress(_packed_segment(fresh, first)))


def index(recording: Recording, *, by: Actor) -> bytes:
    """Return index.json."""
    return _index(readable(recording, by=by))


def _index(fresh: Recording) -> bytes:
    place = Place(fresh.pk, "index", epoch=fresh.epoch)
    document = unseal(keys.open_key(fresh.pk), place, vault.get(fresh.pk, fresh.index_name))
    # Put in front as it is: reading and writing a large index anew would take longer than all the rest.
    files = dict(fresh.assets.exclude(content_type="").values_list("url", "name"))
    return b'{"state":' + wire.dump(fresh.state) + b',"assets":' + wire.dump(files) + b"," + document[1:]


def segment(recording: Recording, n: int, *, by: Actor) -> bytes:
    """Return the events of segment `n` as a JSON array; raises `Unknown` where there is none."""
    return zlib.decompress(packed_segment(recording, n, by=by))


def packed_segment(recording: Recording, n: int, *, by: Actor) -> bytes:
    """The same, compressed as it lies (zlib)."""
    return _packed_segment(readable(recording, by=by), n)


def _packed_segment(fresh: Recording, n: int) -> bytes:
    row = fresh.segments.filter(number=n, epoch=fresh.epoch).first()
    if row is None:
        raise Unknown
    place = Place(fresh.pk, "segment", page=row.page, seq=row.number, epoch=row.epoch)
    return unseal_packed(keys.open_key(fresh.pk), place, vault.get(fresh.pk, row.object_name))


def segment_at(recording: Recording, seconds: float) -> int:
    """Which segment probably shows this moment: a guess, so that it can be sent along with the index."""
    rows = list(recording.segments.order_by("start_ms", "number").values_list("number", "start_ms"))
    begun = [number for number, start_ms in rows if start_ms <= rows[0][1] + seconds * 1000]
    return begun[-1] if begun else 0
