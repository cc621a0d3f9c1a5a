"""A site's own rules of masking: what may be written in them, and what they do to a page that one pastes.

They add to the built-in rules and never replace one. A rule that a browser could not read would silently do nothing, so
it is refused here; a pattern that could keep a browser busy for minutes is refused too.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import re2
import soupsieve
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sites import origins as addresses

ENTRIES = 100
LONGEST = 300
PATTERN_LONGEST = 200
REPEATS = 64
# Never a type whose value is secret by its nature: password, hidden, file.
INPUT_TYPES = frozenset([
    "text", "search", "email", "tel", "url", "number", "range", "date", "time", "month", "week", "datetime-local",
    "color", "textarea", "select",
])  # fmt: skip
SAMPLE_LONGEST = 200_000
PIECES = 400


def _refuse(entry: str, why: str) -> Invalid:
    return Invalid(_("“%(entry)s”: %(why)s") % {"entry": entry[:80], "why": why})


# --- What may be written ----------------------------------------------------------------------------

# What soupsieve reads and no browser does.
_NO_CSS = re.compile(r"!=|:-soup-|:contains\b|:--|(?<![*|])\|(?!=)")


def selector(entry: str) -> None:
    """Raises `Invalid` unless every browser reads it as a selector."""
    unquoted = re.sub(r"\"[^\"]*\"|'[^']*'", '""', entry)
    if _NO_CSS.search(unquoted):
        raise _refuse(entry, _("browsers know no such selector."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            soupsieve.compile(entry)
    except (soupsieve.SelectorSyntaxError, NotImplementedError, Warning) as error:
        raise _refuse(entry, str(error).partition("\n")[0]) from error


_QUIET = re2.Options()
_QUIET.log_errors = False  # what was typed is told to who typed it, not to the log
# Escapes that mean the same to RE2 and to JavaScript.
_ESCAPES = frozenset("dDwWsSbBnrt")
_QUANTIFIER = re.compile(r"[*+?]|\{(\d+)(,(\d*))?\}")


def pattern(entry: str) -> None:
    """Raises `Invalid` unless it is an expression of the small set that no text can make slow.

    RE2 reads it (so there is no looking back or around), at most one part repeats without end, and nothing that repeats
    holds a choice or another repetition: that is what makes a backtracking engine try for minutes.
    """
    if len(entry) > PATTERN_LONGEST:
        raise _refuse(entry, _("too long: at most %(n)d characters.") % {"n": PATTERN_LONGEST})
    try:
        compiled = re2.compile(entry, _QUIET)
    except re2.error as error:
        raise _refuse(entry, _("no expression that can be used here.")) from error
    if compiled.search("") is not None:
        raise _refuse(entry, _("it would match everywhere, even where nothing stands."))
    _bounded(entry)


def _bounded(entry: str) -> None:
    """Walk the expression once and refuse what repeats without bounds."""
    groups: list[bool] = [False]  # for each open group whether it holds a choice or a repetition
    closed = False  # whether the group that has just been closed does
    endless = 0
    for part in _parts(entry):
        before, closed = closed, False
        quantifier = _QUANTIFIER.fullmatch(part)
        if part == "(":
            groups.append(False)
        elif part == ")":
            closed = groups.pop()
            groups[-1] |= closed
        elif part == "|":
            groups[-1] = True
        elif quantifier:
            endless += _repeats(entry, quantifier, holds_more=before)
            groups[-1] = True
    if endless > 1:
        raise _refuse(entry, _("only one part may repeat without end: give the others a limit, such as {1,20}."))


def _parts(entry: str) -> Iterator[str]:
    """The parts of an expression that RE2 has read: "(", ")", "|", quantifiers, and what stands for a letter."""
    at = 0
    while at < len(entry):
        quantifier = _QUANTIFIER.match(entry, at)
        end = at + 1
        part = entry[at]
        if part == "\\":
            _same_escape(entry, entry[at + 1], _ESCAPES)
            part, end = entry[at : at + 2], at + 2
        elif part == "[":
            end = _class_end(entry, at)
            part = entry[at:end]
        elif part == "(" and entry[at + 1 : at + 2] == "?":
            if entry[at + 2] != ":":
                raise _refuse(entry, _("use “(…)” or “(?:…)” only."))
            end = at + 3
        elif quantifier:
            part, end = quantifier.group(), quantifier.end()
            end += entry[end : end + 1] == "?"
        elif part == "{":
            raise _refuse(entry, _("a brace that is no number of repetitions is written “\\{”."))
        yield part
        at = end


def _same_escape(entry: str, letter: str, known: frozenset[str]) -> None:
    if letter.isalnum() and letter not in known:
        raise _refuse(entry, _("“\\%(letter)s” does not mean the same in browsers.") % {"letter": letter})


def _repeats(entry: str, quantifier: re.Match[str], *, holds_more: bool) -> int:
    """Whether this repeats without end, as 1 or 0."""
    sign = quantifier.group()
    if holds_more and sign != "?":
        raise _refuse(entry, _("what repeats may hold no choice and no other repetition."))
    if sign in "*+" or sign.endswith(",}"):
        return 1
    most = quantifier.group(3) or quantifier.group(1) or "1"
    if int(most) > REPEATS:
        raise _refuse(entry, _("at most %(n)d repetitions.") % {"n": REPEATS})
    return 0


def _class_end(entry: str, at: int) -> int:
    """The end of a class of characters that begins at `at`."""
    if "[:" in entry[at + 1 :]:
        raise _refuse(entry, _("browsers know no such class."))
    at += 1 + (entry[at + 1 : at + 2] == "^")
    if entry[at] == "]":  # RE2: the letter "]"; JavaScript: the end of an empty class
        raise _refuse(entry, _("write a bracket inside a class as “\\]”."))
    while entry[at] != "]":
        if entry[at] == "\\":
            _same_escape(entry, entry[at + 1], _ESCAPES - {"b", "B"})
            at += 1
        at += 1
    return at + 1


def input_type(entry: str) -> None:
    if entry not in INPUT_TYPES:
        raise _refuse(
            entry, _("not a type that can be opened. These can: %(types)s.") % {"types": ", ".join(sorted(INPUT_TYPES))}
        )


_KEY = re.compile(r"[A-Za-z0-9_.\[\]-]{1,64}")
_SECRET = re.compile(r"pass|pwd|secret|token|auth|session|signature|api.?key|^code$|otp|mail", re.IGNORECASE)


def query_key(entry: str) -> None:
    if not _KEY.fullmatch(entry):
        raise _refuse(entry, _("no name of a query parameter."))
    if _SECRET.search(entry):
        raise _refuse(entry, _("by its name it holds something that must stay hidden."))


def asset_origin(entry: str) -> None:
    if addresses.normalise(entry) != entry:
        raise _refuse(entry, _("write the origin as %(origin)s.") % {"origin": addresses.normalise(entry)})


_POINTER = re.compile(r"(?:/[^/\s~]{1,60}){1,8}")


def response_field(entry: str) -> None:
    if not _POINTER.fullmatch(entry):
        raise _refuse(entry, _("write a JSON pointer, such as /error/code."))


RULES: dict[str, Callable[[str], None]] = {
    "mask_selectors": selector,
    "block_selectors": selector,
    "text_patterns": pattern,
    "open_input_types": input_type,
    "query_keys": query_key,
    "response_fields": response_field,
    "asset_origins": asset_origin,
}


def check(name: str, entries: object) -> None:
    """Raises `Invalid`, naming the entry, unless `entries` is a list that this field of a policy may hold."""
    if not isinstance(entries, list) or not all(isinstance(entry, str) for entry in entries):
        raise Invalid(_("A list of texts is wanted."))
    if len(entries) > ENTRIES:
        raise Invalid(_("At most %(n)d entries.") % {"n": ENTRIES})
    for entry in entries:
        if not entry.strip() or len(entry) > LONGEST:
            raise _refuse(entry, _("empty or too long."))
        RULES[name](entry)


# --- Tried on a page --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the sample: `shown` is what would be left of it, `rule` what hid it ("" where nothing did)."""

    shown: str
    rule: str


def tried(html: str, rules: dict[str, list[str]]) -> list[Piece]:
    """What these rules alone would do to a page; the built-in rules come on top, and hide more.

    Raises `Invalid` for a rule that may not be saved, and for a sample that is too long.
    """
    if len(html) > SAMPLE_LONGEST:
        raise Invalid(_("The sample is too long: at most %(n)d characters.") % {"n": SAMPLE_LONGEST})
    for name, entries in rules.items():
        check(name, entries)
    soup = BeautifulSoup(html, "html.parser")
    hidden: dict[int, str] = {}
    for name in ("mask_selectors", "block_selectors"):
        for entry in rules.get(name, []):
            hidden |= {id(element): entry for element in soupsieve.select(entry, soup)}
    blocked = {id(element) for entry in rules.get("block_selectors", []) for element in soupsieve.select(entry, soup)}
    pieces = _pieces(soup, hidden, blocked, rules)
    return [piece for piece, _count in zip(pieces, range(PIECES), strict=False)]


def _pieces(
    soup: BeautifulSoup, hidden: dict[int, str], blocked: set[int], rules: dict[str, list[str]]
) -> Iterator[Piece]:
    patterns = [(entry, re2.compile(entry)) for entry in rules.get("text_patterns", [])]
    opened = set(rules.get("open_input_types", []))
    for node in soup.descendants:
        above = next((element for element in _upwards(node) if id(element) in hidden), None)
        if isinstance(node, Tag):
            if id(node) in blocked and not any(id(parent) in blocked for parent in node.parents):
                yield Piece("[blocked]", hidden[id(node)])
            elif node.name == "input" and above is None and node.get("value"):
                kind = str(node.get("type") or "text").lower()
                yield Piece(str(node["value"]), "") if kind in opened else Piece("[typed]", _("input"))
            continue
        if not isinstance(node, NavigableString) or isinstance(node, PreformattedString) or not node.strip():
            continue
        if any(id(parent) in blocked for parent in node.parents) or _is_unseen(node):
            continue
        yield Piece("[text]", hidden[id(above)]) if above else _patterned(node.strip(), patterns)


def _upwards(node: object) -> Iterable[Tag]:
    if isinstance(node, Tag):
        yield node
    if isinstance(node, (Tag, NavigableString)):
        yield from node.parents


def _is_unseen(node: NavigableString) -> bool:
    return node.parent is not None and node.parent.name in {"script", "style", "template", "noscript"}


def _patterned(text: str, patterns: list[tuple[str, re2._Regexp]]) -> Piece:
    rule = ""
    for entry, compiled in patterns:
        text, count = compiled.subn("[hidden]", text)
        rule = entry if count else rule
    return Piece(text, rule)
