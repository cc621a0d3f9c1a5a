"""The words that shipped with a site's application to everybody, and so tell nothing about anybody.

In strict mode a text is shown where it belongs to the interface; a text that stands in the application's own files
word for word belongs to it too. The phrases go to the browser as a Bloom filter: it answers "perhaps" or "certainly
not", one wrong "perhaps" in a million, at some four bytes a phrase.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag
from bs4.exceptions import ParserRejectedMarkup

LONGEST = 200
WRONG = 1e-6
SMALLEST_BITS = 16_384  # two hashes make all the places; in a smaller field they would meet too often
MAGIC = b"PLV1"
HEADER = "<4sBxxxI"  # magic, hashes, bits
MOST_HASHES = 20
PHRASES = 500_000

# What a template puts a value into: ${x}, {{ x }}, {% x %}, {x}, %(x)s, %s, <1>.
_HOLE = re.compile(r"\$\{[^}]*\}|\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}|%\([^)]*\)[a-z]|%[sd]|</?\d+/?>", re.DOTALL)
_SPACES = re.compile(r"\s+")
_DIGITS = re.compile(r"[0-9]+")
_SHOWN = ("title", "alt", "placeholder", "aria-label", "label", "value")


def normal(text: str) -> str:
    """A text as it is looked up: NFC, one space for many, "0" for a number. `vocabulary.ts` does the same."""
    return _DIGITS.sub("0", _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip())


def phrases(texts: Iterable[str]) -> set[str]:
    """What of `texts` a page may show as it stands; a text with holes gives the parts between them."""
    found = set()
    for text in texts:
        for part in _HOLE.split(text):
            phrase = normal(part)
            if 0 < len(phrase) <= LONGEST and any(letter.isalpha() for letter in phrase):
                found.add(phrase)
    return found


# --- Reading an application's files -----------------------------------------------------------------

# Texts of a script in their three quotes. Comments and expressions hold quotes that begin no text, so they go first.
_LITERAL = re.compile(
    r"/\*.*?\*/|(?:(?<=\s)|^)//[^\n]*"
    r"|(?:(?<=[(,=:\[!&|?{};+*%~^\s-])|(?<=return))/(?!\*)(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/"
    r"|\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`",
    re.DOTALL,
)
_MARKUP = re.compile(r"</[a-z]|<[a-z][^<>]*>")
_EXPRESSION = re.compile(r"\$\{([^{}]*)\}")
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PO = re.compile(r"^(?:msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+((?:\"(?:[^\"\\]|\\.)*\"\s*)+)", re.MULTILINE)
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_PROPERTY = re.compile(r"^[ \t]*[^#!\s=:][^=:\n]*[=:][ \t]*(.+)$", re.MULTILINE)
_UNIT = re.compile(r"<(?:source|target)[^>]*>(.*?)</(?:source|target)>", re.DOTALL)


def _unescaped(text: str) -> str:
    def letter(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
        return {"n": "\n", "t": "\t", "r": "\r"}.get(match[4], match[4])

    # Half a pair of surrogates is no text, and no UTF-8.
    return _ESCAPE.sub(letter, text).encode(errors="replace").decode() if "\\" in text else text


def _of_script(source: str) -> Iterator[str]:
    for match in _LITERAL.finditer(source):
        text = _unescaped(next((group for group in match.groups() if group is not None), ""))
        yield text
        # Templates of a page are kept in scripts as text.
        if _MARKUP.search(text):
            with contextlib.suppress(ParserRejectedMarkup):
                yield from _of_page(text)
        for hole in _EXPRESSION.findall(match[3] or ""):
            yield from _of_script(hole)


def _of_page(source: str) -> Iterator[str]:
    soup = BeautifulSoup(_HOLE.sub("{}", source), "html.parser")
    for node in soup.descendants:
        if isinstance(node, Tag):
            if node.name == "script":
                yield from _of_script(node.get_text())
            yield from (str(node[name]) for name in _SHOWN if node.get(name))
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            yield str(node)


def _of_json(source: str) -> Iterator[str]:
    stack: list[Any] = [json.loads(source)]
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            stack += value.values() if isinstance(value, dict) else value


def _of_po(source: str) -> Iterator[str]:
    for match in _PO.finditer(source):
        yield _unescaped("".join(_QUOTED.findall(match[1])))


def _of_properties(source: str) -> Iterator[str]:
    yield from (_unescaped(match[1].strip().strip("\";'")) for match in _PROPERTY.finditer(source))


def _of_units(source: str) -> Iterator[str]:
    yield from (unescape(re.sub(r"<[^>]*>", "{}", match[1])) for match in _UNIT.finditer(source))


READERS: dict[str, Callable[[str], Iterator[str]]] = {
    ".js": _of_script, ".mjs": _of_script, ".cjs": _of_script, ".html": _of_page, ".htm": _of_page, ".json": _of_json,
    ".arb": _of_json, ".po": _of_po, ".properties": _of_properties, ".strings": _of_properties, ".xlf": _of_units,
    ".xliff": _of_units,
}  # fmt: skip


def read(paths: Iterable[Path]) -> tuple[set[str], int]:
    """Return the phrases of all files under `paths` and how many files had some; others are passed over."""
    found: set[str] = set()
    files = 0
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            reader = READERS.get(file.suffix.lower())
            if reader is None or not file.is_file():
                continue
            try:
                found |= phrases(reader(file.read_text(encoding="utf-8", errors="replace")))
            except ValueError:  # JSON with comments, or half a file: not worth failing for
                continue
            files += 1
    return found, files


# --- The filter -------------------------------------------------------------------------------------


def _hash(data: bytes, seed: int) -> int:
    """FNV-1a of 32 bits with MurmurHash3's last mix."""
    value = seed
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def _places(phrase: str, hashes: int, bits: int) -> Iterator[int]:
    data = phrase.encode()
    first, step = _hash(data, 0x811C9DC5), _hash(data, 0x9747B28C) | 1
    return ((first + index * step) % bits for index in range(hashes))


def build(found: set[str]) -> bytes:
    """The filter of these phrases, as `frontend/src/privacy/vocabulary.ts` reads it; the same for the same phrases."""
    bits = max(SMALLEST_BITS, math.ceil(-len(found) * math.log(WRONG) / math.log(2) ** 2))
    hashes = min(MOST_HASHES, max(1, round(bits / max(1, len(found)) * math.log(2))))
    field = bytearray((bits + 7) // 8)
    for phrase in found:
        for place in _places(phrase, hashes, bits):
            field[place >> 3] |= 1 << (place & 7)
    return struct.pack(HEADER, MAGIC, hashes, bits) + bytes(field)


def holds(content: bytes, text: str) -> bool:
    """Whether the filter may hold `text`."""
    magic, hashes, bits = struct.unpack_from(HEADER, content)
    field = content[struct.calcsize(HEADER) :]
    phrase = normal(text)
    is_one = magic == MAGIC and 0 < len(phrase) <= LONGEST
    return is_one and all(field[place >> 3] & 1 << (place & 7) for place in _places(phrase, hashes, bits))
