"""A single byte changed anywhere in what proves something, or in what is stored, is found and named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from apps.core import documents
from apps.core.services import checkpoints
from apps.privacy.services import deletion
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, proof, vault
from tests.privacy.people import SYSTEM, ready

pytestmark = pytest.mark.django_db
PLACE, BIT = st.floats(0, 1, exclude_max=True), st.integers(0, 7)
often = how(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def flipped(body: bytes, place: float, bit: int) -> bytes:
    at = int(place * len(body))
    return body[:at] + bytes([body[at] ^ (1 << bit)]) + body[at + 1 :]


def is_genuine(body: bytes) -> bool:
    """As `verify_receipt` reads a file."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and documents.verify(said, documents.public_keys())


@pytest.fixture
def recording() -> Recording:
    return ready()


@pytest.fixture(params=["consent", "deletion", "checkpoint"])
def signed(request: pytest.FixtureRequest, recording: Recording) -> bytes:
    """A document without a blank, so that every byte of it says something."""
    assert recording.receipt is not None
    document = recording.receipt.document
    if request.param == "deletion":
        lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=SYSTEM)
        receipt = deletion.delete(recording.pk)
        assert receipt is not None
        document = receipt.document
    if request.param == "checkpoint":
        document = checkpoints.sign_all()[0].document
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


@often
@given(place=PLACE, bit=BIT)
def test_a_signed_document_with_a_changed_byte_is_refused(signed: bytes, place: float, bit: int) -> None:
    assert is_genuine(signed)
    assert not is_genuine(flipped(signed, place, bit))


@often
@given(which=st.integers(0, 99), place=PLACE, bit=BIT)
def test_a_stored_object_with_a_changed_byte_is_named(recording: Recording, which: int, place: float, bit: int) -> None:
    names = vault.list_names(recording.pk)
    name = names[which % len(names)]
    file = Path(settings.VAULT_URL.removeprefix("file://")).rglob(name)
    path = next(iter(file))
    whole = path.read_bytes()
    try:
        path.write_bytes(flipped(whole, place, bit))
        assert [(one.name, one.problem) for one in proof.look(recording)] == [(name, "it is not what was put there")]
    finally:
        path.write_bytes(whole)
    assert list(proof.look(recording)) == []


def test_an_object_that_is_gone_or_lies_in_anothers_place_is_named(
    recording: Recording, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_objects")
    assert "1 recordings looked at, 0 objects damaged" in capsys.readouterr().out
    one, other = vault.list_names(recording.pk)[:2]
    vault.put(recording.pk, one, vault.get(recording.pk, other))
    vault.remove(recording.pk, other)
    with pytest.raises(SystemExit) as code:
        call_command("verify_objects", "--json")
    assert code.value.code == 1
    found = json.loads(capsys.readouterr().out)["damaged"]
    assert {(row["recording_id"], row["name"], row["problem"]) for row in found} == {
        (recording.pk, one, "it is not what was put there"),
        (recording.pk, other, "it is gone"),
    }
