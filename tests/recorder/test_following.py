"""Which pages and tabs go on with a recording, and which never do."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.test_loader import nothing_started_after
from tests.recorder.wire import Case, Wire
from tests.stack import wait_for

pytestmark = pytest.mark.e2e


def urls(case: Case) -> list[str]:
    return [payload["url"].removeprefix(case.url("")) for payload in case.tagged("page")]


def test_pages_in_a_row_and_reloads_go_on_each_with_a_number_of_its_own(page: Page, case: Case) -> None:
    land(page, case)
    page.click("text=Next")
    page.wait_for_url("**/next")
    recording(page)
    flush(page)
    page.reload()
    recording(page)
    flush(page)
    pages = case.tagged("page")
    assert [payload["page"] for payload in pages] == [1, 2, 3]
    assert urls(case) == ["/", "/next", "/next"]
    assert len({payload["tab"] for payload in pages}) == 1
    for number in (1, 2, 3):
        own = [chunk for chunk in case.numbered() if chunk.page == number]
        assert [chunk.seq for chunk in own] == list(range(len(own)))
        assert own[0].events[0]["data"]["tag"] == "placet.page"
        assert any(event["type"] == 2 for chunk in own for event in chunk.events)
    assert all(any("l" in c.flags for c in case.numbered() if c.page == number) for number in (1, 2))


def test_a_sign_in_page_of_the_same_origin_and_back_go_on(page: Page, case: Case) -> None:
    case.put(
        "/sign-in",
        f"<form method=get action='{case.path('/next')}'><input type=password name=p><button>In</button></form>",
    )
    land(page, case)
    page.goto(case.url("/sign-in"))
    recording(page)
    page.click("button:has-text('In')")
    page.wait_for_url("**/next?**")
    recording(page)
    flush(page)
    assert urls(case) == ["/", "/sign-in", "/next"]


def test_a_page_without_the_snippet_in_between_does_not_end_it(page: Page, case: Case, wire: Wire) -> None:
    case.put("/bare", "<h1>Bare</h1>", snippet=False)
    land(page, case)
    page.goto(case.url("/bare"))
    page.goto(wire.base + "/elsewhere")
    page.goto(case.url("/next"))
    recording(page)


def test_routes_of_a_single_page_are_told(page: Page, case: Case) -> None:
    land(page, case, "/#/orders/7")
    page.evaluate("history.pushState(null, '', location.pathname + 'basket')")
    page.evaluate("history.replaceState(null, '', location.pathname + '?q=secret')")
    page.evaluate("location.hash = '#/orders/8'")
    page.go_back()
    flush(page)
    told = [payload["url"] for payload in case.tagged("navigate")]
    assert case.url("/basket") in told
    assert len(told) >= 3
    assert "secret" not in case.text()
    assert len(case.tabs) == 1


def test_routes_are_told_too_where_the_browser_has_no_navigation_api(page: Page, case: Case) -> None:
    page.add_init_script("Object.defineProperty(window, 'navigation', { value: undefined })")
    land(page, case)
    page.evaluate("history.pushState({ a: 1 }, '', location.pathname + 'basket')")
    flush(page)
    assert [payload["url"] for payload in case.tagged("navigate")] == [case.url("/basket")]
    assert page.evaluate("history.state") == {"a": 1}


@pytest.mark.parametrize("how", ["target", "ctrl", "middle", "named"])
def test_a_link_followed_into_a_new_tab_joins_once(context: BrowserContext, page: Page, case: Case, how: str) -> None:
    target = {"target": "_blank", "named": "help"}.get(how, "")
    case.put("/", f"<a id=next target='{target}' href='{{}}/next'>Next</a>")
    land(page, case)
    with context.expect_page() as opened:
        page.click(
            "#next",
            modifiers=["ControlOrMeta"] if how == "ctrl" else [],
            button="middle" if how == "middle" else "left",
        )
    second = opened.value
    recording(second)
    flush(second)
    recording(page)
    wait_for(lambda: len(case.tagged("page")) == 2, what="the second page is told")
    pages = case.tagged("page")
    assert [payload["page"] for payload in pages] == [1, 2]
    assert pages[0]["tab"] != pages[1]["tab"]
    assert page.evaluate("localStorage.length") == 0

    # It was good for one tab: the same address again does not join.
    third = context.new_page()
    third.goto(case.url("/next"), referer=case.url("/"))
    nothing_started_after(third, case, pages=2)


def test_a_tab_that_was_open_already_never_joins(context: BrowserContext, page: Page, case: Case) -> None:
    already = context.new_page()
    already.goto(case.url("/next"))
    land(page, case)
    already.reload()
    nothing_started_after(already, case, pages=1)
    already.click("text=Back")
    already.wait_for_url("**/")
    nothing_started_after(already, case, pages=1)


def test_a_hand_over_is_not_for_a_tab_with_a_history(context: BrowserContext, page: Page, case: Case) -> None:
    already = context.new_page()
    already.goto(case.url("/"))
    case.put("/", "<a id=next target=_blank href='{}/next'>Next</a>")
    land(page, case)
    # The new tab never comes to the page: its address is held up.
    context.route("**/next", lambda route: None, times=1)
    page.click("#next")
    page.wait_for_function("localStorage.length === 1")
    already.click("text=Next")
    already.wait_for_url("**/next")
    nothing_started_after(already, case, pages=1)


def test_a_hand_over_that_nobody_claims_is_gone_after_ten_seconds(page: Page, case: Case) -> None:
    page.clock.install()
    case.put("/", "<a id=next target=_blank href='{}/next'>Next</a>")
    land(page, case)
    page.evaluate("window.open = () => null")
    page.evaluate("document.querySelector('#next').addEventListener('click', (event) => event.preventDefault())")
    page.click("#next")
    assert page.evaluate("localStorage.length") == 1
    page.clock.fast_forward(11_000)
    assert page.evaluate("localStorage.length") == 0


def test_a_bookmark_opened_in_another_tab_never_joins(context: BrowserContext, page: Page, case: Case) -> None:
    land(page, case)
    other = context.new_page()
    other.goto(case.url("/next"))
    nothing_started_after(other, case, pages=1)


def test_a_popup_that_a_script_opens_never_joins(context: BrowserContext, page: Page, case: Case) -> None:
    land(page, case)
    with context.expect_page() as opened:
        page.evaluate("address => { window.open(address) }", case.url("/next"))
    popup = opened.value
    nothing_started_after(popup, case, pages=1)
    assert popup.evaluate("sessionStorage.length") == 0, "the copy is purged"
    popup.reload()
    nothing_started_after(popup, case, pages=1)
    flush(page)
    page.reload()
    recording(page)


def test_a_duplicated_tab_never_joins(context: BrowserContext, page: Page, case: Case) -> None:
    land(page, case)
    copied = page.evaluate("JSON.stringify({ ...sessionStorage })")
    twin = context.new_page()
    twin.add_init_script(f"Object.assign(sessionStorage, {copied})")
    twin.goto(case.url("/"))
    nothing_started_after(twin, case, pages=1)


def test_a_page_from_the_browsers_cache_is_a_page_of_its_own(page: Page, case: Case) -> None:
    page.add_init_script("addEventListener('pageshow', (event) => { window.restored = event.persisted })")
    land(page, case)
    page.click("text=Next")
    page.wait_for_url("**/next")
    recording(page)
    flush(page)
    page.go_back()
    page.wait_for_function("window.restored !== undefined")
    restored = page.evaluate("window.restored")
    case.wait(lambda: len(case.tagged("page")) == 3)
    assert [payload["page"] for payload in case.tagged("page")] == [1, 2, 3]
    assert urls(case) == ["/", "/next", "/"]
    print("restored from the back/forward cache:", restored)


def test_a_restored_page_ends_where_another_page_of_its_tab_has_stopped(page: Page, case: Case) -> None:
    land(page, case)
    # As the browser does it: the page goes, another one of the tab ends the recording, and the page is back.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    page.evaluate("sessionStorage.clear()")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.wait_for_function("!window.placet")
    assert page.locator("placet-bar").count() == 0


# --- What ends it -------------------------------------------------------------------------------------


def test_stop_sends_what_happened_right_before_and_leads_to_the_review(page: Page, case: Case, wire: Wire) -> None:
    case.put("/", "<button id=go onclick=\"document.body.append('it did happen')\">Go</button>")
    land(page, case)
    page.click("#go")
    press(page, "stop")
    page.wait_for_url(f"{wire.base}/me/**")
    assert case.actions == ["stop"]
    assert "it did happen" in case.text()
    assert "l" in case.numbered()[-1].flags
    page.goto(case.url("/"))
    nothing_started_after(page, case, pages=1)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_the_page_may_stop_by_script_and_stays_where_it_is(page: Page, case: Case) -> None:
    land(page, case)
    page.evaluate("placet.stop()")
    expect(bar(page)).to_have_attribute("data-state", "over")
    assert case.actions == ["stop"]
    assert page.url == case.url("/")
    assert page.evaluate("window.placet") is None
    assert page.evaluate("sessionStorage.length") == 0


def test_delete_asks_once_and_leaves_nothing_in_the_tab(page: Page, case: Case) -> None:
    land(page, case)
    press(page, "withdraw")
    page.wait_for_timeout(1_000)
    press(page, "withdraw-confirm")
    expect(bar(page)).to_contain_text("Nothing is left")
    assert case.actions == ["withdraw"]
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    sent = len(case.arrivals)
    page.click("#buy")
    page.wait_for_timeout(800)
    assert len(case.arrivals) == sent


def test_delete_claims_nothing_when_the_server_does_not_answer(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    wire.away = True
    press(page, "withdraw")
    press(page, "withdraw-confirm")
    expect(bar(page)).to_contain_text("cannot be reached")
    assert page.evaluate("sessionStorage.length") == 0


def test_keeping_it_after_all_goes_on_recording(page: Page, case: Case) -> None:
    land(page, case)
    press(page, "withdraw")
    press(page, "resume")
    recording(page)
    assert case.actions == []


def test_the_sign_out_path_ends_it_and_loses_nothing(page: Page, wire: Wire) -> None:
    case = wire.case(sign_out_paths=["/logout"])
    case.put("/", "<a href='{}/logout'>Sign out</a>")
    case.put("/logout", "<h1>Bye</h1>")
    land(page, case)
    page.click("text=Sign out")
    expect(bar(page)).to_contain_text("You signed out")
    assert case.actions == ["sign_out"]
    assert any("l" in chunk.flags for chunk in case.numbered())
    page.goto(case.url("/"))
    nothing_started_after(page, case, pages=1)


def test_a_sign_out_route_of_a_single_page_ends_it(page: Page, wire: Wire) -> None:
    case = wire.case(sign_out_paths=["/logout"])
    case.put("/", "<h1>App</h1>")
    land(page, case)
    page.evaluate("history.pushState(null, '', location.pathname + 'logout')")
    expect(bar(page)).to_contain_text("You signed out")
    assert case.actions == ["sign_out"]


def test_it_ends_when_its_time_is_over_even_without_an_answer(page: Page, case: Case, wire: Wire) -> None:
    case.seconds_left = 3
    land(page, case)
    wire.away = True
    expect(bar(page)).to_contain_text("The time is over")
    assert page.evaluate("window.placet") is None


def test_an_answer_that_it_has_ended_stops_and_purges(page: Page, case: Case) -> None:
    land(page, case)
    case.gone = "revoked"
    page.click("#buy")
    expect(bar(page)).to_contain_text("Support ended this recording")
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_a_recording_that_the_server_has_ended_sends_its_tail(page: Page, case: Case) -> None:
    case.put("/", "<button id=go onclick=\"document.body.append('the very end')\">Go</button>")
    land(page, case)
    case.state = "in_review"
    page.click("#go")
    expect(bar(page)).to_have_attribute("data-state", "over")
    assert "the very end" in case.text()


def test_paths_that_are_never_recorded_pause_and_lift_by_themselves(page: Page, wire: Wire) -> None:
    case = wire.case(never_paths=["/payment"])
    case.put("/", "<h1>App</h1><p id=text>before</p><a href='{}/payment'>Pay</a>")
    case.put("/payment", "<h1>Zwetschgen payment</h1><a href='{}/'>Back</a>")
    land(page, case)
    page.evaluate("history.pushState(null, '', location.pathname + 'payment')")
    expect(bar(page)).to_contain_text("never recorded")
    page.evaluate("document.querySelector('#text').textContent = 'Zwetschgen route'")
    page.evaluate("history.back()")
    recording(page)

    page.click("text=Pay")
    page.wait_for_url("**/payment")
    expect(bar(page)).to_contain_text("never recorded")
    assert page.evaluate("placet.resume().then(() => placet.state())") == "paused"
    page.click("text=Back")
    page.wait_for_url("**/")
    recording(page)
    flush(page)
    assert case.actions == []
    assert "Zwetschgen payment" not in json.dumps(case.text())
    assert "never_path" in [gap["cause"] for gap in case.tagged("gap")]
