"""The beginning of the audit trail may go, signed and whole; nothing else may, and the verifier knows the difference."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.core import audit
from apps.core.models import AuditCheckpoint, AuditCut, AuditEntry, AuditSeal
from apps.core.services import checkpoints, cuts, proof, seals
from apps.privacy.services import trail
from apps.recordings.models import Recording
from tests.core.test_audit import tamper, write
from tests.factories import consent

pytestmark = pytest.mark.django_db
CHAIN = "sit_a"


@pytest.fixture(autouse=True)
def _name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit._names, "test.done", "did something")


@pytest.fixture
def old(tmp_path: Path, settings: Any) -> datetime:
    """Five entries under a checkpoint, then three more under another: the moment between the two."""
    settings.AUDIT_ANCHORS = [f"file://{tmp_path}/anchor.ndjson"]
    write(5, chain=CHAIN)
    checkpoints.sign_all()
    between = timezone.now()
    write(3, chain=CHAIN)
    checkpoints.sign_all()
    checkpoints.push_waiting()
    return between


def cut(before: datetime) -> int:
    made = cuts.cut(CHAIN, before=before)
    return cuts.remove(made) if made else 0


def problems(anchor: Path | None = None) -> list[tuple[int, str]]:
    kept = [json.loads(line) for line in anchor.read_text().splitlines()] if anchor else []
    return [(fault.number, fault.problem) for fault in proof.verify(kept).faults]


def test_what_is_old_enough_goes_whole_and_the_rest_still_verifies(old: datetime, tmp_path: Path) -> None:
    assert cut(old) == 5
    assert cut(old) == 0
    assert list(AuditSeal.objects.filter(chain=CHAIN).values_list("number", flat=True)) == [6, 7, 8]
    seals.seal_all()
    found = proof.verify()
    assert (found.faults, found.cut, found.unsealed) == ([], 5, 0)
    assert AuditEntry.objects.filter(chain=CHAIN, name="audit.cut").count() == 1
    assert problems(tmp_path / "anchor.ndjson") == []


def test_a_chain_that_was_cut_to_nothing_goes_on_from_its_cut(old: datetime, tmp_path: Path) -> None:
    assert cut(timezone.now()) == 8
    seals.seal_all()
    assert list(AuditSeal.objects.filter(chain=CHAIN).values_list("number", flat=True)) == [9]
    assert problems(tmp_path / "anchor.ndjson") == []


def test_nothing_goes_without_a_checkpoint_from_before(old: datetime) -> None:
    assert cut(old - timedelta(days=1)) == 0
    assert AuditCut.objects.count() == 0


def test_killed_between_the_cut_and_the_removal_it_verifies_and_is_finished(old: datetime) -> None:
    assert cuts.cut(CHAIN, before=old) is not None
    assert AuditSeal.objects.filter(chain=CHAIN).count() == 8
    assert problems() == []
    assert cut(old) == 5
    assert problems() == []


REFUSED = {
    "an entry after the cut": "DELETE FROM core_auditentry WHERE id IN (SELECT entry_id FROM core_auditseal WHERE number = 6)",
    "a seal after the cut": "DELETE FROM core_auditseal WHERE number = 6",
    "an entry that is not sealed": "DELETE FROM core_auditentry WHERE name = 'audit.cut'",
    "a change before the cut": "UPDATE core_auditentry SET actor_id = 'nobody'",
    "the cut itself": "DELETE FROM core_auditcut",
    "a moved cut": "UPDATE core_auditcut SET number = 8",
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_lets_nothing_else_go(what: str, old: datetime) -> None:
    cuts.cut(CHAIN, before=old)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(REFUSED[what])


def test_without_a_cut_nothing_goes_at_all(old: datetime) -> None:
    for table in ("core_auditseal", "core_auditentry"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_a_cut_that_nobody_signed_is_named(old: datetime) -> None:
    """Somebody with the database's password, and without the signing key, adds a row and so lets entries go."""
    hash_ = AuditSeal.objects.get(chain=CHAIN, number=7).hash
    forged = AuditCut.objects.create(chain=CHAIN, number=7, hash=hash_, document={"schema": cuts.SCHEMA})
    cuts.remove(forged)
    assert problems() == [(7, "its beginning was cut off, and not by what was signed")]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_auditcut SET number = 8",
        "UPDATE core_auditcut SET hash = replace(hash, substr(hash, 1, 8), 'ffffffff')",
        "UPDATE core_auditcut SET document = '{}'",
        "DELETE FROM core_auditcut",
        "DELETE FROM core_auditseal WHERE number = 6",
    ],
)
def test_a_cut_that_was_changed_or_taken_away_is_named(change: str, old: datetime) -> None:
    cut(old)
    tamper(*(f"DROP TRIGGER IF EXISTS core_auditcut_keep ON core_auditcut; {one}" for one in [change]) if
           connection.vendor == "postgresql" else [change])  # fmt: skip
    assert [number for number, _problem in problems()] != []


def test_the_trail_stays_as_long_as_a_recording_that_it_speaks_of(settings: Any) -> None:
    recording = consent()
    checkpoints.sign_all()
    chain, later = recording.site_id, timezone.now() + timedelta(days=settings.AUDIT_DAYS + 1)
    before = AuditEntry.objects.filter(chain=chain).count()
    trail.tidy(later)
    assert AuditEntry.objects.filter(chain=chain).count() == before
    Recording.objects.all().delete()
    assert trail.tidy(later) >= before
    assert list(AuditEntry.objects.filter(chain=chain).values_list("name", flat=True)) == ["audit.cut"]
    assert proof.verify().faults == []


def test_set_to_nought_the_trail_stays_for_ever(settings: Any) -> None:
    settings.AUDIT_DAYS = 0
    write(2, chain=CHAIN)
    checkpoints.sign_all()
    assert trail.tidy(timezone.now() + timedelta(days=9000)) == 0
    assert AuditCheckpoint.objects.filter(chain=CHAIN).exists()
