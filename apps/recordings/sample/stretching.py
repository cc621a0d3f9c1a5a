"""Make a long recording of a short one: the last round of work is told again, on elements of its own."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from apps.recordings.services import wire
from apps.recordings.services.picture import Picture


@dataclass(frozen=True, slots=True)
class Rounds:
    """What was recorded: everything up to the last round, and that round, which begins and ends alike."""

    before: list[wire.Event]
    last: list[wire.Event]


class Uneven(ValueError):
    """The two last rounds made different numbers of elements, so one cannot stand for the next."""


def split(events: list[wire.Event], marks: list[int]) -> Rounds:
    """`marks` are the positions at which the two last rounds begin and where the last one ends."""
    _, begins, ends = marks[-3:]
    return Rounds(events[:begins], events[begins:ends])


def _ids(value: Any) -> Iterator[int]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), int):
            yield value["id"]
        for each in value.values():
            yield from _ids(each)
    elif isinstance(value, list):
        for each in value:
            yield from _ids(each)


def _highest(events: list[wire.Event]) -> int:
    return max((one for event in events for one in _ids(event["data"])), default=0)


def _moved(value: Any, above: int, by: int) -> Any:
    """The same with every id above `above` raised."""
    if isinstance(value, dict):
        return {
            key: each + by
            if key in {"id", "parentId", "nextId", "previousId", "rootId"} and isinstance(each, int) and each > above
            else _moved(each, above, by)
            for key, each in value.items()
        }
    return [_moved(each, above, by) for each in value] if isinstance(value, list) else value


def _slower(event: wire.Event, begins: int, starts: float, factor: float) -> wire.Event:
    data = event["data"]
    if "positions" in data:
        positions = [{**one, "timeOffset": round(one["timeOffset"] * factor)} for one in data["positions"]]
        data = {**data, "positions": positions}
    return {**event, "data": data, "timestamp": round(starts + (event["timestamp"] - begins) * factor)}


def stretch(rounds: Rounds, marks: list[int], *, megabytes: float, minutes: float, start_ms: int) -> list[wire.Event]:
    """About `megabytes` of JSON over `minutes`, beginning at `start_ms`, with the first snapshot and no other.

    Raises `Uneven`.
    """
    begun = _highest(rounds.before[: marks[-3]])
    made, length = _highest(rounds.before), _highest(rounds.last) - _highest(rounds.before)
    if made - begun != length:
        raise Uneven(f"{made - begun} and {length}")
    weight = len(wire.dump(rounds.last))
    count = max(1, round((megabytes * 1e6 - len(wire.dump(rounds.before))) / weight))
    first, begins = rounds.before[0]["timestamp"], rounds.last[0]["timestamp"]
    took = rounds.last[-1]["timestamp"] - begins + 1
    each = (minutes * 60_000 - (begins - first)) / count
    events = [{**event, "timestamp": start_ms + event["timestamp"] - first} for event in rounds.before]
    for n in range(count):
        starts = start_ms + (begins - first) + n * each
        moved = _moved(rounds.last, begun, n * length) if n else copy.deepcopy(rounds.last)
        events += [_slower(event, begins, starts, each / took) for event in moved]
    return events


def with_snapshots(events: list[wire.Event], every_ms: int) -> list[wire.Event]:
    """The same with a full snapshot each `every_ms`, as a recorder takes them."""
    picture, result, last = Picture(), [], 0
    for event in events:
        if event["type"] == wire.INCREMENTAL and event["timestamp"] - last > every_ms and last:
            result += copy.deepcopy(picture.events(event["timestamp"]))
            last = event["timestamp"]
        last = last or event["timestamp"]
        result.append(copy.deepcopy(event))
        picture.apply(event)
    return result
