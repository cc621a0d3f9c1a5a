"""`kill -9` in the middle of a sweep: nothing lost, nothing undeleted, one receipt each, and nothing late by itself."""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests.postgres import AVAILABLE, Postgres
from tests.stack import Stack, wait_for

COUNT = 80
MANY = int(os.environ.get("CHAOS_COUNT", "10000"))  # a slow machine may be asked for fewer
# What the sweep may take by itself: a beat of 15 s, the lease of a worker that died (30 s), the start of a process on a
# busy machine, and the same again when the next one is killed as well. An hour is what raises the alarm.
GRACE_S = 600

Outage = tuple[float, float]


class Installation:
    """A stack with Redis and an empty database, SQLite in its own folder or a PostgreSQL of its own."""

    def __init__(self, stack: Stack, postgres: Postgres | None) -> None:
        self.stack, self.postgres = stack, postgres
        self.outages: list[Outage] = []

    def ask(self, sql: str, *, keys: bool = False) -> int:
        if self.postgres is not None:
            name = "placet_keys" if keys else "placet"
            with psycopg.connect(host=str(self.postgres.root), dbname=name, user="postgres") as server:
                found = server.execute(sql).fetchone()  # type: ignore[arg-type]
            assert found is not None
            return int(found[0])
        path = self.stack.folder / "keys" / "keys.sqlite3" if keys else self.stack.data / "db" / "placet.sqlite3"
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=60) as database:
            return int(database.execute(sql).fetchone()[0])

    def receipts(self) -> int:
        return self.ask("SELECT count(*) FROM privacy_deletionreceipt")

    def objects(self) -> list[str]:
        return [path.name for path in (self.stack.data / "objects").rglob("*") if path.is_file()]

    def start(self, *parts: str) -> None:
        for part in parts:
            self.stack.start(part)

    def knock_out(self, victim: str, seconds: float) -> None:
        """Kill `victim`, wait, start it again. SQLite has no server: its database dies with all who are writing."""
        began = time.time()
        if victim != "database":
            self.stack.kill(victim)
            time.sleep(seconds)
            self.start(victim)
        elif self.postgres is not None:
            self.postgres.kill()
            time.sleep(seconds)
            self.postgres.start()
        else:
            self.stack.kill("worker")
            self.stack.kill("beat")
            time.sleep(seconds)
            self.start("worker", "beat")
        self.outages.append((began, time.time()))


@pytest.fixture
def database() -> str:
    return "sqlite"


@pytest.fixture
def place(tmp_path: Path, database: str) -> Iterator[Installation]:
    with ExitStack() as parts:
        postgres = parts.enter_context(Postgres()) if database == "postgresql" else None
        env = (
            {"DATABASE_URL": postgres.url("placet"), "KEYS_DATABASE_URL": postgres.url("placet_keys")}
            if postgres
            else {}
        )
        stack = Stack(tmp_path, env=env)
        parts.callback(stack.__exit__)
        stack.start("redis")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("migrate", "--verbosity", "0", "--database", "keys")
        yield Installation(stack, postgres)


def make_due(place: Installation, count: int, **how: int) -> None:
    said = "".join(f", {name}={value}" for name, value in how.items())
    place.stack.python(f"from tests.privacy.chaos import make_due; make_due({count}{said})")


def beyond(due: float, done: float, outages: Sequence[Outage]) -> float:
    """By how many seconds it was late, without the time in which something was down."""
    down = sum(max(0.0, min(done, end) - max(due, began)) for began, end in outages)
    return max(0.0, done - due - down)


def lateness(place: Installation) -> dict[str, list[float]]:
    """Seconds late beyond the outages, sorted: until unreadable, and until the receipt."""
    rows = json.loads(place.stack.python("from tests.privacy.chaos import tell; tell()"))
    return {
        "unreadable": sorted(beyond(due, gone, place.outages) for due, gone, _signed in rows),
        "receipt": sorted(beyond(due, signed, place.outages) for due, _gone, signed in rows),
    }


def assert_all_gone(place: Installation, count: int) -> None:
    """Nothing left, one receipt each, no orphan, and a trail that verifies."""
    ask, stack = place.ask, place.stack
    assert ask("SELECT count(*) FROM recordings_recording WHERE state = 'deleted'") == count
    assert ask("SELECT count(DISTINCT recording_id) FROM privacy_deletionreceipt") == count
    assert ask("SELECT count(*) FROM recordings_chunk") == 0
    wait_for(lambda: ask("SELECT count(*) FROM privacy_deletion") == 0, seconds=60)
    assert ask("SELECT count(*) FROM keys_datakey WHERE wrapped IS NOT NULL", keys=True) == 0
    assert ask("SELECT count(*) FROM keys_datakey WHERE shredded_at IS NULL", keys=True) == 0
    assert place.objects() == []
    assert ask("SELECT count(*) FROM core_auditentry WHERE name = 'deletion.receipt_signed'") == count
    report = stack.json("retention_report")
    assert (report["held"], report["overdue"]) == ([], [])
    stack.stop("beat")
    stack.stop("worker")
    assert stack.json("find_orphans")["orphans"] == []
    stack.python("from apps.core.services import seals; seals.seal_all()")
    assert stack.json("verify_audit")["status"] == "ok"


@pytest.mark.timeout(1200)
def test_worker_and_redis_may_be_killed_in_the_middle_of_a_sweep(place: Installation) -> None:
    make_due(place, COUNT)
    assert len(place.objects()) == COUNT * 8
    place.start("worker", "beat")

    wait_for(lambda: place.receipts() >= 3, seconds=240, what="the first deletions")
    place.stack.kill("worker")
    at_kill = place.receipts()
    assert at_kill < COUNT, "the worker was through before it could be killed: raise COUNT"
    assert place.receipts() == at_kill  # nobody is at work

    place.start("worker")
    wait_for(lambda: place.receipts() > at_kill, seconds=240, what="the sweep goes on")
    place.stack.kill("redis")
    place.stack.kill("worker")
    assert place.receipts() < COUNT, "all was done before Redis could be killed: raise COUNT"
    place.start("redis", "worker")
    wait_for(lambda: place.receipts() == COUNT, seconds=240, what=f"all receipts; see {place.stack.logs}")

    assert_all_gone(place, COUNT)


@pytest.mark.skipif(not AVAILABLE, reason="needs root and Debian's postgresql")
@pytest.mark.timeout(1200)
class TestServerKilled:
    @pytest.fixture
    def database(self) -> str:
        return "postgresql"

    def test_the_database_server_may_be_killed_in_the_middle_of_a_sweep(self, place: Installation) -> None:
        make_due(place, COUNT)
        place.start("worker", "beat")
        wait_for(lambda: place.receipts() >= 3, seconds=240, what="the first deletions")
        place.knock_out("database", 0.5)
        assert place.receipts() < COUNT, "all was done before the server could be killed: raise COUNT"
        wait_for(lambda: place.receipts() == COUNT, seconds=300, what=f"all receipts; see {place.stack.logs}")
        assert_all_gone(place, COUNT)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
class TestTenThousand:
    """On the scale that is promised: they become due one after the other, and everything is killed all the way."""

    OVER_S = MANY * 9 // 100  # eleven a second

    @pytest.fixture(
        params=["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not AVAILABLE, reason="none"))]
    )
    def database(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    def test_none_is_late_beyond_the_outages_and_none_is_left(self, place: Installation, database: str) -> None:
        rnd = random.Random(10_000)
        make_due(place, MANY, over_s=self.OVER_S, objects=3)
        place.start("worker", "beat")
        began, victims = time.time(), ["worker", "worker", "redis", "beat", "database"]
        while (done := place.receipts()) < MANY:
            time.sleep(rnd.uniform(5, 40))
            place.knock_out(rnd.choice(victims), rnd.uniform(0, 3))
            # However often they are killed, the sweep gets on.
            wait_for(
                lambda done=done: place.receipts() > done or place.receipts() == MANY, seconds=600, what="progress"
            )
        took, late = time.time() - began, lateness(place)
        for what, seconds in late.items():
            print(f"{database}: {what}: median {seconds[MANY // 2]:.1f}, 99 % {seconds[MANY * 99 // 100]:.1f}, "
                  f"last {seconds[-1]:.1f} s late beyond {len(place.outages)} outages; all in {took:.0f} s")  # fmt: skip
        assert len(place.outages) >= 5
        assert late["receipt"][-1] < GRACE_S
        assert_all_gone(place, MANY)
