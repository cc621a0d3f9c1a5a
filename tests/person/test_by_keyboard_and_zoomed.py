"""The path by keyboard alone, as a screen reader tells it, at 400 % zoom and with wide text spacing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from apps.consents.models import Receipt
from apps.recordings.models import Recording
from tests.person.test_in_the_browser import PHONE, STATES, Case, case, go, pytestmark  # noqa: F401

# WCAG 1.4.12, as a person's own style sheet would set it.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""
CUT_OFF = """() => [...document.querySelectorAll("button, a.button, label, summary, h1, p, dd, li")]
  .filter((one) => one.offsetParent && !one.matches(".hidden") && (one.scrollWidth > one.clientWidth + 1) && getComputedStyle(one).display !== "inline")
  .map((one) => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("name", ["consent with live viewing", "expired", "used", "typed code", "own, recording"])
def test_it_reads_at_400_percent_and_with_wide_spacing(case: Case, browser: Browser, name: str) -> None:  # noqa: F811
    url = STATES[name](case)
    context = browser.new_context(viewport={"width": 320, "height": 256}, bypass_csp=True)
    page = context.new_page()
    go(page, url)
    for summary in page.locator("summary").all():
        summary.click()
    for style in ("", SPACING):
        if style:
            page.add_style_tag(content=style)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, style
        assert page.evaluate(CUT_OFF) == [], style
    context.close()


def press(page: Page, name: str) -> None:
    """Tab until what has the focus is called so, then Enter."""
    for _ in range(40):
        page.keyboard.press("Tab")
        called = page.evaluate("document.activeElement.innerText?.trim() || document.activeElement.name")
        if called == name:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached with the Tab key")


def said(page: Page) -> str:
    return page.locator("body").aria_snapshot()


def test_from_the_link_to_the_deletion_without_a_pointer(case: Case, browser: Browser) -> None:  # noqa: F811
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.route("https://shop.example/**", lambda route: route.fulfill(body="<h1>Shop</h1>", content_type="text/html"))
    page.goto(case.link_url)
    assert 'heading "May support see what you see?" [level=1]' in said(page)
    press(page, "Continue on another device")
    press(page, "Show me a code")
    page.wait_for_selector("[data-testid=spelt-code]")
    assert 'img "A picture of your link, to scan with a phone"' in said(page)
    press(page, "Back to the request")
    page.wait_for_selector("[data-testid=consent-agree]")
    press(page, "Record and share with support")
    page.wait_for_url("https://shop.example/**")
    case.recording("recording")
    own = f"{case.base}/me/{Receipt.objects.get().pk}/"
    page.goto(own)
    assert 'heading "Recording is on." [level=1]' in said(page)
    assert 'button "Stop the recording"' in said(page)
    press(page, "Complain")
    assert "To the authority: Datatilsynet" in said(page)
    press(page, "Take back my consent and delete now")
    page.wait_for_selector("text=You took your consent back")
    assert Recording.objects.get().state == "deleting"
    assert 'heading "The recording is closed to everybody and is being deleted." [level=1]' in said(page)
    context.close()
