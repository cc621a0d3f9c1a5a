"""Dora's recordings, really recorded: over the wire, packed, sent."""

from __future__ import annotations

from typing import Any

from apps.core.actors import Actor
from apps.recordings.models import Recording
from apps.recordings.services import ingest, lifecycle, sweeps
from apps.tickets.models import Ticket
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser

SYSTEM = Actor.system("sweep:test")


def ready(ticket: Ticket | None = None, *, text: str = "Harbour Shop") -> Recording:
    """A recording that staff may watch, with chunks, a segment and an index in the vault."""
    ingest._buckets.clear()
    browser = Browser(factories.consent(ticket))
    assert browser.exchange().status == 200
    at = wire.now_ms()
    events: list[dict[str, Any]] = wire.page_events(at)
    events[2] = wire.snapshot(at + 2, text)
    assert browser.chunk(events, flags="st").status == 200
    assert browser.chunk([wire.click(at + 900)], seq=1, flags="l").status == 200
    assert browser.control("stop").status == 200
    assert sweeps.process_waiting() >= 1
    return lifecycle.share(browser.fresh(), by=Actor.person(str(browser.recording.receipt_id)))


def fresh(recording: Recording) -> Recording:
    return Recording.objects.get(pk=recording.pk)
