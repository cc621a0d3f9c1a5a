"""What nobody plans for: a start that is refused, a browser that keeps nothing, a connection that breaks. The bar says it."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.recordings.management.commands import bar_words
from tests.recorder.steps import bar, land, recording
from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e
NO_STORAGE = """for (const name of ["sessionStorage", "localStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });"""


@pytest.mark.parametrize("status", [403, 429, 503, 0])
def test_a_start_that_is_refused_is_said_in_the_readers_language(browser: Browser, case: Case, status: int) -> None:
    context = browser.new_context(locale="de-AT")
    page = context.new_page()
    refuse = {"status": status, "body": "{}", "headers": {"Access-Control-Allow-Origin": "*"}}
    page.route("**/exchange", lambda route: route.fulfill(**refuse) if status else route.abort())
    page.goto(case.consented("/"), wait_until="commit")
    words = json.loads(bar_words.PATH.read_text())["de"]
    expect(bar(page)).to_contain_text(words["ended"])
    expect(page.get_by_test_id("placet-close")).to_have_text(words["close"])
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert case.chunks == {}
    page.get_by_test_id("placet-close").click()
    expect(page.locator("placet-bar")).to_have_count(0)
    context.close()


def test_a_browser_that_keeps_nothing_records_this_page_and_says_so(page: Page, case: Case) -> None:
    page.add_init_script(NO_STORAGE)
    page.goto(case.consented("/"), wait_until="commit")
    recording(page)
    expect(bar(page)).to_contain_text("only this page is recorded")
    case.wait(case.snapshots)
    page.click("text=Next")
    page.wait_for_selector("text=Next page")
    expect(page.locator("placet-bar")).to_have_count(0)


def test_without_a_connection_it_says_that_it_goes_on_later_and_does(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    expect(bar(page)).not_to_contain_text("No connection")
    wire.away = True
    expect(bar(page)).to_contain_text("No connection. It is sent later.")
    wire.away = False
    expect(bar(page)).not_to_contain_text("No connection")
    recording(page)
