from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from apps.accounts import guessing
from apps.accounts import services as accounts
from apps.accounts.models import ApiToken
from apps.accounts.services import tokens
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible
from apps.core.models import AuditEntry
from apps.sites.models import Membership
from apps.tickets.models import Ticket
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
BY = Actor.system("test")


def test_taking_somebody_out_ends_what_they_could_open(as_: As, ticket: Ticket, staff: dict) -> None:
    alice, client = staff["alice"], as_("alice")
    Ticket.objects.update(assignee=alice)
    _row, token = tokens.issue(alice, name="sync", scope="read", days=5, by=BY)
    assert client.get("/").status_code == 200
    accounts.deactivate(alice, by=BY)
    assert client.get("/")["Location"].startswith("/accounts/login/")
    assert Client().get("/api/v1/tickets/", headers={"authorization": f"Bearer {token}"}).status_code == 401
    assert not Membership.objects.filter(user=alice).exists()
    ticket.refresh_from_db()
    assert ticket.assignee is None
    Client().post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    assert client.get("/").status_code == 302


def test_no_old_session_comes_back_with_the_account(as_: As, staff: dict) -> None:
    client = as_("alice")
    accounts.deactivate(staff["alice"], by=BY)
    accounts.reactivate(staff["alice"], by=BY)
    assert client.get("/").status_code == 302


def test_taking_out_twice_changes_and_records_nothing_more(staff: dict) -> None:
    accounts.deactivate(staff["alice"], by=BY)
    accounts.deactivate(staff["alice"], by=BY)
    assert AuditEntry.objects.filter(name="user.deactivated").count() == 1


def test_nobody_takes_themselves_out(staff: dict) -> None:
    with pytest.raises(NotPossible):
        accounts.deactivate(staff["grace"], by=Actor.staff(staff["grace"], door="admin"))


def test_a_token_is_shown_once_and_kept_as_a_digest(as_: As, staff: dict) -> None:
    client = as_("alice")
    data = {"name": "sync", "scope": "write", "site": "shop", "days": "30"}
    page = client.post("/account/", data).text
    row = ApiToken.objects.get()
    assert row.prefix in page
    assert "plc_" in page
    assert row.digest not in page
    assert f'value="{row.prefix}' not in client.get("/account/").text
    client.post(f"/account/tokens/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at


def test_nobody_makes_a_token_for_a_site_that_is_not_theirs(as_: As, other: object, staff: dict) -> None:
    data = {"name": "sync", "scope": "write", "site": "clinic", "days": "30"}
    assert as_("alice").post("/account/", data).status_code == 400
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("days", [0, 367])
def test_a_token_does_not_live_for_ever(staff: dict, days: int) -> None:
    with pytest.raises(Invalid):
        tokens.issue(staff["alice"], name="x", scope="read", days=days, by=BY)


def test_nobody_revokes_anothers_token(as_: As, staff: dict) -> None:
    row, _token = tokens.issue(staff["alice"], name="x", scope="read", days=5, by=BY)
    assert as_("bob").post(f"/account/tokens/{row.pk}/revoke/").status_code == 404


def test_sign_up_is_closed() -> None:
    page = Client().get("/accounts/signup/")
    assert "by invitation" in page.text
    Client().post("/accounts/signup/", {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD})
    from apps.accounts.models import User

    assert not User.objects.filter(email="eve@example.com").exists()


def test_sign_in_and_reset_do_not_tell_who_has_an_account(staff: dict) -> None:
    def answers(email: str) -> tuple[str, str, str]:
        client = Client()
        wrong = client.post("/accounts/login/", {"login": email, "password": "wrong wrong wrong"}).text
        reset = client.post("/accounts/password/reset/", {"email": email})
        import re

        clean = re.sub(r'value="[^"]*"', "", wrong)
        return clean, str(reset.status_code), reset["Location"]

    assert answers("alice@example.com") == answers("nobody@example.com")


def test_a_password_is_reset_by_mail(staff: dict) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": "alice@example.com"})
    import re

    path = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)[1]
    answer = client.get(path, follow=True)
    form = answer.redirect_chain[-1][0]
    client.post(form, {"password1": "another long one", "password2": "another long one"})
    client.post("/accounts/login/", {"login": "alice@example.com", "password": "another long one"})
    assert client.get("/").status_code == 200


def test_guessing_is_slowed_down(staff: dict) -> None:
    client = Client()
    for _ in range(guessing.STRANGERS_AN_HOUR + 1):
        page = client.post("/accounts/login/", {"login": "alice@example.com", "password": "wrong wrong wrong"})
    assert "Too many" in page.text
    right = client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    assert right.status_code == 200
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/"])
def test_the_pages_around_signing_in_are_there(path: str, staff: dict) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    page = client.get(path, follow=True)
    assert page.status_code == 200
    assert "console.css" in page.text
    assert " style=" not in page.text
