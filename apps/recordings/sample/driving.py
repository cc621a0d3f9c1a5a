"""Work on a page in real Chromium while rrweb records it."""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from apps.recordings.sample.stretching import Rounds, split
from apps.recordings.services import wire

DESK = Path(__file__).resolve().parent / "desk.html"
ADDRESS = "https://desk.example/"
PARTS = ("Customers", "Reports", "Stock", "Orders")
ROUNDS = 3  # the first one begins elsewhere than it ends
BEGIN = """() => {
  window.events = []; window.marks = [];
  window.say = (tag, payload) => rrwebRecord.record.addCustomEvent(tag, payload);
  rrwebRecord.record({ emit: (event) => window.events.push(event), maskAllInputs: true });
}"""


def _browser() -> str:
    return shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"


def _round(page: Page) -> None:
    page.evaluate("window.marks.push(window.events.length)")
    for part in PARTS:
        page.mouse.move(700, 420, steps=6)
        page.get_by_role("button", name=part, exact=True).click()
        step = {"kind": "click", "label": part, "role": "button"}
        page.evaluate("(step) => window.say('placet.step', step)", step)
        page.wait_for_timeout(350)
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(350)
        page.mouse.wheel(0, -500)
        page.wait_for_timeout(250)
    call = {"kind": "fetch", "method": "POST", "url": f"{ADDRESS}api/orders", "status": 500, "duration_ms": 310}
    page.evaluate("(call) => window.say('placet.network', call)", call)


def work() -> tuple[Rounds, list[int]]:
    """Some rounds of work at the order desk, and where in the events each begins. Needs Chromium and the frontend's
    packages.
    """
    record = Path(settings.BASE_DIR) / "frontend/node_modules/@rrweb/record/dist/record.umd.min.cjs"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_browser(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.route("**/*", lambda route: route.fulfill(path=str(DESK), content_type="text/html"))
        page.goto(ADDRESS)
        page.add_script_tag(path=str(record))
        page.evaluate(BEGIN)
        for _ in range(ROUNDS):
            _round(page)
        page.evaluate("window.marks.push(window.events.length)")
        raw = page.evaluate("JSON.stringify(window.events)").encode()
        marks: list[int] = page.evaluate("window.marks")
        browser.close()
    # The load events go, so that what was counted in the browser fits what is kept.
    dropped = [at for at, event in enumerate(wire.load(raw)) if event["type"] in wire.DROPPED]
    marks = [mark - sum(at < mark for at in dropped) for mark in marks]
    return split(wire.events(raw), marks), marks
