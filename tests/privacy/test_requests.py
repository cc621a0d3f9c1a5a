"""The desk: requests with the day of their answer, and what an officer does for a person across tickets."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Invalid, Refused
from apps.core.models import AuditEntry
from apps.privacy.models import PersonRequest
from apps.privacy.services import erasure, requests
from apps.recordings.models import Recording
from apps.tickets.models import Comment, Requester
from tests import factories
from tests.privacy.people import fresh, ready
from tests.signed_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora() -> Requester:
    """Three tickets, two recordings."""
    requester = factories.RequesterFactory(site=factories.shop(), email="dora@example.net", name="Dora Dahl")
    cases = [factories.TicketFactory(site=requester.site, requester=requester) for _ in range(3)]
    ready(cases[0])
    ready(cases[1])
    Comment.objects.create(ticket=cases[2], body="My card does not work")
    return requester


@pytest.fixture
def staff(dora: Requester) -> dict[str, User]:
    return factories.people(dora.site, factories.SiteFactory(slug="clinic", name="Quay Clinic"))


DUE = [
    ("access", datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 2, 28, 9, tzinfo=UTC)),
    ("erasure", datetime(2026, 12, 5, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)),
    ("objection", datetime(2026, 6, 30, tzinfo=UTC), datetime(2026, 7, 30, tzinfo=UTC)),
    ("know", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 15, tzinfo=UTC)),
    ("opt_out", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 16, tzinfo=UTC)),
]


@pytest.mark.parametrize(("kind", "received", "due"), DUE)
def test_each_kind_has_its_day(kind: str, received: datetime, due: datetime) -> None:
    assert requests.due(kind, received) == due


def test_it_is_written_down_turns_red_and_is_answered(dora: Requester, staff: dict[str, User]) -> None:
    erin = sign_in(staff["erin"])
    received = (timezone.now() - timedelta(days=27)).date().isoformat()
    given = {"site": dora.site.pk, "kind": "access", "email": "DORA@example.net", "received_at": received}
    assert erin.post("/privacy/requests/", {**given, "email": "nobody@example.net"}).status_code == 400
    assert erin.post("/privacy/requests/", given).status_code == 302
    row = PersonRequest.objects.get()
    assert row.requester == dora
    assert b"due-soon" in erin.get("/privacy/requests/").content
    PersonRequest.objects.update(due_at=timezone.now() - timedelta(days=1))
    assert b' overdue"' in erin.get("/privacy/requests/").content
    assert erin.post(f"/privacy/requests/{row.pk}/answer/", {"refused": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answered_at is not None) == ("done", True)
    assert b' overdue"' not in erin.get("/privacy/requests/").content
    names = AuditEntry.objects.filter(name__startswith="request.").values_list("name", flat=True)
    assert sorted(names) == ["request.answered", "request.received"]


@pytest.mark.parametrize("name", ["alice", "bob", "frank", "grace"])
def test_the_desk_is_the_privacy_officers(name: str, dora: Requester, staff: dict[str, User]) -> None:
    assert sign_in(staff[name]).get("/privacy/requests/").status_code == 403
    with pytest.raises(Refused):
        requests.receive(
            dora.site, dora, kind="access", received_at=timezone.now(), by=Actor.staff(staff[name], door="page")
        )


@pytest.mark.parametrize(("kind", "days"), [("other", 0), ("access", 1)])
def test_what_makes_no_sense_is_refused(kind: str, days: int, dora: Requester, staff: dict[str, User]) -> None:
    at = timezone.now() + timedelta(days=days)
    with pytest.raises(Invalid):
        requests.receive(dora.site, dora, kind=kind, received_at=at, by=Actor.staff(staff["erin"], door="page"))


def received(dora: Requester, staff: dict[str, User], kind: str = "erasure") -> PersonRequest:
    return requests.receive(
        dora.site, dora, kind=kind, received_at=timezone.now(), by=Actor.staff(staff["erin"], door="page")
    )


def test_everything_on_a_person_across_tickets_and_nothing_of_others(dora: Requester, staff: dict[str, User]) -> None:
    factories.TicketFactory(site=dora.site, subject="Zebra crossing")
    row = received(dora, staff, "access")
    erin = sign_in(staff["erin"])
    page = erin.get(f"/privacy/requests/{row.pk}/").content.decode()
    assert page.count("/copy/") == 2
    answer = erin.get(f"/privacy/requests/{row.pk}/everything.json")
    found = json.loads(answer.content)
    assert len(found["tickets"]) == 3
    assert found["comments"][0]["body"] == "My card does not work"
    assert "Zebra" not in answer.content.decode()


def test_erasing_from_the_desk_shows_first_and_is_refused_when_it_has_changed(
    dora: Requester, staff: dict[str, User]
) -> None:
    row = received(dora, staff)
    erin, path = sign_in(staff["erin"]), f"/privacy/requests/{row.pk}/"
    stamp = erasure.preview([dora]).stamp
    assert stamp in erin.get(path).content.decode()
    recording = Recording.objects.filter(ticket__requester=dora)[0]
    Comment.objects.create(ticket=recording.ticket, body="one more")
    erin.post(f"{path}erase/", {"stamp": stamp})
    assert fresh(recording).state == "ready"
    erin.post(f"{path}erase/", {"stamp": erasure.preview([dora]).stamp})
    assert fresh(recording).state == "deleting"
    erasure.finish_waiting()
    row.refresh_from_db()
    assert (row.requester, row.state) == (None, "done")  # the request stays, and names nobody
    assert erin.get(path).status_code == 200
    assert "Dora" not in erin.get("/privacy/requests/").content.decode()
