"""The built loader and recorder in real Chromium, against a fake at the wire. The browser is the one of all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.recorder.wire import Case, Wire, serving

expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def wire() -> Iterator[Wire]:
    with serving() as wire:
        yield wire


@pytest.fixture
def case(wire: Wire) -> Iterator[Case]:
    """A consented recording with a page to land on."""
    wire.away = False
    case = wire.case()
    case.put("/", "<h1>Harbour Shop</h1><button id=buy>Buy</button><a href='{}/next'>Next</a>")
    case.put("/next", "<h1>Next page</h1><a href='{}/'>Back</a>")
    yield case
    wire.away = False


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Dora's browser."""
    context = browser.new_context(viewport={"width": 1100, "height": 760})
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
