"""What does lasting harm or carries people's data away asks for the password again, and goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.privacy.models import Export, Hold, PersonRequest
from apps.recordings.models import Recording
from apps.sites.models import Site
from tests import factories
from tests.console.conftest import *  # noqa: F403  the people and the site
from tests.factories import PASSWORD
from tests.privacy.people import ready
from tests.trail import written

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def recording(shop: Site, staff: dict[str, User]) -> Recording:
    return ready(factories.TicketFactory(site=shop, assignee=staff["alice"]))


def stale(user: User) -> Client:
    """Signed in this morning."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def of(recording: Recording, staff: dict[str, User]) -> dict[str, object]:
    ends = timezone.now() + timedelta(days=9)
    hold = Hold.objects.create(recording=recording, reason="x", ends_at=ends, set_by=staff["erin"])
    asked = PersonRequest.objects.create(
        site=recording.site, requester=recording.ticket.requester, kind="access", received_at=ends, due_at=ends
    )
    export = Export.objects.create(recording=recording, requested_by="rcp_x", state="ready")
    policy = recording.site.policy
    return {"rec": recording.pk, "hold": hold.pk, "asked": asked.pk, "export": export.pk, "policy": policy.pk}


PRESSES = [
    ("erin", "/recordings/{rec}/hold/", {"ground": "claims", "reason": "x", "ends_at": "2999-01-01"}),
    ("bob", "/privacy/holds/{hold}/confirm/", {}),
    ("erin", "/privacy/holds/{hold}/end/", {}),
    ("erin", "/recordings/{rec}/copy/", {}),
    ("erin", "/recordings/{rec}/delete/", {}),
    ("erin", "/privacy/requests/{asked}/erase/", {}),
    ("alice", "/recordings/{rec}/exports/text", {"reason": "x"}),
    ("frank", "/admin/sites/policy/{policy}/change/", {}),
    ("erin", "/admin/recordings/recording/", {"action": "erase", "_selected_action": "{rec}", "sure": "1"}),
]
FILES = [
    ("erin", "/privacy/exports/{export}.zip"),
    ("erin", "/privacy/requests/{asked}/everything.json"),
    ("erin", "/privacy/audit/?as=csv"),
    ("erin", "/privacy/papers/shop/breach/"),
    ("erin", "/recordings/{rec}/evidence.zip"),
]


@pytest.mark.parametrize(("who", "path", "body"), PRESSES)
def test_a_press_is_held_back_until_the_password_is_typed_again(
    who: str, path: str, body: dict[str, str], of: dict[str, object], staff: dict[str, User]
) -> None:
    client = stale(staff[who])
    before = written()
    answer = client.post(path.format(**of), {name: value.format(**of) for name, value in body.items()})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert written() == before


@pytest.mark.parametrize(("who", "path"), FILES)
def test_a_file_is_held_back_until_the_password_is_typed_again(
    who: str, path: str, of: dict[str, object], staff: dict[str, User]
) -> None:
    client = stale(staff[who])
    before = written()
    answer = client.get(path.format(**of))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert written() == before


@pytest.mark.parametrize("what", ["policy", "masking"])
def test_a_change_of_policy_is_held_back(what: str, shop: Site, staff: dict[str, User]) -> None:
    client = stale(staff["frank"])
    form = client.get(f"/sites/shop/{what}/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    given = {name: "\n".join(value) if isinstance(value, list) else value for name, value in values.items()}
    given = {name: value for name, value in given.items() if value not in {None, False}} | {"reason": "x"}
    given |= {"max_minutes": 9} if what == "policy" else {"mask_selectors": ".who"}
    answer = client.post(f"/sites/shop/{what}/", given)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert shop.policies.count() == 1


def test_what_was_posted_goes_on_once_the_password_is_typed(recording: Recording, staff: dict[str, User]) -> None:
    path, client = f"/recordings/{recording.pk}/delete/", stale(staff["erin"])
    asked = client.post(path)
    page = client.get(asked["Location"])
    assert "Please show that it is you" in page.text
    assert client.post("/accounts/reauthenticate/", {"password": "wrong", "next": path}).status_code == 200
    recording.refresh_from_db()
    assert recording.state == "ready"
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": path})["Location"] == "/recordings/"
    recording.refresh_from_db()
    assert recording.state == "deleting"


def test_it_is_asked_again_after_five_minutes(shop: Site, as_: As, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_("erin")
    assert client.get("/privacy/audit/?as=csv").status_code == 200
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    assert client.get("/privacy/audit/?as=csv").status_code == 302


def test_who_may_not_is_told_so_and_not_asked(of: dict[str, object], staff: dict[str, User]) -> None:
    assert stale(staff["alice"]).post("/privacy/holds/{hold}/end/".format(**of)).status_code == 403
    assert stale(staff["charlie"]).post("/recordings/{rec}/delete/".format(**of)).status_code == 404


def test_a_script_is_told_in_words(recording: Recording, staff: dict[str, User]) -> None:
    path = f"/recordings/{recording.pk}/exports/text"
    answer = stale(staff["alice"]).post(path, {"reason": "x"}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (401, "sign_in_again")


def test_the_admin_shows_what_goes_before_it_goes(recording: Recording, as_: As) -> None:
    client, data = as_("erin"), {"action": "erase", "_selected_action": [recording.pk]}
    page = client.post("/admin/recordings/recording/", data)
    assert recording.pk in page.text
    recording.refresh_from_db()
    assert recording.state == "ready"
    client.post("/admin/recordings/recording/", {**data, "sure": "1"})
    recording.refresh_from_db()
    assert recording.state == "deleting"


def test_the_admin_says_what_a_lower_policy_deletes(recording: Recording, as_: As) -> None:
    from apps.tickets import services as tickets

    assert recording.ticket is not None
    tickets.resolve(recording.ticket, by=Actor.system("command:test"))
    site = recording.site
    path, client = f"/admin/sites/policy/{quote(site.policy.pk)}/change/", as_("frank")
    form = client.get(path).context["adminform"].form
    given = {name: form[name].value() for name in form.fields}
    given = {name: "\n".join(value) if isinstance(value, list) else value for name, value in given.items()}
    given = {name: value for name, value in given.items() if value not in {None, False}}
    given |= {"retention_days": 5, "reason": "shorter"}
    page = client.post(path, given)
    assert "0 recordings go tonight, and 1 sooner than planned" in page.text
    assert site.policy.retention_days == 30
    assert client.post(path, {**given, "confirmed": "on"}).status_code == 302
    assert site.policy.retention_days == 5
