"""Read an upload: the head line, the inflated JSON, its shape. Nothing is believed before it is checked.

docs/wire.md is the contract. A body that is not exactly that is refused whole; what it holds beyond what we
keep (other keys of an event, rrweb's two load events) is dropped, so nothing unscanned can ride along.
"""

from __future__ import annotations

import functools
import json
import math
import re
from dataclasses import dataclass
from typing import Any, NoReturn

import orjson
from django.conf import settings
from isal import isal_zlib

from apps.core import signing
from apps.recordings import limits
from apps.recordings.errors import Malformed, TokenWrong, TooLarge

Event = dict[str, Any]

FULL_SNAPSHOT, INCREMENTAL, META, CUSTOM = 2, 3, 4, 5
KEPT = frozenset({FULL_SNAPSHOT, INCREMENTAL, META, CUSTOM})
DROPPED = frozenset({0, 1})
GZIP_MAGIC = b"\x1f\x8b"
FLAGS = frozenset("stlk")
_HEAD_BYTES = 600
_HEAD = re.compile(rb"1 ([\w.-]{20,400})\t(\d{1,15}) (\d{1,15}) (-|[a-z]{1,8})")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True)
class Head:
    """The ASCII line before the payload."""

    token: str
    first_ms: int
    last_ms: int
    flags: frozenset[str]


def split(body: bytes) -> tuple[Head, bytes]:
    """Return head and payload; raises `Malformed`."""
    line, newline, _rest = body[:_HEAD_BYTES].partition(b"\n")
    match = _HEAD.fullmatch(line)
    if not newline or match is None:
        raise Malformed
    token, first, last, flags = match.groups()
    letters = frozenset(flags.decode().replace("-", ""))
    if not letters <= FLAGS:
        raise Malformed
    return Head(token.decode(), int(first), int(last), letters), body[len(line) + 1 :]


def token_grant(token: str, recording_id: str) -> int:
    """Return the grant that `token` proves for this recording; raises `TokenWrong`."""
    return _token_grant(token, recording_id, tuple(settings.SECRET_KEYS))


@functools.lru_cache(maxsize=4_096)  # it comes with every upload, and what it proves ends by the row and not by time
def _token_grant(token: str, recording_id: str, _keys: tuple[str, ...]) -> int:
    try:
        payload = signing.loads("ingest", token)
    except signing.BadToken:
        raise TokenWrong from None
    match payload:
        case [str() as owner, int() as grant] if owner == recording_id:
            return grant
    raise TokenWrong


def inflate(payload: bytes) -> bytes:
    """Return the JSON, at most `limits.RAW_BYTES`; raises `Malformed` or `TooLarge`.

    The limit holds while inflating: a bomb is stopped at its first byte too many. A stream that did not
    end, and anything after its end (a second member, trailing bytes), was never scanned by anybody and is
    refused.
    """
    if not payload.startswith(GZIP_MAGIC):
        if len(payload) > limits.RAW_BYTES:
            raise TooLarge
        return payload
    inflater = isal_zlib.decompressobj(31)
    try:
        raw = inflater.decompress(payload, limits.RAW_BYTES + 1)
    except isal_zlib.IsalError:  # type: ignore[misc]  # its stub says an instance
        raise Malformed from None
    if len(raw) > limits.RAW_BYTES:
        raise TooLarge
    if not inflater.eof or inflater.unused_data:
        raise Malformed
    return raw


def events(raw: bytes, *, most: int = limits.EVENTS) -> list[Event]:
    """Parse the JSON and return the events that are kept, each of exactly type, data and timestamp.

    Duplicate keys: the last wins, and what is stored is written afresh, so the others are not in it. NaN and
    Infinity: refused. A lone surrogate, which `JSON.stringify` writes for a cut emoji, becomes U+FFFD.
    """
    parsed = _parse(raw)
    if not isinstance(parsed, list) or not parsed or len(parsed) > most:
        raise Malformed
    return [kept for event in parsed if (kept := _event(event)) is not None]


def _event(event: object) -> Event | None:
    if not isinstance(event, dict):
        raise Malformed
    kind, at, data = event.get("type"), event.get("timestamp"), event.get("data")
    if type(kind) is not int or kind not in KEPT | DROPPED:  # not isinstance: True is an int to Python
        raise Malformed
    if kind in DROPPED:
        return None
    if not isinstance(at, (int, float)) or isinstance(at, bool) or not math.isfinite(at):
        raise Malformed
    if not isinstance(data, dict) or (kind == CUSTOM and not _is_custom(data)):
        raise Malformed
    return {"type": kind, "data": data, "timestamp": round(at)}


def _is_custom(data: dict[str, Any]) -> bool:
    return isinstance(data.get("tag"), str) and isinstance(data.get("payload"), dict)


def _refuse(constant: str) -> NoReturn:
    raise Malformed


def _parse(raw: bytes) -> object:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    if not _SURROGATE.search(raw):
        raise Malformed
    # orjson refuses lone surrogates; the standard library reads them, so they can be repaired.
    try:
        return _repaired(json.loads(raw.decode(), parse_constant=_refuse))
    except (ValueError, RecursionError):
        raise Malformed from None


def _repair(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _repaired(value: Any) -> Any:
    if isinstance(value, str):
        return _repair(value)
    if isinstance(value, list):
        return [_repaired(each) for each in value]
    if isinstance(value, dict):
        return {_repair(key): _repaired(each) for key, each in value.items()}
    return value


def dump(value: object) -> bytes:
    """Write JSON; raises `Malformed` for what is nested deeper than anything real."""
    try:
        return orjson.dumps(value)
    except (TypeError, ValueError):  # orjson stops at 254 levels, a DOM depth of 126
        pass
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except (RecursionError, ValueError):
        raise Malformed from None


def load(raw: bytes) -> list[Event]:
    """Read back what `dump` wrote of `events`."""
    parsed: list[Event] = orjson.loads(raw)
    return parsed


def load_object(raw: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads(raw)
    return parsed
