"""One text: find what is a secret in it, and take it out until nothing more is found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import re2

from apps.recordings.services.second_gate import forms
from apps.recordings.services.second_gate.checks import Span
from apps.recordings.services.second_gate.rules import RULES, Rule

# Replacing one match can make a boundary for the next ("123-45-6789" + "AKIA…"), so a text is scanned until
# nothing more is found; one that goes on longer than this is redacted whole.
ROUNDS = 5
MANY_HITS = 200
MANY_TRIES = 5_000  # matches looked at in one text, so that a megabyte of digits stays cheap
LONGEST = 40
SHORTEST = 5

_options = re2.Options()
_options.max_mem = 128 << 20  # all rules in one automaton, and room for its states
_COMPILED = [(rule, re2.compile(rule.pattern)) for rule in RULES]
_SET = re2.Set.SearchSet(_options)
for _rule in RULES:
    _SET.Add(_rule.pattern)
_SET.Compile()


class Many(Exception):
    """More to look at than anything real has: crafted, or a list of customers. Nothing of it is worth keeping."""


def placeholder(name: str) -> str:
    return f"[redacted {name.replace('_', ' ')}]"


REDACTED = "[redacted]"
_MARK = re.compile(r"\[redacted(?: ([a-z ]{2,30}))?\]")


def classes(text: str) -> list[str]:
    """The classes whose placeholders stand in `text`, each as often as it does."""
    if REDACTED[:-1] not in text:
        return []
    return [(name or "many").replace(" ", "_") for name in _MARK.findall(text)]


def redact(text: str, hits: Counter[str]) -> str:
    """Return `text` without its secrets, counting them."""
    if len(text) < SHORTEST:
        return text
    for _round in range(ROUNDS):
        try:
            found = spans(text)
        except Many:
            hits["many"] += 1
            return REDACTED
        if not found:
            return text
        for start, end, name in sorted(found, reverse=True):
            hits[name] += 1
            text = text[:start] + placeholder(name) + text[end:]
    return REDACTED


def spans(text: str) -> list[tuple[int, int, str]]:
    """The secrets of one look: as it is written, and as it reads."""
    found = _find(text, [])
    if (plain := forms.plain(text)) is not None:
        found = _find(plain.text, found, plain)
    return found


def _find(text: str, found: list[tuple[int, int, str]], plain: forms.Plain | None = None) -> list[tuple[int, int, str]]:
    for rule, start, end in _confirmed(text):
        if plain is not None:
            start, end = plain.written(start, end)
        if any(start < taken_end and taken_start < end for taken_start, taken_end, _name in found):
            continue
        found.append((start, end, rule.name))
        if len(found) >= MANY_HITS:
            raise Many
    return found


def _confirmed(text: str) -> Iterator[tuple[Rule, int, int]]:
    tries = MANY_TRIES
    for index in sorted(_SET.Match(text) or ()):
        rule, pattern = _COMPILED[index]
        for match in pattern.finditer(text):
            tries -= 1
            span = rule.confirms(text, *match.span(pattern.groups and 1))
            if span is None and rule.shifts:
                span, spent = _hidden(rule, pattern, text, match.span())
                tries -= spent
            if tries < 0:
                raise Many
            if span is not None:
                yield rule, *span


def _hidden(rule: Rule, pattern: re2._Regexp, text: str, whole: Span) -> tuple[Span | None, int]:
    """ "1234 4111 1111 1111 1111": what failed to be a card may hide the beginning of one at a later group."""
    start, end = whole
    spent = 0
    for begin in range(start + 1, end):
        if text[begin - 1].isdigit() and text[begin].isdigit():
            continue
        spent += 1
        match = pattern.match(text, begin, min(len(text), end + LONGEST))
        if match is not None and (span := rule.confirms(text, *match.span())) is not None:
            return span, spent
    return None, spent
