"""Appending to the trail costs one plain insert, whatever lies there and whoever else writes."""

from __future__ import annotations

import time
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core import audit
from apps.core.actors import Actor

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("sweep:test")
MOST_MS = 1.0  # of database time, on an idle machine; a busy one is given its load


def test_an_entry_is_one_insert_and_takes_no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit._names, "test.done", "did something")
    with CaptureQueriesContext(connection) as counted:
        audit.record("test.done", by=SYSTEM, n=1)
    statements = [query["sql"] for query in counted.captured_queries]
    assert [sql.split()[0] for sql in statements] == ["INSERT"]
    assert "FOR UPDATE" not in statements[0]


def test_an_entry_takes_less_than_a_millisecond_of_database_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit._names, "test.done", "did something")
    spent: list[float] = []

    def timed(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        started = time.thread_time()  # not the wall: others are at work on this machine
        try:
            return execute(sql, params, many, context)
        finally:
            spent.append((time.thread_time() - started) * 1000)

    with connection.execute_wrapper(timed):
        for number in range(300):
            audit.record("test.done", by=SYSTEM, n=number)
    assert median(spent) < MOST_MS
