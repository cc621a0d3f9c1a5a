"""What `/readyz` says: the parts of an installation, and what each app adds to them."""

from __future__ import annotations

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connections

from apps.core import maintenance, room
from apps.core.services import checkpoints, seals

# A check returns None or "ok", or "degraded: …"; it raises when its part is down.
Check = Callable[[], str | None]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    _checks[name] = check


def checks() -> dict[str, Check]:
    return dict(_checks)


def states() -> dict[str, str]:
    """Each part and "ok", "degraded: …" or "down: …". Names of parts and kinds of errors, never contents."""
    parts: dict[str, Callable[[], object]] = {
        "database": lambda: _database("default"),
        "keys": lambda: _database("keys"),
        "broker": _broker,
        "audit": _audit,
        "room": room.health,
        "maintenance": maintenance.health,
        **checks(),
    }
    return {name: _state(check) for name, check in parts.items()}


def _database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()


def _audit() -> str:
    if seals.is_late():
        return "degraded: entries of the audit trail wait to be sealed"
    if checkpoints.is_late():
        return "degraded: checkpoints of the audit trail do not reach their anchors"
    return "ok"


def _state(check: Callable[[], object]) -> str:
    try:
        return str(check() or "ok")
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not ready"
        return f"down: {type(error).__name__}"
