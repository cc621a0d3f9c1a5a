"""What each app adds to `/readyz`."""

from __future__ import annotations

from collections.abc import Callable

# A check returns None or "ok", or "degraded: …"; it raises when its part is down.
Check = Callable[[], str | None]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    _checks[name] = check


def checks() -> dict[str, Check]:
    return dict(_checks)
