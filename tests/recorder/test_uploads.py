"""What is captured arrives once, or leaves a marked gap: refusals, outages, short pages, full storage."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.recorder.steps import bar, flush, land, press, recording
from tests.recorder.wire import Answer, Case, Chunk, Wire

pytestmark = pytest.mark.e2e

NOTE = "text => { document.body.append(Object.assign(document.createElement('p'), { textContent: text })) }"


def note(page: Page, text: str) -> None:
    page.evaluate(NOTE, text)


def numbers(case: Case, page: int = 1) -> list[int]:
    return [chunk.seq for chunk in case.numbered() if chunk.page == page]


def gaps(case: Case, cause: str) -> list[dict[str, Any]]:
    return [gap for gap in case.tagged("gap") if gap["cause"] == cause]


def holding(chunk: Chunk, text: str) -> bool:
    return text in json.dumps(chunk.events)


# --- Refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 403, 409, 413])
def test_a_refused_chunk_becomes_a_gap_and_a_fresh_snapshot(page: Page, case: Case, status: int) -> None:
    land(page, case)
    refused: list[Chunk] = []

    def once(chunk: Chunk) -> Answer | None:
        if holding(chunk, "never arrives") and not refused:
            refused.append(chunk)
            return Answer(status, {"error": "no"})
        return None

    case.refuse = once
    note(page, "never arrives")
    flush(page)
    case.wait(lambda: len(case.snapshots()) == 2, "a fresh snapshot")
    (gap,) = gaps(case, "lost")
    assert (gap["from_ms"], gap["to_ms"]) == (refused[0].first_ms, refused[0].last_ms)
    assert [number for _, number, answer in case.arrivals if answer == status] == [refused[0].seq], "not tried again"
    note(page, "arrives")
    flush(page)
    assert "arrives" in case.text()
    recording(page)


def test_refusals_without_end_pause_with_a_reason_and_never_loop(page: Page, case: Case) -> None:
    land(page, case)
    case.refuse = lambda chunk: Answer(403, {"error": "no"})
    note(page, "one")
    expect(bar(page)).to_contain_text("the server refused")
    tries = len(case.arrivals)
    page.wait_for_timeout(2_000)
    assert len(case.arrivals) == tries
    assert tries < 12
    case.refuse = lambda chunk: None
    press(page, "resume")
    recording(page)
    note(page, "two")
    flush(page)
    assert "two" in case.text()


def test_scattered_refusals_are_said_in_the_bar(page: Page, case: Case) -> None:
    land(page, case)
    case.refuse = lambda chunk: Answer(400, {}) if holding(chunk, "refuse me") else None
    for number in range(2):
        page.evaluate(f"console.log('refuse me {number}'); placet.flush()")
        note(page, f"taken {number}")
        flush(page)
    expect(bar(page)).to_contain_text("Parts were not stored")
    recording(page)


def test_a_page_that_is_larger_than_the_server_takes_pauses_with_a_reason(page: Page, case: Case) -> None:
    case.put("/", "<button id=go onclick=\"for (let i = 0; i < 9; i++) { const p = document.createElement('p');"
                  " p.textContent = 'word '.repeat(2e5); document.body.append(p) }\">Go</button>")  # fmt: skip
    land(page, case)
    page.click("#go")
    expect(bar(page)).to_contain_text("too large to record")
    tries = len(case.arrivals)
    page.wait_for_timeout(1_500)
    assert len(case.arrivals) <= tries + 1
    assert all(answer == 200 for _, _, answer in case.arrivals)
    assert gaps(case, "lost") or gaps(case, "over_budget")


def test_a_large_page_is_compressed_without_long_tasks_of_ours(page: Page, case: Case) -> None:
    case.put("/", "<div id=big></div><script>document.querySelector('#big').innerHTML ="
                  " Array.from({ length: 9000 }, (_, i) => `<p class=row-${i % 7}>row</p>`).join('')</script>")  # fmt: skip
    page.add_init_script(
        """
        window.longest = 0;
        const write = WritableStreamDefaultWriter.prototype.write;
        WritableStreamDefaultWriter.prototype.write = function (bytes) {
          longest = Math.max(longest, bytes.byteLength); return write.call(this, bytes);
        };
        """
    )
    land(page, case)
    biggest = max(len(json.dumps(chunk.events)) for chunk in case.numbered())
    assert biggest > 700_000
    assert 0 < page.evaluate("longest") <= 65_536
    assert all(chunk.zipped for chunk in case.numbered())
    assert max(chunk.bytes for chunk in case.numbered()) < 1_000_000


# --- Away and back ------------------------------------------------------------------------------------


def test_a_server_that_says_later_gets_everything_once_it_is_back(page: Page, case: Case) -> None:
    land(page, case)
    case.refuse = lambda chunk: Answer(503, {"error": "busy", "retry_after": 1})
    note(page, "during the outage")
    page.wait_for_timeout(1_200)
    assert "during the outage" not in case.text()
    case.refuse = lambda chunk: None
    case.wait(lambda: "during the outage" in case.text())
    flush(page)
    assert numbers(case) == list(range(len(numbers(case))))
    assert gaps(case, "lost") == []


def test_offline_and_back_loses_nothing(page: Page, case: Case) -> None:
    land(page, case)
    page.context.set_offline(True)
    for text in ("offline one", "offline two"):
        note(page, text)
        page.wait_for_timeout(700)
    assert "offline" not in case.text()
    page.context.set_offline(False)
    case.wait(lambda: "offline two" in case.text())
    flush(page)
    assert "offline one" in case.text()
    assert numbers(case) == list(range(len(numbers(case))))


def test_a_lost_answer_makes_the_same_chunk_come_again_unchanged(page: Page, case: Case) -> None:
    land(page, case)
    lost: list[Chunk] = []

    def answer_lost(chunk: Chunk) -> Answer | None:
        if holding(chunk, "said once") and not lost:
            lost.append(chunk)
            return Answer(503, {"error": "busy", "retry_after": 0}, kept=True)
        return None

    case.refuse = answer_lost
    note(page, "said once")
    flush(page)
    again = [answer for _, seq, answer in case.arrivals if seq == lost[0].seq]
    assert again == [503, 200]
    assert gaps(case, "lost") == []


def test_a_reload_in_the_middle_of_an_outage_keeps_what_waits(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    wire.away = True
    note(page, "before the reload")
    page.wait_for_timeout(700)
    page.reload()
    page.locator("placet-bar").wait_for()
    note(page, "after the reload")
    page.wait_for_timeout(500)
    wire.away = False
    page.evaluate("dispatchEvent(new Event('online'))")
    case.wait(lambda: "after the reload" in case.text() and "before the reload" in case.text())
    flush(page)
    first = [chunk for chunk in case.numbered() if chunk.page == 1]
    assert holding(first[-1], "before the reload") or any(holding(chunk, "before the reload") for chunk in first)
    assert numbers(case) == list(range(len(numbers(case))))
    assert '"waiting":[]' in page.evaluate("sessionStorage.placet"), "purged when acknowledged"


def test_what_does_not_fit_the_tab_is_marked_as_lost(page: Page, case: Case, wire: Wire) -> None:
    case.put("/", "<p>small</p>")
    land(page, case)
    wire.away = True
    # Some 1.9 MB in several chunks: more than is kept over a reload.
    for number in range(4):
        page.evaluate("(n) => { for (let i = 0; i < 250; i++) console.log('word '.repeat(380) + n + '-' + i) }", number)
        page.wait_for_timeout(400)
    page.reload()
    page.locator("placet-bar").wait_for()
    assert len(page.evaluate("sessionStorage.placet")) < 1_700_000
    wire.away = False
    page.evaluate("dispatchEvent(new Event('online'))")
    case.wait(lambda: gaps(case, "lost"))
    (gap,) = gaps(case, "lost")
    assert gap["from_ms"] < gap["to_ms"]
    flush(page)
    assert len(case.tagged("page")) == 2


def test_a_full_storage_costs_no_silence(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    page.evaluate("try { for (let i = 0; ; i++) sessionStorage.setItem('mine' + i, 'x'.repeat(50000)) } catch {}")
    page.evaluate("try { for (let i = 0; ; i++) sessionStorage.setItem('less' + i, 'x'.repeat(50)) } catch {}")
    wire.away = True
    for text in ("first word", "second word"):
        note(page, text * 40)
        page.wait_for_timeout(500)
    page.reload()
    page.locator("placet-bar").wait_for()
    wire.away = False
    page.evaluate("dispatchEvent(new Event('online'))")
    case.wait(lambda: len(case.tagged("page")) == 2)
    flush(page)
    assert gaps(case, "lost") or "second word" in case.text()
    assert page.evaluate("sessionStorage.mine0.length") == 50_000, "what is the page's stays"


def test_a_page_number_that_comes_late_loses_nothing(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    wire.away = True
    page.goto(case.url("/next"))
    page.locator("placet-bar").wait_for()
    note(page, "before it has a number")
    page.wait_for_timeout(600)
    wire.away = False
    case.wait(lambda: "before it has a number" in case.text())
    second = [chunk for chunk in case.numbered() if chunk.page == 2]
    assert second[0].events[0]["data"]["tag"] == "placet.page"
    times = [event["timestamp"] for event in second[0].events]
    assert times[0] == min(times)


# --- The tail -----------------------------------------------------------------------------------------


def test_the_tail_of_a_short_page_arrives(page: Page, case: Case) -> None:
    land(page, case)
    case.flush_ms = 60_000
    for round_ in range(3):
        page.goto(case.url("/next"), wait_until="commit")
        page.wait_for_function("window.placet && placet.state() === 'recording'")
        note(page, f"short {round_}")
        page.wait_for_timeout(100)
    page.goto(case.wire.base + "/gone")
    case.wait(lambda: all(f"short {round_}" in case.text() for round_ in range(3)))
    ends = [chunk for chunk in case.numbered() if "l" in chunk.flags]
    assert [chunk.page for chunk in ends] == [1, 2, 3, 4]
    assert all("k" in chunk.flags for chunk in ends)


def test_the_tail_arrives_when_the_tab_is_closed(page: Page, case: Case) -> None:
    land(page, case)
    case.flush_ms = 60_000
    page.context.new_page()
    note(page, "the last word")
    page.wait_for_timeout(50)
    page.close(run_before_unload=True)
    case.wait(lambda: "the last word" in case.text())


def test_a_tail_that_is_too_large_sends_what_fits(page: Page, case: Case) -> None:
    case.flush_ms = 60_000
    case.put("/", "<p>small</p>")
    land(page, case)
    flush(page)
    # Each below a chunk's size, in one breath, and three bytes a letter on the wire.
    page.evaluate(
        """() => {
          addEventListener("pagehide", () => {}, { once: true });
          for (let i = 0; i < 3; i++) console.log("漢".repeat(1_900) + i);
          const host = document.createElement("div");
          host.innerHTML = Array.from({ length: 110 }, () => `<p title="漢字漢字漢字漢字漢字">漢字漢字漢字漢字漢字漢字</p>`).join("");
          document.body.append(host);
          console.log("the last line");
        }"""
    )
    page.goto(case.wire.base + "/gone")
    case.wait(lambda: any("k" in chunk.flags for chunk in case.numbered()))
    (tail,) = [chunk for chunk in case.numbered() if "k" in chunk.flags]
    assert tail.bytes <= 50_000 + 200
    assert holding(tail, "the last line")


# --- The promises of the page's interface -------------------------------------------------------------


def test_flush_resolves_when_all_is_acknowledged(page: Page, case: Case) -> None:
    case.flush_ms = 60_000
    land(page, case)
    note(page, "flushed")
    assert "flushed" not in case.text()
    page.evaluate("placet.flush()")
    assert "flushed" in case.text()


def test_waiting_chunks_are_purged_when_the_recording_is_deleted(page: Page, case: Case, wire: Wire) -> None:
    land(page, case)
    wire.away = True
    note(page, "must not stay")
    page.wait_for_timeout(600)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    press(page, "withdraw")
    press(page, "withdraw-confirm")
    expect(bar(page)).to_contain_text("Sending")
    wire.away = False
    expect(bar(page)).to_contain_text("Nothing is left")
    assert page.evaluate("sessionStorage.length") == 0
    assert "must not stay" not in case.text()
