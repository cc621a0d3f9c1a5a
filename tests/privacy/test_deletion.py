"""The death of a recording: in its order, from wherever it stopped, with one receipt."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.consents import services as consents
from apps.core import documents, personal
from apps.core.errors import NotPossible
from apps.core.models import AuditEntry
from apps.keys import services as keys
from apps.keys.models import DataKey
from apps.privacy.models import Deletion, DeletionReceipt
from apps.privacy.services import deletion, receipts, reports, sweeps
from apps.recordings.models import Chunk, Recording, Segment
from apps.recordings.services import lifecycle, vault
from tests import factories
from tests.privacy.people import SYSTEM, fresh, ready

pytestmark = pytest.mark.django_db
State = Recording.State


def doomed(cause: Recording.Cause = Recording.Cause.WITHDRAWN, **kwargs: Any) -> Recording:
    return lifecycle.doom(ready(**kwargs), cause=cause, by=SYSTEM)


def assert_gone(recording: Recording) -> None:
    assert fresh(recording).state == State.DELETED
    assert DeletionReceipt.objects.filter(recording=recording).count() == 1
    assert not Deletion.objects.exists()
    assert vault.list_names(recording.pk) == []
    assert not Chunk.objects.filter(recording=recording).exists()
    assert not Segment.objects.filter(recording=recording).exists()
    assert DataKey.objects.get(pk=recording.pk).wrapped is None
    with pytest.raises(keys.KeyShredded):
        keys.open_key(recording.pk)
    names = list(AuditEntry.objects.filter(subject_id=recording.pk).values_list("name", flat=True))
    for name in ["deletion.key_destroyed", "recording.deleted", "deletion.receipt_signed"]:
        assert names.count(name) == 1


def test_nothing_is_left_but_the_tombstone_and_the_receipt() -> None:
    recording = doomed()
    receipt = deletion.delete(recording.pk)
    assert receipt is not None
    assert_gone(recording)
    tombstone = fresh(recording)
    for name, value in deletion.BLANK.items():
        assert getattr(tombstone, name) == value
    assert tombstone.receipt is not None
    assert tombstone.receipt.state == "terminated"
    assert tombstone.receipt.keep_until is not None


def test_the_receipt_says_what_there_was_and_what_was_checked() -> None:
    recording = doomed()
    receipt = deletion.delete(recording.pk)
    assert receipt is not None
    said = receipt.document
    assert documents.verify(said, documents.public_keys())
    assert said["recording_id"] == recording.pk
    assert said["consent_receipt"] == recording.receipt_id
    assert said["cause"] == "withdrawn"
    assert (said["inventory"]["chunks"], said["inventory"]["derived"], said["inventory"]["objects"]) == (
        2,
        2,
        4,
    )
    assert said["inventory"]["bytes"] > 0
    assert {"keys", "objects", "chunks", "segments", "backups"} <= {one["holder"] for one in said["holders"]}
    assert all(one["verified"] for one in said["holders"])
    assert said["started"] <= said["key_destroyed"] <= said["finished"]
    assert AuditEntry.objects.get(pk=said["audit"]["entry"]).facts["receipt"] == receipt.pk
    for never in ["irrecoverable", "all copies", "NIST", "zero knowledge"]:
        assert never not in json.dumps(said)


def test_the_receipt_names_the_horizon_of_the_key_backups(settings: Any) -> None:
    settings.KEY_BACKUP_DAYS = 7
    recording = doomed()
    receipt = deletion.delete(recording.pk)
    assert receipt is not None
    backups = next(one for one in receipt.document["holders"] if one["holder"] == "backups")
    shredded = fresh(recording).key_shredded_at
    assert shredded is not None
    assert backups["unrecoverable_after"] == receipts.moment(shredded + timedelta(days=7))


def test_a_recording_that_nobody_doomed_is_left_alone() -> None:
    recording = ready()
    with pytest.raises(NotPossible):
        deletion.delete(recording.pk)
    assert keys.open_key(recording.pk)


def test_deleting_twice_gives_the_same_receipt() -> None:
    recording = doomed()
    assert deletion.delete(recording.pk) == deletion.delete(recording.pk)
    assert_gone(recording)


class PowerCut(BaseException):
    """Nothing catches it: the process is gone at this line."""


# Each is a place where the process may die: the module, the name, and whether it dies before or after.
PLACES = [
    (keys, "shred"),
    (deletion, "inventory"),
    (deletion, "_note_key"),
    (vault, "rename_away"),
    (deletion, "_remove"),
    (deletion, "check"),
    (consents, "terminate"),
    (lifecycle, "deleted"),
    (receipts, "issue"),
    (deletion, "_finish"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place[0].__name__}.{place[1]}")
def test_killed_at_any_step_it_ends_the_same_with_one_receipt(
    place: tuple[Any, str], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = doomed()
    module, name = place
    real: Callable[..., Any] = getattr(module, name)

    def dies(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            real(*args, **kwargs)
        raise PowerCut

    with monkeypatch.context() as cut:
        cut.setattr(module, name, dies)
        with pytest.raises(PowerCut):
            deletion.delete(recording.pk)
    Deletion.objects.update(claimed_until=timezone.now())
    sweeps.delete_due()
    assert_gone(recording)
    document = DeletionReceipt.objects.get(recording=recording).document
    assert document["inventory"]["chunks"] == 2  # what there was, not what the second try found


HOLDERS = [holder.name for holder in personal.holders() if holder.method]


@pytest.mark.parametrize("name", HOLDERS)
def test_no_receipt_while_any_holder_has_something_left(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = doomed()
    real = personal._holders[name]
    broken = personal.Holder(
        **{field: getattr(real, field) for field in real.__slots__ if field not in {"erase", "verify"}},
        erase=lambda subject: 0,
        verify=lambda subject: 1 if subject.recording_id else 0,
    )
    with monkeypatch.context() as stuck:
        stuck.setitem(personal._holders, name, broken)
        assert sweeps.delete_due() == 0
    assert fresh(recording).state == State.DELETING
    assert not DeletionReceipt.objects.exists()
    row = Deletion.objects.get(recording=recording)
    assert (row.attempts, row.problem) == (1, "Unverified")
    # Unreadable it is all the same.
    with pytest.raises(keys.KeyShredded):
        keys.open_key(recording.pk)
    Deletion.objects.update(claimed_until=timezone.now())
    assert sweeps.delete_due() == 1
    assert_gone(recording)


def test_one_that_fails_keeps_no_other_from_going(monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = doomed(), doomed()
    real = keys.shred

    def shred(recording_id: str) -> Any:
        if recording_id == bad.pk:
            raise RuntimeError("the key store is busy")
        return real(recording_id)

    monkeypatch.setattr(keys, "shred", shred)
    assert sweeps.delete_due() == 1
    assert fresh(good).state == State.DELETED
    assert fresh(bad).state == State.DELETING


def test_a_claimed_deletion_is_left_to_its_worker_until_the_lease_ends() -> None:
    doomed()
    now = timezone.now()
    assert len(sweeps.claim(now)) == 1
    assert sweeps.claim(now) == []
    assert len(sweeps.claim(now + sweeps.LEASE)) == 1


def test_what_was_removed_cannot_be_written_again() -> None:
    recording = doomed()
    deletion.delete(recording.pk)
    with pytest.raises(keys.KeyShredded):
        keys.create(recording.pk)
    with pytest.raises(vault.FolderGone):
        vault.put(recording.pk, "c-1-9", b"late")


def test_a_ciphertext_that_somebody_kept_opens_no_more() -> None:
    recording = ready()
    kept = {name: vault.get(recording.pk, name) for name in vault.list_names(recording.pk)}
    lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=SYSTEM)
    deletion.delete(recording.pk)
    vault.prepare(recording.pk)
    for name, data in kept.items():
        vault.put(recording.pk, name, data)
    with pytest.raises(keys.KeyShredded):
        keys.open_key(recording.pk)


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, Any]]]:
    capsys.readouterr()
    call_command("retention_report", "--json")
    parsed: dict[str, list[dict[str, Any]]] = json.loads(capsys.readouterr().out)
    return parsed


def test_retention_report_lists_held_due_and_overdue(capsys: pytest.CaptureFixture[str]) -> None:
    held, soon, late = ready(), ready(), ready()
    now = timezone.now()
    for recording, at in [(soon, now + timedelta(days=3)), (late, now - timedelta(hours=2))]:
        Recording.objects.filter(pk=recording.pk).update(latest_at=at)
    result = report(capsys)
    assert {line["id"] for line in result["held"]} == {held.pk, soon.pk, late.pk}
    assert [line["id"] for line in result["due"]] == [soon.pk]
    assert [line["id"] for line in result["overdue"]] == [late.pk]
    line = result["due"][0]
    assert set(line) == {"id", "ticket", "state", "created", "due", "bytes", "hold"}
    assert line["ticket"] == soon.ticket.number  # type: ignore[union-attr]
    assert (line["state"], line["hold"]) == ("ready", False)
    assert reports.health().startswith("degraded: 1 ")
    sweeps.delete_due()
    assert reports.health() == "ok"
    assert {line["id"] for line in report(capsys)["held"]} == {held.pk, soon.pk}


def test_a_receipt_verifies_offline_elsewhere_and_not_once_it_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    recording = doomed()
    receipt = deletion.delete(recording.pk)
    assert receipt is not None
    file, published = tmp_path / "receipt.json", tmp_path / "keys.json"
    file.write_text(json.dumps(receipt.document, indent=2))
    published.write_text(json.dumps({"keys": documents.public_keys()}))
    settings.SIGNING_KEYS = ["other:" + "A" * 43 + "="]  # another installation
    call_command("verify_receipt", str(file), "--keys", str(published), "--json")
    assert json.loads(capsys.readouterr().out)["valid"] is True
    with pytest.raises(SystemExit) as refused:
        call_command("verify_receipt", str(file))
    assert refused.value.code == 1
    file.write_text(json.dumps({**receipt.document, "cause": "retention"}))
    with pytest.raises(SystemExit):
        call_command("verify_receipt", str(file), "--keys", str(published))


def test_receipts_and_tombstone_go_when_their_time_is_over() -> None:
    recording = doomed()
    deletion.delete(recording.pk)
    sweeps.tidy(timezone.now() + timedelta(days=200))
    assert DeletionReceipt.objects.count() == 1
    past = timezone.now() - timedelta(days=1)
    DeletionReceipt.objects.update(keep_until=past)
    type(recording.receipt)._default_manager.update(keep_until=past)  # type: ignore[union-attr]
    sweeps.tidy()
    assert not DeletionReceipt.objects.exists()
    assert not Recording.objects.exists()
    assert not type(recording.receipt)._default_manager.exists()  # type: ignore[union-attr]
    assert keys.is_shredded(recording.pk)  # so that a restored backup stays unreadable


def test_a_consent_is_not_rewritten_by_anybody() -> None:
    from django.db import DatabaseError, transaction

    receipt = factories.consent().receipt
    assert receipt is not None
    changes: list[Callable[[], Any]] = [
        lambda: type(receipt)._default_manager.update(document={}),
        lambda: type(receipt)._default_manager.update(
            latest_deletion_at=receipt.latest_deletion_at + timedelta(days=1)
        ),
        lambda: receipt.events.update(state="refused"),
        lambda: receipt.events.all()._raw_delete("default"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_settings_say_that_keys_do_not_lie_in_the_data_folder() -> None:
    assert settings.DATA_DIR not in settings.KEYS_DIR.parents
