"""Backups: data in one place, keys in another, never together; and the way back.

A recording is deleted by destroying its key, so a backup of the data alone is safe to keep: what was deleted since is
unreadable in it. The database is copied before the objects. What is deleted between the two lacks its objects and has
its tombstone; what was uploaded between the two is an object without a row, which `find_orphans` knows.

Restoring writes only into an installation that holds nothing. Interrupted, it is begun again from the start. Before
anybody is answered, what was deleted since the backup is deleted again (`restore.replay`), and where the key store is
the one that is restored, keys that had been destroyed since are destroyed again, as the database remembers them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from apps.core.errors import PlacetError
from apps.keys import services as keys
from apps.privacy.services import restore
from apps.recordings.models import Recording
from apps.recordings.services.vault import FileVault, here

FORMAT = "placet.backup.1"
DATABASE, OBJECTS, MANIFEST = "database", "objects", "manifest.json"
SECRETS = ("vault.key", "secret.key", "signing.key")


class CannotBackUp(PlacetError):
    """A sentence that says what to do."""


def back_up(folder: Path) -> dict[str, Any]:
    """Copy database and objects into `folder`, which must not exist; returns what is in its manifest.

    Takes no key. Where the objects lie in S3 only the database is copied: back the bucket up by its own means.
    Raises `CannotBackUp`.
    """
    if folder.exists():
        raise CannotBackUp(f"{folder} is there already. A backup goes into a folder of its own.")
    folder.mkdir(parents=True, mode=0o700)
    _dump("default", folder / DATABASE)
    objects = _copy_objects(folder / OBJECTS)
    manifest = {
        "format": FORMAT,
        "made_at": timezone.now().isoformat(),
        "engine": connections["default"].vendor,
        "migrations": _migrations("default"),
        "database_sha256": _sha256(folder / DATABASE),
        "objects": objects,
    }
    # Written last: a folder without it is a backup that was interrupted.
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2))
    return manifest


def back_up_keys(file: Path) -> None:
    """Put the key store and the secrets of this installation into one file. Raises `CannotBackUp`.

    Whoever has this file and a backup of the data reads every recording in it.
    """
    if file.exists():
        raise CannotBackUp(f"{file} is there already.")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    dump = file.with_name(f"{file.name}.keys")
    try:
        _dump("keys", dump)
        with (
            open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
            tarfile.open(fileobj=raw, mode="w:gz") as tar,
        ):
            tar.add(dump, "keys")
            for name in SECRETS:
                if (settings.KEYS_DIR / name).exists():
                    tar.add(settings.KEYS_DIR / name, name)
    finally:
        dump.unlink(missing_ok=True)


def restore_data(folder: Path) -> int:
    """Bring a backup back into an empty installation; returns how many recordings were deleted again.

    Raises `CannotBackUp` for an installation that holds recordings, a backup that was interrupted or changed, another
    engine, and one of a newer release.
    """
    manifest = _manifest(folder)
    if Recording.objects.exists():
        raise CannotBackUp("This installation holds recordings. Restore into an empty one: new database, new folders.")
    objects, vault = folder / OBJECTS, here()
    if manifest["objects"] is not None and _files(objects) < manifest["objects"]:
        raise CannotBackUp(f"Of {manifest['objects']} objects the backup has {_files(objects)}.")
    if isinstance(vault, FileVault) and objects.exists():
        shutil.copytree(objects, vault.root, dirs_exist_ok=True)
    _load("default", folder / DATABASE)
    return restore.replay()


def restore_keys(file: Path) -> int:
    """Bring the key store back, before the data; returns how many keys were destroyed again.

    The secrets lie in the file beside it and are not written: unpack them by hand into PLACET_KEYS_DIR, or set them.
    """
    dump = settings.DATA_DIR / "run" / "keys.restore"
    with tarfile.open(file) as tar, closing(tar.extractfile("keys")) as source:  # type: ignore[type-var]
        if source is None:
            raise CannotBackUp(f"{file} holds no key store.")
        dump.write_bytes(source.read())
    try:
        _load("keys", dump)
    finally:
        dump.unlink(missing_ok=True)
    return destroy_again()


def destroy_again() -> int:
    """Destroy each key that the main database knows to be destroyed and that is back; returns how many were."""
    gone = list(Recording.objects.filter(key_shredded_at__isnull=False).values_list("pk", flat=True))
    risen = [pk for start in range(0, len(gone), 500) for pk in keys.alive_among(gone[start : start + 500])]
    for recording_id in risen:
        keys.shred(recording_id)
    return len(risen)


# --- Inside -----------------------------------------------------------------------------------------


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise CannotBackUp(f"{folder} has no {MANIFEST}: it is no backup, or one that was interrupted.") from None
    if manifest.get("format") != FORMAT or manifest["database_sha256"] != _sha256(folder / DATABASE):
        raise CannotBackUp("The backup is not as it was made: its database has another checksum.")
    if manifest["engine"] != connections["default"].vendor:
        raise CannotBackUp(f"The backup is of {manifest['engine']}. Restore it into a database of that kind.")
    if newer := set(manifest["migrations"]) - _known("default"):
        raise CannotBackUp(f"The backup is of a newer release; this one lacks {sorted(newer)[0]}.")
    return manifest


def _migrations(alias: str) -> list[str]:
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _known(alias: str) -> set[str]:
    loader = MigrationLoader(connections[alias])
    return {f"{app}.{name}" for app, name in loader.disk_migrations or {}}


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy_objects(to: Path) -> int | None:
    vault = here()
    if not isinstance(vault, FileVault):
        return None
    shutil.copytree(
        vault.root, to, ignore=shutil.ignore_patterns(".*"), ignore_dangling_symlinks=True, copy_function=_copy
    )
    return _files(to)


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def _copy(source: str, to: str) -> str:
    """One that is deleted meanwhile is not in the backup, and its row has its tombstone."""
    try:
        return shutil.copy2(source, to)
    except FileNotFoundError:
        return to


def _dump(alias: str, to: Path) -> None:
    if connections[alias].vendor == "sqlite":
        with (
            closing(sqlite3.connect(settings.DATABASES[alias]["NAME"], timeout=60)) as live,
            closing(sqlite3.connect(to)) as copy,
        ):
            live.backup(copy)
    else:
        _postgres(alias, "pg_dump", "--format=custom", f"--file={to}")
    to.chmod(0o600)


def _load(alias: str, dump: Path) -> None:
    connections[alias].close()
    if connections[alias].vendor == "sqlite":
        with (
            closing(sqlite3.connect(dump)) as copy,
            closing(sqlite3.connect(settings.DATABASES[alias]["NAME"], timeout=60)) as live,
        ):
            copy.backup(live)
    else:
        _postgres(alias, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(dump))


def _postgres(alias: str, program: str, *arguments: str) -> None:
    config = connections[alias].settings_dict
    environment = {**os.environ, **dict(_libpq(config))}
    option = ["--dbname", str(config["NAME"])] if program == "pg_restore" else []
    done = subprocess.run(  # noqa: S603  our own arguments
        [program, *arguments, *option], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotBackUp(
            f"{program} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}"
        )


def _libpq(config: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The connection as libpq reads it: a password in an argument would be seen by everybody on the machine."""
    for name, variable in [
        ("HOST", "PGHOST"),
        ("PORT", "PGPORT"),
        ("USER", "PGUSER"),
        ("PASSWORD", "PGPASSWORD"),
        ("NAME", "PGDATABASE"),
    ]:
        if config.get(name):
            yield variable, str(config[name])
