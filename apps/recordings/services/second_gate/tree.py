"""The events of an upload: keys, numbers, values by their key, and what is split over texts or typed bit by bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from apps.recordings.services.second_gate import checks, signatures
from apps.recordings.services.second_gate.pieces import forget_beginnings, heal_splits
from apps.recordings.services.second_gate.rules import SECRET_KEYS
from apps.recordings.services.second_gate.text import REDACTED, SHORTEST, placeholder, redact
from apps.recordings.services.wire import Event

MANY_STRINGS = 500
# What the first gate writes in place of a value; found again here it is no defect.
_MASKED = frozenset("•*█●x ")
_NAMES = ("name", "key", "id", "type", "autocomplete")
_VALUES = ("value", "text")
_SECRET_TYPES = frozenset({"current-password", "new-password", "cc-number", "cc-csc"})


def scrub(events: list[Event]) -> Counter[str]:
    """Redact the secrets in `events`, in place, and return how many of each class there were."""
    hits: Counter[str] = Counter()
    survey = Survey()
    for event in events:
        survey.walk(event["data"])
    found: dict[str, str] = {}
    for text in _suspects(survey.strings):
        if len(found) < MANY_STRINGS:
            clean = redact(text, hits)
            if clean != text:
                found[text] = clean
        else:  # crafted, or a list of customers: what might be one goes without a closer look
            found[text] = REDACTED
            hits["many"] += 1
    if found:
        forget_beginnings(events, found)
    if found or survey.has_other:
        for event in events:
            _rewrite(event["data"], found, hits)
    heal_splits(events, hits)
    return hits


@dataclass(slots=True)
class Survey:
    """One walk over everything: each string and key once, and whether a number or a named value is a secret."""

    strings: set[str] = field(default_factory=set)
    has_other: bool = False

    def walk(self, root: Any) -> None:
        stack = [root]
        while stack:
            value = stack.pop()
            if isinstance(value, str):
                self.strings.add(value)
            elif isinstance(value, dict):
                self.strings.update(value)
                stack.extend(value.values())
                if not self.has_other:
                    self.has_other = bool(_named(value))
            elif isinstance(value, list):
                stack.extend(value)
            elif _is_number_card(value):
                self.has_other = True


def _suspects(strings: set[str]) -> Iterator[str]:
    """The strings that a signature points at. One scan of them all joined decides for a clean upload."""
    long = [text for text in strings if len(text) >= SHORTEST]
    if signatures.in_text.search(orjson.dumps(long)) is None:
        return
    for text in long:
        if signatures.in_text.search(orjson.dumps(text)) is not None:
            yield text


@lru_cache(maxsize=2_048)  # asked of every key of every node, and they are few
def _is_secret_key(key: str) -> bool:
    return len(key) < 24 and key.lower().replace("-", "").replace("_", "").replace(" ", "") in SECRET_KEYS


def _is_open(value: Any) -> bool:
    if isinstance(value, str):
        return bool(set(value) - _MASKED) and not value.startswith("[")
    return isinstance(value, int) and not isinstance(value, bool) and value != 0


def _named(node: dict[str, Any]) -> list[str]:
    """The keys whose values are secret by name: "password": …, or "name": "password" beside "value": …"""
    found = [key for key in node if _is_secret_key(key) and _is_open(node[key])]
    if ("value" in node or "text" in node) and any(_is_secret_name(node.get(name)) for name in _NAMES):
        found += [key for key in _VALUES if isinstance(node.get(key), str) and _is_open(node[key])]
    return found


def _is_secret_name(value: Any) -> bool:
    return isinstance(value, str) and (_is_secret_key(value) or value in _SECRET_TYPES)


def _is_number_card(value: Any) -> bool:
    # Times in milliseconds have 13 digits and begin with 1 until 2033.
    if not isinstance(value, int) or isinstance(value, bool) or value < 10**12:
        return False
    written = str(value)
    return (len(written) >= 14 or written[0] == "4") and checks.card(written, 0, len(written)) is not None


def _rewrite(root: Any, found: dict[str, str], hits: Counter[str]) -> None:
    """Replace in place; a stack, since a page may be nested deeper than Python calls."""
    stack = [root]
    while stack:
        node = stack.pop()
        keys: Any = list(node) if isinstance(node, dict) else range(len(node))
        if isinstance(node, dict):
            for key in _named(node):
                hits["secret_key"] += 1
                node[key] = placeholder("secret_key") if isinstance(node[key], str) else 0
        for key in keys:
            value = node[key]
            if isinstance(value, str):
                node[key] = found.get(value, value)
            elif isinstance(value, (dict, list)):
                stack.append(value)
            elif _is_number_card(value):
                hits["card"] += 1
                node[key] = 0
        if isinstance(node, dict) and any(key in found for key in keys):
            renamed = {found.get(key, key): value for key, value in node.items()}
            node.clear()
            node.update(renamed)
