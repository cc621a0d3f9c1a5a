"""A browser, a recorded story, and staff signed in to a live server."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from apps.accounts.models import User
from apps.recordings.models import Recording
from tests import factories, signed_in
from tests.player import recorded, story


@pytest.fixture(scope="session")
def recorded_pages(browser: Browser) -> list[list[story.Event]]:
    return story.record(browser)


@pytest.fixture
def pages(recorded_pages: list[list[story.Event]]) -> list[list[story.Event]]:
    """The story, ten times slower, just over: some 70 seconds."""
    return story.stretched(recorded_pages, 10, int(time.time() * 1000) - 3_600_000)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return factories.people(factories.shop(), factories.SiteFactory(slug="other"))


@pytest.fixture
def recording(people: dict[str, User], pages: list[list[story.Event]]) -> Recording:
    site = people["alice"].memberships.get().site
    return recorded.ready(factories.TicketFactory(site=site), pages)


def sign_in(context: BrowserContext, user: User, base_url: str) -> None:
    """Give the browser `user`'s session, as the sign-in page would."""

    client = signed_in.sign_in(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": base_url}])


@pytest.fixture
def desk(browser: Browser, live_server: object, people: dict[str, User]) -> Iterator[Page]:
    """A page in alice's browser."""
    base_url = live_server.url  # type: ignore[attr-defined]
    context = browser.new_context(base_url=base_url, viewport={"width": 1360, "height": 800})
    sign_in(context, people["alice"], base_url)
    page = context.new_page()
    page.on("pageerror", lambda error: print("page error:", error))
    page.on("console", lambda message: print("console:", message.text))
    yield page
    if folder := os.environ.get("PLACET_SHOTS"):
        page.screenshot(path=str(Path(folder) / "last.png"))
    context.close()
