"""The person's pages in each of their languages: all of it said, accessible, and no wider than a small phone."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from playwright.sync_api import Browser

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core import catalogues, languages
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings import bar
from apps.recordings.models import Recording
from tests.browser import axe
from tests.person.conftest import BY, Visitor
from tests.person.test_in_the_browser import Case, case  # noqa: F401

CODES = languages.of_person()
# Long enough that no other language says it by chance.
ENGLISH = [one.text for one in catalogues.said()["person"] if len(one.text.split()) > 3 and "%" not in one.text]
STATES = ("created", "recording", "paused", "ready")


def _in_english(text: str) -> list[str]:
    plain = html.unescape(text)
    return [one for one in ENGLISH if one in plain]


def _path(link: MagicLink) -> str:
    return links.url(link).removeprefix(django_settings.BASE_URL)


@pytest.mark.django_db(databases=["default", "keys"])
@pytest.mark.parametrize("code", CODES[1:])
def test_every_page_and_mail_and_bar_is_said_in_the_language(link: MagicLink, code: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    MagicLink.objects.update(language=code)
    link.refresh_from_db()
    assert links.deliver(links.send(link, by=BY))
    dora, path = Visitor(), _path(link)
    told = [mail.outbox[0].body, dora.open(path).content.decode()]
    assert dora.answer(path, "agree").status_code == 303
    own = f"/me/{Receipt.objects.get().pk}/"
    for state in STATES:
        Recording.objects.update(state=state)
        told.append(dora.open(own).content.decode())
    told += bar.words(Recording.objects.get()).values()
    told += [dora.open(f"{own}notice").content.decode(), Visitor().open(path).content.decode()]
    dora.press(f"{own}withdraw")
    told.append(dora.open(own).content.decode())
    told += [dora.open(f"{one}?lang={code}").content.decode() for one in ("/c/", "/l/none", "/me/none/")]
    assert _in_english(" ".join(told)) == []
    assert not re.search(r"%\(\w+\)[sd]", " ".join(told))
    pages = [one for one in told if one.startswith("<!doctype")]
    assert all(f'<html lang="{code}" dir=' in one for one in pages)


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_no_language_is_wider_than_a_small_phone(case: Case, browser: Browser) -> None:  # noqa: F811
    """320 px wide is 1280 at 400 % zoom (WCAG 1.4.10)."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=True)
    page, wide = context.new_page(), []
    for code in CODES:
        page.goto(f"{case.link_url}?lang={code}")
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(code)
    context.close()
    assert wide == []


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
@pytest.mark.parametrize("code", ["de", "ar", "ja"])
def test_axe_finds_nothing_on_the_link_and_on_their_own_page(case: Case, browser: Browser, code: str) -> None:  # noqa: F811
    found = []
    consent_url = f"{case.link_url}?lang={code}"
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(consent_url)
        page.locator(".languages summary").click()
        found += axe(page, f"{code} {scheme}")
        context.close()
    consents.give(case.link, language=code, live=False, by=Actor.person(case.link.pk))
    case.recording("ready")
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = context.new_page()
    page.goto(case.own_url())
    found += axe(page, f"{code} own")
    assert page.evaluate("document.documentElement.dir") == ("rtl" if code == "ar" else "ltr")
    context.close()
    assert found == []
