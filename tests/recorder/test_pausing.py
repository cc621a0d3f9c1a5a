"""Who may pause and resume, what the bar must be for anything to be recorded, and what it offers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import axe
from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.wire import Case
from tests.stack import wait_for

pytestmark = pytest.mark.e2e

RESUME = "placet.resume().then(() => placet.state())"


def test_pause_sends_nothing_and_resume_begins_with_a_snapshot(page: Page, case: Case) -> None:
    land(page, case)
    press(page, "pause")
    expect(bar(page)).to_have_attribute("data-state", "paused")
    case.wait(lambda: case.actions == ["pause"])
    flush(page)
    sent = len(case.arrivals)
    page.evaluate("document.querySelector('h1').textContent = 'Zwetschgen'")
    page.click("#buy")
    page.keyboard.type("typed while paused")
    page.evaluate("document.querySelector('h1').textContent = 'Afterwards'")
    page.wait_for_timeout(900)
    assert len(case.arrivals) == sent
    press(page, "resume")
    recording(page)
    flush(page)
    assert case.actions == ["pause", "resume"]
    assert len(case.snapshots()) == 2
    assert "Zwetschgen" not in case.text()
    assert "Afterwards" in case.text()
    closed = [gap for gap in case.tagged("gap") if "to_ms" in gap]
    assert closed[0]["cause"] == "paused"
    assert closed[0]["from_ms"] < closed[0]["to_ms"]


def test_a_script_cannot_resume_what_the_person_paused(page: Page, case: Case) -> None:
    land(page, case)
    press(page, "pause")
    expect(bar(page)).to_have_attribute("data-state", "paused")
    assert page.evaluate(RESUME) == "paused"
    page.evaluate(
        "document.querySelector('placet-bar').shadowRoot.querySelector('[data-testid=placet-resume]').click()"
    )
    page.wait_for_timeout(300)
    assert page.evaluate("placet.state()") == "paused"
    page.reload()
    expect(bar(page)).to_have_attribute("data-state", "paused")
    assert page.evaluate(RESUME) == "paused"


def test_a_script_may_resume_what_it_paused_itself(page: Page, case: Case) -> None:
    land(page, case)
    page.evaluate("placet.pause()")
    expect(bar(page)).to_contain_text("Paused by this page")
    assert page.evaluate(RESUME) == "recording"
    assert case.actions == ["pause", "resume"]


def test_the_interface_cannot_be_replaced_or_widened(page: Page, case: Case) -> None:
    land(page, case)
    assert (
        page.evaluate("Object.isFrozen(placet) && Object.keys(placet).sort().join()") == "flush,pause,resume,state,stop"
    )


def test_a_pause_in_one_tab_holds_in_all_and_so_does_resuming(context: BrowserContext, page: Page, case: Case) -> None:
    case.put("/", "<a id=next target=_blank href='{}/next'>Next</a>")
    land(page, case)
    with context.expect_page() as opened:
        page.click("#next")
    second = opened.value
    recording(second)
    press(second, "pause")
    page.bring_to_front()
    expect(bar(page)).to_contain_text("Paused in another window")
    assert page.evaluate(RESUME) == "paused"
    press(page, "resume")
    recording(page)
    second.bring_to_front()
    page.wait_for_timeout(100)
    # The person paused this one by hand, here; it waits for a hand here.
    expect(bar(second)).to_have_attribute("data-state", "paused")


COVER = """(style) => {
  const box = document.createElement("div");
  box.style.cssText = "position: fixed; inset: 0; z-index: 2147483647; background: white";
  document.documentElement.append(box);
}"""


@pytest.mark.parametrize(
    "how",
    [
        "document.querySelector('placet-bar').remove()",
        "document.querySelector('placet-bar').shadowRoot.querySelector('.bar').style.display = 'none'",
        "document.querySelector('placet-bar').shadowRoot.adoptedStyleSheets = [],"
        " document.querySelector('placet-bar').style.cssText = 'position: absolute; top: -500px'",
        f"({COVER})()",
        "document.documentElement.style.display = 'none'",
        "document.documentElement.style.opacity = '0'",
    ],
    ids=["removed", "emptied", "off screen", "covered", "page hidden", "page transparent"],
)
def test_recording_pauses_when_the_bar_cannot_be_seen(page: Page, case: Case, how: str) -> None:
    land(page, case)
    page.evaluate(how)
    page.wait_for_function("placet.state() === 'paused'")
    flush(page)
    assert case.tagged("gap")[-1]["cause"] == "covered"
    wait_for(lambda: "pause" in case.actions, what="the server to hear of the pause")
    assert page.evaluate(RESUME) == "paused"


@pytest.mark.parametrize(
    "style", ["display: none", "visibility: hidden", "opacity: 0", "transform: scale(0)", "top: -99px"]
)
def test_a_style_of_the_page_does_not_hide_the_bar(page: Page, case: Case, style: str) -> None:
    land(page, case)
    page.evaluate("(style) => document.querySelector('placet-bar').setAttribute('style', style + ' !important')", style)
    page.wait_for_timeout(1_000)
    recording(page)
    expect(page.get_by_test_id("placet-stop")).to_be_visible()


def test_the_bar_is_looked_for_at_least_twice_a_second(page: Page, case: Case) -> None:
    """By the page's own clock, since a busy machine slows everything down."""
    page.clock.install()
    land(page, case)
    page.evaluate("document.querySelector('placet-bar').remove()")
    page.clock.run_for(1_000)
    assert page.evaluate("placet.state()") == "paused"


def test_a_modal_dialog_of_the_page_takes_the_bar_with_it(page: Page, case: Case) -> None:
    case.put("/", "<button id=open onclick='d.showModal()'>Open</button>"
                  "<dialog id=d style='width: 60vw; height: 50vh'>Sure? <button onclick='d.close()'>Close</button></dialog>")  # fmt: skip
    land(page, case)
    page.click("#open")
    page.wait_for_timeout(1_500)
    recording(page)
    press(page, "pause")
    expect(bar(page)).to_have_attribute("data-state", "paused")
    press(page, "resume")
    recording(page)
    page.click("text=Close")
    page.wait_for_timeout(1_500)
    recording(page)
    assert page.evaluate("document.querySelector('placet-bar').parentNode.localName") == "html"


def test_the_bar_is_never_in_its_own_recording(page: Page, case: Case) -> None:
    land(page, case)
    press(page, "move")
    press(page, "pause")
    press(page, "resume")
    recording(page)
    flush(page)
    assert "placet-bar" not in case.text()
    assert "Stop &" not in case.text()


def test_the_bar_does_not_cover_what_has_the_focus(page: Page, case: Case) -> None:
    case.put("/", "<div style='height: 90vh'></div><input id=low style='position: fixed; bottom: 20px; left: 45%'>")
    land(page, case)
    page.focus("#low")
    field, box = page.locator("#low").bounding_box(), bar(page).bounding_box()
    assert field is not None
    assert box is not None
    assert box["y"] + box["height"] < field["y"]
    page.wait_for_timeout(900)
    recording(page)


def test_the_bar_gives_way_to_a_field_that_cannot_be_scrolled_out_from_under_it(page: Page, case: Case) -> None:
    case.put("/", "<input id=low style='position: absolute; bottom: 20px; left: 40%; width: 20%'>")
    land(page, case)
    page.click("#low", timeout=5_000)
    field, box = page.locator("#low").bounding_box(), bar(page).bounding_box()
    assert field is not None
    assert box is not None
    assert box["y"] + box["height"] < field["y"]
    recording(page)


def test_the_bar_stays_where_the_page_can_be_scrolled(page: Page, case: Case) -> None:
    case.put("/", "<div style='height: 300vh'><input id=low style='position: absolute; top: 94vh; left: 45%'></div>")
    land(page, case)
    before = bar(page).bounding_box()
    page.wait_for_timeout(900)
    assert bar(page).bounding_box() == before


def test_keys_count_as_activity(page: Page, case: Case) -> None:
    case.put("/", "<input id=box autofocus>")
    land(page, case)
    page.focus("#box")
    flush(page)
    before = len(case.numbered())
    page.keyboard.press("Shift")
    flush(page)
    assert any("t" in chunk.flags for chunk in case.numbered()[before:])
    before = len(case.numbered())
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', { key: 'a' })); document.body.append('changed')")
    flush(page)
    assert all("t" not in chunk.flags for chunk in case.numbered()[before:])


def test_recording_that_slows_the_page_down_pauses_with_a_reason(page: Page, case: Case) -> None:
    case.put("/", "<div id=box></div>")
    # As on a machine where each look at a page costs half a second.
    page.add_init_script(
        """
        const own = JSON.stringify;
        window.slow = false;
        JSON.stringify = function (...args) {
          const until = performance.now() + (window.slow ? 500 : 0);
          while (performance.now() < until);
          return own.apply(this, args);
        };
        """
    )
    land(page, case)
    page.evaluate("window.slow = true; setInterval(() => { document.querySelector('#box').title = Math.random() }, 20)")
    expect(bar(page)).to_contain_text("got too slow")
    page.evaluate("window.slow = false")
    flush(page)
    assert case.tagged("gap")[-1]["cause"] == "over_budget"


# --- For people ---------------------------------------------------------------------------------------


def test_the_bar_works_by_keyboard_alone(page: Page, case: Case) -> None:
    case.put("/", "<p>page</p>")
    land(page, case)
    focused = "document.activeElement?.shadowRoot?.activeElement?.dataset.testid"
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focused))
    assert reached == ["placet-pause", "placet-more", "placet-stop", "placet-withdraw", "placet-move"]
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(bar(page)).to_have_attribute("data-state", "paused")
    assert page.evaluate(focused) == "placet-resume", "the focus stays in the bar"
    page.keyboard.press("Enter")
    recording(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 390])
def test_the_bar_is_accessible_and_its_targets_are_large(browser: Browser, case: Case, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 760},
        color_scheme=scheme,
        has_touch=width == 390,  # type: ignore[arg-type]
    )
    page = context.new_page()
    case.put("/", "<main><h1>Harbour Shop</h1><p>Fresh from the quay.</p></main>")
    page.goto(case.landing("/"))
    shots = os.environ.get("PLACET_SHOTS")

    def check(state: str) -> None:
        expect(bar(page)).to_have_attribute("data-state", state)
        assert axe(page, f"bar {state}") == []
        for button in page.locator("placet-bar button").all():
            box = button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        if shots:
            page.screenshot(path=str(Path(shots) / f"bar-{state}-{scheme}-{width}.png"))

    check("ask")
    press(page, "start")
    check("recording")
    press(page, "pause")
    check("paused")
    press(page, "withdraw")
    page.wait_for_timeout(100)
    check("paused")
    press(page, "withdraw-confirm")
    check("over")
    context.close()


def test_the_bar_stands_in_a_page_that_is_written_from_right_to_left_and_styles_everything(
    page: Page, case: Case
) -> None:
    case.put(
        "/",
        "<!doctype html><html lang=ar dir=rtl><head><title>t</title>" + case.snippet +
        "<style>* { all: unset !important; font-size: 40px !important; color: white !important; opacity: .01 !important }"
        " button, div { display: none !important }</style></head><body><h1>متجر</h1></body></html>",
    )  # fmt: skip
    land(page, case)
    page.wait_for_timeout(1_200)
    recording(page)
    box = bar(page).bounding_box()
    assert box
    assert box["height"] < 80
