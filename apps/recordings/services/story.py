"""What happened in a recording, in words: the steps and what went wrong among them, in order of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import orjson

from apps.core.actors import Actor
from apps.recordings import replayer
from apps.recordings.models import Recording
from apps.recordings.services import replay
from apps.recordings.services.problems import KINDS, SERIOUS

Index = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    at_ms: int  # since the start
    kind: str
    text: str
    is_problem: bool

    @property
    def seconds(self) -> int:
        return self.at_ms // 1000

    @property
    def clock(self) -> str:
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def index(recording: Recording, *, by: Actor) -> Index:
    found: Index = orjson.loads(replay.index(recording, by=by))
    return found


def lines(index: Index) -> list[Line]:
    """Every step and every mark but the pages, which are steps already."""
    names: dict[str, str] = replayer.words()["markers"]
    start = index["start_ms"]
    told = [Line(row["at_ms"] - start, row["kind"], row["text"], is_problem=False) for row in index["steps"]]
    for row in index["markers"]:
        kind = row["kind"]
        if kind != "navigate":
            said = ": ".join(filter(None, [names.get(kind, kind), row["text"]]))
            told.append(Line(row["at_ms"] - start, kind, said, is_problem=kind in KINDS))
    return sorted(told, key=lambda line: line.at_ms)


def problems(index: Index) -> list[Line]:
    """Each once, where it was first seen, and how often it came."""
    found: dict[tuple[str, str], list[Line]] = {}
    for line in lines(index):
        if line.is_problem:
            found.setdefault((line.kind, line.text), []).append(line)
    times: str = replayer.words()["times"]
    return [
        replace(same[0], text=f"{same[0].text} {times.format(count=len(same))}") if same[1:] else same[0]
        for same in found.values()
    ]


def first_problem(found: list[Line]) -> Line | None:
    """The first that is grave, else the first sign of trouble."""
    return next((line for line in found if line.kind in SERIOUS), found[0] if found else None)


def text(index: Index) -> str:
    """One line each, for a case, a bug tracker, a screen reader."""
    return "\n".join(f"{line.clock}  {'! ' if line.is_problem else ''}{line.text}" for line in lines(index))
