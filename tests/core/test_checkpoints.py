"""Signed checkpoints: what the chain alone cannot show, a copy kept elsewhere does."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from apps.core import audit, documents
from apps.core.models import AuditCheckpoint, AuditEntry, AuditSeal
from apps.core.services import checkpoints, proof, seals
from tests.core.test_audit import tamper, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(audit._names, "test.done", "did something")


@pytest.fixture
def anchor(tmp_path: Path, settings: Any) -> Path:
    """Six entries of one chain and two of another, sealed, signed, and kept elsewhere."""
    settings.AUDIT_ANCHORS = [f"file://{tmp_path}/anchor.ndjson"]
    write(6, chain="sit_a")
    write(2, chain="sit_b")
    checkpoints.sign_all()
    checkpoints.push_waiting()
    return tmp_path / "anchor.ndjson"


def verify(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = 0
    try:
        call_command("verify_audit", "--json", *args)
    except SystemExit as error:
        code = int(str(error.code))
    return code, json.loads(capsys.readouterr().out)


def test_each_chain_is_signed_once_for_each_length(anchor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert [(row.chain, row.number) for row in AuditCheckpoint.objects.order_by("chain")] == [
        ("sit_a", 6),
        ("sit_b", 2),
    ]
    assert checkpoints.sign_all() == []
    write(1, chain="sit_a")
    assert [(row.chain, row.number) for row in checkpoints.sign_all()] == [("sit_a", 7)]
    documents_ = [json.loads(line) for line in anchor.read_text().splitlines()]
    assert all(documents.verify(document, documents.public_keys()) for document in documents_)
    code, result = verify(capsys, "--anchor", str(anchor))
    assert (code, result["checkpoints"], result["anchored"]) == (0, 3, 2)


def cut_the_tail() -> None:
    tamper(
        "DELETE FROM core_auditcheckpoint WHERE chain = 'sit_a'",
        "DELETE FROM core_auditseal WHERE chain = 'sit_a' AND number > 4",
        "DELETE FROM core_auditentry WHERE id NOT IN (SELECT entry_id FROM core_auditseal)",
    )


def test_a_cut_tail_is_seen_with_the_anchor_and_only_with_it(anchor: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut_the_tail()
    assert verify(capsys)[0] == 0
    code, result = verify(capsys, "--anchor", str(anchor))
    assert code == 1
    assert [(fault["chain"], fault["number"]) for fault in result["faults"]] == [("sit_a", 6)]
    assert "ends before it" in result["faults"][0]["problem"]


def test_a_chain_computed_anew_contradicts_its_own_checkpoints(
    anchor: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tamper(
        "DELETE FROM core_auditseal WHERE chain = 'sit_a'",
        "UPDATE core_auditentry SET actor_id = 'somebody' WHERE chain = 'sit_a'",
    )
    seals.seal_all()
    code, result = verify(capsys)
    assert code == 1
    assert [(fault["chain"], fault["number"]) for fault in result["faults"]] == [("sit_a", 6)]


COLUMNS = {
    model: [field.column for field in model._meta.concrete_fields if field.name not in passed]
    for model, passed in [
        (AuditEntry, set()),
        (AuditSeal, {"id"}),  # the row's own number says nothing; what it says of the chain is the rest
        (AuditCheckpoint, {"id", "pushed_at", "at"}),  # `at` is in the document; the columns are for lists
    ]
}
EVERY_COLUMN = [(model, column) for model, columns in COLUMNS.items() for column in columns]


def altered(column: str, before: Any) -> Any:
    """The same value with one byte changed; still what the column's type takes."""
    if column == "at":
        return str(timezone.now())
    if column == "number":
        return before + 100
    if column in {"facts", "document"}:
        text = before if isinstance(before, str) else json.dumps(before)
        return text.replace('"n": ', '"n": 1').replace('"number": 6', '"number": 5')
    return f"{before[:-1]}{'x' if before[-1:] != 'x' else 'y'}"


@pytest.mark.parametrize(("model", "column"), EVERY_COLUMN, ids=lambda part: getattr(part, "__name__", part))
def test_one_byte_changed_in_any_column_is_named(
    model: type[AuditEntry | AuditSeal | AuditCheckpoint],
    column: str,
    anchor: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    rows = model._default_manager.filter(chain="sit_a").order_by("pk")
    row = rows[0]
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{key}" = %s', [row.pk])
        (before,) = cursor.fetchone()
    after = altered(column, before)
    assert after != before
    write_raw = f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s AND chain = %s'
    tamper()
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE "{key}" = %s', [after, row.pk])
    code, result = verify(capsys, "--anchor", str(anchor))
    assert code == 1
    assert {fault["chain"] for fault in result["faults"]} & {"sit_a", after}
    if column in {"id", "entry_id"}:  # the foreign key is looked at when the test ends
        with connection.cursor() as cursor:
            cursor.execute(write_raw, [before, after, "sit_a"])


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_or_remove_a_checkpoint(anchor: Path, change: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if change == "update":
            AuditCheckpoint.objects.update(document={})
        else:
            AuditCheckpoint.objects.all()._raw_delete("default")
    assert AuditCheckpoint.objects.count() == 2


# --- Anchors ------------------------------------------------------------------------------------------


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[bytes]]]:
    """A receiver on this machine, and what it was sent."""
    got: list[bytes] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", got
    server.shutdown()
    server.server_close()


def test_a_mailbox_and_a_webhook_get_what_the_verifier_reads(
    webhook: tuple[str, list[bytes]], settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, got = webhook
    settings.AUDIT_ANCHORS = ["mailto:auditor@example.org", url]
    write(3, chain="sit_a")
    checkpoints.sign_all()
    assert checkpoints.push_waiting() == 1
    assert checkpoints.push_waiting() == 0
    assert mail.outbox[0].to == ["auditor@example.org"]
    for number, body in enumerate([mail.outbox[0].body.encode(), got[0]]):
        kept = tmp_path / f"kept-{number}"
        kept.write_bytes(body)
        code, result = verify(capsys, "--anchor", str(kept))
        assert (code, result["anchored"]) == (0, 1)


def test_an_anchor_that_fails_is_tried_again_and_told_of(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    settings.AUDIT_ANCHORS = [f"file://{tmp_path}/missing/anchor"]
    write(1, chain="sit_a")
    checkpoints.sign_all()
    assert checkpoints.push_waiting() == 0
    assert client.get("/readyz").json()["parts"]["audit"] == "ok"  # not for the first failure
    monkeypatch.setattr(checkpoints, "PATIENCE", -checkpoints.PATIENCE)
    assert client.get("/readyz").json()["parts"]["audit"].startswith("degraded: checkpoints")
    (tmp_path / "missing").mkdir()
    assert checkpoints.push_waiting() == 1
    assert client.get("/readyz").json()["parts"]["audit"] == "ok"


@pytest.mark.parametrize("content", ["", "not a checkpoint\n", "{broken\n"])
def test_a_file_without_checkpoints_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(content)
    with pytest.raises(CommandError):
        call_command("verify_audit", "--anchor", str(tmp_path / "kept"))


FORGERIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another number": lambda said: {**said, "number": 3},
    "another schema": lambda said: documents.sign({**said, "schema": "https://placet.example/schemas/other/1"}),
    "no signature": lambda said: {name: value for name, value in said.items() if name != "signature"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_checkpoint_is_named(
    forgery: str, anchor: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(anchor.read_text().splitlines()[0])
    (tmp_path / "forged").write_text(json.dumps(FORGERIES[forgery](said)))
    code, result = verify(capsys, "--anchor", str(tmp_path / "forged"))
    assert code == 1
    assert "not what was signed" in result["faults"][0]["problem"]


def test_the_command_signs_at_once_and_prints_what_to_keep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(2, chain="sit_a")
    capsys.readouterr()
    call_command("sign_audit")
    (tmp_path / "kept").write_text(capsys.readouterr().out)
    assert AuditEntry.objects.filter(seal=None).count() == 0
    assert verify(capsys, "--anchor", str(tmp_path / "kept"))[0] == 0
    assert proof.verify().checkpoints == 1
