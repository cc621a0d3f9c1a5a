from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.accounts import services as accounts
from apps.accounts import tasks
from apps.accounts.models import Invitation, User
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible, Unknown
from apps.sites.models import InvitedRole, Membership, Site
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
BY = Actor.system("test")
GIVEN = {"name": "Henry Vale", "password": "long enough for us"}


def address_in_the_mail() -> str:
    return re.search(r"https?://[^/]+(/invitation/\S+)", mail.outbox[-1].body)[1]


def test_an_invited_person_becomes_a_member_with_the_promised_role(as_: As, shop: Site, staff: dict) -> None:
    as_("frank").post("/sites/shop/members/", {"email": "Henry@Example.com", "role": "supervisor"})
    assert tasks.deliver_invitations() == 1
    assert mail.outbox[0].to == ["henry@example.com"]
    path = address_in_the_mail()
    client = Client()
    for _ in range(2):  # looking spends nothing: mail scanners open links too
        assert client.get(path).status_code == 200
    assert client.post(path, GIVEN)["Location"] == "/accounts/login/"
    henry = User.objects.get(email="henry@example.com")
    assert Membership.objects.get(user=henry).role == "supervisor"
    client.post("/accounts/login/", {"login": "henry@example.com", "password": GIVEN["password"]})
    assert client.get("/").status_code == 200


def test_an_invitation_is_accepted_once(as_: As, staff: dict) -> None:
    invitation = accounts.invite("henry@example.com", by=BY)
    tasks.deliver_invitations()
    path = address_in_the_mail()
    Client().post(path, GIVEN)
    assert Client().get(path).status_code == 410
    assert Client().post(path, {**GIVEN, "name": "Eve"}).status_code == 410
    with pytest.raises(accounts.InvitationOver):
        accounts.accept(invitation, by=BY, **GIVEN)
    assert User.objects.get(email="henry@example.com").name == "Henry Vale"


@pytest.mark.parametrize("end", ["withdrawn", "renewed", "expired"])
def test_an_invitation_that_ended_opens_nothing(end: str) -> None:
    invitation = accounts.invite("henry@example.com", by=BY)
    path = accounts.invitation_url(invitation).split("/", 3)[3]
    if end == "withdrawn":
        accounts.withdraw_invitation(invitation, by=BY)
    elif end == "renewed":
        accounts.invite_again(invitation, by=BY)
    else:
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(f"/{path}").status_code == 410
    assert Client().post(f"/{path}", GIVEN).status_code == 410
    assert not User.objects.filter(email="henry@example.com").exists()


@pytest.mark.parametrize("token", ["x", "a.b.c", "…", "%00"])
def test_what_is_no_token_of_ours_finds_nothing(token: str) -> None:
    with pytest.raises(Unknown):
        accounts.find_invitation(token)
    assert Client().get(f"/invitation/{token}/").status_code == 404


@pytest.mark.parametrize("password", ["short", "password12", "henry@example.com"])
def test_a_weak_password_is_refused_and_nothing_is_spent(password: str) -> None:
    invitation = accounts.invite("henry@example.com", by=BY)
    with pytest.raises(Invalid):
        accounts.accept(invitation, name="Henry Vale", password=password, by=BY)
    invitation.refresh_from_db()
    assert invitation.is_open()


def test_asking_twice_promises_once_and_mails_once(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    for _ in range(2):
        client.post("/sites/shop/members/", {"email": "henry@example.com", "role": "agent"})
    tasks.deliver_invitations()
    tasks.deliver_invitations()
    assert InvitedRole.objects.count() == 1
    assert len(mail.outbox) == 1


def test_who_has_an_account_is_added_without_a_mail(as_: As, shop: Site, staff: dict) -> None:
    as_("frank").post("/sites/shop/members/", {"email": "charlie@example.com", "role": "agent"})
    assert Membership.objects.filter(site=shop, user=staff["charlie"]).exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("name", ["alice", "bob", "erin"])
def test_only_an_admin_of_the_site_adds_people(as_: As, shop: Site, name: str) -> None:
    answer = as_(name).post("/sites/shop/members/", {"email": "henry@example.com", "role": "admin"})
    assert answer.status_code == 403
    assert not Invitation.objects.exists()
    assert not InvitedRole.objects.exists()


@pytest.mark.parametrize("email", ["henry@example.com\nBcc: eve@example.com", "henry@example.com\r\nX: y", "none"])
def test_no_header_comes_in_by_an_address(email: str) -> None:
    with pytest.raises(Invalid):
        accounts.invite(email, by=BY)


def test_who_has_an_account_is_not_invited(staff: dict) -> None:
    with pytest.raises(NotPossible):
        accounts.invite("ALICE@example.com", by=BY)


def test_withdrawing_takes_the_promise_and_the_invitation(as_: As, shop: Site, staff: dict) -> None:
    client = as_("frank")
    client.post("/sites/shop/members/", {"email": "henry@example.com", "role": "agent"})
    promise = InvitedRole.objects.get()
    client.post(f"/sites/shop/invitations/{promise.pk}/withdraw/")
    assert not InvitedRole.objects.exists()
    assert Invitation.objects.get().withdrawn_at


def test_a_mail_server_that_fails_costs_a_try_and_not_the_invitation(monkeypatch: pytest.MonkeyPatch) -> None:
    invitation = accounts.invite("henry@example.com", by=BY)

    def fail(row: Invitation) -> None:
        raise OSError("no route")

    monkeypatch.setattr(tasks, "_send", fail)
    assert tasks.deliver_invitations() == 0
    invitation.refresh_from_db()
    assert invitation.sent_at is None
    assert invitation.next_try_at > timezone.now()
    monkeypatch.undo()
    Invitation.objects.update(next_try_at=timezone.now())
    assert tasks.deliver_invitations() == 1


def test_the_password_of_the_tests_signs_in(staff: dict) -> None:
    answer = Client().post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    assert answer["Location"] == "/"
