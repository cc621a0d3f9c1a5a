"""Whether what looks like a number of somebody's is one: check digits, dates, issuers, neighbours.

Each check is given the text and the span that a pattern matched, and returns the span that is the secret, or
None. python-stdnum and phonenumbers know the numbers; what stands here is what they cannot see, the text around.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType

import phonenumbers
from stdnum import iban, luhn
from stdnum.in_ import aadhaar as in_aadhaar

Span = tuple[int, int]
Check = Callable[[str, int, int], Span | None]


def always(text: str, start: int, end: int) -> Span | None:
    return start, end


def alone(text: str, start: int, end: int) -> bool:
    """Not a piece of a longer number or word, nor the decimals of one."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isalnum() or after[:1].isalnum():
        return False
    if before[-1:] in {".", ","} and before[:1].isdigit():
        return False
    return not (after[:1] in {".", ","} and after[1:].isdigit())


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


def standing(*modules: ModuleType) -> Check:
    """A whole word that is valid by one of these modules of stdnum."""

    def check(text: str, start: int, end: int) -> Span | None:
        if not alone(text, start, end):
            return None
        return valid(*modules)(text, start, end)

    return check


def valid(*modules: ModuleType) -> Check:
    """Valid by one of these modules, whatever stands beside it: the words before have said what it is."""

    def check(text: str, start: int, end: int) -> Span | None:
        if text[end : end + 1].isdigit():
            return None
        written = text[start:end].upper()
        return (start, end) if any(module.is_valid(written) for module in modules) else None

    return check


def ended(text: str, start: int, end: int) -> Span | None:
    """A value after its label: nothing of it goes on."""
    return None if text[end : end + 1].isalnum() else (start, end)


def begins(text: str, start: int, end: int) -> Span | None:
    """Not the middle of something longer, such as an image in base64."""
    before = text[start - 1 : start]
    return None if before.isalnum() or before in {"+", "/", "_", "-"} else (start, end)


def with_digits(least: int) -> Check:
    def check(text: str, start: int, end: int) -> Span | None:
        enough = sum(letter.isdigit() for letter in text[start:end]) >= least
        return ended(text, start, end) if enough else None

    return check


def _is_issuer(number: str) -> bool:
    return (
        number[0] == "4"
        or "51" <= number[:2] <= "55"
        or "2221" <= number[:4] <= "2720"
        or number[:2] in {"34", "37", "30", "36", "38", "39", "35", "62", "65", "50", "56", "57", "58"}
        or number[:4] in {"6011", "6304", "6759", "6761", "6762", "6763"}
        or "644" <= number[:3] <= "649"
    )


def card(text: str, start: int, end: int) -> Span | None:
    """Issuer's first digits and Luhn; not the decimals of a number, and not a piece of a longer one."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isdigit() or after[:1].isdigit():
        return None
    if (before[-1:] == "." and before[:1].isdigit()) or (after[:1] == "." and after[1:].isdigit()):
        return None
    number = digits(text[start:end])
    is_card = 13 <= len(number) <= 19 and _is_issuer(number) and luhn.is_valid(number)
    return (start, end) if is_card else None


def _remainder(word: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in word[4:] + word[:4])) % 97 if word.isascii() else 0


def account(text: str, start: int, end: int) -> Span | None:
    """An IBAN, which the pattern may have run past into the next word."""
    compact = [(letter, index) for index, letter in enumerate(text[start:end], start) if letter.isalnum()]
    word = "".join(letter for letter, _index in compact)
    for length in range(15, len(word) + 1):
        # The remainder first: it costs a tenth of knowing how each country writes them.
        if _remainder(word[:length]) == 1 and iban.is_valid(word[:length]):
            return start, compact[length - 1][1] + 1
    return None


# "icon@2x.png" and "app@next.js" are addresses of files.
_EXTENSIONS = "png jpg jpeg gif svg webp avif ico bmp js mjs cjs css map ts tsx jsx json woff woff2 ttf otf html vue"
_FILES = frozenset(_EXTENSIONS.split())


def email(text: str, start: int, end: int) -> Span | None:
    """An address without the quotation marks and full stops of other scripts round it; no name of a file."""
    while not text[start].isalnum() and text[start] not in "_@":
        start += 1
    at = text.index("@", start)
    end = next((index for index in range(at + 1, end) if not text[index].isalnum() and text[index] not in ".-_"), end)
    while not text[end - 1].isalnum():
        end -= 1
    name = text[at + 1 : end].rpartition(".")
    is_one = start < at and bool(name[0]) and len(name[2]) >= 2 and name[2].lower() not in _FILES
    return (start, end) if is_one and not name[2].isdigit() else None


def ssn(text: str, start: int, end: int) -> Span | None:
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return None
    number = digits(text[start:end])
    area, group, serial = number[:3], number[3:5], number[5:]
    is_one = area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"
    return (start, end) if is_one else None


def nino(text: str, start: int, end: int) -> Span | None:
    prefix = text[start : start + 2]
    is_one = alone(text, start, end) and prefix not in {"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}
    return (start, end) if is_one else None


def aadhaar(text: str, start: int, end: int) -> Span | None:
    """Three groups of four, and not the first three of a card's four."""
    after = text[end : end + 2]
    if after[:1] in {" ", "-"} and after[1:].isdigit():
        return None
    return standing(in_aadhaar)(text, start, end)


def medicare(text: str, start: int, end: int) -> Span | None:
    number = digits(text[start:end])
    total = sum(int(digit) * weight for digit, weight in zip(number, (1, 3, 7, 9, 1, 3, 7, 9), strict=False))
    return ended(text, start, end) if total % 10 == int(number[8]) else None


def phone(region: str | None) -> Check:
    """A number that was or may be given out; without a region it carries its country."""

    def check(text: str, start: int, end: int) -> Span | None:
        if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
            return None
        written = text[start:end].strip()
        if written.isdigit() and text[start - 1 : start] == "." and text[max(0, start - 2) : start - 1].isdigit():
            return None  # the decimals of a number
        if written.startswith("00"):
            written = "+" + written[2:]
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            return None
        return (start, end) if phonenumbers.is_valid_number(number) else None

    return check


def basic(text: str, start: int, end: int) -> Span | None:
    """A word after "basic" is English; one that decodes to name:password is not."""
    value = text[start:end].split()[-1].rstrip("=")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    is_one = b":" in decoded and decoded.isascii() and all(byte > 31 for byte in decoded)
    return (start, end) if is_one else None


def spoken(text: str, start: int, end: int) -> Span | None:
    """A password after a colon: words alone are prose."""
    value = text[start:end]
    return (start, end) if any(not letter.isalpha() and letter not in ".,!?'’-()" for letter in value) else None


def entropy(text: str, start: int, end: int) -> Span | None:
    """Capitals, small letters and digits so mixed that nobody wrote them; no digest of a file, no file's name."""
    word = text[start:end]
    if word.startswith((";base64,", "sha256-", "sha384-", "sha512-")):
        return None
    kinds = [0 if letter.isdigit() else 1 if letter.islower() else 2 if letter.isupper() else 3 for letter in word]
    if min(kinds.count(kind) for kind in (0, 1, 2)) < 3:
        return None
    changes = sum(one != other for one, other in pairwise(kinds))
    if changes < 0.4 * len(word):
        return None
    extension = text[end : end + 6].partition(".")[2]
    if text[end : end + 1] == "." and any(extension.startswith(each) for each in _FILES):
        return None
    return start, end
