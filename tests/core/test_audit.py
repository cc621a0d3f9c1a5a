"""The audit trail: what is written stays, and what was altered all the same is found."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import rfc8785
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.models import AuditEntry, AuditSeal
from apps.core.services import proof, seals

SYSTEM = Actor.system("sweep:test")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit._names, "test.done", "did something")


def write(count: int = 1, chain: str = audit.INSTALLATION) -> list[AuditEntry]:
    return [
        AuditEntry.objects.create(chain=chain, at=timezone.now(), name="test.done", actor_kind="system",
                                  actor_id="sweep:test", facts={"n": n})
        for n in range(count)
    ]  # fmt: skip


def tamper(*statements: str) -> None:
    """What somebody with the database's password can do: take the triggers away, and then anything."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for table in ("core_auditentry", "core_auditseal", "core_auditcheckpoint"):
                cursor.execute(f"DROP TRIGGER {table}_keep ON {table}")
        for statement in statements:
            cursor.execute(statement)


def verify(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, object]]:
    code: int | str | None = 0
    try:
        call_command("verify_audit", "--json")
    except SystemExit as error:
        code = error.code
    assert isinstance(code, int)
    return code, json.loads(capsys.readouterr().out)


def test_every_name_that_the_code_records_is_registered_once_with_a_sentence() -> None:
    used = {
        name
        for path in (ROOT / "apps").rglob("*.py")
        for name in re.findall(r"audit\.record\(\s*f?[\"']([\w.{}]+)[\"']", path.read_text())
    }
    assert {name for name in used if "{" not in name} <= set(audit.names())
    assert all(sentence.strip() for sentence in audit.names().values())


@pytest.mark.django_db
def test_a_name_that_nobody_registered_is_refused() -> None:
    with pytest.raises(KeyError):
        audit.record("nobody.registered_this", by=SYSTEM)


@pytest.mark.django_db
@pytest.mark.parametrize("fact", [float("nan"), 2**60, timezone.now()])
def test_a_fact_that_could_never_be_sealed_is_refused_at_once(fact: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        audit.record("test.done", by=SYSTEM, fact=fact)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [AuditEntry, AuditSeal])
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove(model: type[AuditEntry | AuditSeal], change: str) -> None:
    write(2)
    seals.seal_all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if change == "update":
            model._default_manager.update(chain="other")
        else:
            model._default_manager.all()._raw_delete("default")
    assert model._default_manager.count() == 2


@pytest.mark.django_db
def test_an_untouched_trail_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    write(2, chain="sit_a")
    assert seals.seal_all() == 5
    code, result = verify(capsys)
    assert code == 0
    assert (result["status"], result["chains"], result["sealed"]) == ("ok", 2, 5)


@pytest.mark.django_db
def test_entries_not_sealed_yet_are_told_apart_from_tampering(capsys: pytest.CaptureFixture[str]) -> None:
    write(2)
    seals.seal_all()
    write(1)
    code, result = verify(capsys)
    assert (code, result["status"], result["unsealed"]) == (2, "unsealed", 1)


@pytest.mark.django_db
def test_an_entry_that_commits_late_with_an_earlier_time_is_sealed_next() -> None:
    write(2)
    seals.seal_all()
    late = AuditEntry.objects.create(
        chain=audit.INSTALLATION, at=timezone.now() - timedelta(hours=1), name="test.done",
        actor_kind="system", actor_id="sweep:test",
    )  # fmt: skip
    assert seals.seal_all() == 1
    assert late.seal.number == 3
    assert proof.verify().exit_code == 0


@pytest.mark.django_db
def test_more_entries_than_one_batch_are_all_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seals, "BATCH", 4)
    write(10)
    assert seals.seal_all() == 10
    assert proof.verify().sealed == 10


CHANGES: dict[str, tuple[int, Callable[[list[str]], list[str]]]] = {
    "a changed name": (3, lambda ids: [f"UPDATE core_auditentry SET name = 'x' WHERE id = '{ids[2]}'"]),
    "a changed fact": (2, lambda ids: [f"UPDATE core_auditentry SET facts = '{{}}' WHERE id = '{ids[1]}'"]),
    "a changed actor": (1, lambda ids: [f"UPDATE core_auditentry SET actor_id = 'y' WHERE id = '{ids[0]}'"]),
    "an entry put into another chain": (4, lambda ids: [
        f"UPDATE core_auditentry SET chain = 'z' WHERE id = '{ids[3]}'",
    ]),
    "an entry removed with its seal": (3, lambda ids: [
        f"DELETE FROM core_auditseal WHERE entry_id = '{ids[2]}'",
        f"DELETE FROM core_auditentry WHERE id = '{ids[2]}'",
    ]),
    "two entries that changed places": (2, lambda ids: [
        f"UPDATE core_auditseal SET number = 99 WHERE entry_id = '{ids[1]}'",
        f"UPDATE core_auditseal SET number = 2 WHERE entry_id = '{ids[3]}'",
        f"UPDATE core_auditseal SET number = 4 WHERE entry_id = '{ids[1]}'",
    ]),
    "a seal removed and its entry left": (5, lambda ids: [
        f"DELETE FROM core_auditseal WHERE entry_id = '{ids[4]}'",
    ]),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("what", CHANGES)
def test_tampering_is_found_and_the_place_is_named(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    write(6, chain="sit_a")
    write(2, chain="sit_b")
    seals.seal_all()
    ids = list(AuditSeal.objects.filter(chain="sit_a").order_by("number").values_list("entry_id", flat=True))
    number, change = CHANGES[what]
    tamper(*change(ids))
    code, result = verify(capsys)
    assert code == 1
    assert result["status"] == "tampered"
    faults = result["faults"]
    assert isinstance(faults, list)
    assert [(fault["chain"], fault["number"]) for fault in faults] == [("sit_a", number)]


@pytest.mark.django_db
def test_an_entry_put_in_between_cannot_get_a_number_there() -> None:
    write(3)
    seals.seal_all()
    write(1)
    seals.seal_all()
    assert list(AuditSeal.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert proof.verify().exit_code == 0


@pytest.mark.django_db(transaction=True)
def test_two_sealers_at_once_seal_everything_once() -> None:
    write(60)
    both = Barrier(2)
    errors: list[BaseException] = []

    def seal() -> None:
        try:
            both.wait()
            seals.seal_all()
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=seal) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    seals.seal_all()
    assert list(AuditSeal.objects.values_list("number", flat=True)) == list(range(1, 61))
    assert proof.verify().exit_code == 0


@pytest.mark.django_db
def test_readyz_says_so_when_nobody_seals(client: Client) -> None:
    assert client.get("/readyz").json()["parts"]["audit"] == "ok"
    AuditEntry.objects.create(
        chain=audit.INSTALLATION, at=timezone.now() - timedelta(hours=1), name="test.done",
        actor_kind="system", actor_id="x",
    )  # fmt: skip
    assert client.get("/readyz").json()["parts"]["audit"].startswith("degraded")
    seals.seal_all()
    assert client.get("/readyz").json()["parts"]["audit"] == "ok"
