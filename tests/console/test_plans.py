"""PostgreSQL's own plans: every list and every sweep finds its rows by an index, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.sites.models import Site
from tests.bench import console, many

As = Callable[[str], Client]
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("postgres" not in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL's plans"),
]
# Tables that grow with the cases; all others hold some rows a site.
MANY = {
    "tickets_ticket", "tickets_requester", "tickets_comment", "tickets_tag", "tickets_notification", "links_magiclink",
    "consents_receipt", "consents_consentevent", "recordings_recording", "recordings_chunk", "recordings_segment",
    "recordings_recordedpage", "recordings_watch", "core_auditentry", "core_auditseal", "privacy_deletionreceipt",
    "integrations_webhookdelivery", "keys_datakey",
}  # fmt: skip


def asked(act: Callable[[], object]) -> list[str]:
    """The statements that `act` runs, once each."""
    with CaptureQueriesContext(connection) as captured:
        act()
    verbs = ("SELECT", "UPDATE", "DELETE")
    return list(dict.fromkeys(one["sql"] for one in captured if one["sql"].startswith(verbs)))


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def scanned_whole(statement: str) -> list[str]:
    """The large tables that PostgreSQL would read from end to end for `statement`."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.replace('%', '%%')}", [])
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return [
        f"{node['Relation Name']}: {node.get('Filter', 'all rows')} in {statement[:300]}"
        for node in nodes(plan[0]["Plan"])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in MANY
    ]


def all_statements(alice: Client) -> dict[str, list[str]]:
    paths = [*(path for path in console.PAGES if "204710" not in path), f"/tickets/{many.FIRST}/"]
    found = {path: asked(lambda path=path: alice.get(path)) for path in paths}
    current_app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        found[entry["task"]] = asked(current_app.tasks[entry["task"]])
    return found


def test_every_list_and_every_sweep_can_be_served_by_an_index(as_: As, shop: Site, staff: dict) -> None:
    """With few rows the planner would rightly read them all, so it is asked what it does where it may not."""
    many.fill(shop, [staff["alice"]], tickets=40, recordings=10)
    statements = all_statements(as_("alice"))
    assert sum(map(len, statements.values())) > 60
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    wrong = {what: bad for what, each in statements.items() if (bad := [w for one in each for w in scanned_whole(one)])}
    assert wrong == {}


@pytest.mark.long
def test_with_100_000_tickets_the_planner_chooses_the_index(as_: As, shop: Site, staff: dict) -> None:
    many.fill(shop, [staff["alice"], staff["bob"]], tickets=100_000, recordings=20_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    statements = all_statements(as_("alice"))
    wrong = {what: bad for what, each in statements.items() if (bad := [w for one in each for w in scanned_whole(one)])}
    assert wrong == {}
