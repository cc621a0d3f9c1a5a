"""Passages of time that the person takes out, and what is left of events without them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.recordings.models import Cut, Recording
from apps.recordings.services import wire

Passage = tuple[int, int]  # from and to, both inside, in ms as events have them


def merged(passages: Iterable[Passage]) -> list[Passage]:
    """The same time in as few passages as possible, in order."""
    found: list[Passage] = []
    for start, end in sorted(passages):
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _of(recording: Recording, **which: Any) -> list[Passage]:
    return merged(Cut.objects.filter(recording=recording, **which).values_list("from_ms", "to_ms"))


def marked(recording: Recording) -> list[Passage]:
    """Those that may still be put back."""
    return _of(recording, ordered_at=None)


def ordered(recording: Recording) -> list[Passage]:
    """Those that go for good, or have gone: nothing of them is taken in any more."""
    return _of(recording, ordered_at__isnull=False)


def done(recording: Recording) -> list[Passage]:
    return _of(recording, done_at__isnull=False)


def holds(passages: Iterable[Passage], at_ms: object) -> bool:
    return isinstance(at_ms, (int, float)) and any(start <= at_ms <= end for start, end in passages)


def end_before(passages: Iterable[Passage], at_ms: int) -> int:
    """When the last passage before `at_ms` ended; `at_ms` itself where there is none."""
    return max((end for _start, end in passages if end < at_ms), default=at_ms)


def rest(event: wire.Event, passages: list[Passage]) -> wire.Event | None:
    """What of `event` is not of the passages: all, nothing, or a way of the pointer with a hole in it.

    A request belongs to the moment at which it was sent, and each point of a way to its own.
    """
    at, data = event["timestamp"], event["data"]
    if holds(passages, at):
        return None
    if event["type"] == wire.CUSTOM:
        return None if holds(passages, data["payload"].get("start_ms")) else event
    points = data.get("positions") if event["type"] == wire.INCREMENTAL else None
    if not isinstance(points, list):
        return event
    left = [point for point in points if not holds(passages, _when(at, point))]
    if len(left) == len(points):
        return event
    return {**event, "data": {**data, "positions": left}} if left else None


def _when(at: int, point: object) -> int:
    """rrweb writes a point's time as its distance from its event's; what cannot be read is at the event's."""
    offset = point.get("timeOffset") if isinstance(point, dict) else None
    return round(at + offset) if isinstance(offset, (int, float)) else at


def without(events: list[wire.Event], passages: list[Passage]) -> list[wire.Event]:
    if not passages:
        return events
    return [left for event in events if (left := rest(event, passages)) is not None]
