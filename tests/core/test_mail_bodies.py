"""What people are mailed: the same words as text and as HTML, in their language, with nothing that tells on them."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone

from apps.core.actors import Actor
from apps.links import services as links
from apps.links import tasks as link_tasks
from apps.privacy.services import letters
from apps.recordings.models import Recording, Watch
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets import tasks as ticket_tasks
from tests.factories import TicketFactory, consent, shop

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
EVIL = '<img src=x onerror="alert(1)"><a href="https://evil.example">Pay</a>'


def _ticket(language: str) -> object:
    return TicketFactory(site=shop(), requester__email="dora@example.com", requester__language=language)


def the_link(language: str) -> None:
    link = links.issue(_ticket(language), language=language, by=BY)
    sites.word_notice(link.site, language=language, key="mail", text=f"{{name}} {EVIL}", by=BY)
    Site.objects.update(name=EVIL[:40], support_contact=EVIL)
    links.send(link, by=BY)
    link_tasks.deliver_waiting()


def an_answer(language: str) -> None:
    tickets.answer(_ticket(language), body=f"Please try again.\n\n{EVIL}", by=BY)
    Site.objects.update(name=EVIL[:40])
    ticket_tasks.deliver_waiting()


def _letter(kind: str, language: str) -> None:
    receipt = consent().receipt
    type(receipt.notice).objects.update(language=language)
    Site.objects.update(name=EVIL[:40])
    letters.order(receipt, "dora@example.com", kind=kind, by=BY)


def the_page(language: str) -> None:
    _letter("page", language)
    letters.send_due()


def news(language: str) -> None:
    _letter("news", language)
    Watch.objects.create(recording=Recording.objects.get(), role="agent", started_at=timezone.now())
    letters.send_due()


def the_last_news(language: str) -> None:
    _letter("news", language)
    Recording.objects.update(deleted_at=timezone.now())
    letters.send_due()


MAILS: list[Callable[[str], None]] = [the_link, an_answer, the_page, news, the_last_news]


def _sent() -> EmailMessage:
    (one,) = mail.outbox
    message = email.message_from_bytes(one.message().as_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _both(message: EmailMessage) -> tuple[str, str]:
    plain, drawn = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert drawn is not None
    return plain.get_content(), drawn.get_content()


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s<>]+", text)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("send", MAILS, ids=lambda one: one.__name__)
def test_each_is_text_and_the_same_words_as_html(send: Callable[[str], None]) -> None:
    send("de")
    plain, drawn = _both(_sent())
    said = BeautifulSoup(drawn, "html.parser").get_text(" ")
    assert [word for word in _words(plain) if word not in _words(said)] == []
    assert '<html lang="de" dir="ltr">' in drawn


@pytest.mark.parametrize("send", MAILS, ids=lambda one: one.__name__)
def test_nothing_in_it_is_fetched_run_or_somebody_elses(send: Callable[[str], None]) -> None:
    """What agents and sites have written is words, whatever they wrote; no picture counts who opened the mail."""
    send("ar")
    _plain, drawn = _both(_sent())
    tags = Tags()
    tags.feed(drawn)
    assert {tag for tag, _attributes in tags.found} <= {"html", "head", "meta", "body", "div", "p", "br", "a"}
    assert {name for _tag, each in tags.found for name in each} <= {
        "lang",
        "dir",
        "charset",
        "name",
        "content",
        "style",
        "href",
    }
    assert all(str(each["href"]).startswith("http://localhost:") for _tag, each in tags.found if "href" in each)
    assert not re.search(r"url\(|@import|<style|[?&]utm_", drawn)
    assert '<html lang="ar" dir="rtl">' in drawn


def test_it_has_the_sites_colour() -> None:
    sites.brand(shop(), accent="#0b5cad", accent_dark="", by=BY)
    tickets.answer(TicketFactory(site=Site.objects.get(), requester__email="dora@example.com"), body="Hello", by=BY)
    ticket_tasks.deliver_waiting()
    assert "border-bottom:4px solid #0b5cad" in _both(_sent())[1]
