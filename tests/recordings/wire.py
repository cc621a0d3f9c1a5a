"""What a recorder sends, made by hand. Times lie round the present."""

from __future__ import annotations

import gzip
import json
import time
from typing import Any

Event = dict[str, Any]
ORIGIN = "https://shop.example"
TAB = "0123456789abcdef"


def now_ms() -> int:
    return round(time.time() * 1000)


def meta(at: int, href: str = "https://shop.example/") -> Event:
    return {"type": 4, "data": {"href": href, "width": 1200, "height": 800}, "timestamp": at}


def snapshot(at: int, text: str = "Harbour Shop") -> Event:
    body = {"type": 3, "textContent": text, "id": 4}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [body], "id": 2}
    node = {"type": 0, "childNodes": [html], "id": 1}
    return {"type": 2, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}, "timestamp": at}


def click(at: int, node: int = 4) -> Event:
    return {"type": 3, "data": {"source": 2, "type": 2, "id": node, "x": 5, "y": 5}, "timestamp": at}


def custom(at: int, tag: str, **payload: Any) -> Event:
    return {"type": 5, "data": {"tag": f"placet.{tag}", "payload": payload}, "timestamp": at}


def page_events(at: int, page: int = 1) -> list[Event]:
    return [
        custom(at, "page", page=page, tab=TAB, url="https://shop.example/", width=1200, height=800),
        meta(at + 1),
        snapshot(at + 2),
        click(at + 50),
    ]


def body(token: str, events: Any, *, flags: str = "-", first: int | None = None, zipped: bool = True) -> bytes:
    raw = events if isinstance(events, bytes) else json.dumps(events).encode()
    times = [event["timestamp"] for event in events] if isinstance(events, list) else []
    first_ms = first if first is not None else (min(times) if times else now_ms())
    last_ms = max(times) if times else first_ms
    head = f"1 {token}\t{first_ms} {last_ms} {flags}\n".encode()
    return head + (gzip.compress(raw) if zipped else raw)
