"""The bytes of an upload: one look decides for nearly all, and what is found goes where it stands.

A literal that a signature points at is decoded alone, and spliced back alone; nothing is parsed for it. What the
bytes cannot say (a value by its key, a number, a secret over two texts, one typed letter by letter) is left to the
tree.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

import orjson

from apps.recordings.services.second_gate import signatures
from apps.recordings.services.second_gate.text import redact

# Literals looked at in one upload before the tree, which looks at each string once, is the cheaper way.
MANY_LOOKS = 4_000
_REMEMBERED = 50_000
_SAME = 3  # bytes of a literal that are read again with what follows: a number may go on in the next

# What stands between two strings of JSON. A text that reads so could be either, so the tree decides.
_GAP = re.compile(rb"\s*[,:\]}](?:[\s,:{}\[\]0-9eE+.\-]|true|false|null)*")
# Plain letters as no browser writes them: what they say may be a key that the signatures know.
_CONCEALED = re.compile(rb"\\u00[2-7]")
# A text that a person or a script writes bit by bit: its beginnings went before it.
_TYPED = re.compile(rb'"(?:value|text)"\s*:\s*\Z')

# Hashes of texts that were found clean; a page says the same again and again. No text is kept.
_clean: set[int] = set()


@dataclass(slots=True)
class Looked:
    """What is left of an upload; `needs_tree`: the bytes are as they came, and only its events can be scanned."""

    raw: bytes
    hits: Counter[str] = field(default_factory=Counter)
    needs_tree: bool = False


def look(raw: bytes) -> Looked:
    """Scan the JSON of an upload as it came."""
    hits: Counter[str] = Counter()
    pieces: list[bytes] = []
    at = written = looks = 0
    previous = -1
    while (match := signatures.in_json.search(raw, at)) is not None:
        looks += 1
        place = None if match.start(1) >= 0 or looks > MANY_LOOKS else _literal(raw, match.start())
        if place is None:
            return Looked(raw, needs_tree=True)
        begin, end = place
        at = max(match.start() + 1, end - _SAME)
        if begin == previous:
            at = end
            continue
        previous = begin
        if _CONCEALED.search(raw, begin, end):
            return Looked(raw, needs_tree=True)
        clean = _cleaned(raw[begin:end], hits)
        if clean is None or (clean and _is_key_or_typed(raw, begin, end)):
            return Looked(raw, needs_tree=True)
        if clean:
            pieces += [raw[written:begin], clean]
            written = end
    if not pieces:
        return Looked(raw, hits)
    pieces.append(raw[written:])
    return Looked(b"".join(pieces), hits)


def _literal(raw: bytes, inside: int) -> tuple[int, int] | None:
    """Begin and end of the string of JSON round a place, with its quotes; None where that is not certain."""
    begin = inside if _is_quote(raw, inside) else _quote_before(raw, inside)
    end = _quote_after(raw, begin + 1) if begin >= 0 else -1
    if end < 0 or _GAP.fullmatch(raw, begin + 1, end):
        return None
    return begin, end + 1


def _is_quote(raw: bytes, at: int) -> bool:
    if raw[at] != 0x22:
        return False
    slashes = 0
    while at - slashes > 0 and raw[at - slashes - 1] == 0x5C:
        slashes += 1
    return slashes % 2 == 0


def _quote_before(raw: bytes, at: int) -> int:
    at = raw.rfind(b'"', 0, at)
    while at >= 0 and not _is_quote(raw, at):
        at = raw.rfind(b'"', 0, at)
    return at


def _quote_after(raw: bytes, at: int) -> int:
    at = raw.find(b'"', at)
    while at >= 0 and not _is_quote(raw, at):
        at = raw.find(b'"', at + 1)
    return at


def _cleaned(literal: bytes, hits: Counter[str]) -> bytes | None:
    """The literal anew, b"" where it stays as it is, None where it is none."""
    seen = hash(literal)
    if seen in _clean:
        return b""
    text = _decoded(literal)
    if text is None:
        return None
    whole = repaired(text)
    clean = redact(whole, hits)
    if clean != text:
        return orjson.dumps(clean)
    if len(_clean) >= _REMEMBERED:
        _clean.clear()
    _clean.add(seen)
    return b""


def _decoded(literal: bytes) -> str | None:
    try:
        return str(orjson.loads(literal))
    except orjson.JSONDecodeError:
        pass
    try:  # a lone surrogate, which `JSON.stringify` writes for a cut emoji
        return str(json.loads(literal))
    except ValueError:
        return None


def repaired(text: str) -> str:
    """`text` with U+FFFD for each half of a pair whose other half is missing."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_key_or_typed(raw: bytes, begin: int, end: int) -> bool:
    after = raw[end : end + 8].lstrip()
    return after.startswith(b":") or _TYPED.search(raw, max(0, begin - 24), begin) is not None
