"""What the server's gate costs, in milliseconds of CPU for a megabyte of JSON, beside the stages round it.

    uv run python -m tests.bench.second_gate

rrweb records a made-up page of orders in Chromium; its snapshots and mutations are the chunks. Each is scanned as
it came (clean), and with a secret in one text of a hundred and in one of three thousand. Prints JSON.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django
from playwright.sync_api import Browser, sync_playwright

from tests.browser import launch

ROOT = Path(__file__).resolve().parent.parent.parent
RECORD = ROOT / "frontend/node_modules/@rrweb/record/dist/record.umd.min.cjs"
SECRET = "paid with 4929 3813 3266 4295"
ROWS = 400

PAGE = """
(rows) => {
  const words = "shipped open paid returned harbour rope anchor buoy lantern sail winch fender cleat".split(" ");
  const pick = (n) => words[(n * 7919) % words.length];
  const css = Array.from({length: 900}, (_, n) =>
    `.c${n} > .row-${n}:hover { color: #${(n * 997 % 4096).toString(16).padStart(3, "0")}; margin: ${n % 9}px ${n % 5}.25rem }`);
  document.head.append(Object.assign(document.createElement("style"), { textContent: css.join("\\n") }));
  const row = (n) => `<tr class="row-${n} ${pick(n)}"><td>${1000 + n}</td><td><a href="/orders/${1000 + n}">
    ${pick(n)} ${pick(n + 1)} for the ${pick(n + 2)}</a></td><td>2026-11-${String(1 + n % 28).padStart(2, "0")}</td>
    <td>€ ${(n * 13.37).toFixed(2)}</td><td><svg viewBox="0 0 24 24"><path d="M10.6 3.2c.4-.3 1-.5 1.5-.5 1.2 0 2.2 1 2.2 2.2
    0 .6-.2 1.1-.5 1.5l${n % 7}.25 4.5"/></svg><span class="state">${pick(n + 3)}</span></td></tr>`;
  document.body.innerHTML = `<h1>Orders</h1><table>${Array.from({length: rows}, (_, n) => row(n)).join("")}</table>`;
  window.__events = [];
  rrwebRecord.record({ emit: (event) => window.__events.push(event) });
  window.__burst = (n) => {
    for (const cell of [...document.querySelectorAll(".state")].slice(0, 60)) cell.textContent = pick(++n);
    for (const line of [...document.querySelectorAll("tr")].slice(0, 12)) line.outerHTML = row(++n);
  };
}
"""


def recorded(browser: Browser) -> dict[str, bytes]:
    """The chunks: one snapshot, and mutations."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto("about:blank")
    page.add_script_tag(path=str(RECORD))
    page.evaluate(PAGE, ROWS)
    for burst in range(25):
        page.evaluate("(n) => window.__burst(n)", burst * 100)
        page.mouse.move(100 + burst * 9, 300, steps=6)
        page.wait_for_timeout(20)
    events = [event for event in page.evaluate("window.__events") if event["type"] > 1]
    page.close()
    return {
        "snapshot": _written([event for event in events if event["type"] in {2, 4}]),
        "mutations": _written([event for event in events if event["type"] == 3]),
    }


def _written(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(events, ensure_ascii=False, separators=(",", ":")).encode()


def with_secrets(raw: bytes, one_of: int) -> bytes:
    """A secret at the end of one of so many texts."""
    pieces = raw.split(b'"textContent":"')
    for n in range(1, len(pieces), one_of):
        pieces[n] = SECRET.encode() + b" " + pieces[n]
    return b'"textContent":"'.join(pieces)


def cpu(work: Callable[[], object], size: int) -> float:
    """Least milliseconds of CPU for a million bytes."""
    work()
    best = float("inf")
    for _try in range(7):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return round(best * 1e3 / (size / 1e6), 2)


def measured(raw: bytes) -> dict[str, float]:
    from apps.recordings.services import second_gate, wire
    from apps.recordings.services.second_gate import signatures

    size = len(raw)
    zipped = gzip.compress(raw, 6)
    looked = second_gate.look(raw)
    events = wire.events(looked.raw)
    result = {
        "megabytes": round(size / 1e6, 2),
        "gunzip": cpu(lambda: zlib.decompress(zipped, 31), size),
        "signatures": cpu(lambda: signatures.in_json.search(raw), size),
        "look": cpu(lambda: second_gate.look(raw), size),
        "parse": cpu(lambda: wire.events(raw), size),
        "write": cpu(lambda: wire.dump(events), size),
        "pack": cpu(lambda: zlib.compress(raw, 1), size),
        "tree": cpu(lambda: second_gate.scrub(wire.events(raw)), size),
    }
    return {**result, "needs tree": looked.needs_tree, "hits": sum(looked.hits.values())}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    random.seed(1)
    with sync_playwright() as driver:
        browser = launch(driver)
        chunks = recorded(browser)
        browser.close()
    result = {
        f"{kind}, {what}": measured(raw if one_of is None else with_secrets(raw, one_of))
        for kind, raw in chunks.items()
        for what, one_of in (("clean", None), ("few hits", 3_000), ("many hits", 100))
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
