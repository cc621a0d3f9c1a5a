"""What the snippet does on a page: nothing without a grant, and with a start code only what it must."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.wire import EMBED, Case, Wire

pytestmark = pytest.mark.e2e

# Counts what is left on the page's targets, and every write to storage, from before any script of the page.
WATCH = """
  window.left = [];
  const add = EventTarget.prototype.addEventListener, remove = EventTarget.prototype.removeEventListener;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    // The tools that drive the browser listen too.
    if (new Error().stack.includes("/placet.js")) left.push(type);
    return add.call(this, type, ...rest);
  };
  EventTarget.prototype.removeEventListener = function (type, ...rest) {
    left.splice(left.indexOf(type), 1); return remove.call(this, type, ...rest);
  };
  window.writes = [];
  for (const name of ["setItem", "removeItem", "clear"]) {
    const own = Storage.prototype[name];
    Storage.prototype[name] = function (...args) { writes.push(name); return own.apply(this, args) };
  }
"""


def loaded(page: Page) -> None:
    page.wait_for_function("performance.getEntriesByName(document.querySelector('script[data-site]').src).length > 0")
    page.wait_for_timeout(400)


def nothing_started(page: Page, case: Case) -> None:
    loaded(page)
    assert page.locator("placet-bar").count() == 0
    assert page.evaluate("window.placet") is None
    assert case.tabs == []
    assert case.chunks == {}


def test_a_page_without_a_grant_makes_one_request_and_leaves_nothing(page: Page, case: Case, wire: Wire) -> None:
    page.add_init_script(WATCH)
    before = len(wire.requests)
    page.goto(f"{wire.site}/{case.number}/next")
    page.goto(case.url("/"))
    loaded(page)
    assert [request[:2] for request in wire.requests[before:]] == [("GET", "/placet.js")] * 2
    assert page.evaluate("left") == []
    assert page.evaluate("writes") == []
    assert page.context.cookies() == []
    assert page.context.storage_state() == {"cookies": [], "origins": []}
    assert page.evaluate("Object.keys(window).filter((name) => /placet/i.test(name))") == []
    assert page.evaluate("document.documentElement.outerHTML").count("placet") == 1, "the snippet itself"


def test_the_page_keeps_its_referrer(page: Page, case: Case, wire: Wire) -> None:
    page.goto(case.url("/"))
    page.click("text=Next")
    page.wait_for_url("**/next")
    loaded(page)
    assert page.evaluate("document.referrer") == case.url("/")


def test_without_a_grant_the_loader_costs_the_page_next_to_nothing(page: Page, case: Case) -> None:
    case.put("/", "<p>page</p>", snippet=False)
    page.goto(case.url("/"))
    loader, empty = page.evaluate(
        """(codes) => codes.map((code) => {
          const times = [];
          for (let i = 0; i < 31; i++) {
            const script = Object.assign(document.createElement("script"), { textContent: code });
            const begun = performance.now();
            document.head.append(script);
            times.push(performance.now() - begun);
          }
          return times.sort((a, b) => a - b)[15];
        })""",
        [(EMBED / "placet.js").read_text(), ";"],
    )
    print(f"parsing and running the loader without a grant: {loader:.2f} ms; an empty script: {empty:.2f} ms")
    assert loader < 20, "a machine under load; by itself it is far below one"


@pytest.mark.parametrize(("path", "left"), [("/", ""), ("/#/orders/7", "#/orders/7"), ("/#about", "#about")])
def test_the_code_leaves_address_and_history_at_once(page: Page, case: Case, path: str, left: str) -> None:
    land(page, case, path)
    assert page.url == case.url("/") + left
    page.goto(case.url("/next"))
    page.go_back()
    assert case.code not in page.url
    assert case.code not in case.text()
    assert case.code not in json.dumps(page.context.storage_state())


def test_a_router_that_rewrites_the_fragment_first_does_not_lose_the_start(page: Page, case: Case) -> None:
    case.put("/", "<script>history.replaceState(null, '', '#/home')</script><h1>App</h1>")
    land(page, case)
    assert page.url.endswith("#/home")


def test_the_state_that_the_page_gave_its_history_stays(page: Page, case: Case) -> None:
    case.put("/", "<script>history.replaceState({ mine: 1 }, '', location.href)</script>")
    land(page, case)
    assert page.evaluate("history.state") == {"mine": 1}


# --- Whose browser ------------------------------------------------------------------------------------


def test_a_landing_address_opened_elsewhere_records_nobody_until_a_hand_says_so(page: Page, case: Case) -> None:
    page.goto(case.landing("/"))
    expect(bar(page)).to_have_attribute("data-state", "ask")
    expect(bar(page)).to_contain_text("Mara from Harbour Shop")
    page.mouse.click(300, 300)
    page.keyboard.type("typed before")
    page.wait_for_timeout(800)
    assert case.chunks == {}
    assert page.evaluate("window.placet") is None

    press(page, "start")
    recording(page)
    flush(page)
    assert len(case.snapshots()) == 1


def test_a_script_cannot_press_start(page: Page, case: Case) -> None:
    page.goto(case.landing("/"))
    expect(bar(page)).to_have_attribute("data-state", "ask")
    page.evaluate(
        """() => {
          const root = document.querySelector("placet-bar").shadowRoot;
          for (const button of root.querySelectorAll("button")) {
            button.click();
            button.dispatchEvent(new MouseEvent("click", { bubbles: true, composed: true }));
            button.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
          }
        }"""
    )
    page.wait_for_timeout(600)
    expect(bar(page)).to_have_attribute("data-state", "ask")
    assert case.chunks == {}
    assert case.actions == []


def test_this_was_not_me_reports_and_records_nothing(page: Page, case: Case) -> None:
    page.goto(case.landing("/"))
    press(page, "not-me")
    expect(bar(page)).to_contain_text("Nothing was recorded")
    assert case.actions == ["not_me"]
    assert case.chunks == {}
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    page.reload()
    nothing_started_after(page, case, pages=1)


def nothing_started_after(page: Page, case: Case, *, pages: int) -> None:
    loaded(page)
    assert page.locator("placet-bar").count() == 0
    assert len(case.tabs) == pages


def test_a_question_that_nobody_answered_is_asked_again_on_the_next_page(page: Page, case: Case) -> None:
    page.goto(case.landing("/"))
    expect(bar(page)).to_have_attribute("data-state", "ask")
    page.goto(case.url("/next"))
    expect(bar(page)).to_have_attribute("data-state", "ask")
    assert case.chunks == {}


def test_a_spent_code_starts_nothing_and_says_so(page: Page, case: Case, browser: Browser) -> None:
    land(page, case)
    other = browser.new_context()
    second = other.new_page()
    second.goto(case.landing("/"))
    expect(bar(second)).to_contain_text("used already")
    assert second.evaluate("window.placet") is None
    assert second.evaluate("sessionStorage.length + localStorage.length") == 0
    other.close()
    assert len(case.tabs) == 1


def test_nothing_starts_in_a_frame(page: Page, case: Case) -> None:
    case.put("/framing", f"<iframe src='{case.landing('/')}'></iframe>", snippet=False)
    page.goto(case.url("/framing"))
    page.frame_locator("iframe").locator("h1").wait_for()
    page.wait_for_timeout(600)
    assert case.tabs == []
    assert not case.spent
    assert case.code not in page.frames[1].url


def test_nothing_starts_in_a_frame_of_a_page_that_is_recorded(page: Page, case: Case) -> None:
    case.put("/", "<iframe src='{}/next'></iframe>")
    land(page, case)
    page.wait_for_timeout(400)
    assert len(case.tabs) == 1
    assert page.frames[1].locator("placet-bar").count() == 0


def test_a_redirect_to_another_origin_starts_nothing_there(page: Page, case: Case, wire: Wire) -> None:
    to = f"{case.url('/next', wire.stranger)}"
    landing = f"{case.url('/redirect')}?{to}#~placet={case.code}"
    case.put("/start", f"<a href='{landing}'>on</a>", snippet=False)
    page.goto(f"{wire.base}/me/start?to={landing.replace('#', '%23').replace('?', '%3F')}")
    page.wait_for_url(f"{wire.stranger}/**")
    loaded(page)
    assert case.tabs == []
    assert page.evaluate("window.placet") is None
    assert case.code not in page.url


def test_a_redirect_within_the_site_keeps_the_code(page: Page, case: Case) -> None:
    landing = f"/redirect?{case.url('/next')}"
    page.goto(case.consented(landing))
    page.wait_for_url("**/next")
    recording(page)


def test_another_origin_with_the_same_snippet_never_joins(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    page.goto(case.url("/next", wire.stranger))
    nothing_started_after(page, case, pages=1)
    page.goto(case.url("/next"))
    recording(page)


def test_a_prerendered_page_waits_until_it_is_seen(page: Page, case: Case) -> None:
    land(page, case)
    page.add_init_script(
        "if (location.pathname.endsWith('/next')) {"
        " window.hidden = true;"
        " Object.defineProperty(document, 'prerendering', { get: () => window.hidden });"
        "}"
    )
    page.goto(case.url("/next"))
    nothing_started_after(page, case, pages=1)
    page.evaluate("window.hidden = false; document.dispatchEvent(new Event('prerenderingchange'))")
    recording(page)


def test_two_snippets_on_one_page_are_one_recording(page: Page, case: Case) -> None:
    case.put("/", f"<h1>Twice</h1>{case.snippet}")
    land(page, case)
    page.wait_for_timeout(500)
    assert page.locator("placet-bar").count() == 1
    assert len(case.tabs) == 1


def test_a_recorder_that_was_changed_on_the_way_is_not_run(context: BrowserContext, case: Case) -> None:
    page = context.new_page()
    page.route("**/r/recorder-*", lambda route: route.fulfill(
        body="window.evil = 1; export const start = () => {}",
        content_type="text/javascript",
        headers={"Access-Control-Allow-Origin": "*"},
    ))  # fmt: skip
    page.goto(case.consented("/"))
    page.wait_for_url("**/")
    loaded(page)
    assert page.evaluate("window.evil") is None
    assert page.locator("placet-bar").count() == 0
