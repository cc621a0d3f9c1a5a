"""What went wrong, found in the events as they pass: no outside service, only what was recorded.

Each finding is a moment, a kind and a few words. They are leads, not verdicts: a dead click is a click on something
that can be pressed, after which nothing that a recording shows changed for two seconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from apps.recordings.services import wire

Data = dict[str, Any]

# In the order of their weight: "the first problem" is the first of the heaviest that there are.
SERIOUS = ("error", "network", "message", "console")
SIGNS = ("rage", "dead", "loop", "crash", "slow", "reload", "back")
KINDS = frozenset((*SERIOUS, *SIGNS))

MUTATION, MOUSE, CLICK = 0, 2, 2
CHANGES = frozenset({0, 3, 5, 8, 13, 15})  # mutation, scroll, input, style sheets: something answered
DEAD_MS = 2_000
RAGE_CLICKS, RAGE_MS = 3, 1_500
SLOW_MS = 4_000
LOOPS = 3
BACK_MS = 10_000
RELOAD_MS = 3_000
# What a person presses to make something happen; a click on plain text may do nothing.
PRESSED = frozenset({"button", "link", "submit", "tab", "menuitem", "option", "summary", "checkbox", "radio", "switch"})

_ALARM = re.compile(
    r"(?:^|[\s_-])(?:alert|errors?|errorlist|danger|invalid-feedback|failed|failure)(?:$|[\s_-])", re.IGNORECASE
)
_GOOD_NEWS = re.compile(r"success|info|primary|secondary", re.IGNORECASE)
_NO_MESSAGE = frozenset({"html", "body", "form", "input", "select", "textarea", "button", "svg", "style", "script"})
_HIDDEN_CLASS = re.compile(r"(?:^|\s)(?:hidden|d-none|is-hidden|visually-hidden)(?:$|\s)")
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
LONGEST = 200
MOST = 10_000  # elements that were watched for a message


def _is_alarm(node: Data) -> bool:
    attributes = _attributes(node)
    if str(node.get("tagName")) in _NO_MESSAGE:
        return False
    role, names = str(attributes.get("role")), str(attributes.get("class") or "")
    return role in {"alert", "alertdialog"} or (bool(_ALARM.search(names)) and not _GOOD_NEWS.search(names))


def _attributes(node: Data) -> Data:
    found = node.get("attributes")
    return found if isinstance(found, dict) else {}


def _is_hidden(attributes: Data) -> bool:
    return (
        attributes.get("hidden") is not None
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN_CLASS.search(str(attributes.get("class") or "")))
        or bool(_HIDDEN_STYLE.search(str(attributes.get("style") or "")))
    )


@dataclass(slots=True)
class _Alarm:
    """A place on the page where messages about failures stand."""

    attributes: Data
    order: list[int] = field(default_factory=list)  # its nodes as the document has them
    texts: dict[int, str] = field(default_factory=dict)
    said: str = ""

    def says(self) -> str:
        if _is_hidden(self.attributes):
            return ""
        return " ".join(" ".join(self.texts[node] for node in self.order if node in self.texts).split())[:LONGEST]


@dataclass(slots=True)
class _Tab:
    """What came before in a tab."""

    url: str = ""
    end_ms: int = 0
    was_left: bool = True
    pressed_ms: int = 0
    gone: list[tuple[int, str]] = field(default_factory=list)  # the two last ways


class Finder:
    """`found(at_ms, kind, text)` hears of each problem. Pages come one after the other, each with all its events."""

    def __init__(self, found: Callable[[int, str, str], None]) -> None:
        self._found = found
        self._tabs: dict[str, _Tab] = {}
        self._said: dict[str, int] = {}
        self.open_page("", was_left=True)

    def open_page(self, tab: str, *, was_left: bool) -> None:
        """`was_left`: the page's last upload came, so its end is known."""
        self._tab = self._tabs.setdefault(tab, _Tab())
        self._before = (self._tab.url, self._tab.end_ms, self._tab.was_left)
        self._tab.was_left = was_left
        self._waiting: tuple[int, str] | None = None
        self._clicks: list[tuple[int, int]] = []
        self._alarms: dict[int, _Alarm] = {}
        self._inside: dict[int, int] = {}  # a node: the alarm that it is in
        self._parents: dict[int, int] = {}  # of the nodes in alarms
        self._drawn = False

    def note(self, event: wire.Event) -> None:
        at, data = event["timestamp"], event["data"]
        if self._waiting and at > self._waiting[0] + DEAD_MS:
            pressed_ms, label = self._waiting
            self._found(pressed_ms, "dead", label)
            self._waiting = None
        self._tab.end_ms = max(self._tab.end_ms, at)
        if event["type"] == wire.FULL_SNAPSHOT:
            self._draw(at, data)
        elif event["type"] == wire.INCREMENTAL:
            self._change(at, data)
        elif event["type"] == wire.CUSTOM:
            self._hear(at, data["tag"], data["payload"])

    # --- Clicks -------------------------------------------------------------------------------------

    def _change(self, at: int, data: Data) -> None:
        source = data.get("source")
        if source in CHANGES:
            self._waiting = None
        if source == MUTATION:
            self._mutate(at, data)
        elif source == MOUSE and data.get("type") == CLICK and isinstance(data.get("id"), int):
            self._click(at, data["id"])

    def _click(self, at: int, node: int) -> None:
        self._clicks = [(when, which) for when, which in self._clicks if when > at - RAGE_MS and which == node]
        self._clicks.append((at, node))
        if len(self._clicks) == RAGE_CLICKS:
            self._found(at, "rage", "")

    def _hear(self, at: int, tag: str, payload: Data) -> None:
        if tag == "placet.step" and str(payload.get("kind")) in {"click", "submit"}:
            self._tab.pressed_ms = at
            role = str(payload.get("role"))
            self._waiting = (at, str(payload.get("label") or "")[:LONGEST]) if role in PRESSED else None
        elif tag == "placet.network":
            self._waiting = None
            self._request(at, payload)
        elif tag in {"placet.page", "placet.navigate"}:
            self._waiting = None
            self._go(at, str(payload.get("url") or ""), is_new=tag == "placet.page")

    def _request(self, at: int, payload: Data) -> None:
        took, status = payload.get("duration_ms"), payload.get("status")
        answered = isinstance(status, int) and 0 < status < 400
        if answered and isinstance(took, (int, float)) and took >= SLOW_MS:
            where = urlsplit(str(payload.get("url") or "")).path or "/"
            self._found(at, "slow", f"{payload.get('method') or 'GET'} {where} ({took / 1000:.1f} s)")

    # --- Ways ---------------------------------------------------------------------------------------

    def _go(self, at: int, url: str, *, is_new: bool) -> None:
        tab = self._tab
        url_before, ended, was_left = self._before
        if is_new and url_before:
            # A form that is sent may come back at the same address; before a reload nothing was pressed.
            if url_before == url and at - ended < RELOAD_MS < at - tab.pressed_ms:
                self._found(at, "reload", url)
            if not was_left:
                self._found(ended, "crash", url_before)
        tab.url = url
        if tab.gone and tab.gone[-1][1] == url:
            return
        if len(tab.gone) == 2 and tab.gone[0][1] == url and at - tab.gone[1][0] < BACK_MS:
            self._found(at, "back", f"{tab.gone[1][1]} → {url}")
        tab.gone = [*tab.gone[-1:], (at, url)]

    # --- Messages -----------------------------------------------------------------------------------

    def _draw(self, at: int, data: Data) -> None:
        """The first snapshot of a page may bring messages; later ones only repeat what there is."""
        said = {alarm.said for alarm in self._alarms.values()}
        self._alarms, self._inside, self._parents = {}, {}, {}
        self._learn(data.get("node"), -1, None)
        for alarm in self._alarms.values():
            alarm.said = alarm.says()
            if alarm.said and not self._drawn and alarm.said not in said:
                self._message(at, alarm.said)
        self._drawn = True

    def _learn(self, top: object, parent: int, before: object) -> None:
        """`before`: the node that `top` now stands in front of; None: it is the last in `parent`."""
        waiting: list[tuple[Any, int, int | None]] = [(top, parent, self._inside.get(parent))]
        learned: dict[int, list[int]] = {}
        while waiting and len(self._inside) < MOST:
            node, parent, alarm = waiting.pop()
            if not isinstance(node, dict) or not isinstance(node.get("id"), int):
                continue
            if alarm is None and _is_alarm(node):
                alarm = node["id"]
                self._alarms[alarm] = _Alarm(dict(_attributes(node)))
            if alarm is not None:
                self._inside[node["id"]], self._parents[node["id"]] = alarm, parent
                learned.setdefault(alarm, []).append(node["id"])
                if node.get("type") == 3:
                    self._alarms[alarm].texts[node["id"]] = str(node.get("textContent") or "")
            children = node.get("childNodes")
            children = children if isinstance(children, list) else []
            waiting.extend((child, node["id"], alarm) for child in reversed(children))
        for alarm, nodes in learned.items():
            order = self._alarms[alarm].order
            place = order.index(before) if before in order else len(order)
            order[place:place] = nodes

    def _mutate(self, at: int, data: Data) -> None:
        for removed in _rows(data.get("removes")):
            self._forget(removed.get("id"))
        for added in _rows(data.get("adds")):
            self._learn(added.get("node"), _number(added.get("parentId")), added.get("nextId"))
        for text in _rows(data.get("texts")):
            owner = self._inside.get(_number(text.get("id")))
            if owner in self._alarms:
                self._alarms[owner].texts[text["id"]] = str(text.get("value") or "")
        for changed in _rows(data.get("attributes")):
            alarm = self._alarms.get(_number(changed.get("id")))
            if alarm is not None and isinstance(changed.get("attributes"), dict):
                alarm.attributes.update(changed["attributes"])
        # Once all of it is there: an alarm that came or changed in this breath speaks once.
        for alarm in self._alarms.values():
            said = alarm.says()
            if said and said != alarm.said:
                self._message(at, said)
            alarm.said = said

    def _forget(self, node_id: object) -> None:
        """With all that is in it: a recording names only the top of what was removed."""
        alarm = self._alarms.get(self._inside.get(_number(node_id), -1))
        if alarm is None:
            return
        gone = {_number(node_id)}
        for node in alarm.order:  # parents stand before their children
            if self._parents.get(node) in gone:
                gone.add(node)
        alarm.order = [node for node in alarm.order if node not in gone]
        for node in gone:
            alarm.texts.pop(node, None)
            self._inside.pop(node, None)
            self._parents.pop(node, None)
            self._alarms.pop(node, None)

    def _message(self, at: int, text: str) -> None:
        self._found(at, "message", text)
        self._said[text] = self._said.get(text, 0) + 1
        if self._said[text] == LOOPS:
            self._found(at, "loop", text)


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1


def _rows(value: object) -> Iterable[Data]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
