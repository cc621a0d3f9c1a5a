"""The restore drill: back up, erase, restore the old backup. What was erased stays so before anybody is answered."""

from __future__ import annotations

import json
import shutil
import sqlite3
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.stack import Stack, wait_for

READY = """
from tests import factories
from tests.privacy.people import ready
dora = factories.RequesterFactory(site=factories.shop(), email="dora@example.net", name="Dora Dahl")
print(ready(factories.TicketFactory(site=dora.site, requester=dora)).pk)
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    try:
        stack.start("redis")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("migrate", "--verbosity", "0", "--database", "keys")
        yield stack
    finally:
        stack.__exit__()


def ask(stack: Stack, sql: str) -> Any:
    with sqlite3.connect(f"file:{stack.data}/db/placet.sqlite3?mode=ro", uri=True, timeout=20) as database:
        return database.execute(sql).fetchone()


def back_up(stack: Stack, to: Path) -> None:
    """Database and objects, as an operator would; never the key store."""
    with sqlite3.connect(stack.data / "db" / "placet.sqlite3", timeout=20) as live, sqlite3.connect(to / "db") as copy:
        live.backup(copy)
    shutil.copytree(stack.data / "objects", to / "objects")


def restore(stack: Stack, backup: Path) -> None:
    for left in (stack.data / "db").glob("placet.sqlite3*"):
        left.unlink()
    shutil.copy(backup / "db", stack.data / "db" / "placet.sqlite3")
    shutil.rmtree(stack.data / "objects")
    shutil.copytree(backup / "objects", stack.data / "objects")


@pytest.mark.timeout(600)
def test_what_was_erased_after_the_backup_stays_erased(stack: Stack, tmp_path: Path) -> None:
    recording = stack.python(READY).strip().splitlines()[-1]
    backup = tmp_path / "backup"
    backup.mkdir()
    back_up(stack, backup)
    erased = stack.json("erase_subject", "dora@example.net", "--yes")
    (first,) = ask(stack, "SELECT document FROM privacy_deletionreceipt")
    destroyed = json.loads(first)["key_destroyed"]
    assert erased["recordings"] == [recording]

    restore(stack, backup)
    assert ask(stack, f"SELECT state FROM recordings_recording WHERE id = '{recording}'") == ("ready",)
    assert ask(stack, "SELECT count(*) FROM tickets_requester WHERE email = 'dora@example.net'") == (1,)
    assert any((stack.data / "objects").rglob("c-*"))

    stack.start("web")  # nobody else is at work: what happens now happens before the first answer
    wait_for(
        lambda: urllib.request.urlopen(f"{stack.url}/healthz", timeout=2).status == 200,  # noqa: S310
        seconds=180,
        what="the web server",
    )
    (state, cause) = ask(stack, f"SELECT state, delete_cause FROM recordings_recording WHERE id = '{recording}'")
    assert (state, cause) == ("deleting", "restored")
    assert ask(stack, "SELECT count(*) FROM privacy_erasure WHERE finished_at IS NULL") == (1,)
    stack.stop("web")

    stack.python("from apps.privacy.tasks import delete_due; delete_due()")
    assert ask(stack, f"SELECT state FROM recordings_recording WHERE id = '{recording}'") == ("deleted",)
    assert ask(stack, "SELECT count(*) FROM tickets_requester WHERE email = 'dora@example.net'") == (0,)
    assert [path for path in (stack.data / "objects").rglob("*") if path.is_file()] == []
    (again,) = ask(stack, "SELECT document FROM privacy_deletionreceipt")
    assert json.loads(again)["key_destroyed"] == destroyed  # the true moment, not that of the restore
    assert stack.json("find_orphans")["orphans"] == []
    assert stack.json("retention_report")["held"] == []
