"""Wrong passwords that shut out nobody else, sessions that end, and what the logs never hold."""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts import guessing
from apps.accounts.models import User
from apps.core import middleware, signing
from apps.core.actors import Actor
from apps.core.logs import Json, Plain, WithoutTokens
from apps.links import services as links
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "a quiet lighthouse"


@pytest.fixture(autouse=True)
def _nobody_counted() -> None:
    cache.clear()


@pytest.fixture
def alice(staff: dict[str, User]) -> User:
    user = staff["alice"]
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, *, address: str = "203.0.113.9") -> bool:
    form = {"login": "alice@example.com", "password": password}
    return client.post("/accounts/login/", form, REMOTE_ADDR=address).status_code == 302


def strangers_guess(times: int) -> None:
    for number in range(times):
        assert not sign_in(Client(), f"wrong {number}", address=f"198.51.100.{number}")


def test_strangers_use_up_their_tries_and_alice_still_signs_in_from_her_browser(alice: User) -> None:
    desk = Client()
    assert sign_in(desk)
    desk.post("/accounts/logout/")
    strangers_guess(guessing.STRANGERS_AN_HOUR)
    assert not sign_in(Client(), address="198.51.100.250")  # even the right one, from a browser nobody knows
    assert sign_in(desk)


def test_a_known_browser_has_an_end_of_tries_too(alice: User) -> None:
    desk = Client()
    assert sign_in(desk)
    desk.post("/accounts/logout/")
    for number in range(guessing.KNOWN_IN_5_MINUTES):
        assert not sign_in(desk, "wrong", address=f"198.51.100.{number}")
    assert not sign_in(desk, address="198.51.100.200")


def test_a_browser_known_for_another_account_is_a_stranger(alice: User, staff: dict[str, User]) -> None:
    desk = Client()
    assert sign_in(desk)
    User.objects.filter(pk=alice.pk).update(email="alice.now@example.com")
    request = type("Request", (), {"COOKIES": {name: each.value for name, each in desk.cookies.items()}})()
    assert guessing.is_known(request, "alice.now@example.com")
    assert not guessing.is_known(request, staff["bob"].email)


def test_one_address_has_an_end_of_tries_whatever_accounts_it_tries(alice: User) -> None:
    for number in range(20):
        form = {"login": f"nobody{number}@example.com", "password": "wrong"}
        Client().post("/accounts/login/", form, REMOTE_ADDR="198.51.100.7")
    assert not sign_in(Client(), address="198.51.100.7")
    assert sign_in(Client(), address="198.51.100.8")


@pytest.mark.parametrize(
    ("later", "is_in"),
    [
        ([timedelta(minutes=119)], True),
        ([timedelta(minutes=121)], False),
        ([timedelta(minutes=100)] * 7, True),
        ([timedelta(minutes=100)] * 8, False),  # 13 hours
    ],
)
def test_a_session_ends_without_a_request_for_long_and_after_its_day(alice: User, later: list, is_in: bool) -> None:
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert sign_in(client)
        assert client.get("/tickets/new/").status_code == 200
        for step in later:
            clock.shift(step)
            status = client.get("/tickets/new/").status_code
        assert (status == 200) == is_in


@pytest.mark.parametrize("formatter", [logging.Formatter("%(message)s"), Plain("%(message)s"), Json()])
def test_no_password_token_or_link_is_ever_logged(alice: User, formatter: logging.Formatter) -> None:
    """Planted where they come from, looked for in all that the root logger would write, at its most talkative."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutTokens())
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        link = links.issue(factories.TicketFactory(), by=Actor.system("command:create_link"))
        address = links.url(link)
        planted = [PASSWORD, "hunter2-planted-wrong", "plc_planted_bearer", address.rsplit("/", 1)[-1]]
        assert sign_in(Client())
        sign_in(Client(), planted[1])
        Client().get(address)
        Client().get(address + "x")
        Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {planted[2]}"})
        Client().post("/accounts/password/reset/", {"email": "alice@example.com"})
        Client().get("/metrics", headers={"Authorization": f"Bearer {planted[2]}"})
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    written = stream.getvalue()
    assert written
    for secret in [*planted, settings.SECRET_KEY, *settings.VAULT_KEYS]:
        assert secret not in written


@pytest.mark.parametrize("formatter", [Plain("%(message)s"), Json()])
def test_a_traceback_tells_no_token(formatter: logging.Formatter) -> None:
    token = signing.dumps("invitation", 7)
    try:
        int(f"{token} of http://localhost/l/secret-link")
    except ValueError:
        record = logging.LogRecord("placet", logging.ERROR, __file__, 1, "failed: %s", (token,), sys.exc_info())
    written = formatter.format(record)
    assert "'[token] of http://localhost/l/[token]'" in written
    assert token not in written


def test_a_line_of_json_says_when_who_and_in_which_request() -> None:
    record = logging.LogRecord("placet", logging.WARNING, __file__, 1, "two\nlines of %s", ("text",), None)
    mark = middleware.request_id.set("0123456789abcdef")
    try:
        line = Json().format(record)
    finally:
        middleware.request_id.reset(mark)
    assert "\n" not in line
    said = json.loads(line)
    assert said.pop("at").endswith("+00:00")
    assert said == {
        "level": "WARNING", "logger": "placet", "message": "two\nlines of text", "request": "0123456789abcdef",
    }  # fmt: skip
