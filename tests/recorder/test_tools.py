"""What "More" in the bar opens: a note, hiding a part of the page, and what support will not see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe
from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e

SHOP = """<main><h1>Basket</h1><section id="family"><p>Ottilie plays the cello</p><button>Show the next one</button></section>
<p id="open">Free returns within thirty days</p><label>Coupon <input value="SPRING"></label><p data-placet-mask>Marked by the shop</p></main>"""
POLICY = "default-src 'none'; script-src {base}; connect-src {base}; style-src 'none'"


@pytest.fixture
def shop(page: Page, case: Case, wire: Wire) -> Page:
    case.put("/", SHOP, {"Content-Security-Policy": POLICY.format(base=wire.base)})
    case.put("/next", f"<nav>Next</nav>{SHOP}")
    land(page, case)
    assert "cello" in case.text()
    return page


def more(page: Page, what: str) -> None:
    press(page, "more")
    press(page, f"tools-{what}")


def later(case: Case, page: Page) -> str:
    """What the last snapshot and all after it hold."""
    flush(page)
    events = case.events()
    last = max(at for at, event in enumerate(events) if event["type"] == 2)
    return str(events[last:])


def test_a_note_lands_at_its_moment_and_what_it_says_passes_the_rules(shop: Page, case: Case) -> None:
    shop.evaluate("window.keys = 0; addEventListener('keydown', () => keys++)")
    more(shop, "note")
    shop.get_by_test_id("placet-note").fill("This is where it broke, my card 4111 1111 1111 1111")
    shop.keyboard.press("Enter")
    expect(bar(shop)).to_contain_text("Noted at this moment.")
    press(shop, "tools-done")
    recording(shop)
    flush(shop)
    (note,) = case.tagged("note")
    assert "This is where it broke" in note["text"]
    assert "4111" not in case.text()
    assert shop.evaluate("keys") == 0, "the page's own keys are not meant"


def test_what_she_points_at_is_hidden_from_now_on_also_on_the_next_page(shop: Page, case: Case) -> None:
    more(shop, "hide")
    shop.mouse.click(*middle(shop, "#family p"))
    expect(bar(shop)).to_contain_text("Hidden from now on.")
    press(shop, "hide-keep")
    shop.evaluate("document.querySelector('#family p').textContent = 'Ottilie plays the viola'")
    assert "cello" not in later(case, shop)
    assert "viola" not in case.text()
    assert "Free returns" in later(case, shop), "the rest stays"
    assert case.actions == [], "nothing that was kept is taken out unasked"
    shop.goto(case.url("/next"))
    recording(shop)
    assert "cello" not in later(case, shop)


def test_what_was_recorded_of_the_page_before_goes_too_when_she_says_so(shop: Page, case: Case) -> None:
    more(shop, "hide")
    shop.mouse.click(*middle(shop, "#family p"))
    press(shop, "hide-before")
    expect(bar(shop)).to_contain_text("It is removed before the recording is sent.")
    assert case.actions == ["take_out"]
    assert "cello" not in later(case, shop)


def test_pointing_works_by_keyboard_alone_and_says_what_it_points_at(shop: Page, case: Case) -> None:
    shop.get_by_test_id("placet-more").focus()
    shop.keyboard.press("Enter")
    shop.get_by_test_id("placet-tools-hide").focus()
    shop.keyboard.press("Enter")
    shop.keyboard.press("ArrowDown")
    expect(shop.locator("placet-bar [role=status]").last).to_have_text("Basket")
    shop.keyboard.press("ArrowRight")
    expect(shop.locator("placet-bar [role=status]").last).to_contain_text("Ottilie plays the cello")
    shop.keyboard.press("ArrowDown")
    shop.keyboard.press("Enter")
    expect(bar(shop)).to_contain_text("Hidden from now on.")
    assert "cello" not in later(case, shop)
    assert "Show the next one" in later(case, shop)


def test_a_script_of_the_page_points_at_nothing(shop: Page, case: Case) -> None:
    more(shop, "hide")
    shop.evaluate("document.querySelector('placet-bar').shadowRoot.querySelector('.layer').click()")
    expect(bar(shop)).to_contain_text("Press what support must not see.")
    assert "cello" in later(case, shop)


def test_she_sees_what_support_does_not_and_the_overlay_is_in_no_recording(shop: Page, case: Case) -> None:
    more(shop, "look")
    expect(bar(shop)).to_contain_text("2 parts are hidden as a whole.")
    assert shop.locator("placet-bar .layer i").count() == 2
    assert axe(shop, "what support does not see") == []
    field, box = shop.locator("input").first.bounding_box(), shop.locator("placet-bar .layer i").first.bounding_box()
    assert field == box
    press(shop, "tools-back")
    recording(shop)
    assert shop.locator("placet-bar .layer").count() == 0
    assert "layer" not in later(case, shop)


def test_pausing_from_elsewhere_takes_the_layer_away(shop: Page) -> None:
    more(shop, "hide")
    shop.evaluate("placet.pause()")
    expect(bar(shop)).to_have_attribute("data-state", "paused")
    assert shop.locator("placet-bar .layer").count() == 0


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + 20, box["y"] + box["height"] / 2
