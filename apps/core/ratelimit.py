"""Count tries in Django's cache. An address is kept for an hour at most, and only as an HMAC.

With Redis gone each process counts for itself (`core.cache`). Should even that fail, it lets through and says so in
the log: nobody who wants to withdraw may be shut out. What stands behind it (tokens of 128 bits, single-use nonces)
holds without it.
"""

from __future__ import annotations

import ipaddress
import logging
import time

from django.core.cache import cache
from django.http import HttpRequest

from apps.core import signing
from apps.core.errors import TooMany

log = logging.getLogger(__name__)
LONGEST_S = 3600


def address(request: HttpRequest) -> str:
    """Return who asks; the door has put the client's own address there, whatever stands before us."""
    return household(str(request.META.get("REMOTE_ADDR", "")))


def household(text: str) -> str:
    """Return the name that an address is counted by: a household has a /64 to itself, and one counter."""
    try:
        near = ipaddress.ip_address(text)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((near, 64), strict=False) if near.version == 6 else near)


def _key(name: str, who: str, seconds: int) -> str:
    window = int(time.time()) // seconds
    # The window is in the hash, so that keys of two windows cannot be told to be one person's.
    return f"rate:{name}:{signing.derive('rate', name, who, window)[:32]}"


def count(name: str, who: str, *, seconds: int) -> int:
    """Count one try of `who` and return how many there were in this window; 0 when nobody counts."""
    seconds = min(seconds, LONGEST_S)
    key = _key(name, who, seconds)
    try:
        cache.add(key, 0, timeout=seconds)
        return int(cache.incr(key))
    except Exception:  # noqa: BLE001  a cache's error must not fail the request
        log.warning("rate limits are not counted: the cache does not answer (%s)", name)
        return 0


def tries(name: str, who: str, *, seconds: int) -> int:
    """How many tries were counted in this window, without adding one."""
    try:
        return int(cache.get(_key(name, who, min(seconds, LONGEST_S))) or 0)
    except Exception:  # noqa: BLE001
        log.warning("rate limits are not counted: the cache does not answer (%s)", name)
        return 0


def limit(name: str, who: str, *, most: int, seconds: int) -> None:
    """Count one try; raise `TooMany` beyond `most` in `seconds`."""
    if count(name, who, seconds=seconds) > most:
        raise TooMany


def refuse_beyond(name: str, who: str, *, most: int, seconds: int) -> None:
    """Raise `TooMany` where `most` were counted already; counts nothing itself."""
    if tries(name, who, seconds=seconds) >= most:
        raise TooMany
