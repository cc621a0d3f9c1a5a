"""Role × object × endpoint: what each of the staff is answered, on the desk and at the recording. 404 outside one's sites."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.privacy.models import Export, Hold, PersonRequest
from apps.recordings.models import Recording
from tests import factories, signed_in
from tests.privacy.people import ready

pytestmark = pytest.mark.django_db
ROLES = ["alice", "bob", "erin", "frank", "grace", "charlie"]
# GET, or POST where the address begins with "!": the answers to agent, supervisor, privacy officer, admin of the site,
# operator, and the agent of another site. Who may not is told so (403) where they belong to the site, and 404 elsewhere.
MATRIX = {
    "/recordings/{recording}/": (200, 200, 403, 403, 404, 404),
    "!/recordings/{recording}/watch": (200, 200, 403, 403, 404, 404),
    "/recordings/{recording}/delete/": (403, 200, 200, 403, 404, 404),
    "/recordings/{recording}/hold/": (403, 403, 200, 403, 404, 404),
    "!/recordings/{recording}/copy/": (403, 403, 302, 403, 404, 404),
    "/recordings/{recording}/evidence.zip": (403, 403, 200, 403, 404, 404),
    "/privacy/exports/{export}.zip": (403, 403, 410, 403, 404, 404),
    "!/privacy/holds/{hold}/confirm/": (403, 302, 302, 302, 404, 404),
    "!/privacy/holds/{hold}/end/": (403, 403, 302, 403, 404, 404),
    "/privacy/requests/": (403, 403, 200, 403, 403, 403),
    "/privacy/requests/{request}/": (403, 403, 200, 403, 404, 404),
    "/privacy/requests/{request}/everything.json": (403, 403, 200, 403, 404, 404),
    "!/privacy/requests/{request}/answer/": (403, 403, 302, 403, 404, 404),
    "/privacy/audit/": (403, 200, 200, 200, 403, 403),
    "!/privacy/audit/checkpoint/": (403, 200, 200, 200, 403, 403),
    "/privacy/papers/shop/records": (403, 200, 200, 200, 404, 404),
    "/privacy/papers/shop/breach/": (403, 200, 200, 200, 404, 404),
    "/sites/shop/policy/": (403, 403, 403, 200, 404, 404),
}
CASES = [(path, role, answer) for path, answers in MATRIX.items() for role, answer in zip(ROLES, answers, strict=True)]


@pytest.fixture
def recording() -> Recording:
    return ready(factories.TicketFactory(site=factories.shop()))


@pytest.fixture
def of(recording: Recording) -> dict[str, object]:
    now, ticket = timezone.now(), recording.ticket
    assert ticket is not None
    hold = Hold.objects.create(recording=recording, reason="claim", ends_at=now + timedelta(days=9))
    export = Export.objects.create(recording=recording, requested_by="rcp_x", state="expired")
    asked = PersonRequest.objects.create(
        site=recording.site, requester=ticket.requester, kind="access", received_at=now, due_at=now
    )
    return {"recording": recording.pk, "hold": hold.pk, "export": export.pk, "request": asked.pk}


@pytest.fixture
def staff(recording: Recording) -> dict[str, User]:
    return factories.people(recording.site, factories.SiteFactory(slug="clinic", name="Quay Clinic"))


@pytest.mark.parametrize(("path", "role", "answer"), CASES)
def test_each_role_gets_its_answer(
    path: str, role: str, answer: int, of: dict[str, object], staff: dict[str, User]
) -> None:
    client = signed_in.sign_in(staff[role])
    address = path.lstrip("!").format(**of)
    if path.startswith("!"):
        body = {"data": b"{}", "content_type": "application/json"} if path.endswith("watch") else {}
        given = client.post(address, **body).status_code
    else:
        given = client.get(address).status_code
    assert given == answer


@pytest.mark.parametrize("path", MATRIX)
def test_without_a_session_nobody_gets_anything(path: str, of: dict[str, object]) -> None:
    address = path.lstrip("!").format(**of)
    answer = Client().post(address) if path.startswith("!") else Client().get(address)
    assert answer.status_code in {302, 403}
    assert answer.status_code == 403 or answer["Location"].startswith("/accounts/login/")
