"""Where sealed objects lie: a folder a recording, on disk or in S3. What is put here is encrypted already.

Names are flat and our own. A write never makes a recording's folder (that is done once, at the exchange),
so that an upload racing a deletion finds no folder instead of leaving something behind.
"""

from __future__ import annotations

import functools
import logging
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from apps.core.errors import Gone
from apps.recordings.errors import NotNow

log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9-]{1,80}")
_ID = re.compile(r"rec_[0-9a-z]{20,28}")
TRASH = ".trash"


class FolderGone(Gone):
    """The recording's folder is not there: it was deleted, or never begun."""

    def __init__(self) -> None:
        super().__init__("deleted")


class ObjectMissing(Exception):
    """An object that a row names is not in the vault."""


class StoreDown(NotNow):
    """The disk is full, or the object store does not answer: nothing was kept, and it may be tried again (503)."""

    def __init__(self) -> None:
        super().__init__("store", retry_after=10)


class Vault(Protocol):
    def prepare(self, recording_id: str) -> None: ...
    def put(self, recording_id: str, name: str, data: bytes) -> None: ...
    def get(self, recording_id: str, name: str) -> bytes: ...
    def remove(self, recording_id: str, name: str) -> None: ...
    def rename_away(self, recording_id: str) -> None: ...
    def delete_all(self, recording_id: str) -> int: ...
    def list_names(self, recording_id: str) -> list[str]: ...
    def recordings(self) -> Iterator[str]: ...
    def check(self) -> None: ...


def _checked(recording_id: str, name: str = "x") -> None:
    if not _ID.fullmatch(recording_id) or not _NAME.fullmatch(name):
        raise ValueError(f"not a name of ours: {recording_id!r} {name!r}")


def _write_whole(descriptor: int, data: bytes) -> None:
    """Write, flush to the disk, close. The system may take less than was given."""
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path | str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FileVault:
    """`root/xx/rec_…/name`, sharded by two random characters of the id."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _folder(self, recording_id: str) -> Path:
        _checked(recording_id)
        return self.root / recording_id[-2:] / recording_id

    def prepare(self, recording_id: str) -> None:
        folder = self._folder(recording_id)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync_folder(folder.parent)
        _sync_folder(self.root)

    def put(self, recording_id: str, name: str, data: bytes) -> None:
        """Write, fsync, rename, fsync the folder: when this returns, the object survives a power cut."""
        _checked(recording_id, name)
        # Strings and bare calls: with pathlib and a buffered file this costs twice the CPU, and every upload pays it.
        folder = f"{self.root}/{recording_id[-2:]}/{recording_id}"
        draft = f"{folder}/.{name}.{secrets.token_hex(4)}"
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileNotFoundError:
            raise FolderGone from None
        try:
            _write_whole(descriptor, data)
            os.rename(draft, f"{folder}/{name}")
            _sync_folder(folder)
        except FileNotFoundError:  # the folder was renamed away meanwhile
            raise FolderGone from None
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise

    def get(self, recording_id: str, name: str) -> bytes:
        _checked(recording_id, name)
        try:
            return (self._folder(recording_id) / name).read_bytes()
        except FileNotFoundError:
            raise ObjectMissing(f"{recording_id}/{name}") from None

    def remove(self, recording_id: str, name: str) -> None:
        _checked(recording_id, name)
        (self._folder(recording_id) / name).unlink(missing_ok=True)

    def _trash(self, recording_id: str) -> Iterator[Path]:
        trash = self.root / TRASH
        return trash.glob(f"{recording_id}.*") if trash.is_dir() else iter(())

    def rename_away(self, recording_id: str) -> None:
        """Make the objects unreachable at once (10 µs, whatever their number). Safe to repeat."""
        folder = self._folder(recording_id)
        trash = self.root / TRASH
        trash.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            folder.rename(trash / f"{recording_id}.{secrets.token_hex(4)}")
        except FileNotFoundError:
            return
        _sync_folder(trash)
        _sync_folder(folder.parent)

    def delete_all(self, recording_id: str) -> int:
        """Remove every object of the recording, renamed away or not; returns how many. Safe to repeat."""
        self.rename_away(recording_id)
        removed = 0
        for folder in self._trash(recording_id):
            removed += sum(1 for _ in folder.iterdir())
            shutil.rmtree(folder)
        return removed

    def list_names(self, recording_id: str) -> list[str]:
        """What is left of the recording, drafts and trash included."""
        folders = [self._folder(recording_id), *self._trash(recording_id)]
        return sorted(entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir())

    def recordings(self) -> Iterator[str]:
        """The id of every recording of which something is there, trash included; some of them twice."""
        for folder in self.root.glob("*/rec_*"):
            if _ID.fullmatch(found := folder.name.partition(".")[0]):
                yield found

    def check(self) -> None:
        """Raise unless the vault can be written to."""
        probe = self.root / f".probe-{secrets.token_hex(4)}"
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"ok")
        probe.unlink()


class S3Vault:
    """Keys `prefix/rec_…/name`. S3 has no folders: what races a deletion is caught by the row, then by its
    check.
    """

    def __init__(self, bucket: str, prefix: str, endpoint_url: str | None, region: str | None) -> None:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        config = Config(retries={"max_attempts": 4, "mode": "standard"}, connect_timeout=3, read_timeout=20)
        self.client: Any = boto3.client("s3", endpoint_url=endpoint_url, region_name=region, config=config)
        self.errors = (BotoCoreError, ClientError)
        self.bucket = bucket
        self.prefix = prefix.strip("/")

    def _key(self, recording_id: str, name: str = "") -> str:
        return f"{self.prefix}/{recording_id}/{name}".lstrip("/")

    def prepare(self, recording_id: str) -> None:
        _checked(recording_id)

    def put(self, recording_id: str, name: str, data: bytes) -> None:
        _checked(recording_id, name)
        try:
            self.client.put_object(Bucket=self.bucket, Key=self._key(recording_id, name), Body=data)
        except self.errors as error:
            raise OSError(f"S3 did not take an object: {type(error).__name__}") from error

    def get(self, recording_id: str, name: str) -> bytes:
        _checked(recording_id, name)
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(recording_id, name))
        except self.client.exceptions.NoSuchKey:
            raise ObjectMissing(f"{recording_id}/{name}") from None
        return bytes(answer["Body"].read())

    def remove(self, recording_id: str, name: str) -> None:
        """Remove the object with its versions: where a bucket keeps them, a plain delete only hides the last."""
        _checked(recording_id, name)
        versions = [each for each in self._versions(recording_id, name) if each["Key"].endswith(f"/{name}")]
        if versions:
            self._delete(versions)

    def rename_away(self, recording_id: str) -> None:
        """S3 cannot rename; the key is gone by then and the row closed."""

    def _versions(self, recording_id: str, name: str = "") -> Iterator[dict[str, str]]:
        """Every version and delete marker; a bucket without versioning names each object once."""
        pages = self.client.get_paginator("list_object_versions")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self._key(recording_id, name)):
            for entry in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}

    def _uploads(self, recording_id: str) -> Iterator[dict[str, str]]:
        pages = self.client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.bucket, Prefix=self._key(recording_id)):
            for entry in page.get("Uploads", ()):
                yield {"Key": entry["Key"], "UploadId": entry["UploadId"]}

    def _delete(self, objects: list[dict[str, str]]) -> None:
        answer = self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": objects, "Quiet": True})
        if answer.get("Errors"):
            raise OSError(f"{len(answer['Errors'])} objects could not be deleted from S3")

    def delete_all(self, recording_id: str) -> int:
        """Remove every object, its old versions, and uploads left half-way; returns how many. Safe to
        repeat.
        """
        _checked(recording_id)
        versions = list(self._versions(recording_id))
        for start in range(0, len(versions), 1000):
            self._delete(versions[start : start + 1000])
        for upload in self._uploads(recording_id):
            # Another worker at the same recording may have been faster.
            with suppress(self.client.exceptions.NoSuchUpload):
                self.client.abort_multipart_upload(Bucket=self.bucket, **upload)
        return len(versions)

    def list_names(self, recording_id: str) -> list[str]:
        _checked(recording_id)
        start = len(self._key(recording_id))
        left = [*self._versions(recording_id), *self._uploads(recording_id)]
        return sorted(entry["Key"][start:] for entry in left)

    def recordings(self) -> Iterator[str]:
        """The id of every recording of which a version, a delete marker or half an upload is there; some twice."""
        start = f"{self.prefix}/".lstrip("/")
        versions = self.client.get_paginator("list_object_versions")
        uploads = self.client.get_paginator("list_multipart_uploads")
        for pages in (versions, uploads):
            for page in pages.paginate(Bucket=self.bucket, Prefix=start):
                for entry in [*page.get("Versions", ()), *page.get("DeleteMarkers", ()), *page.get("Uploads", ())]:
                    if _ID.fullmatch(found := entry["Key"][len(start) :].partition("/")[0]):
                        yield found

    def check(self) -> None:
        self.client.head_bucket(Bucket=self.bucket)


@functools.lru_cache(maxsize=4)
def _open(url: str) -> Vault:
    parts = urlsplit(url)
    if parts.scheme == "file":
        return FileVault(Path(parts.path))
    if parts.scheme == "s3":
        query = parse_qs(parts.query)
        endpoint, region = query.get("endpoint_url", [None])[0], query.get("region", [None])[0]
        return S3Vault(parts.netloc, parts.path, endpoint, region)
    raise ValueError("VAULT_URL must begin with file:/// or s3://")


def here() -> Vault:
    return _open(settings.VAULT_URL)


# The doors that other modules use; which vault it is, is a matter of settings.


def prepare(recording_id: str) -> None:
    """Make the place where the recording's objects go. Called once, at the exchange of the start code."""
    here().prepare(recording_id)


def put(recording_id: str, name: str, data: bytes) -> None:
    """Keep a sealed object for good.

    Raises `FolderGone` when the recording's folder is not there, `StoreDown` when the store does not take it.
    """
    try:
        here().put(recording_id, name, data)
    except OSError as error:
        log.exception("the vault did not take an object")
        raise StoreDown from error


def get(recording_id: str, name: str) -> bytes:
    """Raises `ObjectMissing`."""
    return here().get(recording_id, name)


def remove(recording_id: str, name: str) -> None:
    here().remove(recording_id, name)


def rename_away(recording_id: str) -> None:
    here().rename_away(recording_id)


def delete_all(recording_id: str) -> int:
    return here().delete_all(recording_id)


def list_names(recording_id: str) -> list[str]:
    return here().list_names(recording_id)


def recordings() -> set[str]:
    """The ids of all recordings of which anything lies in the vault."""
    return set(here().recordings())


def check() -> None:
    here().check()
