"""From consent to replay, on the bare wire."""

from __future__ import annotations

import json

import pytest

from apps.core.actors import Actor
from apps.recordings.errors import NotReadable
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, replay, vault
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db
DORA = Actor.person("rcp_test")


def test_a_recording_goes_from_consent_to_replay(recorded: Browser) -> None:
    recording = recorded.recording
    assert recording.state == Recording.State.IN_REVIEW
    index = json.loads(replay.index(recording, by=DORA))
    assert [page["url"] for page in index["pages"]] == ["https://shop.example/"]
    events = json.loads(replay.segment(recording, 0, by=DORA))
    assert [event["type"] for event in events[:2]] == [4, 2]
    assert "Harbour Shop" in json.dumps(events)
    assert index["segments"][0]["start_ms"] == events[0]["timestamp"]
    assert index["state"] == "in_review"


def test_staff_read_nothing_before_it_is_shared(recorded: Browser) -> None:
    alice = Actor.staff(factories.UserFactory(), door="page")
    with pytest.raises(NotReadable):
        replay.index(recorded.recording, by=alice)
    with pytest.raises(NotReadable):
        replay.segment(recorded.recording, 0, by=alice)
    lifecycle.share(recorded.recording, by=DORA)
    assert replay.index(recorded.recording, by=alice)


def test_what_lies_in_the_vault_is_sealed(recorded: Browser) -> None:
    names = vault.list_names(recorded.recording.pk)
    assert len(names) == 4  # two chunks, a segment, the index
    for name in names:
        data = vault.get(recorded.recording.pk, name)
        assert b"Harbour" not in data
        assert b"timestamp" not in data


def test_the_grant_says_what_the_recorder_needs(dora: Browser) -> None:
    granted = dora.granted
    assert granted["recording"] == dora.recording.pk
    assert granted["page"] == 1
    assert granted["state"] == "created"
    assert granted["origins"] == [wire.ORIGIN]
    assert granted["person_url"].endswith(f"/me/{dora.recording.receipt_id}/")
    assert granted["policy"]["console"] is True
    assert granted["seconds_left"] == 1800
