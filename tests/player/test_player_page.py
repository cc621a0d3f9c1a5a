"""The player in real Chromium, on a real recording."""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.recordings.models import Recording, Watch
from tests import factories
from tests.browser import axe
from tests.player import recorded, story
from tests.stack import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def player(page: Page):
    return page.get_by_test_id("player")


def show(page: Page, recording: Recording, query: str = "") -> None:
    page.goto(f"/recordings/{recording.pk}/{query}")
    expect(player(page)).to_have_attribute("data-state", "paused")


def time_ms(page: Page) -> int:
    return int(player(page).get_attribute("data-time-ms") or -1)


def tick(page: Page) -> int:
    """What the recorded page itself said the time was, in tenths of its own seconds."""
    return int(page.frame_locator("iframe[data-current]").locator("#tick").inner_text())


def test_opens_at_the_beginning_and_shows_the_recorded_page(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    assert time_ms(desk) == 0
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Your basket")
    assert int(player(desk).get_attribute("data-duration-ms") or 0) == recording.duration_ms


def test_opens_at_the_second_in_the_address(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    first = tick(desk)
    show(desk, recording, "?t=12")
    assert time_ms(desk) == 12_000
    assert 9 <= tick(desk) - first <= 13


def test_a_seek_shows_that_moment_forwards_and_backwards_and_across_pages(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.keyboard.press("3")
    expect(player(desk)).to_have_attribute("data-state", "paused")
    expect(player(desk)).to_have_attribute("data-time-ms", str(round(recording.duration_ms * 0.3)))
    middle = tick(desk)
    desk.keyboard.press("9")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")
    desk.keyboard.press("1")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Your basket")
    assert 0 < tick(desk) < middle


def test_plays_across_the_border_of_two_pages(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_label("Speed").select_option("16")
    desk.keyboard.press("k")
    expect(player(desk)).to_have_attribute("data-state", "playing")
    expect(desk.frame_locator("iframe[data-current]").locator(".alert")).to_be_visible(timeout=15_000)
    expect(player(desk)).to_have_attribute("data-state", "paused", timeout=15_000)
    assert time_ms(desk) == recording.duration_ms


def test_the_first_piece_does_not_wait_for_the_others(desk: Page, recording: Recording) -> None:
    asked: list[str] = []
    desk.route("**/segments/1", lambda route: None)  # never answered
    desk.on("request", lambda request: asked.append(request.url))
    show(desk, recording)
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Your basket")
    assert not any("segments/" in url for url in asked), "the first one came with the answer to the watch"


Check = Callable[[Page], None]


def at(ms: int) -> Check:
    return lambda page: expect(player(page)).to_have_attribute("data-time-ms", str(ms))


def does(state: str) -> Check:
    return lambda page: expect(player(page)).to_have_attribute("data-state", state)


def says(text: str) -> Check:
    return lambda page: expect(page.get_by_role("status").first).to_contain_text(re.compile(text))


def opens(name: str) -> Check:
    return lambda page: expect(page.get_by_role("dialog", name=name)).to_be_visible()


def is_full(page: Page) -> None:
    wait_for(lambda: page.evaluate("document.fullscreenElement !== null"), what="the full screen")
    page.evaluate("document.exitFullscreen()")


# Each pressed at second 20, while it is paused; the tenths are of a recording of ten parts.
KEYS: dict[str, Check] = {
    "Space": does("playing"),
    "k": does("playing"),
    "j": at(10_000),
    "l": at(30_000),
    "ArrowLeft": at(15_000),
    "ArrowRight": at(25_000),
    ",": at(19_960),
    ".": at(20_040),
    "n": says("^00:[2-5]"),
    "p": says("^00:[01]"),
    "e": does("playing"),
    "<": says("Speed 0.5"),
    ">": says("Speed 1×"),
    "u": says("ink at 00:20"),
    "r": says("begins at 00:20"),
    "c": opens("Remark at 00:20"),
    "f": is_full,
    "?": opens("Keys"),
}
MOVE = """
(ms) => {
  const range = document.querySelector("[data-part=range]");
  range.value = String(ms);
  range.dispatchEvent(new Event("input", { bubbles: true }));
}
"""


def test_every_key_does_what_the_help_says(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    tenths: dict[str, Check] = {str(n): at(round(recording.duration_ms * n / 10)) for n in range(10)}
    for key, is_done in {**KEYS, **tenths}.items():
        desk.evaluate(MOVE, 20_000)
        at(20_000)(desk)
        desk.keyboard.press(key)
        is_done(desk)
        desk.keyboard.press("Escape")
        if player(desk).get_attribute("data-state") == "playing":
            desk.keyboard.press("k")
        does("paused")(desk)
    desk.keyboard.press("?")
    named = {"space": "Space", "←": "ArrowLeft", "→": "ArrowRight"}
    helped = {named.get(text, text) for text in desk.locator("dialog kbd").all_inner_texts()}
    assert helped == {*KEYS, "0", "9"}


def test_requests_are_drawn_as_bars_on_one_scale(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_role("tab", name="Network").click()
    bars = desk.locator("#panel-network .row-fall span")
    expect(bars).to_have_count(2)
    assert all(width > 10 for width in bars.evaluate_all("(all) => all.map((bar) => bar.clientWidth)"))


def test_times_can_be_those_of_a_clock_and_stay_so(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    row = desk.locator("#panel-steps .row").first
    desk.get_by_label("Times").select_option("utc")
    began = recording.started_at.strftime("%H:%M:%S")  # type: ignore[union-attr]
    at_ms = int(row.get_attribute("data-at-ms") or 0)
    then = recording.started_at + timedelta(milliseconds=at_ms)  # type: ignore[operator]
    expect(row.locator(".row-time")).to_have_text(then.strftime("%H:%M:%S"))
    expect(desk.locator("[data-part=time]")).to_contain_text(f"{began} /")
    show(desk, recording)
    expect(desk.locator("[data-part=time]")).to_contain_text(f"{began} /")
    desk.get_by_label("Times").select_option("start")
    expect(desk.locator("[data-part=time]")).to_contain_text("00:00 /")


def test_a_link_to_a_part_ends_the_play_where_the_part_ends(desk: Page, recording: Recording) -> None:
    show(desk, recording, "?t=2&to=4")
    expect(desk.locator(".lane-range")).to_be_visible()
    desk.keyboard.press("k")
    expect(player(desk)).to_have_attribute("data-state", "playing")
    expect(player(desk)).to_have_attribute("data-state", "paused")
    at(4_000)(desk)
    desk.keyboard.press("k")
    expect(player(desk)).to_have_attribute("data-state", "playing")


def test_a_part_is_marked_by_two_presses_and_its_link_is_made(desk: Page, recording: Recording) -> None:
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(desk, recording, "?t=12")
    desk.keyboard.press("r")
    desk.keyboard.press("l")
    at(22_000)(desk)
    desk.keyboard.press("r")
    says("Link to 00:12–00:22 copied")(desk)
    assert desk.evaluate("navigator.clipboard.readText()").endswith("?t=12&to=22")


def test_what_somebody_has_seen_before_is_marked_on_the_line(desk: Page, recording: Recording) -> None:
    Watch.objects.create(recording=recording, user=None, role="agent", spans=[[0, 9_000], [5_000, 12_000]])
    show(desk, recording, "?t=40")
    expect(desk.locator(".lane-watched")).to_have_attribute("title", "Staff have watched 12 s of it")
    width = desk.locator(".lane-watched").evaluate("(line) => line.clientWidth")
    seen = desk.locator(".lane-watched span").first.evaluate("(span) => span.clientWidth")
    assert abs(seen - width * 12_000 / recording.duration_ms) <= 2


@pytest.fixture
def in_two_tabs(people: dict[str, User], pages: list[list[story.Event]]) -> Recording:
    """The basket stays open in its tab, and the checkout comes in another one, from half of the basket's time on."""
    basket, checkout = copy.deepcopy(pages)
    half = (basket[-1]["timestamp"] - basket[0]["timestamp"]) // 2
    earlier = checkout[0]["timestamp"] - basket[0]["timestamp"] - half
    for event in checkout:
        event["timestamp"] -= earlier
    site = people["alice"].memberships.get().site
    return recorded.ready(factories.TicketFactory(site=site), [basket, checkout], "ab")


def test_tabs_are_lanes_and_one_can_be_kept_in_front(desk: Page, in_two_tabs: Recording) -> None:
    show(desk, in_two_tabs)
    heading = desk.frame_locator("iframe[data-current]").locator("h1")
    lanes = desk.locator(".tab-lane")
    expect(lanes).to_have_count(2)
    desk.locator(".tab-page", has_text="/checkout").click()
    desk.keyboard.press("l")
    expect(heading).to_have_text("Checkout")
    desk.get_by_role("button", name="Tab 1", exact=True).click()
    expect(heading).to_have_text("Your basket")
    expect(desk.get_by_role("button", name="Tab 1", exact=True)).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("button", name="Tab 2", exact=True).click()
    expect(heading).to_have_text("Checkout")
    desk.keyboard.press("0")
    expect(desk.get_by_text("This tab was not open")).to_be_visible()
    desk.get_by_role("button", name="Tab 2", exact=True).click()
    expect(heading).to_have_text("Your basket")
    assert axe(desk, "the player with tabs") == []
    if folder := os.environ.get("PLACET_SHOTS"):
        desk.get_by_label("Times").select_option("utc")
        desk.get_by_role("tab", name="Network").click()
        desk.keyboard.press("r")
        for scheme in ("light", "dark"):
            desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            desk.screenshot(path=str(Path(folder) / f"tabs-{scheme}.png"))
        desk.set_viewport_size({"width": 390, "height": 844})
        desk.screenshot(path=str(Path(folder) / "tabs-390.png"), full_page=True)


def test_keys_are_left_alone_while_typing_in_a_field(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_role("tab", name="Console").click()
    desk.get_by_label("Search the console").fill("")
    desk.keyboard.type("k9 lj")
    assert time_ms(desk) == 0
    assert desk.get_by_label("Search the console").input_value() == "k9 lj"


def test_lists_and_picture_are_in_step_both_ways(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_role("tab", name="Network").click()
    failed = desk.locator("#panel-network .row", has_text="POST /pay")
    expect(failed).to_contain_text("500")
    failed.click()
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")
    expect(failed).to_have_attribute("aria-current", "true")
    desk.get_by_role("tab", name="Errors").click()
    expect(desk.locator("#panel-errors .row")).to_contain_text("order is undefined")
    desk.get_by_role("tab", name="Privacy").click()
    expect(desk.locator("#panel-privacy")).to_contain_text("What was typed")


def test_the_first_problem_is_one_press_away(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_role("button", name="Start at the first problem").click()
    expect(player(desk)).to_have_attribute("data-state", "playing")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")


def test_speed_is_remembered(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_label("Speed").select_option("4")
    show(desk, recording)
    assert desk.get_by_label("Speed").input_value() == "4"


@pytest.mark.parametrize(("query", "key"), [("", "9"), ("?t=50", "")])
def test_places_that_were_not_recorded_say_so(desk: Page, recording: Recording, query: str, key: str) -> None:
    show(desk, recording, query)
    if key:
        desk.keyboard.press(key)
    frame = desk.frame_locator("iframe[data-current]")
    expect(frame.locator("h1")).to_have_text("Checkout")
    expect(frame.locator("iframe")).to_have_attribute("data-placet-unseen", "frame")
    expect(frame.locator("canvas")).to_have_attribute("data-placet-unseen", "canvas")
    box = frame.locator("canvas").evaluate("(box) => [box.offsetWidth, box.offsetHeight]")
    assert box == [290, 150], "it takes the place that it had"
    assert "url(" in frame.locator("canvas").evaluate("(box) => getComputedStyle(box).backgroundImage")


def test_what_was_watched_is_written_down_span_by_span(desk: Page, recording: Recording) -> None:
    show(desk, recording, "?t=20")
    assert Watch.objects.filter(recording=recording).count() == 1
    with desk.expect_response(re.compile(r"/watch$"), timeout=8_000):
        pass
    watch = Watch.objects.get(recording=recording)
    assert any(from_ms <= 20_000 <= to_ms for from_ms, to_ms in watch.spans)


def test_a_withdrawal_closes_the_player_at_the_next_beat(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.DELETING)
    expect(player(desk)).to_have_attribute("data-state", "error", timeout=8_000)
    expect(desk.get_by_role("alert").first).to_contain_text("withdrawn by the person")
    assert desk.locator("iframe").count() == 0


def test_what_the_browser_let_through_is_named_with_its_place_and_leads_there(
    desk: Page, people: dict[str, User], pages: list[list[story.Event]]
) -> None:
    basket = copy.deepcopy(pages)
    at = next(event["timestamp"] for event in basket[0] if event["data"].get("tag") == "placet.console")
    log = {"level": "log", "text": "paid with 4929 3813 3266 4295", "count": 1}
    basket[0].append({"type": 5, "data": {"tag": "placet.console", "payload": log}, "timestamp": at + 1})
    basket[0].sort(key=lambda event: event["timestamp"])
    site = people["alice"].memberships.get().site
    leaky = recorded.ready(factories.TicketFactory(site=site), basket)
    assert leaky.second_gate_hits == 1
    show(desk, leaky)
    desk.get_by_role("tab", name="Privacy").click()
    place = desk.locator("[data-part=caught] li")
    expect(place).to_contain_text("Card number: in the console")
    assert "4929" not in desk.content()
    place.get_by_role("button").click()
    expect(player(desk)).to_have_attribute("data-state", "paused")
    expect(player(desk)).to_have_attribute("data-time-ms", str(at + 1 - basket[0][0]["timestamp"]))
    if folder := os.environ.get("PLACET_SHOTS"):
        desk.screenshot(path=str(Path(folder) / "caught.png"))


def test_on_a_phone_everything_is_there_without_scrolling_sideways(desk: Page, recording: Recording) -> None:
    desk.set_viewport_size({"width": 390, "height": 800})
    show(desk, recording)
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390
    expect(desk.get_by_role("button", name="Play")).to_be_visible()


def test_what_went_wrong_is_listed_and_each_is_a_jump(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    rows = desk.locator(".trouble-row")
    expect(rows.filter(has_text="Failed request: 500 POST")).to_have_count(1)
    expect(rows.filter(has_text="Payment failed")).to_have_count(1)
    rows.filter(has_text="Payment failed").click()
    expect(player(desk)).to_have_attribute("data-state", "paused")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")


def test_a_link_from_the_ticket_starts_at_the_first_problem(desk: Page, recording: Recording) -> None:
    desk.goto(f"/tickets/{recording.ticket.number}/")
    desk.get_by_role("link", name="Start at the first problem").click()
    expect(player(desk)).to_have_attribute("data-state", "playing")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Checkout")


def test_a_remark_on_the_moment_is_one_key(desk: Page, recording: Recording) -> None:
    show(desk, recording, "?t=12")
    desk.keyboard.press("c")
    expect(desk.get_by_role("dialog", name="Remark at 00:12")).to_be_visible()
    desk.keyboard.type("The total is wrong here, k")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("dialog")).to_be_hidden()
    expect(desk.locator("#panel-steps .row", has_text="The total is wrong")).to_be_visible()
    assert time_ms(desk) == 12_000
    desk.goto(f"/tickets/{recording.ticket.number}/")
    expect(desk.get_by_text("The total is wrong here, k")).to_be_visible()
    desk.get_by_role("link", name="at 00:12").click()
    expect(player(desk)).to_have_attribute("data-time-ms", "12000")


def test_steps_go_to_the_ticket_and_files_to_the_agent(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    desk.get_by_role("button", name="Copy steps to the ticket").click()
    expect(desk.get_by_role("status").first).to_contain_text("on the ticket now")
    desk.get_by_role("tab", name="About").click()
    desk.get_by_label("What", exact=True).select_option("script")
    desk.get_by_label("Why").fill("to see it happen")
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == f"{recording.pk}.py"


def test_the_lists_can_be_made_wider_and_stay_so(desk: Page, recording: Recording) -> None:
    show(desk, recording)
    border = desk.get_by_role("separator", name="Width of the lists")
    border.focus()
    before = desk.locator(".side").evaluate("(side) => side.clientWidth")
    for _ in range(3):
        desk.keyboard.press("ArrowLeft")
    wider = desk.locator(".side").evaluate("(side) => side.clientWidth")
    assert wider >= before + 60
    assert time_ms(desk) == 0, "the arrows were the border's"
    show(desk, recording)
    assert abs(desk.locator(".side").evaluate("(side) => side.clientWidth") - wider) <= 2
