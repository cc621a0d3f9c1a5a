"""Is there room for another recording? Asked before there is none: deletion, too, has to write a little.

Three states. "ok". "low": no new links, and the console says so; what runs goes on. "full": nothing more is taken,
and what is left of the disk is for deleting. Read from the disks that this process writes to, and from whatever
measure an app registers (a quota); the worst of them counts.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PlacetError

log = logging.getLogger(__name__)
State = Literal["ok", "low", "full"]
# Beside the quota, how often a disk is asked; a full one is met by the write itself at the latest.
EVERY_S = 5.0
# "low" begins at this many times the reserve.
LOW = 4
_ORDER: tuple[State, ...] = ("ok", "low", "full")
_measures: dict[str, Callable[[], State]] = {}
_seen: tuple[float, State] = (0.0, "ok")


class NoRoom(PlacetError):
    """Nothing new is begun while the disk is nearly full or the quota reached (507)."""

    code = "no_room"
    status = 507
    sentence = _(
        "There is almost no room left for recordings. Nothing new can be started until the operator makes some."
    )


def register(name: str, measure: Callable[[], State]) -> None:
    _measures[name] = measure


def of(left: float, reserve: float) -> State:
    """What `left` means where `reserve` is to stay untouched."""
    return "full" if left < reserve else "low" if left < LOW * reserve else "ok"


def free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _disk() -> State:
    folders = (settings.DATA_DIR / "objects", settings.DATA_DIR / "db", settings.KEYS_DIR)
    return of(min(map(free_bytes, folders)), settings.RESERVE_MB * 1e6)


def measured() -> State:
    """The state now. What cannot be measured is no reason to stop: the write itself will say."""
    worst: State = "ok"
    for name, measure in {"disk": _disk, **_measures}.items():
        try:
            worst = max(worst, measure(), key=_ORDER.index)
        except Exception:
            log.exception("the room left by %s cannot be measured", name)
    return worst


def state() -> State:
    """The state of a moment ago."""
    global _seen
    at, seen = _seen
    now = time.monotonic()
    if now - at < EVERY_S and at:
        return seen
    _seen = now, measured()
    return _seen[1]


def level() -> int:
    """The same as a number: 0, 1 or 2."""
    return _ORDER.index(state())


def require() -> None:
    """Raises `NoRoom` where nothing new should be begun."""
    if state() != "ok":
        raise NoRoom


def health() -> str:
    return {"ok": "ok", "low": "degraded: little room left, no new links", "full": "degraded: no room, uploads wait"}[
        measured()
    ]
