"""The second scan, at ingest: what looks like a secret after the first gate is redacted and counted.

A hit is a defect of the masking in the browser. It is counted by class and shown; what was found is never
stored or logged. Rules run in RE2 (linear time whatever the input), over every string and key of every
event.

What it cannot see: secrets split over two strings, or typed one character a mutation. The first gate's
rules are allow-lists for that reason; this one is the net under it.
"""

from __future__ import annotations

import base64
import binascii
import html
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import re2
from stdnum import iban, luhn

from apps.recordings.services.wire import Event

REDACTED = "[redacted]"
# Replacing one match can make a boundary for the next ("123-45-6789" + "AKIA…"), so a string is scanned until
# nothing more is found; one that goes on longer than this is redacted whole.
ROUNDS = 4
MANY_HITS = 200
MANY_STRINGS = 500
RETRIES = 2_000  # in one string, so that a megabyte of digits stays cheap
LONGEST = 40
SHORTEST = 5

Check = Callable[[str, int, int], bool]


def _always(text: str, start: int, end: int) -> bool:
    return True


def _is_card(text: str, start: int, end: int) -> bool:
    """Issuer's first digits and Luhn; not the decimals of a number, and not a piece of a longer one."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:].isdigit() or after[:1].isdigit():
        return False
    if (before[-1:] == "." and before[:1].isdigit()) or (after[:1] == "." and after[1:].isdigit()):
        return False
    digits = "".join(letter for letter in text[start:end] if letter.isdigit())
    issuer = (
        digits[0] == "4"
        or "51" <= digits[:2] <= "55"
        or "2221" <= digits[:4] <= "2720"
        or digits[:2] in {"34", "37", "30", "36", "38", "39", "35", "62", "65", "50", "56", "57", "58"}
        or digits[:4] == "6011"
        or digits[:3] in {"644", "645", "646", "647", "648", "649"}
    )
    return issuer and bool(luhn.is_valid(digits))


def _is_iban(text: str, start: int, end: int) -> bool:
    return bool(iban.is_valid(text[start:end]))


# "icon@2x.png" and "app@next.js" are addresses of files.
_FILES = frozenset(
    [
        "png",
        "jpg",
        "jpeg",
        "gif",
        "svg",
        "webp",
        "avif",
        "ico",
        "bmp",
        "js",
        "mjs",
        "cjs",
        "css",
        "map",
        "ts",
        "tsx",
        "jsx",
        "json",
        "woff",
        "woff2",
        "ttf",
        "otf",
        "html",
        "vue",
    ]
)


def _is_email(text: str, start: int, end: int) -> bool:
    return text[start:end].rpartition(".")[2].lower() not in _FILES


def _is_ssn(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start].isalnum() or text[end : end + 1].isalnum():
        return False
    area, group, serial = text[start : start + 3], text[start + 4 : start + 6], text[start + 7 : end]
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def _is_basic(text: str, start: int, end: int) -> bool:
    """A word after "basic" is English; one that decodes to name:password is not."""
    value = text[start:end].split()[-1].rstrip("=")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in decoded and decoded.isascii() and all(byte > 31 for byte in decoded)


def _has_digit(text: str, start: int, end: int) -> bool:
    return any(letter.isdigit() for letter in text[start:end])


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    pattern: str
    confirms: Check = _always
    shifts: bool = False  # a match that is not confirmed is tried again from its later characters


RULES = (
    Rule(
        "private_key",
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]{0,20}KEY-----|\z)",
    ),
    Rule("jwt", r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),
    Rule("bearer", r"(?i:bearer)\s+[A-Za-z0-9._~+/-]{16,}=*", _has_digit),
    Rule("basic_auth", r"(?i:basic)\s+[A-Za-z0-9+/]{8,}={0,2}", _is_basic),
    Rule("url_credentials", r"[a-z][a-z0-9+.-]{1,15}://[^\s/:@\"'<>]{1,80}:[^\s/@\"'<>]{1,120}@"),
    Rule("aws_key", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
    Rule("github_token", r"gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{22,}"),
    Rule("gitlab_token", r"glpat-[\w-]{20,}"),
    Rule("slack_token", r"xox[abeoprs]-[\w-]{10,}"),
    Rule("stripe_key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}"),
    Rule("google_key", r"AIza[\w-]{35}|ya29\.[\w-]{20,}"),
    Rule("openai_key", r"sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}", _has_digit),
    Rule("npm_token", r"npm_[A-Za-z0-9]{36}"),
    Rule("twilio_key", r"SK[0-9a-f]{32}"),
    Rule(
        "password",
        r"(?i:password|passwd|pwd|secret|client_secret|api_?key|access_token|refresh_token|id_token|session_?id)"
        r"=[^\s&\"'<>;,\[\]]{4,}",
    ),
    Rule(
        "email",
        r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}",
        _is_email,
    ),
    Rule("iban", r"[A-Za-z]{2}\d{2}[ -]?(?:[A-Za-z0-9]{4}[ -]?){2,7}[A-Za-z0-9]{1,4}", _is_iban, shifts=True),
    Rule(
        "card",
        r"\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{13,19}",
        _is_card,
        shifts=True,
    ),
    Rule("ssn", r"\d{3}-\d{2}-\d{4}", _is_ssn),
)
_COMPILED = [(rule, re2.compile(rule.pattern)) for rule in RULES]
_ANY = re2.compile("|".join(f"(?:{rule.pattern})" for rule in RULES))

# A value under such a key is a secret whatever it looks like. Compared without case, "-" and "_".
SECRET_KEYS = frozenset(
    [
        "password",
        "passwd",
        "passcode",
        "secret",
        "clientsecret",
        "accesstoken",
        "refreshtoken",
        "idtoken",
        "apikey",
        "authorization",
        "cookie",
        "setcookie",
        "cvv",
        "cvc",
        "cardnumber",
        "ssn",
    ]
)
# What the first gate writes in place of a value; found again here it is no defect.
_MASKED = frozenset("•*█●x ")


def scrub(events: list[Event]) -> Counter[str]:
    """Redact the secrets in `events`, in place, and return how many of each class there were."""
    hits: Counter[str] = Counter()
    survey = Survey()
    for event in events:
        survey.walk(event["data"])
    found: dict[str, str] = {}
    for text in _suspects(survey.strings):
        if len(found) < MANY_STRINGS:
            found[text] = redact(text, hits)
        else:  # crafted, or a list of customers: what might be one goes without a closer look
            found[text] = REDACTED
            hits["many"] += 1
    if found or survey.has_other:
        for event in events:
            _rewrite(event["data"], found, hits)
    return hits


def redact(text: str, hits: Counter[str]) -> str:
    """Return `text` without its secrets, counting them. What only shows when decoded goes with the whole
    text.
    """
    for _round in range(ROUNDS):
        clean = _once(text, hits)
        if clean == text:
            break
        text = clean
    else:
        return REDACTED
    for form in _other_forms(text):
        if any(_confirmed(form)):
            hits[next(_confirmed(form))[0].name] += 1
            return REDACTED
    return text


# --- Inside -----------------------------------------------------------------------------------------


def _confirmed(text: str) -> Iterator[tuple[Rule, int, int]]:
    retries = RETRIES
    for rule, pattern in _COMPILED:
        for match in pattern.finditer(text):
            start, end = match.span()
            if rule.confirms(text, start, end):
                yield rule, start, end
            elif rule.shifts and retries > 0:
                # "1234 4111 1111 1111 1111": what failed to be a card may hide the beginning of one.
                for begin in range(start + 1, end):
                    retries -= 1
                    hidden = pattern.match(text, begin, min(len(text), end + LONGEST))
                    if hidden is not None and rule.confirms(text, *hidden.span()):
                        yield rule, *hidden.span()
                        break


def _once(text: str, hits: Counter[str]) -> str:
    spans: list[tuple[int, int]] = []
    for rule, start, end in _confirmed(text):
        if any(start < taken_end and taken_start < end for taken_start, taken_end in spans):
            continue
        spans.append((start, end))
        hits[rule.name] += 1
        if len(spans) >= MANY_HITS:  # crafted, or a list of customers: nothing of it is worth keeping
            return REDACTED
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + REDACTED + text[end:]
    return text


_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


def _other_forms(text: str) -> Iterator[str]:
    """The ways of writing the same that a plain scan walks past."""
    if "%" in text:
        yield unquote(text)
    if "&" in text and ";" in text:
        yield html.unescape(text)
    if not text.isascii():
        yield unicodedata.normalize("NFKC", text.translate(_INVISIBLE))


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
                    self.has_other = any(_is_secret_key(key) and _is_open(each) for key, each in value.items())
            elif isinstance(value, list):
                stack.extend(value)
            elif _is_number_card(value):
                self.has_other = True


def _suspects(strings: set[str]) -> Iterator[str]:
    """The strings that hold a secret. One scan of them all joined decides for a clean upload."""
    plain: list[str] = []
    for text in strings:
        if len(text) < SHORTEST:
            continue
        # Looked at before a form is made: nearly every string is plain.
        if "%" in text or "&" in text or not text.isascii():
            forms = [text, *_other_forms(text)]
            if any(_ANY.search(form) for form in forms) and any(any(_confirmed(form)) for form in forms):
                yield text
        else:
            plain.append(text)
    # A newline between them belongs to no rule but the private key's, whose head is enough to be found.
    if not _ANY.search("\n".join(plain)):
        return
    many = 0
    for text in plain:
        if _ANY.search(text) and (many >= MANY_STRINGS or any(_confirmed(text))):
            many += 1
            yield text


def _is_secret_key(key: str) -> bool:
    # The length first: this is asked of every key.
    return len(key) < 16 and key.lower().replace("-", "").replace("_", "") in SECRET_KEYS


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and bool(set(value) - _MASKED) and not value.startswith("[")


def _is_number_card(value: Any) -> bool:
    # 15 digits and more only: times in milliseconds have 13.
    return isinstance(value, int) and value >= 10**14 and _is_card(str(value), 0, len(str(value)))


def _rewrite(root: Any, found: dict[str, str], hits: Counter[str]) -> None:
    """Replace in place; a stack, since a page may be nested deeper than Python calls."""
    stack = [root]
    while stack:
        node = stack.pop()
        keys: Any = list(node) if isinstance(node, dict) else range(len(node))
        for key in keys:
            value = node[key]
            if isinstance(value, str):
                secret = isinstance(key, str) and _secret(key, value, hits)
                node[key] = secret or found.get(value, value)
            elif isinstance(value, (dict, list)):
                stack.append(value)
            elif _is_number_card(value):
                hits["card"] += 1
                node[key] = 0
        if isinstance(node, dict) and any(key in found for key in keys):
            renamed = {found.get(key, key): value for key, value in node.items()}
            node.clear()
            node.update(renamed)


def _secret(key: str, value: Any, hits: Counter[str]) -> str:
    if not (_is_secret_key(key) and _is_open(value)):
        return ""
    hits["secret_key"] += 1
    return REDACTED
