"""What dora does in these tests, again and again."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.recorder.wire import Case


def bar(page: Page) -> Locator:
    return page.locator("placet-bar .bar")


def press(page: Page, name: str) -> None:
    page.get_by_test_id(f"placet-{name}").click()


def land(page: Page, case: Case, path: str = "/") -> None:
    """From Placet's own page to the customer's, until the recording goes."""
    page.goto(case.consented(path), wait_until="commit")
    recording(page)
    flush(page)
    assert case.snapshots()


def recording(page: Page) -> None:
    expect(bar(page)).to_have_attribute("data-state", "recording")


def flush(page: Page) -> None:
    page.evaluate("placet.flush()")
