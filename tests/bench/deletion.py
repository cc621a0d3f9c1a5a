"""How fast recordings go: recordings a second, queries a recording, and the ratio to bare file deletion in the same run.

    python -m tests.bench.deletion [--recordings N] [--objects N]        (make bench-deletion)

Each recording has its key, its rows and its objects in a vault of files. Bare deletion is `unlink` and `rmdir` of as
many files of the same size, flushed to disk as often as a careful program would: once a folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

OBJECT_BYTES = 4_000


def _bare(root: Path, recordings: int, objects: int) -> float:
    """Seconds to remove files as many and as large as those of the recordings."""
    for number in range(recordings):
        folder = root / str(number)
        folder.mkdir(parents=True)
        for name in range(objects):
            (folder / str(name)).write_bytes(os.urandom(OBJECT_BYTES))
    os.sync()
    started = time.perf_counter()
    for folder in root.iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        descriptor = os.open(root, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    return time.perf_counter() - started


def _fill(recordings: int, objects: int) -> list[str]:
    from django.utils import timezone

    from apps.keys import services as keys
    from apps.recordings.models import Chunk, Recording
    from apps.recordings.services import vault
    from tests import factories

    site = factories.shop()
    made = []
    for number in range(recordings):
        recording = factories.consent(factories.TicketFactory(site=site, number=10_000 + number))
        keys.create(recording.pk)
        vault.prepare(recording.pk)
        folder = vault.here()._folder(recording.pk)  # type: ignore[attr-defined]  # without a flush each: it is not measured
        for seq in range(objects):
            (folder / f"c-1-{seq}").write_bytes(os.urandom(OBJECT_BYTES))
        Chunk.objects.bulk_create(
            Chunk(recording=recording, page=1, seq=seq, digest="", object_name=f"c-1-{seq}", first_ms=0, last_ms=1,
                  raw_bytes=OBJECT_BYTES, stored_bytes=OBJECT_BYTES)
            for seq in range(objects)
        )  # fmt: skip
        Recording.objects.filter(pk=recording.pk).update(
            state=Recording.State.READY, started_at=timezone.now(), latest_at=timezone.now() - timedelta(seconds=1)
        )
        made.append(recording.pk)
    return made


def _queries(recording_id: str) -> int:
    """How many statements one deletion takes, in both databases."""
    from contextlib import ExitStack

    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    from apps.privacy.services import deletion
    from apps.recordings.models import Recording
    from apps.recordings.services import lifecycle
    from tests.privacy.people import SYSTEM

    with ExitStack() as both:
        counted = [both.enter_context(CaptureQueriesContext(connections[alias])) for alias in connections]
        lifecycle.doom(Recording.objects.get(pk=recording_id), cause=Recording.Cause.CAP, by=SYSTEM)
        deletion.delete(recording_id)
    return sum(len(one) for one in counted)


def _unreadable(recording_id: str) -> float:
    """Milliseconds from the order to the moment that nothing of the recording can be read."""
    from apps.keys import services as keys
    from apps.recordings.models import Recording
    from apps.recordings.services import lifecycle
    from tests.privacy.people import SYSTEM

    recording = Recording.objects.get(pk=recording_id)
    started = time.perf_counter()
    lifecycle.doom(recording, cause=Recording.Cause.CAP, by=SYSTEM)
    keys.shred(recording_id)
    return (time.perf_counter() - started) * 1000


def measure(recordings: int, objects: int) -> dict[str, float]:
    """Fill, count, sweep, and compare. In a process of its own with its own data folder."""
    from django.core.management import call_command

    from apps.privacy.models import DeletionReceipt
    from apps.privacy.services import sweeps

    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, database="keys")
    made = _fill(recordings + 2, objects)
    queries, unreadable_ms = _queries(made[0]), _unreadable(made[1])
    started = time.perf_counter()
    sweeps.delete_due()
    took = time.perf_counter() - started
    if DeletionReceipt.objects.count() != len(made):
        raise SystemExit("some were not deleted")
    with tempfile.TemporaryDirectory(dir=os.environ["PLACET_DATA_DIR"]) as folder:
        bare = _bare(Path(folder) / "bare", recordings, objects)
    return {
        "recordings": recordings,
        "objects_each": objects,
        "recordings_per_second": round(recordings / took, 1),
        "queries_each": queries,
        "unreadable_after_ms": round(unreadable_ms, 1),
        "bare_deletion_per_second": round(recordings / bare, 1),
        "times_bare_deletion": round(took / bare, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recordings", type=int, default=1000)
    parser.add_argument("--objects", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="placet-bench-") as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings", "PLACET_DATA_DIR": f"{folder}/data", "LOG_LEVEL": "ERROR",
            "PLACET_KEYS_DIR": f"{folder}/keys", "REDIS_URL": "redis://127.0.0.1:1/0",
        }  # fmt: skip
        for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "VAULT_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        from django.conf import settings

        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        json.dump(measure(options.recordings, options.objects), sys.stdout, indent=2)
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
