"""The console in Chromium: axe finds nothing, nothing scrolls sideways on a phone, the strict policy is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from apps.core.actors import Actor
from apps.links import services as links
from apps.tickets.models import Ticket
from tests.factories import PASSWORD

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(not Path("/usr/bin/chromium").exists(), reason="needs Chromium"),
    pytest.mark.skipif(
        not (settings.FRONTEND_DIST / "static" / "console.css").exists(), reason="needs the built style sheets"
    ),
]
PAGES = [
    "/", "/tickets/new/", "/tickets/{number}/", "/tickets/{number}/link/", "/recordings/", "/privacy/", "/sites/",
    "/sites/shop/", "/sites/shop/policy/", "/reports/", "/account/",
]  # fmt: skip
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def test_every_page_is_accessible_and_fits_a_phone(live_server: LiveServer, ticket: Ticket, staff: dict) -> None:
    # Playwright keeps an event loop in this thread, and Django refuses the database beside one: rows come first.
    links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))
    from apps.sites.models import Membership

    Membership.objects.create(site=ticket.site, user=staff["alice"], role="admin")
    found, logged = _look(live_server.url, [page.format(number=ticket.number) for page in PAGES])
    assert found == []
    assert logged == []


def _look(base: str, pages: list[str]) -> tuple[list[str], list[str]]:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    found: list[str] = []
    logged: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for scheme, width in [("light", 1280), ("dark", 390)]:
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": 760}, bypass_csp=False
            )
            page = context.new_page()
            page.on("console", lambda message: logged.append(message.text) if message.type == "error" else None)
            page.goto(f"{base}/accounts/login/")
            found += _axe(Axe(), page, "sign-in", scheme)
            page.fill("[name=login]", "alice@example.com")
            page.fill("[name=password]", PASSWORD)
            page.click("main button[type=submit]")
            for path in pages:
                page.goto(base + path)
                found += _axe(Axe(), page, path, scheme)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{path} is wider than {width}")
            context.close()
        browser.close()
    return found, [text for text in logged if "favicon" not in text]


def _axe(axe: object, page: object, path: str, scheme: str) -> list[str]:
    results = axe.run(page)  # type: ignore[attr-defined]
    return [
        f"{path} ({scheme}): {violation['id']}: {violation['nodes'][0]['html'][:120]}"
        for violation in results.response["violations"]
    ]
