"""How long the console's pages take with many rows, and how many statements each needs.

    python -m tests.bench.console [--tickets N] [--recordings N]        (make bench-console)

The whole of Django answers, from the session to the last byte of the page, without a network between. The goal: 200 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GOAL_MS = 200.0
TIMES = 15
PAGES = [
    "/", "/?state=all", "/?state=all&page=1900", "/?mine=1", "/?mine=1&state=all", "/?unassigned=1", "/?state=all&recorded=1", "/?state=all&tag=vip",
    "/?state=all&q=refused", "/?state=all&q=p204711@", "/?state=all&q=%23204711", "/tickets/204710/", "/recordings/",
    "/recordings/?show=deleted", "/privacy/", "/sites/", "/reports/",
]  # fmt: skip


def pages_of(client: Any, paths: list[str], times: int = TIMES) -> dict[str, dict[str, float]]:
    """Of each page: the median and the worst but one in milliseconds, and its number of queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = {}
    for path in paths:
        assert client.get(path).status_code == 200, path
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
            asked = len(queries)
        taken = sorted(_time(client, path) for _ in range(times))
        found[path] = {"median_ms": statistics.median(taken), "worst_ms": taken[-2:][0], "queries": asked}
    return found


def _time(client: Any, path: str) -> float:
    started = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - started) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--recordings", type=int, default=20_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
        os.environ.update(
            PLACET_DATA_DIR=f"{folder}/data", PLACET_KEYS_DIR=f"{folder}/keys", DJANGO_SETTINGS_MODULE="config.settings"
        )
        import django
        from django.core.management import call_command

        django.setup()
        for database in ("default", "keys"):
            call_command("migrate", database=database, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        found = _measure(options.tickets, options.recordings)
    for path, figures in found.items():
        verdict = "" if figures["median_ms"] <= GOAL_MS else "  OVER"
        print(
            f"{path:32} {figures['median_ms']:7.1f} ms  {figures['worst_ms']:7.1f} ms  {figures['queries']:3} queries{verdict}"
        )
    print(json.dumps({"tickets": options.tickets, "recordings": options.recordings, "pages": found}))
    return int(any(figures["median_ms"] > GOAL_MS for figures in found.values()))


def _measure(tickets: int, recordings: int) -> dict[str, dict[str, float]]:
    from django.db import connection
    from django.test import Client

    from tests import factories
    from tests.bench import many

    site = factories.shop()
    staff = factories.people(site, factories.SiteFactory(slug="clinic"))
    many.fill(site, [staff["alice"], staff["bob"]], tickets=tickets, recordings=recordings)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    client.force_login(staff["alice"])
    return pages_of(client, PAGES)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
