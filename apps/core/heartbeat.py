"""When the sweeps last ran. It lies in the cache, since a lost sign of life is no loss."""

from __future__ import annotations

import contextlib
from datetime import datetime

from django.core.cache import cache
from django.utils import timezone

KEY = "placet.sweep_seen"
KEPT_S = 7 * 86400


def note() -> None:
    """A worker is at work, and beat has called it. Never fails."""
    with contextlib.suppress(Exception):
        cache.set(KEY, timezone.now().isoformat(), KEPT_S)


def last() -> datetime | None:
    """When that was; None when it is not known. Raises where the cache cannot be reached."""
    seen = cache.get(KEY)
    return datetime.fromisoformat(seen) if seen else None
