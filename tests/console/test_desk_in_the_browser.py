"""The privacy desk in Chromium: axe finds nothing, and every page fits a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.services import seals
from apps.privacy.models import Alarm
from apps.privacy.services import access, deletion, holds, requests
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests import factories
from tests.browser import axe
from tests.factories import PASSWORD
from tests.privacy.people import SYSTEM, ready

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(
        not (settings.FRONTEND_DIST / "static" / "console.css").exists(), reason="needs the built style sheets"
    ),
]


@pytest.fixture
def pages(shop: Site, ticket: Ticket, staff: dict[str, User]) -> list[str]:
    """A desk with something of everything on it."""
    erin, bob = (Actor.staff(staff[name], door="page") for name in ("erin", "bob"))
    now = timezone.now()
    recording = ready(ticket)
    Recording.objects.filter(pk=recording.pk).update(delete_at=now + timedelta(days=3))
    gone = ready(factories.TicketFactory(site=shop))
    lifecycle.doom(gone, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    deletion.delete(gone.pk)
    hold = holds.propose(recording, ground="claims", reason="Case 7", ends_at=now + timedelta(days=30), by=erin)
    holds.confirm(hold, by=bob)
    holds.propose(recording, ground="obligation", reason="Book-keeping", ends_at=now + timedelta(days=60), by=erin)
    access.order(recording, by=erin)
    Alarm.objects.create(site=shop, kind="overdue", count=2)
    asked = requests.receive(shop, ticket.requester, kind="erasure", received_at=now - timedelta(days=25), by=erin)
    seals.seal_all()
    return [
        "/privacy/", "/privacy/requests/", f"/privacy/requests/{asked.pk}/", "/privacy/audit/", "/privacy/papers/",
        "/privacy/papers/shop/records", "/privacy/papers/shop/dpia", f"/recordings/{recording.pk}/hold/", f"/recordings/{recording.pk}/delete/",
    ]  # fmt: skip


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_every_page_of_the_desk_is_accessible_and_fits(
    scheme: str, width: int, live_server: LiveServer, browser: Browser, pages: list[str]
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    logged: list[str] = []
    page.on("console", lambda message: logged.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("[name=login]", "erin@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    found: list[str] = []
    for path in pages:
        page.goto(live_server.url + path)
        found += axe(page, f"{path} ({scheme}, {width})")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{path} is wider than {width}")
    context.close()
    assert not found, "\n".join(found)
    assert [text for text in logged if "favicon" not in text] == []
