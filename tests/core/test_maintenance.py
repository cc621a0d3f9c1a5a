"""Read-only: nothing new comes in, nothing is changed, and what was promised to a person goes on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from apps.core import health, maintenance
from apps.core.actors import Actor
from apps.privacy import tasks as privacy_tasks
from apps.recordings import tasks as recording_tasks
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from config.celery import Patient, app
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser, uploading

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> Browser:
    return uploading()


@pytest.fixture
def _read_only(dora: Browser) -> Iterator[None]:
    call_command("maintenance", "on")
    yield
    maintenance.end()


@pytest.fixture
def alice(dora: Browser, client: Client) -> Client:
    client.force_login(factories.people(dora.recording.site, factories.SiteFactory())["alice"])
    return client


@pytest.mark.usefixtures("_read_only")
def test_an_upload_waits_and_comes_in_afterwards(dora: Browser) -> None:
    later = [wire.click(wire.now_ms())]
    refused = dora.chunk(later, seq=1)
    assert (refused.status, refused.body["error"], refused.headers["Retry-After"]) == (503, "read_only", "30")
    assert refused.origin == wire.ORIGIN  # the recorder may read it
    assert dora.post(f"{dora.path}/pages", {"token": dora.token, "tab": wire.TAB}).status == 503
    code = lifecycle.start_code(factories.consent(), by=Actor.person("rcp_test"))
    assert dora.exchange(code).status == 503
    call_command("maintenance", "off")
    assert dora.chunk(later, seq=1).status == 200
    assert dora.exchange(code).status == 200  # it was not spent


@pytest.mark.usefixtures("_read_only")
def test_a_person_may_stop_and_withdraw_and_the_deletion_is_done(dora: Browser) -> None:
    assert dora.post(f"{dora.path}/beat", {"token": dora.token, "page": 1}).status == 200
    assert dora.control("withdraw").status == 200
    privacy_tasks.delete_due()
    assert dora.fresh().state == Recording.State.DELETED


@pytest.mark.usefixtures("_read_only")
def test_the_console_is_read_says_why_and_changes_nothing(dora: Browser, alice: Client) -> None:
    page = alice.get(f"/tickets/{dora.recording.ticket.number}/")
    assert page.status_code == 200
    assert "nothing can be changed" in page.text
    refused = alice.post(f"/tickets/{dora.recording.ticket.number}/comment/", {"body": "Hello"})
    assert (refused.status_code, refused["Retry-After"]) == (503, "30")
    assert not dora.recording.ticket.comments.exists()
    assert alice.post("/api/v1/tickets/", {}).json()["code"] == "read_only"
    assert alice.post("/accounts/logout/").status_code == 302
    maintenance.end()
    assert "nothing can be changed" not in alice.get("/accounts/login/").text


def test_a_worker_leaves_all_but_deletions_for_later(dora: Browser) -> None:
    assert dora.chunk([wire.click(wire.now_ms())], seq=1, flags="l").status == 200
    assert dora.control("stop").status == 200
    maintenance.begin()
    recording_tasks.process_waiting()
    assert dora.fresh().state == Recording.State.PROCESSING
    maintenance.end()
    recording_tasks.process_waiting()
    assert dora.fresh().state == Recording.State.IN_REVIEW


def test_every_task_is_one_that_waits_for_the_end_of_maintenance() -> None:
    ours = [task for name, task in app.tasks.items() if name.startswith("apps.")]
    assert len(ours) > 15
    assert [task.name for task in ours if not isinstance(task, Patient)] == []


def test_readyz_says_so_and_goes_on_answering(client: Client, settings: object) -> None:
    assert health.states()["maintenance"] == "ok"
    settings.READ_ONLY = True  # type: ignore[attr-defined]
    assert client.get("/readyz").json()["parts"]["maintenance"].startswith("degraded: read-only")
    with pytest.raises(CommandError, match="PLACET_READ_ONLY"):
        call_command("maintenance", "off")
