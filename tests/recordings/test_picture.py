"""Snapshots that packing writes by itself show exactly what the Replayer makes of the events before them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from apps.recordings import limits
from apps.recordings.services import wire
from apps.recordings.services.picture import Picture

MODULES = Path(__file__).resolve().parents[2] / "frontend/node_modules/@rrweb"
RECORD = MODULES / "record/dist/record.umd.min.cjs"
REPLAY = MODULES / "replay/dist/replay.umd.min.cjs"

PAGE = """<!doctype html><html><head><style id="sheet">p { color: rgb(1, 2, 3) }</style><style id="text">i{}</style></head>
<body><main></main><div id="host"></div><textarea>first</textarea><input id="t"><input id="c" type="checkbox">
<select><option>a</option><option>b</option></select><div id="far" style="height:40px;overflow:auto;margin:1px">
<div style="height:900px"></div></div><iframe srcdoc="<p>in a frame</p>"></iframe></body></html>"""

# A page that does everything a page does to its document, decided by a seeded generator.
BUSY = """
async (seed) => {
  let at = seed;
  const random = (n) => (at = (at * 1103515245 + 12345) % 2147483648) % n;
  const main = document.querySelector("main"), rules = document.getElementById("sheet").sheet;
  const shadow = document.getElementById("host").attachShadow({ mode: "open" });
  const made = [];
  const any = () => made[random(made.length)];
  const make = () => {
    const element = document.createElement(["p", "b", "ul", "i"][random(4)]);
    element.textContent = `n${made.length}`;
    made.push(element);
    return element;
  };
  const inner = document.querySelector("iframe").contentDocument.body;
  const acts = [
    () => main.append(make()),
    () => main.insertBefore(make(), main.childNodes[random(main.childNodes.length + 1)] ?? null),
    () => { const a = make(); a.append(make(), make()); main.prepend(a); },
    () => any()?.remove(),
    () => { const [a, b] = [any(), any()]; if (a && b && !a.contains(b)) b.append(a); },
    () => { if (any()) any().style.paddingLeft = `${random(30)}px`; },
    () => { const a = any(); if (a) { a.style.cssText = "color: red"; a.style.removeProperty("color"); } },
    () => any()?.setAttribute("title", String(random(99))),
    () => any()?.removeAttribute("title"),
    () => { const text = any()?.firstChild; if (text) text.data = `text ${random(99)}`; },
    () => rules.insertRule(`p { margin-top: ${random(9)}px }`, random(rules.cssRules.length + 1)),
    () => { if (rules.cssRules.length > 2) rules.deleteRule(random(rules.cssRules.length)); },
    () => { rules.cssRules[0].style.setProperty("color", `rgb(${random(9)}, 0, 0)`); },
    () => { document.getElementById("text").firstChild.data = `b { letter-spacing: ${random(5)}px }`; },
    () => shadow.append(make()),
    () => inner.append(make()),
    () => { main.innerHTML = "<p>afresh <b>all</b></p>"; },
    () => { document.getElementById("far").style.marginLeft = `${random(9)}px`; },
    () => { document.getElementById("far").scrollTop = random(500); },
    () => { const sheet = new CSSStyleSheet(); sheet.replaceSync(`p { top: ${random(9)}px }`); document.adoptedStyleSheets = [sheet]; },
  ];
  for (let round = 0; round < 200; round++) {
    for (let n = random(4); n >= 0; n--) acts[random(acts.length)]();
    await new Promise((done) => setTimeout(done, 5));
  }
}
"""
SHOWN = """
async (events) => {
  document.body.innerHTML = "";
  const replayer = new rrwebReplay.Replayer(events, { root: document.body, showWarning: false, mouseTail: false });
  await new Promise((done) => setTimeout(done, 60));
  replayer.pause(events[events.length - 1].timestamp - events[0].timestamp + 1);
  await new Promise((done) => setTimeout(done, 60));
  const document_ = replayer.iframe.contentDocument;
  const look = (doc) => [...doc.querySelectorAll("*")].map((element) => {
    const style = doc.defaultView.getComputedStyle(element);
    return [element.localName, element.title, element.getAttribute("class"), element.value ?? "", element.checked ?? "",
      element.scrollTop, style.color, style.margin, style.paddingLeft, style.letterSpacing, style.top,
      [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("|"),
      element.shadowRoot ? look({ querySelectorAll: (s) => element.shadowRoot.querySelectorAll(s), defaultView: doc.defaultView }) : "",
      element.localName === "iframe" && element.contentDocument ? look(element.contentDocument) : "",
    ];
  }).filter(([name]) => !["style", "head", "noscript"].includes(name));
  const seen = look(document_);
  replayer.destroy();
  return JSON.stringify(seen);
}
"""


@pytest.fixture
def page(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def recorded(page: Page, seed: int) -> list[wire.Event]:
    page.set_content(PAGE)
    page.add_script_tag(path=str(RECORD))
    page.evaluate("() => { window.events = []; rrwebRecord.record({ emit: (event) => window.events.push(event) }); }")
    page.wait_for_timeout(150)
    page.evaluate(BUSY, seed)
    page.fill("textarea", "second")
    page.fill("#t", "typed")
    page.check("#c")
    page.select_option("select", "b")
    page.wait_for_timeout(300)
    return wire.events(json.dumps(page.evaluate("window.events")).encode())


def drawn(events: list[wire.Event]) -> list[wire.Event]:
    picture = Picture()
    for event in wire.load(wire.dump(events)):
        picture.apply(event)
    assert picture.is_there
    return wire.load(wire.dump(picture.events(events[-1]["timestamp"])))


@pytest.mark.parametrize("seed", [1, 22, 4_444])
def test_a_snapshot_of_ours_shows_what_the_events_before_it_show(page: Page, seed: int) -> None:
    events = recorded(page, seed)
    assert len(events) > 60
    page.goto("about:blank")
    page.add_script_tag(path=str(REPLAY))
    for share in (0.3, 0.6, 1.0):
        before = events[: round(len(events) * share)]
        assert page.evaluate(SHOWN, drawn(before)) == page.evaluate(SHOWN, before)


def small(**data: Any) -> list[wire.Event]:
    text = {"type": 3, "textContent": "a", "id": 3}
    body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": [text], "id": 2}
    document = {"type": 0, "childNodes": [body], "id": 1}
    return [
        {"type": 4, "data": {"href": "https://x.example/", "width": 10, "height": 10}, "timestamp": 1},
        {"type": 2, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 2},
        {"type": 3, "data": {"source": 0, "texts": [], "attributes": [], "removes": [], "adds": [], **data},
         "timestamp": 3},
    ]  # fmt: skip


def after(events: list[wire.Event]) -> Picture:
    picture = Picture()
    for event in events:
        picture.apply(event)
    return picture


@pytest.mark.parametrize(
    "data",
    [
        {"adds": [{"parentId": 2, "nextId": None}]},
        {"adds": [{"parentId": 2, "nextId": -1, "node": {"type": 3, "textContent": "", "id": 9}}]},
        {"texts": [7]},
        {"attributes": "x"},
        {"removes": [{"id": 3}]},
    ],
)
def test_events_that_make_no_sense_leave_no_picture_until_the_next_snapshot(data: dict[str, Any]) -> None:
    picture = after(small(**data))
    assert not picture.is_there
    for event in small():
        picture.apply(event)
    assert picture.is_there


def test_what_refers_to_nothing_changes_nothing() -> None:
    node = {"type": 3, "textContent": "b", "id": 9}
    picture = after(
        small(
            adds=[{"parentId": 77, "nextId": None, "node": node}],
            texts=[{"id": 77, "value": "x"}],
            attributes=[{"id": 77, "attributes": {"a": "b"}}],
            removes=[{"parentId": 2, "id": 77}],
        )
    )
    snapshot = picture.events(5)[1]["data"]["node"]
    assert snapshot["childNodes"][0]["childNodes"] == [{"type": 3, "textContent": "a", "id": 3}]


def test_work_and_memory_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PICTURE_NODES", 2)
    assert not after(small()).is_there
    monkeypatch.setattr(limits, "PICTURE_NODES", 1_000)
    monkeypatch.setattr(limits, "PICTURE_STEPS", 4)
    assert not after(small()).is_there
    monkeypatch.setattr(limits, "PICTURE_STEPS", 1_000)
    monkeypatch.setattr(limits, "PICTURE_RULES", 3)
    rule = {"type": 3, "data": {"source": 8, "id": 2, "adds": [{"rule": "a{}"}]}, "timestamp": 4}
    assert after([*small(), rule, rule, rule]).is_there
    assert not after([*small(), rule, rule, rule, rule]).is_there
