"""Overdue by an hour, or somebody watching too much: raised once, mailed once, over when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.core.models import AuditEntry
from apps.privacy.models import Alarm
from apps.privacy.services import alarms, sweeps
from apps.recordings.models import Recording, Watch
from tests import factories, signed_in
from tests.privacy.people import ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording() -> Recording:
    return ready(factories.TicketFactory(site=factories.shop()))


@pytest.fixture
def staff(recording: Recording) -> dict[str, User]:
    return factories.people(recording.site, factories.SiteFactory())


def late(recording: Recording, by: timedelta) -> None:
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - by)


def test_overdue_by_an_hour_is_mailed_once_to_the_privacy_officers(
    recording: Recording, staff: dict[str, User]
) -> None:
    late(recording, timedelta(minutes=50))
    assert alarms.look() == 0
    late(recording, timedelta(minutes=61))
    assert alarms.look() == 1
    assert alarms.look() == 0
    assert [message.to for message in mail.outbox] == [["erin@example.com"]]
    assert "Harbour Shop" in mail.outbox[0].body
    erin = signed_in.sign_in(staff["erin"])
    assert b"should be gone for an hour" in erin.get("/privacy/").content
    assert erin.get("/readyz").json()["parts"]["deletion"].startswith("degraded")
    sweeps.delete_due()
    alarms.look()
    assert not Alarm.objects.filter(ended_at=None).exists()
    assert b"should be gone for an hour" not in erin.get("/privacy/").content
    assert AuditEntry.objects.filter(name="alarm.raised").count() == 1


def test_a_mail_that_fails_is_tried_again(
    recording: Recording, staff: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    late(recording, timedelta(hours=2))
    with monkeypatch.context() as broken:
        broken.setattr(alarms, "_mail", lambda alarm: (_ for _ in ()).throw(OSError("no mail server")))
        assert alarms.look() == 1
    assert Alarm.objects.get().mailed_at is None
    alarms.look()
    assert len(mail.outbox) == 1


def test_without_a_privacy_officer_the_operator_is_told(recording: Recording) -> None:
    factories.UserFactory(email="grace@example.com", is_operator=True)
    late(recording, timedelta(hours=2))
    alarms.look()
    assert [message.to for message in mail.outbox] == [["grace@example.com"]]


def test_bulk_watching_raises_one_alarm_that_names_an_id(
    recording: Recording, staff: dict[str, User], settings: Any
) -> None:
    settings.WATCH_ALARM = 2
    alice = staff["alice"]
    others = [factories.consent(factories.TicketFactory(site=recording.site)) for _ in range(2)]
    for one in [recording, recording, others[0]]:
        Watch.objects.create(recording=one, user=alice, role="agent")
    assert alarms.look() == 0  # two recordings, however often
    Watch.objects.create(recording=others[1], user=alice, role="agent")
    assert alarms.look() == 1
    assert alarms.look() == 0
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.about, alarm.count) == ("watching", f"usr_{alice.pk}", 3)
    assert "Alice" not in mail.outbox[0].body
    Watch.objects.update(started_at=timezone.now() - timedelta(hours=2))
    alarms.look()
    assert not Alarm.objects.filter(ended_at=None).exists()
