"""Where the person went, in words: an address is for machines."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

HIDDEN = "[id]"  # what the browser's gate puts for a part that is somebody's
_ENDING = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_ENTRY = {"", "index", "default", "home"}
SEPARATOR = " › "


def in_words(address: str, *, from_page: str) -> str:
    """`https://shop.example/my-orders/[id]` as “My orders › …”; with its host where that is another than `from_page`'s."""
    parts, first = urlsplit(address), urlsplit(from_page)
    words = [word for segment in parts.path.split("/") if (word := _word(segment))]
    if parts.netloc and parts.netloc != first.netloc:
        words.insert(0, parts.netloc)
    return f"“{SEPARATOR.join(words)}”" if words else _("the start page")


def _word(segment: str) -> str:
    if segment == HIDDEN:
        return "…"
    name = _ENDING.sub("", unquote(segment))
    if name.lower() in _ENTRY:
        return ""
    plain = re.sub(r"[-_+]+", " ", name).strip()
    return plain[:1].upper() + plain[1:]
