"""What the player shows beside the picture: pages, gaps, idle spans, markers, steps, console, network,
errors.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from apps.recordings import limits
from apps.recordings.models import Segment
from apps.recordings.services import wire
from apps.recordings.services.places import Places
from apps.recordings.services.problems import BACK_MS, DEAD_MS, KINDS, Finder

Row = dict[str, Any]

# rrweb's IncrementalSource: what a person does. Mutations, styles and fonts are what the page does.
MOUSE_MOVE, MOUSE, SCROLL, RESIZE, INPUT, TOUCH_MOVE, MEDIA, DRAG, SELECTION = 1, 2, 3, 4, 5, 6, 7, 12, 14
ACTIVE = frozenset({MOUSE_MOVE, MOUSE, SCROLL, RESIZE, INPUT, TOUCH_MOVE, MEDIA, DRAG, SELECTION})
ROWS = 50_000  # of each list; a page that logs in a loop must not make an index nobody can open
TEXT = 2_000

STEPS = {
    "click": "Clicked",
    "input": "Typed into",
    "choose": "Chose in",
    "submit": "Sent",
    "key": "Pressed",
}


def _text(value: object, limit: int = TEXT) -> str:
    return value[:limit] if isinstance(value, str) else ""


def _number(value: object) -> int:
    return round(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0


@dataclass(slots=True)
class Index:
    """Gathers as the events of each page pass by, in order."""

    recording_id: str
    epoch: int
    pages: list[Row] = field(default_factory=list)
    gaps: list[Row] = field(default_factory=list)
    markers: list[Row] = field(default_factory=list)
    steps: list[Row] = field(default_factory=list)
    console: list[Row] = field(default_factory=list)
    network: list[Row] = field(default_factory=list)
    errors: list[Row] = field(default_factory=list)
    masked: Counter[str] = field(default_factory=Counter)
    second_gate: Counter[str] = field(default_factory=Counter)
    caught: Places = field(default_factory=Places)
    _finder: Finder = field(init=False)
    _active: list[int] = field(default_factory=list)
    _fronts: list[tuple[int, int]] = field(default_factory=list)
    _arrived: bool = False

    def __post_init__(self) -> None:
        self._finder = Finder(self._mark)

    def open_page(self, number: int, tab: str, *, was_left: bool) -> None:
        self.pages.append({"page": number, "tab": tab, "url": "", "start_ms": 0, "end_ms": 0})
        self._finder.open_page(tab, was_left=was_left)
        self._arrived = False
        self.caught.open_page()

    def gap(self, from_ms: int, to_ms: int, cause: str) -> None:
        self._add(self.gaps, {"from_ms": from_ms, "to_ms": max(from_ms, to_ms), "cause": cause[:20]})

    def cut(self, from_ms: int, to_ms: int) -> None:
        """A passage was removed. What seemed to have no answer or no cause near it may have had it there: not said."""
        self.gap(from_ms, to_ms, "cut")
        doubtful = [
            row
            for row in self.markers
            if row["kind"] in {"dead", "reload", "back"} and from_ms - DEAD_MS <= row["at_ms"] <= to_ms + BACK_MS
        ]
        self.markers = [row for row in self.markers if row not in doubtful]

    @property
    def problems(self) -> int:
        """How many different ones: the same again is no other problem."""
        return len({(row["kind"], row["text"]) for row in self.markers if row["kind"] in KINDS})

    def note(self, event: wire.Event) -> None:
        at, data = event["timestamp"], event["data"]
        page = self.pages[-1]
        page["start_ms"] = min(page["start_ms"] or at, at)
        page["end_ms"] = max(page["end_ms"], at)
        self._finder.note(event)
        if event["type"] == wire.CUSTOM:
            handler = _CUSTOM.get(data["tag"])
            if handler is not None:
                handler(self, at, data["payload"])
        elif event["type"] == wire.META:
            page["url"] = page["url"] or _text(data.get("href"))
            if not self._arrived:  # later ones are snapshots that the recorder takes by itself
                self._arrived = True
                self._act(at)
        elif event["type"] == wire.INCREMENTAL and data.get("source") in ACTIVE:
            self._act(at)

    def document(self, segments: Sequence[Segment]) -> Row:
        """Return index.json as docs/wire.md has it, in time order."""
        start = min(segment.start_ms for segment in segments)
        end = max(segment.end_ms for segment in segments)
        return {
            "recording": self.recording_id,
            "start_ms": start,
            "end_ms": end,
            "duration_ms": end - start,
            "epoch": self.epoch,
            "pages": [page for page in self.pages if page["start_ms"]],  # of some, everything was removed
            "segments": [
                {
                    "n": segment.number,
                    "page": segment.page,
                    "start_ms": segment.start_ms,
                    "end_ms": segment.end_ms,
                    "bytes": segment.raw_bytes,
                }
                for segment in segments
            ],
            "fronts": self._changes_of_page(),
            "gaps": [
                {**gap, "from_ms": max(start, min(gap["from_ms"], end)), "to_ms": max(start, min(gap["to_ms"], end))}
                for gap in sorted(self.gaps, key=lambda row: int(row["from_ms"]))
            ],
            "idle": self._idle(start, end),
            **{
                name: sorted(getattr(self, name), key=lambda row: int(row["at_ms"]))
                for name in ("markers", "steps", "console", "network", "errors")
            },
            "masked": dict(self.masked),
            "second_gate": dict(self.second_gate),
            "caught": self.caught.rows,
        }

    # --- One event ----------------------------------------------------------------------------------

    @staticmethod
    def _add(rows: list[Row], row: Row) -> None:
        if len(rows) < ROWS:
            rows.append(row)

    def _mark(self, at: int, kind: str, text: str) -> None:
        self._add(self.markers, {"at_ms": at, "kind": kind, "text": text[:200]})

    def _short(self, url: str) -> str:
        """An address of the site as its path: whose page it is goes without saying."""
        page, other = urlsplit(self.pages[-1]["url"]), urlsplit(url)
        is_own = other.netloc and (other.scheme, other.netloc) == (page.scheme, page.netloc)
        return urlunsplit(("", "", other.path or "/", other.query, other.fragment)) if is_own else url

    def _act(self, at: int) -> None:
        """The person is here at this moment."""
        self._active.append(at)
        self._fronts.append((at, int(self.pages[-1]["page"])))

    def _page(self, at: int, payload: Row) -> None:
        self.pages[-1]["url"] = _text(payload.get("url"))
        self._mark(at, "navigate", _text(payload.get("url")))
        self._step(at, {"kind": "navigate", "label": payload.get("url")})

    def _navigate(self, at: int, payload: Row) -> None:
        self._mark(at, "navigate", _text(payload.get("url")))
        self._step(at, {"kind": "navigate", "label": payload.get("url")})

    def _step(self, at: int, payload: Row) -> None:
        kind, label = _text(payload.get("kind"), 20), _text(payload.get("label"), 200)
        if kind == "navigate":  # by the person or by a script
            self._active.append(at)
            text = f"Went to {self._short(label)}"
        else:
            self._act(at)
            what = f"“{label}”" if label else f"a {_text(payload.get('role'), 40) or 'part of the page'}"
            text = f"{STEPS.get(kind, 'Used')} {what}"
        role = _text(payload.get("role"), 40)
        self._add(self.steps, {"at_ms": at, "kind": kind, "text": text, "label": label, "role": role})

    def _console(self, at: int, payload: Row) -> None:
        level, text = _text(payload.get("level"), 10), _text(payload.get("text"))
        row = {"at_ms": at, "level": level, "text": text, "count": _number(payload.get("count")) or 1}
        self._add(self.console, row)
        if level == "error":
            self._mark(at, "console", text)

    def _error(self, at: int, payload: Row) -> None:
        message = _text(payload.get("message"))
        source = _text(payload.get("source"))
        if source and payload.get("line"):
            source = f"{source}:{_number(payload.get('line'))}:{_number(payload.get('column'))}"
        row = {"at_ms": at, "message": message, "source": source, "stack": _text(payload.get("stack"), 8_000)}
        self._add(self.errors, row)
        self._mark(at, "error", message)

    def _network(self, at: int, payload: Row) -> None:
        status, error = _number(payload.get("status")), _text(payload.get("error"), 200)
        row = {
            "at_ms": _number(payload.get("start_ms")) or at,
            "kind": _text(payload.get("kind"), 20),
            "method": _text(payload.get("method"), 10),
            "url": _text(payload.get("url")),
            "status": status,
            "duration_ms": _number(payload.get("duration_ms")),
            "request_bytes": _number(payload.get("request_bytes")),
            "response_bytes": _number(payload.get("response_bytes")),
            "error": error,
        }
        self._add(self.network, row)
        if status >= 400 or error:
            self._mark(at, "network", f"{status or error} {row['method']} {self._short(_text(payload.get('url')))}")

    def _gap(self, at: int, payload: Row) -> None:
        start = _number(payload.get("from_ms")) or at
        self.gap(start, _number(payload.get("to_ms")) or at, _text(payload.get("cause"), 20) or "lost")

    def _masked(self, at: int, payload: Row) -> None:
        counts = payload.get("counts")
        if isinstance(counts, dict):
            self.masked.update({rule[:40]: _number(count) for rule, count in counts.items()})

    def _note(self, at: int, payload: Row) -> None:
        self._mark(at, "note", _text(payload.get("text")))

    def _changes_of_page(self) -> list[Row]:
        changes: list[Row] = []
        for at, page in sorted(self._fronts):
            if not changes or changes[-1]["page"] != page:
                self._add(changes, {"at_ms": at, "page": page})
        return changes

    def _idle(self, start: int, end: int) -> list[Row]:
        """Spans of more than 10 s in which the person did nothing, on any page."""
        moments = sorted({start, *self._active, end})
        return [
            {"from_ms": before, "to_ms": after}
            for before, after in pairwise(moments)
            if after - before > limits.IDLE_MS
        ]


_CUSTOM: dict[str, Callable[[Index, int, Row], None]] = {
    "placet.page": Index._page,
    "placet.navigate": Index._navigate,
    "placet.step": Index._step,
    "placet.console": Index._console,
    "placet.error": Index._error,
    "placet.network": Index._network,
    "placet.gap": Index._gap,
    "placet.masked": Index._masked,
    "placet.note": Index._note,
}
