"""The preview: what a recording would show, drawn over the page, with nothing recorded and nothing sent."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e

PAGE = (
    "<h1>Rope and lamps</h1><p id=line>Write to ada@mail.example</p><p data-placet-mask>Only mine</p>"
    "<div data-placet-block style='height: 40px'>Left out</div><label>Your note <input id=note value=''></label>"
)


def open_preview(page: Page, wire: Wire, case: Case) -> None:
    page.goto(f"{case.url('/')}#~placet=preview.{case.number}", wait_until="load")
    expect(page.get_by_test_id("placet-preview-counts")).to_contain_text("masked")
    assert wire.of("/r/extras")


def frames(page: Page, kind: str) -> list[str]:
    return page.locator(f"placet-bar i[data-kind={kind}]").evaluate_all("all => all.map((box) => box.textContent)")


def test_it_frames_what_is_masked_and_left_out_and_says_why(page: Page, wire: Wire, case: Case) -> None:
    case.put("/", PAGE)
    open_preview(page, wire, case)
    assert frames(page, "masked") == ["E-mail addresses", "Marked in the page"]
    assert frames(page, "left") == ["Not recorded: blocked"]
    assert len(frames(page, "shown")) == 2
    box, text = (
        page.locator("placet-bar i[data-kind=masked]").first.bounding_box(),
        page.locator("#line").bounding_box(),
    )
    assert box is not None
    assert text is not None
    assert abs(box["y"] - text["y"]) < 6

    page.fill("#note", "words of mine")
    page.wait_for_function(
        "document.querySelector('placet-bar').shadowRoot.querySelectorAll('i[data-kind=masked]').length === 3"
    )
    assert "What was typed" in frames(page, "masked")


def test_nothing_is_recorded_kept_or_sent_and_it_ends_with_a_press(page: Page, wire: Wire, case: Case) -> None:
    case.put("/", PAGE)
    before = len(wire.requests)
    open_preview(page, wire, case)
    page.wait_for_timeout(800)
    posted = [path for method, path, _ in wire.requests[before:] if method == "POST"]
    assert posted == ["/ingest/v1/preview"]
    assert page.evaluate("[sessionStorage.length, localStorage.length, typeof placet, location.hash]") == [
        0,
        0,
        "undefined",
        "",
    ]
    page.get_by_test_id("placet-preview-close").click()
    expect(page.locator("placet-bar")).to_have_count(0)
    page.reload(wait_until="load")
    page.wait_for_timeout(300)
    expect(page.locator("placet-bar")).to_have_count(0)
