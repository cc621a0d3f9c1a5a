"""Count tries in Django's cache. An address is kept for an hour at most, and only as an HMAC.

When the cache is down it lets through and says so in the log: a stopped Redis must not shut the door on somebody
who wants to withdraw. What stands behind it (tokens of 128 bits, single-use nonces) holds without it.
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
    """Return who asks, as far as we can tell: behind a proxy of ours the last address that it added."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    try:
        near = ipaddress.ip_address(text)
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        # Only a neighbour (proxy on this host or in this network) is believed.
        if forwarded and (near.is_loopback or near.is_private):
            near = ipaddress.ip_address(forwarded)
    except ValueError:
        return "unknown"
    # A household has a /64 to itself; one counter for all of it.
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
