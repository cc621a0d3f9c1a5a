"""`kill -9` in the middle of a sweep: nothing lost, nothing undeleted, one receipt each."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, wait_for

COUNT = 80
MANY = 10_000


@pytest.fixture
def count() -> int:
    return COUNT


@pytest.fixture
def stack(tmp_path: Path, count: int) -> Iterator[Stack]:
    """Redis, a database full of what is due, and nobody at work yet. SQLite, in the stack's own folder."""
    stack = Stack(tmp_path)
    try:
        stack.start("redis")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("migrate", "--verbosity", "0", "--database", "keys")
        stack.python(f"from tests.privacy.chaos import make_due; make_due({count})")
        yield stack
    finally:
        stack.__exit__()


def ask(stack: Stack, sql: str, *, keys: bool = False) -> int:
    path = stack.folder / "keys" / "keys.sqlite3" if keys else stack.data / "db" / "placet.sqlite3"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20) as database:
        return int(database.execute(sql).fetchone()[0])


def receipts(stack: Stack) -> int:
    return ask(stack, "SELECT count(*) FROM privacy_deletionreceipt")


def objects(stack: Stack) -> list[str]:
    return [path.name for path in (stack.data / "objects").rglob("*") if path.is_file()]


@pytest.mark.timeout(1200)
def test_worker_and_redis_may_be_killed_in_the_middle_of_a_sweep(stack: Stack) -> None:
    assert len(objects(stack)) == COUNT * 8
    stack.start("worker")
    stack.start("beat")

    wait_for(lambda: receipts(stack) >= 3, seconds=240, what="the first deletions")
    stack.kill("worker")
    at_kill = receipts(stack)
    assert at_kill < COUNT, "the worker was through before it could be killed: raise COUNT"
    assert receipts(stack) == at_kill  # nobody is at work

    stack.start("worker")
    wait_for(lambda: receipts(stack) > at_kill, seconds=240, what="the sweep goes on")
    stack.kill("redis")
    stack.kill("worker")
    after_second = receipts(stack)
    assert after_second < COUNT, "all was done before Redis could be killed: raise COUNT"
    stack.start("redis")
    stack.start("worker")
    wait_for(lambda: receipts(stack) == COUNT, seconds=240, what=f"all receipts; see {stack.logs}")

    assert_all_gone(stack, COUNT)


def assert_all_gone(stack: Stack, count: int) -> None:
    """Nothing left, one receipt each, no orphan, and a trail that verifies."""
    states = "SELECT count(*) FROM recordings_recording WHERE state = 'deleted'"
    assert ask(stack, states) == count
    assert ask(stack, "SELECT count(DISTINCT recording_id) FROM privacy_deletionreceipt") == count
    assert ask(stack, "SELECT count(*) FROM recordings_chunk") == 0
    wait_for(lambda: ask(stack, "SELECT count(*) FROM privacy_deletion") == 0, seconds=30)
    assert ask(stack, "SELECT count(*) FROM keys_datakey WHERE wrapped IS NOT NULL", keys=True) == 0
    assert ask(stack, "SELECT count(*) FROM keys_datakey WHERE shredded_at IS NULL", keys=True) == 0
    assert objects(stack) == []
    signed = "SELECT count(*) FROM core_auditentry WHERE name = 'deletion.receipt_signed'"
    assert ask(stack, signed) == count
    report = stack.json("retention_report")
    assert (report["held"], report["overdue"]) == ([], [])
    stack.stop("beat")
    stack.stop("worker")
    assert stack.json("find_orphans")["orphans"] == []
    stack.python("from apps.core.services import seals; seals.seal_all()")
    assert stack.json("verify_audit")["status"] == "ok"


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
class TestTenThousand:
    """The same on the scale that is promised, with workers and broker killed at random moments all the way."""

    @pytest.fixture
    def count(self) -> int:
        return MANY

    def test_none_is_late_beyond_the_outages_and_none_is_left(self, stack: Stack, count: int) -> None:
        rnd = random.Random(10_000)
        stack.start("worker")
        stack.start("beat")
        kills = 0
        while (done := receipts(stack)) < count:
            time.sleep(rnd.uniform(2, 20))
            victim = rnd.choice(["worker", "worker", "redis", "beat"])
            stack.kill(victim)
            kills += 1
            time.sleep(rnd.uniform(0, 2))
            stack.start(victim)
            # However often they are killed, the sweep gets on: a lease is 30 s, a beat 15 s.
            wait_for(lambda done=done: receipts(stack) > done or receipts(stack) == count, seconds=300, what="progress")
        assert kills >= 5
        assert_all_gone(stack, count)
