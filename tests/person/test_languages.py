"""The person's pages in their language: who chooses it, how it is kept, and that the choice needs no script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites import services as sites
from apps.tickets.models import Ticket

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
BY = Actor.system("test")


@pytest.fixture(autouse=True)
def _some_languages(settings: Any) -> None:
    """These tests are of the choice; whether the words are there is `manage.py catalogues --check`'s to say."""
    settings.LANGUAGES = [
        ("en", "English"),
        ("de", "German"),
        ("ar", "Arabic"),
        ("nb", "Norwegian"),
        ("zh-hans", "Chinese"),
    ]


def _path(link: MagicLink) -> str:
    return links.url(link).removeprefix(django_settings.BASE_URL)


def _read(link: MagicLink, query: str = "", accept: str = "") -> Any:
    return Client().get(f"{_path(link)}{query}", headers={"accept-language": accept} if accept else {})


def _agree(client: Client, link: MagicLink, query: str = "", **more: Any) -> Any:
    address = f"{_path(link)}{query}"
    nonce = re.search(r'name="nonce" value="([^"]+)"', client.get(address, **more).content.decode())
    assert nonce is not None
    headers = {"origin": django_settings.BASE_URL, **more.get("headers", {})}
    return client.post(address, {"nonce": nonce[1], "answer": "agree"}, headers=headers)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("de-AT,en;q=0.5", "de"),
        ("xx,ar;q=0.8,en;q=0.1", "ar"),
        ("no", "nb"),
        ("zh-TW", "zh-hans"),
        ("fi", "en"),
    ],
)
def test_the_browser_says_which_language_the_page_speaks(link: MagicLink, accept: str, language: str) -> None:
    answer = _read(link, accept=accept)
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.content.decode()
    assert answer["Content-Language"] == language
    assert "Accept-Language" in answer["Vary"]


def test_the_language_of_the_link_goes_before_the_browser_and_the_switch_before_both(ticket: Ticket) -> None:
    link = links.issue(ticket, language="de", by=BY)
    assert _read(link, accept="ar")["Content-Language"] == "de"
    switched = _read(link, "?lang=ar", accept="nb")
    assert switched["Content-Language"] == "ar"
    assert switched.cookies == {}
    assert _read(link, "?lang=klingon", accept="nb")["Content-Language"] == "de"


def test_a_link_takes_the_language_of_the_requester_then_of_the_site(ticket: Ticket) -> None:
    assert links.issue(ticket, by=BY).language == ""
    sites.change(ticket.site, language="nb", by=BY)
    ticket.refresh_from_db()
    assert links.issue(ticket, by=BY).language == "nb"
    ticket.requester.language = "de-CH"
    ticket.requester.save()
    assert links.issue(ticket, by=BY).language == "de"
    assert links.issue(ticket, language="ar", by=BY).language == "ar"
    with pytest.raises(Invalid):
        links.issue(ticket, language="klingon", by=BY)
    with pytest.raises(Invalid):
        sites.change(ticket.site, language="klingon", by=BY)


def test_the_switch_is_links_to_the_same_page(link: MagicLink) -> None:
    page = _read(link, "?asked=1", accept="de").content.decode()
    assert re.findall(r'<a href="([^"]+)"[^>]* lang="ar"', page) == ["?asked=1&amp;lang=ar"]
    assert 'lang="de" hreflang' not in page


def test_the_choice_holds_on_the_pages_that_follow(link: MagicLink) -> None:
    client = Client()
    page = client.get(f"{_path(link)}?lang=de").content.decode()
    nonce = re.search(r'name="nonce" value="([^"]+)"', page)
    assert nonce is not None
    headers = {"origin": django_settings.BASE_URL}
    declined = client.post(f"{_path(link)}?lang=de", {"nonce": nonce[1], "answer": "decline"}, headers=headers)
    assert declined["Location"].endswith("?lang=de")
    assert client.cookies == {}


def test_the_receipt_keeps_the_language_and_their_pages_go_on_in_it(link: MagicLink) -> None:
    client = Client()
    onward = _agree(client, link, "?lang=de")["Location"]
    receipt = Receipt.objects.get()
    assert receipt.notice.language == receipt.document["notice"]["language"] == "de"
    assert client.get(onward)["Content-Language"] == "de"
    # Another language on their own page is remembered from there; what was agreed to stays as it was said.
    own = f"/me/{receipt.pk}/"
    assert client.get(f"{own}?lang=ar")["Content-Language"] == "ar"
    assert client.get(own)["Content-Language"] == "ar"
    said = client.get(f"{own}notice").content.decode()
    assert '<html lang="ar" dir="rtl">' in said
    assert '<div lang="de" dir="ltr">' in said


def test_a_notice_reads_the_same_again_byte_for_byte_and_counts_its_versions_by_language(ticket: Ticket) -> None:
    link, now = links.issue(ticket, by=BY), timezone.now()
    shown = {code: consents.render(link, code, at=now) for code in ("en", "de", "ar")}
    assert [one.version for one in shown.values()] == [1, 1, 1]
    assert len({one.sha256 for one in shown.values()}) == len(shown)
    for code, one in shown.items():
        with translation.override("nb"):
            assert consents.render(link, code, at=now).text == one.text
    consents.give(link, language="de", live=False, by=BY)
    other = links.issue(ticket, by=BY)
    sites.change(ticket.site, hosting_place="Iceland", by=BY)
    other.refresh_from_db()
    assert consents.render(MagicLink.objects.get(pk=other.pk), "de").version == 2
    assert consents.render(MagicLink.objects.get(pk=other.pk), "ar").version == 1


def test_the_mail_speaks_the_language_of_the_link(ticket: Ticket, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    delivery = links.send(links.issue(ticket, language="ar", by=BY), by=BY)
    assert links.deliver(delivery)
    [message] = mail.outbox
    [(body, _kind)] = message.alternatives  # type: ignore[attr-defined]
    assert '<html lang="ar" dir="rtl">' in body


def test_staff_pages_speak_only_what_has_texts_for_staff(client: Client, settings: Any) -> None:
    settings.STAFF_LANGUAGES = ["en", "de"]
    assert client.get("/accounts/login/", headers={"accept-language": "ar,de;q=0.5"})["Content-Language"] == "de"
    assert client.get("/accounts/login/?lang=ar")["Content-Language"] == "en"
