"""What is wrong with this installation, in plain words, and what to do about it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import redis
from django.conf import settings
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from apps.core import heartbeat, maintenance
from apps.core.services import seals
from apps.privacy import checks
from apps.privacy.models import Deletion, Erasure
from apps.privacy.services import reports
from apps.recordings.services import vault
from apps.sites.models import Site

State = Literal["ok", "advice", "wrong"]
SWEEP_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """`do` is empty when all is well."""

    part: str
    state: State
    says: str
    do: str = ""


def _database(alias: str) -> Finding:
    part = "key store" if alias == "keys" else "database"
    connection = connections[alias]
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        option = " --database keys" if alias == "keys" else ""
        return Finding(part, "wrong", f"{missing} migrations are missing.", f"manage.py migrate{option}")
    return Finding(part, "ok", f"{connection.vendor}, up to date")


def _redis() -> Finding:
    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    return Finding("Redis", "ok", "answers")


def _vault() -> Finding:
    vault.check()
    return Finding("vault", "ok", "can be written to")


def _keys_folder() -> Finding:
    mode = stat.S_IMODE(settings.KEYS_DIR.stat().st_mode)
    if mode & 0o077:
        return Finding("keys folder", "wrong", "Others on this machine can read it.", f"chmod 700 {settings.KEYS_DIR}")
    if checks.keys_lie_apart():
        return Finding(
            "keys folder",
            "advice",
            "It lies beside the data.",
            "Set PLACET_KEYS_DIR to a place that is not backed up together with the data.",
        )
    return Finding("keys folder", "ok", "apart from the data, readable by its owner only")


def _sweeps() -> Finding:
    seen = heartbeat.last()
    if seen is None or timezone.now() - seen > SWEEP_EVERY:
        when = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "since it started"
        return Finding(
            "worker and beat",
            "wrong",
            f"No sweep has run {when}.",
            "Start both; see Procfile. Then look again.",
        )
    return Finding("worker and beat", "ok", f"last sweep at {seen:%H:%M:%S} UTC")


def _deletions() -> Finding:
    late = reports.overdue()
    stuck = Deletion.objects.exclude(problem="")
    if late:
        why = ", ".join(sorted(set(stuck.values_list("problem", flat=True)))) or "no worker has tried"
        return Finding(
            "deletions",
            "wrong",
            f"{late} recordings should have been gone for an hour ({why}).",
            "See `retention_report` for which, and the worker's log for why.",
        )
    if Erasure.objects.filter(finished_at=None, requested_at__lt=timezone.now() - reports.ALARM).exists():
        return Finding("deletions", "wrong", "An erasure is not finished.", "See the worker's log for why.")
    return Finding("deletions", "ok", "nothing is overdue")


def _audit() -> Finding:
    if seals.is_late():
        return Finding(
            "audit trail",
            "wrong",
            "Entries wait to be sealed.",
            "Start worker and beat, then run `verify_audit`.",
        )
    return Finding("audit trail", "ok", "sealed; `verify_audit` checks it")


def _notices() -> list[Finding]:
    found = []
    for site in Site.objects.order_by("slug"):
        missing = checks.missing_facts(site)
        if missing:
            fields = ", ".join(missing)
            do = "Fill them in, in the console or under /admin/."
            found.append(Finding(f"site {site.slug}", "wrong", f"Its notice lacks: {fields}.", do))
        else:
            found.append(Finding(f"site {site.slug}", "ok", "its notice has every fact"))
    return found


def _maintenance() -> Finding:
    if maintenance.is_on():
        do = "When you are done: manage.py maintenance off, or unset PLACET_READ_ONLY."
        return Finding("maintenance", "advice", "Read-only: nothing is recorded or changed; deletions go on.", do)
    return Finding("maintenance", "ok", "not read-only")


def _address() -> Finding:
    if settings.DEBUG:
        return Finding("settings", "wrong", "DEBUG is on.", "Unset DEBUG.")
    if not settings.SECURE:
        return Finding("settings", "advice", "BASE_URL is not https.", "Fine on this machine only; people need https.")
    return Finding("settings", "ok", settings.BASE_URL)


def _looked(part: str, look: Callable[[], Finding | list[Finding]], do: str) -> list[Finding]:
    try:
        found = look()
    except Exception as error:  # noqa: BLE001  whatever it is, the finding is that this part does not work
        return [Finding(part, "wrong", f"It does not answer ({type(error).__name__}).", do)]
    return found if isinstance(found, list) else [found]


def examine() -> list[Finding]:
    """Look at every part. A part that fails is a finding and keeps no other from being looked at."""
    parts: list[tuple[str, Callable[[], Finding | list[Finding]], str]] = [
        ("database", lambda: _database("default"), "Check DATABASE_URL and that the server runs."),
        ("key store", lambda: _database("keys"), "Check KEYS_DATABASE_URL and that the server runs."),
        ("Redis", _redis, "Start redis-server, or check REDIS_URL."),
        ("vault", _vault, "Check VAULT_URL, and that the folder can be written to and the disk is not full."),
        ("keys folder", _keys_folder, "Check PLACET_KEYS_DIR."),
        ("worker and beat", _sweeps, "Start Redis first."),
        ("deletions", _deletions, "See the database first."),
        ("audit trail", _audit, "See the database first."),
        ("sites", _notices, "See the database first."),
        ("maintenance", _maintenance, ""),
        ("settings", _address, ""),
    ]
    return [finding for part, look, do in parts for finding in _looked(part, look, do)]
