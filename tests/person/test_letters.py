"""Mails that the person asks for: at most three with their page's link, word of watching, and no address kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.links.models import MagicLink
from apps.privacy.models import Letter, PersonRequest
from apps.privacy.services import deletion, letters
from apps.recordings.models import Recording, Watch
from tests.person.conftest import BY, Visitor

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ADDRESS = "dora@home.example"


@pytest.fixture
def own(path: str, dora: Visitor) -> str:
    """Her own page, of a recording that support may watch."""
    address = str(dora.answer(path, "agree")["Location"]).partition("?")[0]
    now = timezone.now()
    Recording.objects.update(state="ready", started_at=now, trusted_at=now, shared_at=now)
    return address


def ask(dora: Visitor, own: str, kind: str, address: str = ADDRESS) -> int:
    dora.client.get(f"{own}?stay=1")
    token = dora.client.cookies[settings.CSRF_COOKIE_NAME].value
    data = {"csrfmiddlewaretoken": token, "kind": kind, "address": address}
    return dora.post(f"{own}letter", data).status_code


def kept() -> bytes:
    return b"".join(bytes(letter.sealed) for letter in Letter.objects.all())


def test_her_page_comes_by_mail_and_the_address_is_erased(dora: Visitor, own: str) -> None:
    assert ask(dora, own, "page") == 303
    assert kept()
    assert ADDRESS.encode() not in kept()
    assert letters.send_due() == 1
    assert letters.send_due() == 0
    (sent,) = mail.outbox
    assert sent.to == [ADDRESS]
    assert sent.attachments[0][0].endswith(".json")
    token = re.findall(r"/a/(\S+)", sent.body)[0]
    assert consents.find(token) == Receipt.objects.get()
    assert kept() == b""


def test_a_fourth_one_is_refused(dora: Visitor, own: str) -> None:
    assert [ask(dora, own, "page") for _ in range(4)] == [303, 303, 303, 429]
    assert "Send me the link" not in dora.open(own).content.decode()


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: all@example.com", "a@b"])
def test_what_is_no_address_gets_nothing(dora: Visitor, own: str, address: str) -> None:
    assert ask(dora, own, "page", address) == 400
    assert not Letter.objects.exists()


def test_she_is_told_when_somebody_watched_once_and_when_it_is_deleted(
    dora: Visitor, own: str, link: MagicLink
) -> None:
    assert ask(dora, own, "news") == 303
    assert letters.send_due() == 0
    recording = Recording.objects.get()
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        Watch.objects.create(recording=recording, user=link.issued_by, role="agent", spans=[[12_000, 80_000]])
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=False):
        assert (letters.send_due(), letters.send_due()) == (1, 0)
    assert "has watched your recording" in mail.outbox[0].body
    assert "00:12–01:20" in dora.open(own).content.decode()
    consents.withdraw(Receipt.objects.get(), by=BY)
    deletion.delete(recording.pk)
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        assert (letters.send_due(), letters.send_due()) == (1, 0)
    assert "is deleted" in mail.outbox[1].body
    assert kept() == b""


def test_no_more_mails_erases_the_address(dora: Visitor, own: str) -> None:
    ask(dora, own, "news")
    assert dora.press(f"{own}no-news").status_code == 303
    assert not Letter.objects.exists()


def test_a_mail_server_that_never_answers_keeps_no_address_for_ever(
    dora: Visitor, own: str, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_BACKEND = "apps.nowhere"  # type: ignore[attr-defined]
    ask(dora, own, "page")
    for hours in range(1, 9):
        with time_machine.travel(timezone.now() + timedelta(hours=5 * hours), tick=False):
            letters.send_due()
    assert kept() == b""


def test_what_is_wrong_stands_on_the_ticket_and_at_the_desk(
    dora: Visitor, own: str, link: MagicLink, as_: Callable[[str], Client]
) -> None:
    dora.client.get(f"{own}?stay=1")
    token = dora.client.cookies[settings.CSRF_COOKIE_NAME].value
    for _twice in range(2):
        data = {"csrfmiddlewaretoken": token, "text": "It was my sister who paid."}
        assert dora.post(f"{own}correct", data).status_code == 303
    assert PersonRequest.objects.get().kind == "rectify"
    assert "It was my sister who paid." in as_("alice").get(f"/tickets/{link.ticket.number}/").content.decode()


def test_her_page_says_where_to_complain(dora: Visitor, own: str) -> None:
    page = dora.open(own).content.decode()
    assert "Datatilsynet" in page
    assert "privacy@shop.example" in page
