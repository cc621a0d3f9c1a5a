"""Files and S3 behind the same few doors."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from apps.core import ids
from apps.recordings.services import vault
from apps.recordings.services.sealing import Place, Tampered, seal, unseal


@pytest.fixture(params=["file", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> str:
    settings.VAULT_URL = request.getfixturevalue("s3_url") if request.param == "s3" else f"file://{tmp_path}/objects"
    return str(settings.VAULT_URL)


def test_what_was_put_is_read_back_listed_and_deleted(url: str) -> None:
    recording, other = ids.rec(), ids.rec()
    for each in (recording, other):
        vault.prepare(each)
        vault.put(each, "c-1-0-aa", b"first")
    vault.put(recording, "c-1-0-aa", b"second")  # S3 keeps the first as a version
    vault.put(recording, "c-1-1-bb", b"third")
    assert vault.get(recording, "c-1-0-aa") == b"second"
    assert set(vault.list_names(recording)) == {"c-1-0-aa", "c-1-1-bb"}
    vault.remove(recording, "c-1-1-bb")
    vault.rename_away(recording)
    assert vault.delete_all(recording) >= 1
    assert vault.list_names(recording) == []
    assert vault.delete_all(recording) == 0
    with pytest.raises(vault.ObjectMissing):
        vault.get(recording, "c-1-0-aa")
    assert vault.get(other, "c-1-0-aa") == b"first"
    vault.check()


def test_uploads_left_half_way_are_deleted_too(s3_url: str, settings: Any) -> None:
    settings.VAULT_URL = s3_url
    recording = ids.rec()
    here = vault.here()
    assert isinstance(here, vault.S3Vault)
    here.client.create_multipart_upload(Bucket="placet", Key=f"objects/{recording}/c-1-0-aa")
    assert vault.list_names(recording) == ["c-1-0-aa"]
    vault.delete_all(recording)
    assert vault.list_names(recording) == []


def test_a_write_never_makes_the_folder(tmp_path: Path, settings: Any) -> None:
    settings.VAULT_URL = f"file://{tmp_path}/objects"
    recording = ids.rec()
    with pytest.raises(vault.FolderGone):
        vault.put(recording, "c-1-0-aa", b"x")
    vault.prepare(recording)
    vault.put(recording, "c-1-0-aa", b"x")
    vault.rename_away(recording)
    with pytest.raises(vault.FolderGone):
        vault.put(recording, "c-1-1-bb", b"x")
    assert vault.list_names(recording) == ["c-1-0-aa"]  # in the trash: it counts until it is gone


def test_a_full_disk_says_so_and_leaves_no_draft(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAULT_URL = f"file://{tmp_path}/objects"
    recording = ids.rec()
    vault.prepare(recording)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(vault.StoreDown):
        vault.put(recording, "c-1-0-aa", b"x")
    assert vault.list_names(recording) == []


@pytest.mark.parametrize("name", ["../x", "a/b", "", "A", "x" * 81])
def test_a_name_that_is_not_ours_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name of ours"):
        vault.put(ids.rec(), name, b"x")
    with pytest.raises(ValueError, match="not a name of ours"):
        vault.prepare("../../etc")


def test_an_object_opens_in_its_own_place_only() -> None:
    key, recording = bytes(range(32)), ids.rec()
    place = Place(recording, "chunk", page=1, seq=2)
    sealed = seal(key, place, b"[1]", level=1)
    assert unseal(key, place, sealed) == b"[1]"
    assert seal(key, place, b"[1]", level=1) != sealed
    others = [
        Place(ids.rec(), "chunk", page=1, seq=2),
        Place(recording, "segment", page=1, seq=2),
        Place(recording, "chunk", page=2, seq=1),
        Place(recording, "chunk", page=1, seq=2, epoch=1),
        Place(recording, "chunk", page=12, seq=0),
    ]
    for other in others:
        with pytest.raises(Tampered):
            unseal(key, other, sealed)
    with pytest.raises(Tampered):
        unseal(key, place, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(Tampered):
        unseal(bytes(32), place, sealed)
