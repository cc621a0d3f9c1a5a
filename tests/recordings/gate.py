"""The server's gate as ingest uses it: bytes first, and the events where only these can tell."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from apps.recordings.services import second_gate, wire


def let_in(raw: bytes) -> tuple[list[Any], Counter[str]]:
    """Return the events that would be kept of an upload, and the hits."""
    looked = second_gate.look(raw)
    events = wire.events(looked.raw)
    return events, second_gate.scrub(events) if looked.needs_tree else looked.hits


def passed(value: Any, *, key: str = "textContent", ascii_only: bool = False) -> tuple[Any, Counter[str]]:
    """What is left of `value` under `key` of a mutation, looked at as bytes and as events alike."""
    event = {"type": 3, "data": {"source": 0, key: value}, "timestamp": 1}
    events, hits = let_in(json.dumps([event], ensure_ascii=ascii_only).encode())
    second_gate.scrub(again := [event])
    assert again[0]["data"] == events[0]["data"], "bytes and events must come to the same"
    return events[0]["data"][key] if key in events[0]["data"] else events[0]["data"], hits
