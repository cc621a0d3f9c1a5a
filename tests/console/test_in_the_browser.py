"""The console in Chromium: axe finds nothing, nothing scrolls sideways on a phone, the strict policy is kept."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, expect
from pytest_django.live_server_helper import LiveServer

from apps.core.actors import Actor
from apps.links import services as links
from apps.sites.models import Membership
from apps.tickets.models import Ticket
from tests.browser import axe
from tests.factories import PASSWORD, TicketFactory

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(
        not (settings.FRONTEND_DIST / "static" / "console.css").exists(), reason="needs the built style sheets"
    ),
]
PAGES = [
    "/", "/tickets/new/", "/tickets/{number}/", "/tickets/{number}/link/", "/recordings/", "/privacy/", "/sites/",
    "/sites/shop/", "/sites/shop/policy/", "/sites/shop/masking/", "/reports/", "/account/",
    "/news/", "/sites/shop/mail/", "/sites/shop/notice/", "/sites/shop/facts/", "/sites/shop/origins/", "/nowhere/",
    "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/", "/accounts/logout/", "/verify/", "/c/",
    "/admin/", "/admin/tickets/ticket/{pk}/change/",
]  # fmt: skip


def test_every_page_is_accessible_and_fits_a_phone(
    live_server: LiveServer, browser: Browser, ticket: Ticket, staff: dict
) -> None:
    links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    Membership.objects.create(site=ticket.site, user=staff["alice"], role="admin")
    staff["alice"].is_staff = True
    staff["alice"].save()
    found, logged = _look(browser, live_server.url, [page.format(number=ticket.number, pk=ticket.pk) for page in PAGES])
    assert found == []
    assert logged == []


def _complains(message: ConsoleMessage) -> bool:
    """An error of the page: what axe itself does has no address, and /nowhere/ is meant to be missing."""
    return message.type == "error" and message.location["url"] != "" and "/nowhere/" not in message.location["url"]


def _look(browser: Browser, base: str, pages: list[str]) -> tuple[list[str], list[str]]:
    found: list[str] = []
    logged: list[str] = []
    for scheme, width in [("light", 1280), ("dark", 390)]:
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 760})
        page = context.new_page()
        page.on("console", lambda message: logged.append(message.text) if _complains(message) else None)
        page.goto(f"{base}/accounts/login/")
        found += axe(page, f"sign-in ({scheme})")
        page.fill("[name=login]", "alice@example.com")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        for path in pages:
            page.goto(base + path)
            found += axe(page, f"{path} ({scheme})")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{path} is wider than {width}")
        context.close()
    return found, [text for text in logged if "favicon" not in text]


def test_the_list_follows_what_is_typed_and_is_worked_by_keys(
    live_server: LiveServer, browser: Browser, ticket: Ticket, staff: dict
) -> None:
    other = TicketFactory(site=ticket.site, subject="A voucher is refused")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", "alice@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("[data-rows] tbody tr")).to_have_count(2)
    page.goto(live_server.url)
    page.keyboard.press("/")
    page.keyboard.type("voucher")
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=voucher"))
    expect(page.locator(".bulk")).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.get_by_role("status").first).to_contain_text("1 ticket is assigned.")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("1 ticked")
    page.get_by_label("Mine").check()
    expect(page).to_have_url(re.compile("mine"))
    expect(page.locator("[data-count]")).to_have_text("1 ticked")
    page.locator("h1").click()
    page.keyboard.press("e")
    page.get_by_role("button", name="Resolve it").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    other.refresh_from_db()
    assert (other.state, other.assignee) == ("resolved", staff["alice"])
    context.close()
