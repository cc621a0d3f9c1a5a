"""Recordings as files: out for those who must have a copy, in for demos and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.models import Chunk, RecordedPage, Recording
from apps.recordings.services import lifecycle, packing, replay, second_gate, vault, wire
from apps.recordings.services.sealing import QUICK, Place, content_digest, seal
from apps.tickets.models import Ticket

State = Recording.State
CHUNK_EVENTS = 500


class ImportOff(Refused):
    """Nobody here consented to what is imported, so an installation must have asked for it."""

    code = "import_off"
    sentence = gettext_lazy("Importing is for demos and benchmarks. Set PLACET_ALLOW_IMPORT=1 to allow it.")


# --- Out --------------------------------------------------------------------------------------------


def export(recording: Recording, *, reason: str, by: Actor) -> bytes:
    """Return the events as a JSON array that stock rrweb players play; raises unless it is `ready`.

    Such players know one page at a time. Where two tabs overlap, the picture follows the one that was drawn
    last, and only our own events (steps, errors, requests) of the other are kept until it is drawn again.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is exported: the person sees it."))
    fresh = replay.readable(recording, by=by)
    if fresh.state != State.READY:
        raise Invalid(_("Only a recording that was sent can be exported."))
    numbers = list(fresh.segments.order_by("start_ms", "number").values_list("number", flat=True))
    events: list[tuple[int, wire.Event]] = []
    for number in numbers:
        pieces = wire.load(replay.segment(fresh, number, by=by))
        events += [(number, event) for event in pieces]
    audit.record("recording.exported", by=by, subject=fresh, reason=reason[:200], events=len(events))
    return wire.dump(list(_one_picture(events)))


def _one_picture(events: list[tuple[int, wire.Event]]) -> Iterator[wire.Event]:
    drawn = -1
    # Stable: a Meta stays before its snapshot.
    for number, event in sorted(events, key=lambda pair: int(pair[1]["timestamp"])):
        if event["type"] == wire.META:
            drawn = number
        if event["type"] == wire.CUSTOM or number == drawn:
            yield event


# --- In ---------------------------------------------------------------------------------------------


def import_events(raw: bytes, *, ticket: Ticket, by: Actor) -> Recording:
    """Make a recording of a JSON array of rrweb events: scanned, sealed, packed, ready, marked as imported.

    Raises `ImportOff`, or `Malformed` for what is no recording.
    """
    if not settings.PLACET_ALLOW_IMPORT:
        raise ImportOff
    events = wire.events(raw, most=limits.IMPORTED_EVENTS)
    if not any(event["type"] == wire.FULL_SNAPSHOT for event in events):
        raise Invalid(_("The file holds no full snapshot, so there is nothing to replay."))
    recording = _begin(ticket, events, by=by)
    keys.create(recording.pk)
    vault.prepare(recording.pk)
    for number, page in enumerate(_pages(events), start=1):
        _keep_page(recording, number, page)
    return packing.pack(_ended(recording), by=by)


def _moment(event: wire.Event) -> datetime:
    return datetime.fromtimestamp(event["timestamp"] / 1000, UTC)


@transaction.atomic
def _begin(ticket: Ticket, events: list[wire.Event], *, by: Actor) -> Recording:
    policy = ticket.site.policy
    recording = Recording.objects.create(
        site=ticket.site,
        ticket=ticket,
        is_imported=True,
        max_minutes=policy.max_minutes,
        latest_at=timezone.now() + timedelta(days=policy.cap_days),
        started_at=min(map(_moment, events)),
        trusted_at=min(map(_moment, events)),
    )
    audit.record("recording.imported", by=by, subject=recording, events=len(events))
    recording.move_to(State.RECORDING)
    recording.ended_at = max(map(_moment, events))
    recording.ended = Recording.Ended.PERSON
    # Packed by whoever imports; found by the sweep where that dies.
    recording.process_at = timezone.now() + limits.SILENT_AFTER
    recording.move_to(State.PROCESSING, "ended_at", "ended", "process_at")
    return recording


@transaction.atomic
def _ended(recording: Recording) -> Recording:
    fresh = lifecycle.lock(recording.pk)
    fresh.process_at = timezone.now()
    fresh.save(update_fields=["process_at"])
    return fresh


def _pages(events: list[wire.Event]) -> Iterator[list[wire.Event]]:
    """One list a page. A file without any `placet.page` is one page."""
    starts = _page_starts(events) or [0]
    starts[0] = 0
    for start, end in pairwise([*starts, len(events)]):
        yield events[start:end]


def _page_starts(events: list[wire.Event]) -> list[int]:
    """A recorder writes `placet.page` before the page's Meta, an export has it right behind the snapshot."""
    starts: list[int] = []
    meta: int | None = None  # of a snapshot that nothing but our own events has followed
    waits = False  # a `placet.page` waits for its Meta
    for at, event in enumerate(events):
        if event["type"] == wire.META:
            meta, waits = (None if waits else at), False
        elif event["type"] == wire.INCREMENTAL:
            meta = None
        elif event["type"] == wire.CUSTOM and event["data"]["tag"] == "placet.page":
            waits = meta is None
            starts.append(at if meta is None else meta)
            meta = None
    return starts


def _keep_page(recording: Recording, number: int, events: list[wire.Event]) -> None:
    tab = next((_tab(event) for event in events if _tab(event)), "imported")
    RecordedPage.objects.create(recording=recording, number=number, tab=tab, ended_at=timezone.now())
    Recording.objects.filter(pk=recording.pk).update(pages=number)
    for seq, start in enumerate(range(0, len(events), CHUNK_EVENTS)):
        _keep_chunk(recording, number, seq, events[start : start + CHUNK_EVENTS])


def _tab(event: wire.Event) -> str:
    payload: dict[str, Any] = event["data"].get("payload", {}) if event["type"] == wire.CUSTOM else {}
    tab = payload.get("tab")
    return tab[:16] if isinstance(tab, str) else ""


def _keep_chunk(recording: Recording, page: int, seq: int, events: list[wire.Event]) -> None:
    key = keys.open_key(recording.pk)
    hits = second_gate.scrub(events)
    hits += second_gate.scrub_own(events, lifecycle.policy_of(recording).text_patterns)
    clean = wire.dump(events)
    sealed = seal(key, Place(recording.pk, "chunk", page=page, seq=seq), clean, level=QUICK)
    name = f"c-{page}-{seq}-imported"
    vault.put(recording.pk, name, sealed)
    with transaction.atomic():
        fresh = Recording.objects.select_for_update().get(pk=recording.pk)
        Chunk.objects.create(
            recording=fresh,
            page=page,
            seq=seq,
            digest=content_digest(key, clean),
            object_name=name,
            first_ms=min(event["timestamp"] for event in events),
            last_ms=max(event["timestamp"] for event in events),
            has_snapshot=any(event["type"] == wire.FULL_SNAPSHOT for event in events),
            raw_bytes=len(clean),
            stored_bytes=len(sealed),
            hits=dict(hits),
        )
        fresh.chunk_count += 1
        fresh.raw_bytes += len(clean)
        fresh.stored_bytes += len(sealed)
        fresh.second_gate_hits += sum(hits.values())
        counts = ["chunk_count", "raw_bytes", "stored_bytes", "second_gate_hits"]
        fresh.save(update_fields=counts)
