"""A site's own expressions, looked for again on the server: what the browser's gate was told to hide besides.

They were checked when they were saved, and run in RE2, which no text can make slow. They are looked for in what a
person reads and in addresses, as the browser does it; what one matches over two texts is the browser's alone to see.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import re2

from apps.recordings.services.second_gate import forms
from apps.recordings.services.second_gate.text import placeholder
from apps.recordings.services.wire import Event

_NAME = "own_rule"
# Where the events hold words or addresses; the rest is structure.
_WORDS = "textContent value text title alt placeholder label aria-label aria-description message stack error"
_SAID = frozenset(f"{_WORDS} url href src source operation".split())


def scrub_own(events: list[Event], expressions: list[str]) -> Counter[str]:
    """Redact in place what the expressions match, and return how often."""
    hits: Counter[str] = Counter()
    if expressions:
        rules = _compiled(tuple(expressions))
        for event in events:
            _walk(event["data"], rules, hits)
    return hits


@lru_cache(maxsize=256)
def _compiled(expressions: tuple[str, ...]) -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(expression) for expression in expressions)


def _walk(root: Any, rules: tuple[re2._Regexp, ...], hits: Counter[str]) -> None:
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, str) and key in _SAID:
                    node[key] = _redacted(value, rules, hits)
        stack.extend(
            each for each in (node.values() if isinstance(node, dict) else node) if isinstance(each, (dict, list))
        )


def _redacted(text: str, rules: tuple[re2._Regexp, ...], hits: Counter[str]) -> str:
    found = [match.span() for rule in rules for match in rule.finditer(text)]
    if (plain := forms.plain(text)) is not None:
        found += [
            plain.written(*match.span()) for rule in rules for match in rule.finditer(plain.text) if match.group()
        ]
    taken = len(text)
    for start, end in sorted(found, key=lambda span: (span[1], -span[0]), reverse=True):
        end = min(end, taken)
        if start < end:
            hits[_NAME] += 1
            text = text[:start] + placeholder(_NAME) + text[end:]
            taken = start
    return text
