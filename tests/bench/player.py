"""`make bench-player`: the player against the stock Replayer, on the same recordings, in the same run.

Ours goes the whole way: sign-in, granian, the vault's decryption, the network, decoding, Chromium. Stock rrweb gets the
same events as one file from a small server of its own, already decrypted: what it is spared is in its favour.

    uv run python -m tests.bench.player [--minutes 36] [--megabytes 95] [--only "first snapshot"]

Prints JSON, with the machine's load beside it: times on a busy machine are worth little, ratios more.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import launch
from tests.stack import ROOT, Stack, wait_for

PASSWORD = "placet-bench"
REPLAY = ROOT / "frontend/node_modules/@rrweb/replay/dist/replay.umd.min.cjs"
SHARES = [
    0.25,
    0.5,
    0.75,
    0.95,
    0.25,
    0.6,
    0.1,
    0.85,
    0.4,
    0.7,
    0.05,
    0.9,
    0.33,
    0.55,
    0.15,
    0.8,
    0.2,
    0.65,
    0.45,
    0.98,
]
PEOPLE = f"""
from apps.accounts.models import User
from apps.core.actors import Actor
from apps.sites import services as sites
from apps.tickets import services as tickets
from allauth.account.models import EmailAddress
by = Actor.system("bench")
user = User.objects.create_user("alice@example.com", "{PASSWORD}", name="Alice")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
site = sites.create(slug="bench", name="Bench", origins=["https://desk.example"], by=by)
sites.add_member(site, user=user, role="agent", by=by)
print(tickets.open_ticket(site, subject="Bench", email="dora@example.com", by=by).number)
"""
# Notes when the player first shows something, before any of its scripts has run.
FIRST_FRAME = """
  const seen = new MutationObserver(() => {
    const player = document.querySelector("[data-testid=player]");
    if (player?.dataset.state !== "paused") return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.__first = performance.now(); }, 0));
  });
  seen.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
"""
OUR_SEEK = """
(share) => new Promise((done) => {
  const player = document.querySelector("[data-testid=player]"), range = document.querySelector("[data-part=range]");
  const target = Math.round(Number(player.dataset.durationMs) * share), begun = performance.now();
  const seen = new MutationObserver(() => {
    if (player.dataset.state !== "paused" || Number(player.dataset.timeMs) !== target) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun), 0));
  });
  seen.observe(player, { attributes: true });
  range.value = String(target);
  range.dispatchEvent(new Event("input", { bubbles: true }));
})
"""
STOCK_FIRST = """
async () => {
  const events = await (await fetch("/all")).json();
  const config = { root: document.body, showWarning: false, mouseTail: false, triggerFocus: false };
  window.replayer = new rrwebReplay.Replayer(events, config);
  window.whole = events[events.length - 1].timestamp - events[0].timestamp;
  replayer.pause(events.find((event) => event.type === 2).timestamp - events[0].timestamp + 1);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now();
}
"""
STOCK_SEEK = """
async (share) => {
  const begun = performance.now();
  replayer.pause(whole * share);
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - begun;
}
"""
# Longest time between two frames while something is played.
LONGEST_FRAME = """
(forMs) => new Promise((done) => {
  let last = performance.now(), longest = 0;
  const end = last + forMs;
  const tick = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    if (now > end) done(longest); else requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})
"""


@contextmanager
def stock_server(recording: Path) -> Iterator[str]:
    page = b"<!doctype html><body><script src=/replay.js></script>"
    zipped = gzip.compress(recording.read_bytes(), 6)
    bodies = {
        "/": (page, "text/html"),
        "/replay.js": (REPLAY.read_bytes(), "text/javascript"),
        "/all": (zipped, "application/json"),
    }

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  the library's name
            body, kind = bodies.get(self.path, (b"", "text/plain"))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if self.path == "/all":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def heap_mb(page: Page) -> float:
    """What is left after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def summary(first: list[float], seeks: list[float], worked: list[float], heap: float) -> dict[str, Any]:
    ordered = sorted(seeks)
    return {
        "first_frame_ms": round(statistics.median(first)),
        "seek_median_ms": round(statistics.median(seeks)),
        "seek_p95_ms": round(ordered[min(len(ordered) - 1, round(len(ordered) * 0.95) - 1)]),
        "seek_worst_ms": round(ordered[-1]),
        "seek_main_thread_median_ms": round(statistics.median(worked)),
        "heap_mb": round(heap, 1),
    }


def sign_in(context: BrowserContext, base: str) -> None:
    page = context.new_page()
    page.goto(f"{base}/")
    page.fill("[name=login]", "alice@example.com")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector(".shell, .page-head, table", timeout=20_000)
    page.close()


def new_tab(context: BrowserContext | Browser, **options: Any) -> Page:
    """A tab that has come to rest: Chromium loads pages of its own for each new one."""
    page = context.new_page(**options)
    page.wait_for_timeout(1_000)
    return page


class Busy:
    """How long a page's main thread has worked: unlike the time that passed, it says something on a busy machine too."""

    def __init__(self, page: Page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.session.send("Performance.enable")

    def ms(self) -> float:
        metrics = self.session.send("Performance.getMetrics")["metrics"]
        return next(1000 * float(row["value"]) for row in metrics if row["name"] == "ThreadTime")


def timed(page: Page, seek: str) -> tuple[list[float], list[float]]:
    """Every seek's time, and the time that the main thread worked for it."""
    busy, took, worked = Busy(page), [], []
    for share in SHARES:
        before = busy.ms()
        took.append(float(page.evaluate(seek, share)))
        worked.append(busy.ms() - before)
        page.wait_for_timeout(300)
    return took, worked


def measure_ours(browser: Browser, base: str, recording: str) -> dict[str, Any]:
    context = browser.new_context(viewport={"width": 1360, "height": 800})
    sign_in(context, base)
    first: list[float] = []
    for _ in range(5):
        page = new_tab(context)
        page.add_init_script(FIRST_FRAME)
        page.goto(f"{base}/recordings/{recording}/")
        first.append(wait_for(lambda: page.evaluate("window.__first"), what="a first frame"))  # noqa: B023
        if len(first) < 5:
            page.close()
    seeks, worked = timed(page, OUR_SEEK)
    result = summary(first, seeks, worked, heap_mb(page))
    result["longest_frame_at_a_border_ms"] = round(border(page))
    context.close()
    return result


def border(page: Page) -> float:
    """The longest frame while playing over the ends of three pieces, at a person's speed."""
    page.uncheck("[data-part=skip]")
    url = page.get_attribute("[data-testid=player]", "data-index-url")
    index = page.evaluate("async (url) => await (await fetch(url)).json()", url)
    longest = 0.0
    rows = index["segments"]
    for row in [rows[len(rows) * part // 4] for part in (1, 2, 3)]:
        at = row["start_ms"] - index["start_ms"] - 2_500
        if at <= 0:
            continue
        page.evaluate(OUR_SEEK, at / index["duration_ms"])
        page.keyboard.press("k")
        page.wait_for_timeout(500)
        longest = max(longest, page.evaluate(LONGEST_FRAME, 4_000))
        page.keyboard.press("k")
    return longest


def measure_stock(browser: Browser, file: Path) -> dict[str, Any]:
    with stock_server(file) as address:
        page = new_tab(browser, viewport={"width": 1360, "height": 800})
        page.goto(address)
        first = [float(page.evaluate(STOCK_FIRST))]
        seeks, worked = timed(page, STOCK_SEEK)
        result = summary(first, seeks, worked, heap_mb(page))
        page.close()
    return result


CASES = [
    # name, share of the minutes and megabytes asked for, snapshots of the recorder's in seconds, whether stock runs too
    ("a snapshot each 90 s", 1.0, 90, True),
    ("first snapshot only", 1.0, 0, True),
    ("two minutes", 2 / 36, 0, False),
    ("two hours", 120 / 36, 90, False),
]


def run(stack: Stack, browser: Browser, ticket: str, case: tuple[str, float, int, bool], given: Any) -> dict[str, Any]:
    _name, share, snapshots, with_stock = case
    file = stack.folder / "recording.json"
    megabytes = min(given.megabytes * share, 200)
    made = stack.json(
        "make_recording", "--minutes", str(given.minutes * share), "--megabytes", str(megabytes),
        "--snapshots", str(snapshots), "--out", str(file),
    )  # fmt: skip
    recording = stack.json("import_recording", str(file), "--ticket", ticket)["id"]
    facts = {"minutes": round(given.minutes * share, 1), "megabytes": round(made["bytes"] / 1e6, 1)}
    result: dict[str, Any] = {
        **facts,
        "load": os.getloadavg()[0],
        "placet": measure_ours(browser, stack.url, recording),
    }
    if with_stock:
        result["stock"] = measure_stock(browser, file)
        result["times_better"] = {
            key: round(result["stock"][key] / max(0.1, result["placet"][key]), 1) for key in result["stock"]
        }
    file.unlink()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=36)
    parser.add_argument("--megabytes", type=float, default=95)
    parser.add_argument("--only", default="", help="part of a case's name")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="placet-bench-"))
    results: dict[str, Any] = {}
    try:
        with Stack(folder) as stack, sync_playwright() as playwright:
            ticket = stack.python(PEOPLE).strip().splitlines()[-1]
            for case in CASES:
                if given.only in case[0]:
                    browser = launch(playwright)
                    results[case[0]] = run(stack, browser, ticket, case, given)
                    browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
