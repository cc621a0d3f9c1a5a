"""The life of a recording in S3, over its own wire, in a bucket that keeps versions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.core.actors import Actor
from apps.core.errors import Gone
from apps.privacy.services import deletion
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import ingest, lifecycle, replay, sweeps, vault
from tests import factories
from tests.privacy.people import SYSTEM, fresh
from tests.recordings import wire
from tests.recordings.conftest import Browser, agreed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(s3_url: str, settings: Any) -> Browser:
    settings.VAULT_URL = s3_url
    return agreed()


def left(recording: Recording) -> list[dict[str, str]]:
    """Every version and delete marker that the bucket still has of it."""
    here = vault.here()
    assert isinstance(here, vault.S3Vault)
    return list(here._versions(recording.pk))


def test_a_recording_is_kept_packed_replayed_and_deleted_with_every_version(dora: Browser) -> None:
    at = wire.now_ms()
    assert dora.chunk(wire.page_events(at), flags="st").status == 200
    assert dora.chunk([wire.click(at + 900)], seq=1, flags="l").status == 200
    assert dora.control("stop").status == 200
    assert sweeps.process_waiting() == 1
    recording = lifecycle.share(dora.fresh(), by=Actor.person("rcp_test"))
    assert len(vault.list_names(recording.pk)) == 4  # two chunks, a segment, the index

    alice = Actor.staff(factories.UserFactory(), door="page")
    assert json.loads(replay.index(recording, by=alice))["segments"]
    assert "Harbour Shop" in replay.segment(recording, 0, by=alice).decode()

    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    receipt = deletion.delete(recording.pk)
    assert receipt is not None
    assert receipt.document["inventory"]["objects"] == 4
    assert left(recording) == []
    assert fresh(recording).state == Recording.State.DELETED


def test_half_an_upload_that_another_worker_has_just_removed_is_no_failure(
    dora: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = vault.here()
    assert isinstance(here, vault.S3Vault)
    pk = dora.recording.pk
    here.client.create_multipart_upload(Bucket=here.bucket, Key=here._key(pk, "c-1-0-00000000"))
    (listed,) = here._uploads(pk)
    here.client.abort_multipart_upload(Bucket=here.bucket, **listed)
    monkeypatch.setattr(here, "_uploads", lambda recording_id: iter([listed]))
    assert here.delete_all(pk) == 0


def test_what_was_refused_after_it_was_written_leaves_no_version(
    dora: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state changes between the write and the row: S3 has no folder whose absence would stop the write."""

    def gone(recording: Recording, upload: ingest.Upload) -> Recording:
        assert len(left(recording)) == 1
        raise Gone("withdrawn")

    monkeypatch.setattr(ingest, "_insert", gone)
    assert dora.chunk(wire.page_events(wire.now_ms())).status == 410
    assert left(dora.recording) == []
    assert not Chunk.objects.exists()


def test_a_store_that_is_gone_acknowledges_nothing_and_the_upload_is_tried_again(
    dora: Browser, s3_url: str, settings: Any
) -> None:
    events = wire.page_events(wire.now_ms())
    settings.VAULT_URL = "s3://placet/objects?endpoint_url=http://127.0.0.1:1"
    answer = dora.chunk(events)
    assert (answer.status, answer.body["error"], answer.headers["Retry-After"]) == (503, "store", "10")
    assert not Chunk.objects.exists()
    settings.VAULT_URL = s3_url
    assert dora.chunk(events).status == 200
