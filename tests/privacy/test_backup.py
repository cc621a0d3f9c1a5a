"""Backups that never hold data and keys together, and what a restore refuses."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import AVAILABLE, Postgres
from tests.stack import Stack

# Each installation is one process of its own: Django starts slowly on a busy machine.
TABLES = """
import json, sys
from django.core.management import call_command
from django.core.management.base import CommandError
def refusal(*args):
    try:
        call_command(*args)
    except CommandError as error:
        return str(error)
    return ""
call_command("migrate", verbosity=0)
call_command("migrate", database="keys", verbosity=0)
"""
OLD = """
from apps.core.actors import Actor
from apps.privacy.services import deletion
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from tests import factories
from tests.privacy.people import ready
recording = ready(factories.TicketFactory(site=factories.shop()))
call_command("backup", "ROOT/backup")
call_command("backup_keys", "ROOT/keys.tar.gz")
lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=Actor.system("test"))
deletion.delete(recording.pk)
call_command("backup", "ROOT/later")
print(json.dumps([Recording.objects.get().state, refusal("restore", "ROOT/backup")]))
"""
NEW = """
from apps.core.actors import Actor
from apps.keys.models import DataKey
from apps.recordings.models import Recording
from apps.recordings.services import replay
call_command("restore", "ROOT/DATA")
call_command("restore", "ROOT/keys.tar.gz", keys=True)
recording = Recording.objects.get()
alive = DataKey.objects.filter(wrapped__isnull=False).count()
played = recording.state == "ready" and "Harbour Shop" in replay.segment(recording, 0, by=Actor.person("rcp_x")).decode()
print(json.dumps([recording.state, alive, played]))
"""
REFUSALS = """
call_command("backup", "ROOT/backup")
answers = [refusal("backup", "ROOT/backup")]
manifest = json.load(open("ROOT/backup/manifest.json"))
for changed in [
    {"migrations": [*manifest["migrations"], "recordings.9999_to_come"]},
    {"engine": "oracle"},
    {"objects": 5},
    {"database_sha256": "0"},
]:
    json.dump(manifest | changed, open("ROOT/backup/manifest.json", "w"))
    answers.append(refusal("restore", "ROOT/backup"))
import os
os.remove("ROOT/backup/manifest.json")
answers.append(refusal("restore", "ROOT/backup"))
print(json.dumps(answers))
"""
SECRETS = ("vault.key", "secret.key", "signing.key")
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not AVAILABLE, reason="no PostgreSQL"))]


def done(root: Path, name: str, postgres: Postgres | None, code: str, *, secrets: Path | None = None) -> Any:
    """What `code` prints last in an installation of its own, new but for these secrets."""
    env = {}
    if postgres:
        env = {"DATABASE_URL": postgres.url("placet"), "KEYS_DATABASE_URL": postgres.url("placet_keys")}
    (root / name).mkdir()
    stack = Stack(root / name, env=env)
    if secrets:
        (root / name / "keys").mkdir(mode=0o700)
        for each in SECRETS:
            (root / name / "keys" / each).write_bytes((secrets / each).read_bytes())
    return json.loads(stack.python((TABLES + code).replace("ROOT", str(root))).strip().splitlines()[-1])


@pytest.fixture(params=DATABASES)
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres | None]:
    if request.param == "sqlite":
        yield None
    else:
        with Postgres() as postgres:
            yield postgres


def emptied(postgres: Postgres | None) -> None:
    if postgres:
        for name in ("placet", "placet_keys"):
            postgres._run(f"dropdb -h {postgres.root} {name} && createdb -h {postgres.root} {name}")


@pytest.mark.timeout(900)
def test_a_drill_from_nothing_plays_what_was_there_and_keeps_deleted_what_was_deleted(
    tmp_path: Path, postgres: Postgres | None
) -> None:
    state, refused = done(tmp_path, "old", postgres, OLD)
    assert state == "deleted"
    assert "holds recordings" in refused
    names = [path.name for path in (tmp_path / "backup").rglob("*")]
    assert len(names) > 4
    assert not [name for name in names if "key" in name]

    # All is lost but the two backups; the secrets are unpacked by hand.
    secrets = tmp_path / "secrets"
    with tarfile.open(tmp_path / "keys.tar.gz") as tar:
        for name in SECRETS:
            tar.extract(name, secrets, filter="data")
    emptied(postgres)
    assert done(tmp_path, "new", postgres, NEW.replace("DATA", "backup"), secrets=secrets) == ["ready", 1, True]

    # The same keys beside a database that remembers the deletion: nothing comes back.
    emptied(postgres)
    assert done(tmp_path, "third", postgres, NEW.replace("DATA", "later"), secrets=secrets) == ["deleted", 0, False]


@pytest.mark.timeout(600)
def test_a_backup_that_was_interrupted_or_changed_is_refused(tmp_path: Path) -> None:
    answers = done(tmp_path, "here", None, REFUSALS)
    parts = [
        "a folder of its own", "newer release", "backup is of oracle", "Of 5 objects", "another checksum", "interrupted",
    ]  # fmt: skip
    for part, answer in zip(parts, answers, strict=True):
        assert part in answer
