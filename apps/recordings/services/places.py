"""Where in a recording the second gate found something: the class, the moment and the place in the page.

Read from the placeholders that stand where the secrets stood, so there is no list of finds that could hold one. A site's
developers need the place to mark it; they never see the value, for nobody has it any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from apps.recordings.services import second_gate, wire

ROWS = 200
_ELEMENT = 2
_INSIDE = 3  # names of elements that lead to a place
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_CUSTOM = {
    "placet.console": "console",
    "placet.network": "network",
    "placet.error": "error",
    "placet.step": "step",
    "placet.page": "address",
    "placet.navigate": "address",
}

Row = dict[str, Any]


@dataclass(slots=True)
class Places:
    """Gathers as the events of a page pass by, in order; `rows` are index.json's `caught`."""

    rows: list[Row] = field(default_factory=list)
    _paths: dict[int, str] = field(default_factory=dict)

    def open_page(self) -> None:
        self._paths = {}  # each page numbers its nodes anew

    def note(self, event: wire.Event, *, page: int) -> None:
        if event["type"] == wire.FULL_SNAPSHOT or "adds" in event["data"]:
            self._learn(event["data"])
        for name, place, node in self._found(event):
            if len(self.rows) >= ROWS:
                return
            self.rows.append({
                "at_ms": event["timestamp"], "page": page, "class": name, "place": place,
                "element": self._paths.get(node, "") if node else "",
            })  # fmt: skip

    def _found(self, event: wire.Event) -> Iterator[tuple[str, str, int]]:
        kind = _kind(event)
        for text, key, is_attribute, node in _strings(event["data"]):
            for name in second_gate.classes(text):
                yield name, kind or (f"attribute {key}" if is_attribute else "text"), node

    def _learn(self, data: Row) -> None:
        """Remember how to name the elements that this event brings."""
        roots = [(data.get("node"), "")]
        roots += [(add.get("node"), self._paths.get(add.get("parentId"), "")) for add in data.get("adds") or ()]
        while roots:
            node, above = roots.pop()
            if not isinstance(node, dict):
                continue
            path = above
            if node.get("type") == _ELEMENT:
                path = " > ".join([*above.split(" > ")[1 - _INSIDE :], _named(node)]).removeprefix(" > ")
            if isinstance(node.get("id"), int):
                self._paths[node["id"]] = path
            roots += [(child, path) for child in node.get("childNodes") or ()]


def _kind(event: wire.Event) -> str:
    """What the event itself is, where it is no part of the page."""
    if event["type"] == wire.META:
        return "address"
    return _CUSTOM.get(str(event["data"].get("tag")), "other") if event["type"] == wire.CUSTOM else ""


def _named(node: Row) -> str:
    """ "td.total": tag and first class, as the browser's gate let them through."""
    tag = str(node.get("tagName", ""))
    attributes = node.get("attributes")
    words = str(attributes.get("class", "")).split() if isinstance(attributes, dict) else []
    first = next((word for word in words if _NAME.fullmatch(word)), "")
    return f"{tag}.{first}" if first else tag


def _strings(root: Row) -> Iterator[tuple[str, str, bool, int]]:
    """Each string with its key, whether that is an attribute's, and the node that it belongs to."""
    stack: list[tuple[Any, str, bool, int]] = [(root, "", False, 0)]
    while stack:
        value, key, is_attribute, node = stack.pop()
        if isinstance(value, str):
            yield value, key, is_attribute, node
        elif isinstance(value, list):
            stack += [(each, key, is_attribute, node) for each in reversed(value)]
        elif isinstance(value, dict):
            own = value.get("id")
            node = own if isinstance(own, int) else node
            inside = key == "attributes"
            stack += [(each, name, inside or is_attribute, node) for name, each in reversed(value.items())]
            stack += [(name, name, inside, node) for name in value if name.startswith("[")]
