"""A disk that fills up, a quota that is reached: said before it is so, and deletion goes on."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from apps.core import health, room
from apps.core.actors import Actor
from apps.core.room import NoRoom
from apps.core.services.watch import Watch
from apps.links import services as links
from apps.privacy.services import deletion
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, sweeps
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser, uploading

pytestmark = pytest.mark.django_db


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch, settings: object) -> object:
    """`left(megabytes)`: so much of the disk is free from now on."""
    monkeypatch.setattr(room, "EVERY_S", 0.0)
    monkeypatch.setattr(room, "_seen", (0.0, "ok"))  # what it said before, it says again afterwards

    def leave(megabytes: float) -> None:
        monkeypatch.setattr(room, "free_bytes", lambda folder: int(megabytes * 1e6))

    leave(100_000)
    return leave


@pytest.fixture
def dora() -> Browser:
    return uploading()


def test_little_room_stops_new_links_and_leaves_what_runs_alone(left, dora: Browser, client: Client) -> None:
    alice = factories.people(dora.recording.site, factories.SiteFactory())["alice"]
    ticket = factories.TicketFactory(site=dora.recording.site)
    left(900)
    with pytest.raises(NoRoom):
        links.issue(ticket, by=Actor.staff(alice, door="page"))
    assert dora.chunk([wire.click(wire.now_ms())], seq=1).status == 200
    client.force_login(alice)
    page = client.get("/tickets/new/").content.decode()
    assert "no new links can be issued" in page
    left(2_000)
    assert links.issue(ticket, by=Actor.staff(alice, door="page")).pk
    assert "no new links" not in client.get("/tickets/new/").content.decode()


def test_a_full_disk_takes_no_upload_cuts_recordings_short_with_the_cause_and_still_deletes(
    left, dora: Browser
) -> None:
    left(200)
    assert dora.chunk([wire.click(wire.now_ms())], seq=1).status == 503
    assert sweeps.end_overdue() == 1
    recording = dora.fresh()
    assert recording.ended == Recording.Ended.FULL
    assert "no room" in recording.get_ended_display()
    by = Actor.person(str(recording.receipt_id))
    lifecycle.doom(recording, cause=Recording.Cause.DISCARDED, by=by)
    deletion.delete(recording.pk)
    assert dora.fresh().state == Recording.State.DELETED


def test_a_quota_counts_what_is_kept_and_not_what_was_deleted(left, dora: Browser, settings) -> None:
    settings.QUOTA_MB = 100
    recordings = Recording.objects.filter(pk=dora.recording.pk)
    for stored, state in [(50e6, "ok"), (85e6, "low"), (99e6, "full")]:
        recordings.update(stored_bytes=int(stored))
        assert room.measured() == state
    recordings.update(state=Recording.State.DELETED)
    assert room.measured() == "ok"


def test_readyz_says_that_room_is_short_and_goes_on_answering(left, client: Client) -> None:
    left(900)
    assert client.get("/readyz").json()["parts"]["room"].startswith("degraded: little room")
    left(10)
    assert client.get("/readyz").json()["parts"]["room"].startswith("degraded: no room")


def test_the_operator_is_told_once_when_a_part_goes_down_and_once_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    settings.OPERATOR_MAIL = ["ops@placet.example"]
    states = {"database": "ok", "broker": "ok"}
    monkeypatch.setattr(health, "states", lambda: dict(states))
    watch = Watch()
    watch.look()
    states["broker"] = "down: ConnectionError"
    watch.look()
    assert mail.outbox == []  # a restart is no event
    watch.look()
    watch.look()
    assert [each.subject for each in mail.outbox] == ["Placet: broker"]
    assert "broker: down: ConnectionError" in mail.outbox[0].body
    states["broker"] = "ok"
    watch.look()
    watch.look()
    assert [each.body.splitlines()[0] for each in mail.outbox[1:]] == ["broker: ok again"]


def test_a_mail_that_cannot_be_sent_is_tried_with_the_next_look(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    settings.OPERATOR_MAIL = ["ops@placet.example"]
    monkeypatch.setattr(health, "states", lambda: {"database": "down: OperationalError"})
    watch = Watch()
    watch.look()
    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            watch.look()
    watch.look()
    assert len(mail.outbox) == 1
