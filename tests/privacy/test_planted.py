"""139 tokens planted in a recording and its ticket; after the erasure no file of the whole installation holds one.

Read raw, as a thief of the disk would: both databases with their logs, the vault, Redis's dump, logs, mails.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import AVAILABLE, Postgres
from tests.s3 import serve
from tests.stack import Stack, wait_for

TOKENS = [f"planted{number:03d}zq" for number in range(139)]
# The tokens of a recording's own page never touch a disk unsealed; those of the ticket do until they are erased.
IN_TICKET = TOKENS[:40]
PLANT = """
from django.core import mail
from apps.core.actors import Actor
from apps.links import services as links
from apps.tickets.models import Comment
from tests import factories
from tests.privacy.people import ready
T = [f"planted{n:03d}zq" for n in range(139)]
site = factories.shop()
dora = factories.RequesterFactory(site=site, email=f"{T[0]}@example.net", name=T[1], external_id=T[2])
ticket = factories.TicketFactory(site=site, requester=dora, number=4711, subject=T[3])
for token in T[4:40]:
    Comment.objects.create(ticket=ticket, body=f"it says {token}")
ready(ticket, text=" ".join(T[40:]))
"""


def raw(folders: list[Path]) -> bytes:
    """Every byte of every file, and what is squeezed in them."""
    pieces = []
    for path in (path for folder in folders for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        pieces.append(data)
        if data[:2] == b"\x1f\x8b":
            pieces.append(gzip.decompress(data))
        elif data[:1] == b"\x78":
            # What is encrypted begins like this once in 256 times, and then is no zlib stream.
            with contextlib.suppress(zlib.error):
                pieces.append(zlib.decompressobj().decompress(data))
    return b"\n".join(pieces)


def found(folders: list[Path]) -> list[str]:
    held = raw(folders)
    return [token for token in TOKENS if token.encode() in held]


def run(stack: Stack) -> None:
    stack.start("redis")
    stack.manage("migrate", "--verbosity", "0")
    stack.manage("migrate", "--verbosity", "0", "--database", "keys")
    stack.start("worker")


def erase(stack: Stack) -> None:
    stack.json("erase_subject", f"{TOKENS[0]}@example.net", "--yes")
    redis_cli = "import redis; from django.conf import settings; redis.Redis.from_url(settings.REDIS_URL).save()"
    stack.python(redis_cli)
    assert (stack.data / "run" / "dump.rdb").exists()


def checkpoint(stack: Stack) -> None:
    """Bring SQLite's log into its file, so that what was erased is written over there as well."""
    stack.python(
        "from django.db import connections\n"
        "for alias in connections:\n"
        "    connections[alias].cursor().execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    )


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Stack]:
    stack = Stack(tmp_path)
    try:
        run(stack)
        yield stack
    finally:
        stack.__exit__()


@pytest.mark.timeout(600)
def test_on_sqlite_and_files_no_file_holds_a_token_after_the_erasure(sqlite: Stack) -> None:
    sqlite.python(PLANT)
    checkpoint(sqlite)
    assert found([sqlite.folder]) == IN_TICKET
    erase(sqlite)
    checkpoint(sqlite)
    assert found([sqlite.folder]) == []
    assert sqlite.json("find_orphans")["orphans"] == []


@pytest.fixture
def s3() -> Iterator[str]:
    with serve("planted") as url:
        yield url


def stored(url: str) -> tuple[list[bytes], int]:
    """Every version of every object, and how many uploads were left half-way."""
    import boto3

    client = boto3.client("s3", endpoint_url=url.partition("endpoint_url=")[2])
    versions = client.list_object_versions(Bucket="planted").get("Versions", [])
    bodies = [
        client.get_object(Bucket="planted", Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
        for one in versions
    ]
    return bodies, len(client.list_multipart_uploads(Bucket="planted").get("Uploads", []))


def leave_half_an_upload(url: str, key: str) -> None:
    import boto3

    client = boto3.client("s3", endpoint_url=url.partition("endpoint_url=")[2])
    client.create_multipart_upload(Bucket="planted", Key=f"objects/{key}/c-9-9")


@pytest.mark.skipif(not AVAILABLE, reason="needs root and Debian's postgresql")
@pytest.mark.timeout(600)
def test_on_postgresql_and_s3_nothing_holds_a_token_after_the_erasure_and_a_vacuum(tmp_path: Path, s3: str) -> None:
    with Postgres() as postgres:
        env = {
            "DATABASE_URL": postgres.url("placet"), "KEYS_DATABASE_URL": postgres.url("placet_keys"), "VAULT_URL": s3,
            **{name: os.environ[name] for name in os.environ if name.startswith("AWS_")},
        }  # fmt: skip
        stack = Stack(tmp_path, env=env)
        try:
            run(stack)
            stack.python(PLANT)
            recording = stack.json("retention_report")["held"][0]["id"]
            leave_half_an_upload(s3, recording)
            postgres.sql("placet", "CHECKPOINT")
            assert found([postgres.folder, stack.folder]) == IN_TICKET
            bodies, uploads = stored(s3)
            assert len(bodies) >= 4
            assert uploads == 1
            assert not any(token.encode() in body for token in TOKENS for body in bodies)  # sealed from the first byte

            erase(stack)
            assert stored(s3) == ([], 0)
            # PostgreSQL keeps dead rows until they are vacuumed and its log until it is cut: docs/operators.md says so.
            for name in ("placet", "placet_keys"):
                postgres.sql(name, "VACUUM FULL", "SELECT pg_switch_wal()", "CHECKPOINT")
            postgres.sql("placet", "SELECT pg_switch_wal()", "CHECKPOINT")
            wait_for(lambda: found([postgres.folder, stack.folder]) == [], seconds=30, what="0 tokens in the raw files")
            assert stack.json("find_orphans")["orphans"] == []
        finally:
            stack.__exit__()
