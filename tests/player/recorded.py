"""Put events where a finished recording has them: sealed chunks, packed for replay."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.utils import timezone

from apps.consents import services as consents
from apps.core.actors import Actor
from apps.keys import services as keys
from apps.links import services as links
from apps.recordings.models import Chunk, RecordedPage, Recording
from apps.recordings.services import lifecycle, packing, second_gate, vault, wire
from apps.recordings.services.sealing import Place, seal
from apps.tickets.models import Ticket
from tests.player.story import Event

SYSTEM = Actor.system("test")


def keep(recording: Recording, pages: list[list[Event]], tabs: str = "") -> Recording:
    """`recording` has ended, and its `pages` were uploaded. `tabs` has a letter for each page; all in one without."""
    start = datetime.fromtimestamp(pages[0][0]["timestamp"] / 1000, UTC)
    recording.state, recording.ended = Recording.State.PROCESSING, Recording.Ended.PERSON
    recording.started_at = recording.trusted_at = start
    recording.ended_at = timezone.now()
    recording.pages = recording.chunk_count = len(pages)
    recording.save()
    keys.create(recording.pk)
    key = keys.open_key(recording.pk)
    vault.prepare(recording.pk)
    for number, events in enumerate(pages, start=1):
        tab = tabs[number - 1] if tabs else "a"
        RecordedPage.objects.create(recording=recording, number=number, tab=tab, ended_at=timezone.now())
        hits = second_gate.scrub(events)
        recording.second_gate_hits += sum(hits.values())
        raw = wire.dump(events)
        name = f"c-{number}-0-{uuid.uuid4().hex[:8]}"
        vault.put(recording.pk, name, seal(key, Place(recording.pk, "chunk", page=number, seq=0), raw, level=1))
        Chunk.objects.create(
            recording=recording, page=number, seq=0, digest=uuid.uuid4().hex, object_name=name,
            first_ms=events[0]["timestamp"], last_ms=events[-1]["timestamp"], has_snapshot=True,
            raw_bytes=len(raw), stored_bytes=len(raw), hits=dict(hits),
        )  # fmt: skip
    recording.save(update_fields=["second_gate_hits"])
    return recording


def in_review(ticket: Ticket, pages: list[list[Event]], tabs: str = "") -> Recording:
    """Asked for, agreed to, recorded and packed, by the verbs; the person has it before them."""
    by = Actor.system("test")
    link = links.issue(ticket, by=by)
    receipt = consents.give(link, language="en", live=False, by=Actor.person(link.pk))
    return packing.pack(keep(Recording.objects.get(receipt=receipt), pages, tabs), by=SYSTEM)


def ready(ticket: Ticket, pages: list[list[Event]], tabs: str = "") -> Recording:
    """A recording that the person has sent: staff may watch it."""
    recording = in_review(ticket, pages, tabs)
    return lifecycle.share(recording, by=Actor.person(recording.receipt_id or ""))
