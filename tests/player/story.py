"""A small case, recorded in real Chromium by rrweb itself: basket, then a checkout that fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Route

HERE = Path(__file__).resolve().parent
RECORD = HERE.parent.parent / "frontend/node_modules/@rrweb/record/dist/record.umd.min.cjs"
ORIGIN = "https://shop.example"

Event = dict[str, Any]

START = """
() => {
  window.__events = [];
  rrwebRecord.record({
    emit: (event) => window.__events.push(event),
    maskInputFn: () => "[typed]", maskAllInputs: true,
    maskTextSelector: ".who", maskTextFn: () => "[text]",
    blockSelector: "iframe,canvas", slimDOMOptions: "all",
  });
}
"""
SAY = "([tag, payload]) => rrwebRecord.record.addCustomEvent(tag, payload)"


def _serve(route: Route) -> None:
    url = route.request.url
    if url.startswith("https://pay.example"):
        route.fulfill(content_type="text/html", body="<p>4111 1111 1111 1111</p>")
    else:
        name = "checkout" if "checkout" in url else "basket"
        route.fulfill(content_type="text/html", path=str(HERE / "pages" / f"{name}.html"))


def _begin(page: Page, number: int, path: str) -> None:
    page.goto(f"{ORIGIN}{path}")
    page.add_script_tag(path=str(RECORD))
    page.evaluate(START)
    say(page, "placet.page", {"page": number, "tab": "a", "url": f"{ORIGIN}{path}", "width": 1280, "height": 800})


def say(page: Page, tag: str, payload: Event) -> None:
    page.evaluate(SAY, [tag, payload])


def record(browser: Browser) -> list[list[Event]]:
    """Return the events of each of the two pages, as they were emitted."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.route("**/*", _serve)
    page = context.new_page()
    _begin(page, 1, "/basket")
    page.mouse.move(200, 200)
    page.mouse.move(500, 380, steps=8)
    page.click("#more")
    say(page, "placet.step", {"kind": "click", "label": "One more rope", "role": "button"})
    page.wait_for_timeout(900)
    page.fill("#voucher", "SECRET-VOUCHER")
    say(page, "placet.step", {"kind": "input", "label": "Voucher", "role": "textbox"})
    say(page, "placet.console", {"level": "log", "text": "basket has 4 items", "count": 2})
    say(page, "placet.network", {"kind": "fetch", "method": "GET", "url": f"{ORIGIN}/api/basket", "status": 200,
                                 "start_ms": 0, "duration_ms": 48, "response_bytes": 512})  # fmt: skip
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(1200)
    say(page, "placet.masked", {"counts": {"input": 3, "text": 5}})
    basket: list[Event] = page.evaluate("window.__events")
    _begin(page, 2, "/checkout")
    page.wait_for_timeout(600)
    page.fill("#name", "Dora Example")
    say(page, "placet.step", {"kind": "input", "label": "Name", "role": "textbox"})
    page.click("#pay")
    say(page, "placet.step", {"kind": "click", "label": "Pay now", "role": "button"})
    say(page, "placet.network", {"kind": "fetch", "method": "POST", "url": f"{ORIGIN}/pay", "status": 500,
                                 "start_ms": 0, "duration_ms": 310, "response_bytes": 60})  # fmt: skip
    say(page, "placet.console", {"level": "error", "text": "payment refused: E4021", "count": 1})
    say(page, "placet.error", {"kind": "error", "message": "TypeError: order is undefined", "source": "/shop.js",
                               "line": 42, "column": 7, "stack": "TypeError: order is undefined\n    at pay"})  # fmt: skip
    page.wait_for_timeout(1200)
    checkout: list[Event] = page.evaluate("window.__events")
    context.close()
    return [basket, checkout]


def stretched(pages: list[list[Event]], factor: float, start_ms: int) -> list[list[Event]]:
    """The same, slower: the whole begins at `start_ms`, and every span is `factor` times as long."""
    zero = pages[0][0]["timestamp"]

    def at(ms: float) -> int:
        return round(start_ms + (ms - zero) * factor)

    def moved(event: Event) -> Event:
        data = event["data"]
        if isinstance(data, dict) and "positions" in data:
            positions = [{**one, "timeOffset": round(one["timeOffset"] * factor)} for one in data["positions"]]
            data = {**data, "positions": positions}
        return {**event, "data": data, "timestamp": at(event["timestamp"])}

    return [[moved(event) for event in events if event["type"] > 1] for events in pages]


def node(tag: str, attributes: dict[str, str]) -> Event:
    """An element as it stands in a snapshot; its number comes with `still`."""
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": []}


def still(nodes: list[Event], *, start_ms: int = 1_790_000_000_000) -> list[Event]:
    """A page that holds `nodes`, and on which nothing happens for a second."""
    for number, each in enumerate(nodes, start=10):
        each["id"] = number
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": nodes, "id": 4}
    head = {"type": 2, "tagName": "head", "attributes": {}, "childNodes": [], "id": 3}
    html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [head, body], "id": 2}
    document = {"type": 0, "childNodes": [html], "id": 1}
    return [
        {"type": 4, "data": {"href": f"{ORIGIN}/", "width": 1280, "height": 800}, "timestamp": start_ms},
        {
            "type": 2,
            "data": {"node": document, "initialOffset": {"top": 0, "left": 0}},
            "timestamp": start_ms + 1,
        },
        {"type": 5, "data": {"tag": "placet.note", "payload": {"text": "end"}}, "timestamp": start_ms + 1000},
    ]
