"""Put events where a finished recording has them: sealed chunks, packed for replay."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from apps.core.actors import Actor
from apps.keys import services as keys
from apps.recordings.models import Chunk, RecordedPage, Recording
from apps.recordings.services import packing, vault, wire
from apps.recordings.services.sealing import Place, seal
from apps.tickets.models import Ticket
from tests.player.story import Event

SYSTEM = Actor.system("test")


def keep(ticket: Ticket, pages: list[list[Event]], **fields: object) -> Recording:
    """A recording in processing whose `pages` were uploaded; `fields` as of the model."""
    start = datetime.fromtimestamp(pages[0][0]["timestamp"] / 1000, UTC)
    fields.setdefault("latest_at", timezone.now() + timedelta(days=180))
    recording = Recording.objects.create(
        site=ticket.site, ticket=ticket, state=Recording.State.PROCESSING, max_minutes=30, started_at=start,
        ended_at=timezone.now(), ended=Recording.Ended.PERSON, trusted_at=start, pages=len(pages),
        chunk_count=len(pages), **fields,
    )  # fmt: skip
    keys.create(recording.pk)
    key = keys.open_key(recording.pk)
    vault.prepare(recording.pk)
    for number, events in enumerate(pages, start=1):
        RecordedPage.objects.create(recording=recording, number=number, tab="a")
        raw = wire.dump(events)
        name = f"c-{number}-0-{uuid.uuid4().hex[:8]}"
        vault.put(recording.pk, name, seal(key, Place(recording.pk, "chunk", page=number, seq=0), raw, level=1))
        Chunk.objects.create(
            recording=recording, page=number, seq=0, digest=uuid.uuid4().hex, object_name=name,
            first_ms=events[0]["timestamp"], last_ms=events[-1]["timestamp"], has_snapshot=True,
            raw_bytes=len(raw), stored_bytes=len(raw),
        )  # fmt: skip
    return recording


def ready(ticket: Ticket, pages: list[list[Event]], **fields: object) -> Recording:
    """A recording that staff may watch."""
    packed = packing.pack(keep(ticket, pages, **fields), by=SYSTEM)
    if packed.state == Recording.State.IN_REVIEW:
        packed.state = Recording.State.READY
        packed.shared_at = timezone.now()
        packed.save(update_fields=["state", "shared_at"])
    return packed
