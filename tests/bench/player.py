"""First frame and seeks of the player against the stock Replayer given the whole file, on one generated recording.

    uv run python -m tests.bench.player [--megabytes 40] [--minutes 20]

Both get the same events from the same small local server: what is compared is what the browser does. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser import launch
from tests.player.story import Event

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRY = """
import { newReplayer } from "./src/player/rrweb";
import { Engine } from "./src/player/engine";
import { planOf } from "./src/player/schedule";
Object.assign(window, { newReplayer, Engine, planOf });
"""
OURS = """
async (at) => {
  const started = performance.now();
  const source = { segment: (n) => fetch(`/s/${n}`).then((answer) => answer.json()) };
  const index = await (await fetch("/index")).json();
  const words = { frame: "", canvas: "", blocked: "", media: "" };
  const none = { changed() {}, skipped() {}, framed() {}, failed(error) { throw error; } };
  const engine = new Engine(planOf(index), source, { root: document.body, assets: "", words, title: "x" }, none);
  await engine.seek(0);
  const first = performance.now() - started;
  const seeks = [];
  for (const share of at) {
    const before = performance.now();
    await engine.seek(index.duration_ms * share);
    seeks.push(performance.now() - before);
    await new Promise((done) => setTimeout(done, 300));
  }
  return { first, seeks, heap: performance.memory.usedJSHeapSize / 1e6 };
}
"""
STOCK = """
async (at) => {
  const started = performance.now();
  const events = await (await fetch("/all")).json();
  const config = { root: document.body, speed: 1, showWarning: false, triggerFocus: false, mouseTail: false,
                   insertStyleRules: [], UNSAFE_replayCanvas: false };
  const replayer = newReplayer(events, config);
  replayer.pause(2);
  const first = performance.now() - started;
  const whole = events[events.length - 1].timestamp - events[0].timestamp;
  const seeks = [];
  for (const share of at) {
    const before = performance.now();
    replayer.pause(whole * share);
    seeks.push(performance.now() - before);
    await new Promise((done) => setTimeout(done, 300));
  }
  return { first, seeks, heap: performance.memory.usedJSHeapSize / 1e6 };
}
"""
SEEKS = [0.25, 0.5, 0.75, 0.95, 0.25, 0.6, 0.1]


def _row(first: int, words: str) -> tuple[Event, int]:
    cells = []
    number = first + 1
    for _ in range(6):
        text = {"type": 3, "textContent": words, "id": number + 1}
        cells.append({"type": 2, "tagName": "td", "attributes": {"class": "cell"}, "childNodes": [text], "id": number})
        number += 2
    return {"type": 2, "tagName": "tr", "attributes": {}, "childNodes": cells, "id": first}, number


def generate(megabytes: float, minutes: float, segment_bytes: int = 1_500_000) -> list[list[Event]]:
    """Segments of a busy table: a snapshot, then rows that come and go, about `segment_bytes` each."""
    count = max(2, round(megabytes * 1e6 / segment_bytes))
    span = minutes * 60_000 / count
    segments: list[list[Event]] = []
    for which in range(count):
        start, number, rows = round(which * span) + 1_000, 10, []
        for _ in range(150):
            row, number = _row(number, "the quick brown fox jumps over the lazy dog")
            rows.append(row)
        body = {"type": 2, "tagName": "body", "attributes": {}, "childNodes": [
            {"type": 2, "tagName": "table", "attributes": {}, "childNodes": rows, "id": 5}], "id": 4}  # fmt: skip
        html = {"type": 2, "tagName": "html", "attributes": {}, "childNodes": [body], "id": 2}
        events: list[Event] = [
            {"type": 4, "timestamp": start, "data": {"href": "https://x.example/", "width": 1280, "height": 800}},
            {"type": 2, "timestamp": start + 1, "data": {
                "node": {"type": 0, "childNodes": [html], "id": 1}, "initialOffset": {"top": 0, "left": 0}}},
        ]  # fmt: skip
        alive = [row["id"] for row in rows]
        size, at = len(json.dumps(events)), 0
        per = max(1, round((segment_bytes - size) / 12_000))
        while size < segment_bytes:
            adds, removes = [], []
            for _ in range(10):
                removes.append({"parentId": 5, "id": alive.pop(0)})
                row, number = _row(number, f"changed {which} {at} lorem ipsum dolor sit amet")
                adds.append({"parentId": 5, "nextId": None, "node": row})
                alive.append(row["id"])
            data = {"source": 0, "texts": [], "attributes": [], "removes": removes, "adds": adds}
            event = {"type": 3, "timestamp": round(start + 2 + (span - 10) * at / per), "data": data}
            size += len(json.dumps(event))
            events.append(event)
            at += 1
        for event in events:
            event["timestamp"] = min(event["timestamp"], round(start + span - 2))
        segments.append(events)
    return segments


def _serve(segments: list[list[Event]], script: str) -> tuple[str, int]:
    raw = [json.dumps(events) for events in segments]
    whole = json.dumps([event for events in segments for event in events])
    start, end = segments[0][0]["timestamp"], segments[-1][-1]["timestamp"]
    index = {
        "start_ms": start, "end_ms": end, "duration_ms": end - start, "gaps": [], "idle": [], "markers": [],
        "segments": [{"n": n, "page": 1, "start_ms": one[0]["timestamp"], "end_ms": one[-1]["timestamp"], "bytes": len(raw[n])}
                     for n, one in enumerate(segments)],
    }  # fmt: skip

    bodies = {"/": f"<!doctype html><body><script>{script}</script>", "/index": json.dumps(index), "/all": whole}
    bodies |= {f"/s/{n}": one for n, one in enumerate(raw)}

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  the library's name
            body = bodies.get(self.path, "").encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html" if self.path == "/" else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/", len(whole)


def bundle() -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "bench.js"
        command = ["npx", "esbuild", "--bundle", "--format=iife", "--minify", f"--outfile={out}", "--loader=ts"]
        subprocess.run(command, input=ENTRY, text=True, cwd=ROOT / "frontend", check=True, capture_output=True)
        return out.read_text().replace("</script", "<\\/script")


def measure(page: Page, address: str, work: str) -> dict[str, float]:
    page.goto(address)
    found = page.evaluate(work, SEEKS)
    seeks = sorted(found["seeks"])
    return {
        "first_ms": round(found["first"]), "seek_median_ms": round(statistics.median(seeks)),
        "seek_worst_ms": round(seeks[-1]), "heap_mb": round(found["heap"]),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--minutes", type=float, default=20)
    given = parser.parse_args()
    segments = generate(given.megabytes, given.minutes)
    address, size = _serve(segments, bundle())
    result: dict[str, Any] = {"megabytes": round(size / 1e6, 1), "minutes": given.minutes, "segments": len(segments)}
    with sync_playwright() as playwright:
        for name, work in [("stock", STOCK), ("placet", OURS)]:
            browser = launch(playwright, "--enable-precise-memory-info")
            page = browser.new_page()
            result[name] = measure(page, address, work)
            browser.close()
            time.sleep(1)
    result["times_faster"] = {
        key: round(result["stock"][key] / max(1, result["placet"][key]), 1)
        for key in ("first_ms", "seek_median_ms", "seek_worst_ms")
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
