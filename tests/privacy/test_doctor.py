"""What operators are told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import Error
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from apps.core import heartbeat
from apps.privacy import checks, tasks
from apps.privacy.services import doctor
from apps.recordings.models import Recording
from tests import factories
from tests.privacy.people import ready

pytestmark = pytest.mark.django_db


def found(part: str) -> doctor.Finding:
    return next(finding for finding in doctor.examine() if finding.part == part)


@pytest.mark.parametrize("name", checks.NOTICE_FACTS)
def test_check_deploy_names_each_fact_that_a_notice_lacks(name: str) -> None:
    site = factories.shop()
    assert checks.notices_are_complete() == []
    setattr(site, name, " ")
    site.save()
    complaints = checks.notices_are_complete()
    assert [type(one) for one in complaints] == [Error]
    assert complaints[0].obj == site
    assert name in (complaints[0].hint or "")
    assert found("site shop").state == "wrong"
    assert name in found("site shop").says


def test_doctor_says_when_nothing_has_swept_and_when_it_has() -> None:
    assert found("worker and beat").state == "wrong"
    tasks.delete_due()
    assert found("worker and beat").state == "ok"
    assert heartbeat.last() is not None


def test_doctor_says_when_deletions_are_overdue_and_what_to_do() -> None:
    recording = ready()
    assert found("deletions").state == "ok"
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - timedelta(hours=2))
    finding = found("deletions")
    assert finding.state == "wrong"
    assert finding.do


def test_readyz_is_degraded_when_a_deletion_is_an_hour_late(client: Client) -> None:
    recording = ready()
    assert client.get("/readyz").json()["parts"]["deletion"] == "ok"
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - timedelta(hours=2))
    assert client.get("/readyz").json()["parts"]["deletion"].startswith("degraded: 1 ")


def test_doctor_finds_a_stopped_redis_and_goes_on_looking(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:8239"  # nobody there
    finding = found("Redis")
    assert (finding.state, bool(finding.do)) == ("wrong", True)
    assert found("vault").state == "ok"
    assert found("database").state == "ok"
    assert found("key store").state == "ok"


def test_doctor_finds_a_vault_that_cannot_be_written_to(settings: Any) -> None:
    settings.VAULT_URL = "file:///proc/placet"
    assert found("vault").state == "wrong"


def test_doctor_exits_1_when_anything_is_wrong(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:8239"
    with pytest.raises(SystemExit) as stopped:
        call_command("doctor", "--json")
    assert stopped.value.code == 1
    result = json.loads(capsys.readouterr().out)
    assert result["healthy"] is False
    assert all(set(one) == {"part", "state", "says", "do"} for one in result["findings"])
