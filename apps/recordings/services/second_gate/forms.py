"""Other ways of writing the same text: full-width digits, odd separators, invisible letters, %20 and &nbsp;.

The rules are written for plain text. `plain` gives it to them, with the way back to what was written, so that
only the secret goes and not the paragraph round it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

# What NFKC folds into ASCII, what is not seen at all, and the digits of other scripts. Letters that mean something
# (é, 東) are not in it: a page in Chinese costs no more than one in English.
_ODD = (
    "[\u00a0\u00aa\u00ad\u00b2\u00b3\u00b9\u00ba\u034f\u061c\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u096f"
    "\u09e6-\u09ef\u0e50-\u0e59\u115f\u1160\u1680\u180b-\u180e\u2000-\u2015\u2024\u2028-\u202f\u205f-\u2079"
    "\u2080-\u208e\u2212\u2460-\u249b\u3000\ufe00-\ufe0f\ufe50-\ufe6f\ufeff\uff00-\uffef\U0001d400-\U0001d7ff"
    "\U000e0000-\U000e0fff]"
)
_LINKED = re.compile(rf"(?:%[0-9A-Fa-f]{{2}})+|&#?[0-9A-Za-z]{{2,10}};|{_ODD}")
_TWICE = 3  # "%2540" is "@" written twice over; nobody writes it four times


@lru_cache(maxsize=4_096)
def _read(piece: str) -> str:
    """What one odd piece means in plain letters."""
    if piece[0] == "%":
        # Latin-1 where it is no UTF-8: nothing is lost, and ASCII stays what it is.
        text = unquote(piece)
        return text if "\ufffd" not in text else unquote(piece, encoding="latin-1")
    if piece[0] == "&":
        return html.unescape(piece)
    category = unicodedata.category(piece)
    if category == "Nd":
        return str(unicodedata.digit(piece))
    if category == "Pd" or piece == "\u2212":
        return "-"
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category in {"Cf", "Mn", "Cn"} or piece in "\u115f\u1160\uffa0":
        return ""
    return unicodedata.normalize("NFKC", piece)


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain text and where each of its stretches comes from in the written one."""

    text: str
    _at: list[int]  # where stretches begin in `text`
    _from: list[tuple[int, int, bool]]  # their begin and end as written; whether letter by letter

    def written(self, start: int, end: int) -> tuple[int, int]:
        """The span as written that says `text[start:end]`."""
        return self._place(start)[0], self._place(end - 1)[1]

    def _place(self, index: int) -> tuple[int, int]:
        stretch = bisect_right(self._at, index) - 1
        begin, end, is_same = self._from[stretch]
        if not is_same:
            return begin, end
        begin += index - self._at[stretch]
        return begin, begin + 1


def plain(text: str) -> Plain | None:
    """`text` in plain letters, or None where it is written so already."""
    found: Plain | None = None
    for _round in range(_TWICE):
        following = _once(found.text if found else text)
        if following is None:
            break
        found = _joined(found, following) if found else following
    return found


def _once(text: str) -> Plain | None:
    if text.isascii() and "%" not in text and "&" not in text:
        return None
    parts: list[str] = []
    at: list[int] = []
    origin: list[tuple[int, int, bool]] = []
    length = last = 0
    for match in _LINKED.finditer(text):
        piece = match.group()
        meant = _read(piece)
        if meant == piece:
            continue
        if match.start() > last:
            parts.append(text[last : match.start()])
            at.append(length)
            origin.append((last, match.start(), True))
            length += match.start() - last
        last = match.end()
        if meant:
            parts.append(meant)
            at.append(length)
            origin.append((match.start(), last, False))
            length += len(meant)
    if last == 0:
        return None
    if last < len(text):
        parts.append(text[last:])
        at.append(length)
        origin.append((last, len(text), True))
    return Plain("".join(parts), at, origin)


def _joined(first: Plain, second: Plain) -> Plain:
    """`second` was read from `first.text`; the way back goes through both."""
    at: list[int] = []
    origin: list[tuple[int, int, bool]] = []
    for begin, (start, end, is_same) in zip(second._at, second._from, strict=True):
        if not is_same:
            at.append(begin)
            origin.append((*first.written(start, end), False))
            continue
        # A stretch that is the same may lie over several of the first.
        index = start
        while index < end:
            stretch = bisect_right(first._at, index) - 1
            upto = first._at[stretch + 1] if stretch + 1 < len(first._at) else len(first.text)
            upto = min(upto, end)
            at.append(begin + index - start)
            is_plain = first._from[stretch][2]
            origin.append((*first.written(index, upto), is_plain))
            index = upto
    return Plain(second.text, at, origin)
