"""The key store: made once, destroyed for good, never inside a transaction."""

from __future__ import annotations

import base64
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections, transaction

from apps.core import ids
from apps.keys import services as keys
from apps.keys.models import DataKey


@pytest.fixture(autouse=True)
def _nothing_opened() -> None:
    keys._opened.clear()


def vault_key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


@pytest.mark.django_db
def test_a_key_is_made_once_and_opens_the_same_again() -> None:
    recording = ids.rec()
    keys.create(recording)
    first = keys.open_key(recording)
    keys.create(recording)
    keys.forget(recording)
    assert keys.open_key(recording) == first
    assert len(first) == 32
    assert first not in bytes(DataKey.objects.get(pk=recording).wrapped or b"")


@pytest.mark.django_db
def test_a_shredded_key_is_gone_and_is_never_made_again() -> None:
    recording = ids.rec()
    keys.create(recording)
    keys.open_key(recording)
    at = keys.shred(recording)
    with pytest.raises(keys.KeyShredded):
        keys.open_key(recording)
    with pytest.raises(keys.KeyShredded):
        keys.create(recording)
    assert keys.shred(recording) == at
    assert keys.is_shredded(recording)


@pytest.mark.django_db
def test_shredding_before_there_was_a_key_leaves_a_tombstone() -> None:
    recording = ids.rec()
    keys.shred(recording)
    with pytest.raises(keys.KeyShredded):
        keys.create(recording)


@pytest.mark.django_db
def test_an_opened_key_is_forgotten_after_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = ids.rec()
    keys.create(recording)
    keys.open_key(recording)
    # Another process shreds it: ours may serve what it has opened for so long and no longer.
    DataKey.objects.filter(pk=recording).update(wrapped=None, shredded_at="2026-01-01T00:00:00Z")
    assert keys.open_key(recording)
    later = keys.time.monotonic() + keys.CACHE_S + 0.01
    monkeypatch.setattr(keys.time, "monotonic", lambda: later)
    with pytest.raises(keys.KeyShredded):
        keys.open_key(recording)


@pytest.mark.django_db
def test_a_wrapped_key_moved_to_another_row_does_not_open() -> None:
    first, second = ids.rec(), ids.rec()
    keys.create(first)
    keys.create(second)
    DataKey.objects.filter(pk=second).update(wrapped=DataKey.objects.get(pk=first).wrapped)
    with pytest.raises(keys.KeyMissing):
        keys.open_key(second)


@pytest.mark.django_db
def test_keys_are_wrapped_afresh_and_the_old_one_can_be_taken_away(settings: object) -> None:
    old, new = vault_key("2025-a"), vault_key("2026-b")
    settings.VAULT_KEYS = [old]  # type: ignore[attr-defined]
    recordings = [ids.rec() for _ in range(3)]
    for recording in recordings:
        keys.create(recording)
    opened = [keys.open_key(recording) for recording in recordings]
    settings.VAULT_KEYS = [new, old]  # type: ignore[attr-defined]
    assert keys.rotate(limit=2) == 2  # killed here, it goes on where it was
    assert keys.rotate(limit=2) == 1
    assert keys.rotate() == 0
    settings.VAULT_KEYS = [new]  # type: ignore[attr-defined]
    keys._opened.clear()
    assert [keys.open_key(recording) for recording in recordings] == opened
    settings.VAULT_KEYS = [old]  # type: ignore[attr-defined]
    keys._opened.clear()
    with pytest.raises(keys.KeyMissing):
        keys.open_key(recordings[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("alias", ["default", "keys"])
def test_no_verb_on_keys_runs_inside_a_transaction(alias: str) -> None:
    recording = ids.rec()
    for verb in (keys.create, keys.shred):
        with transaction.atomic(using=alias), pytest.raises(RuntimeError, match="inside a transaction"):
            verb(recording)
    assert not DataKey.objects.filter(pk=recording).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("shred", [keys.shred, lambda recording: keys.shred_all([recording, ids.rec()])])
def test_after_shredding_no_byte_of_the_wrapped_key_is_in_the_files(shred: Callable[[str], object]) -> None:
    if connections["keys"].vendor != "sqlite":
        pytest.skip("PostgreSQL's files are its own")
    recording = ids.rec()
    keys.create(recording)
    wrapped = bytes(DataKey.objects.get(pk=recording).wrapped or b"")
    path = Path(str(connections["keys"].settings_dict["NAME"]))
    files = [path, path.with_name(f"{path.name}-wal")]

    def found() -> bool:
        return any(wrapped in file.read_bytes() for file in files if file.exists())

    assert found()
    shred(recording)
    assert keys.is_shredded(recording)
    assert not found()


@pytest.mark.django_db(transaction=True)
def test_a_reader_that_holds_the_log_up_makes_shredding_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    if connections["keys"].vendor != "sqlite":
        pytest.skip("SQLite's checkpoint")
    recording = ids.rec()
    keys.create(recording)
    monkeypatch.setattr(keys, "CHECKPOINT_PATIENCE_S", 0.2)
    connections["keys"].cursor().execute("PRAGMA busy_timeout=50")
    reader = sqlite3.connect(str(connections["keys"].settings_dict["NAME"]), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM keys_datakey").fetchone()
    with pytest.raises(RuntimeError, match="could not be cut"):
        keys.shred(recording)
    reader.execute("COMMIT")
    reader.close()
    assert keys.shred(recording)  # the sweep's next try
    connections["keys"].close()
