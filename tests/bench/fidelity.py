"""`make bench-fidelity`: how a replay looks beside the page itself, ours and stock rrweb's, on other people's pages.

    uv run python -m tests.bench.fidelity [--only material] [--keep FOLDER]

Each page lies in a package of npm, fetched with npm into a folder of its own and never installed, or is one of Django's
own admin. It is opened three times in Chromium: plainly, with our loader and recorder (gate and all), and with stock
rrweb. Our recording goes the whole way: imported, scanned again, packed, its public files fetched by the worker, and
shown by the player at the end. Stock rrweb's recording is played by its own Replayer beside the page's files, which it
may load from there.

Printed is the share of pixels that differ visibly from the live page, without the places that our gate masked: those
are taken out of both. Pages of the open internet are not asked; what a page wants from there is missing alike.
"""

from __future__ import annotations

import argparse
import base64
import json
import mimetypes
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.player import PEOPLE, REPLAY, sign_in
from tests.browser import launch
from tests.stack import ROOT, Stack, wait_for

if TYPE_CHECKING:
    from tests.recorder.wire import Case, Wire

RECORD = ROOT / "frontend/node_modules/@rrweb/record/dist/record.umd.min.cjs"
# Django's own admin, with data (`tests.bench.django_admin`).
DJANGO = "django-admin"
# Package of npm at a version, and a page in it.
PAGES = [
    ("material-dashboard@3.1.0", "pages/dashboard.html"),
    ("material-dashboard@3.1.0", "pages/billing.html"),
    ("startbootstrap-sb-admin-2@4.1.4", "index.html"),
    ("startbootstrap-sb-admin-2@4.1.4", "cards.html"),
    ("startbootstrap-creative@7.0.7", "dist/index.html"),
    ("gentelella@4.2.0", "dist/production/contacts.html"),
    ("gentelella@4.2.0", "dist/production/e_commerce.html"),
    ("spectre.css@0.5.9", "docs/components/cards.html"),
    ("spectre.css@0.5.9", "docs/elements/buttons.html"),
    ("impress.js@1.1.0", "index.html"),
    ("jquery-ui-dist@1.13.3", "index.html"),
    ("uikit@3.25.29", "tests/card.html"),
    ("admin-lte@3.2.0", "pages/widgets.html"),
    ("admin-lte@3.2.0", "pages/mailbox/mailbox.html"),
    ("admin-lte@3.2.0", "pages/examples/invoice.html"),
    ("startbootstrap-freelancer@7.0.7", "dist/index.html"),
    ("startbootstrap-clean-blog@6.0.9", "dist/post.html"),
    ("startbootstrap-sb-admin@7.0.7", "dist/tables.html"),
    ("reveal.js@5.2.1", "demo.html"),
    ("ace-builds@1.43.3", "editor.html"),
    ("swagger-ui-dist@5.29.0", "index.html"),
    (DJANGO, "index.html"),
    (DJANGO, "users.html"),
    (DJANGO, "user.html"),
    (DJANGO, "group.html"),
]
NOT_THE_INTERNET = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"
VIEW = {"width": 1280, "height": 800}
# Fonts, transitions and late scripts have come to rest.
SETTLED_MS = 2_500
STOCK_RECORD = """
() => { window.__events = []; rrwebRecord.record({ emit: (event) => window.__events.push(event) }); }
"""
STOCK_SHOW = """
async (events) => {
  document.documentElement.style.margin = document.body.style.margin = "0";
  const config = { root: document.body, showWarning: false, mouseTail: false, triggerFocus: false };
  const replayer = new rrwebReplay.Replayer(events, config);
  // As its own style sheet has it.
  replayer.iframe.style.border = "none";
  replayer.pause(events[events.length - 1].timestamp - events[0].timestamp);
}
"""
# Boxes of what the gate masked: placeholders, and pictures without an address. A little wider, as letters reach out.
MASKED = r"""
() => {
  const page = document.querySelector("iframe[data-current]").contentDocument, boxes = [];
  const add = ({ x, y, width, height }) => boxes.push([x - 6, y - 6, width + 12, height + 12]);
  const walk = page.createTreeWalker(page.body, NodeFilter.SHOW_ELEMENT);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    const own = [...node.childNodes].filter((each) => each.nodeType === 3).map((each) => each.data).join("");
    const typed = [node.placeholder, node.value, own].some((text) => /\[[^\]]{2,}\]/.test(text ?? ""));
    const empty = node.localName === "img" && !node.getAttribute("src");
    if (typed || empty || node.hasAttribute("data-placet-unseen")) add(node.getBoundingClientRect());
  }
  return boxes;
}
"""
# The share of pixels, outside the boxes, of which a channel differs by more than an eye would overlook.
DIFFERENCE = """
async ([one, other, boxes]) => {
  const read = async (data) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(1280, 800), pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0);
    pen.fillStyle = "black";
    for (const box of boxes) pen.fillRect(...box);
    return pen.getImageData(0, 0, 1280, 800).data;
  };
  const [a, b] = [await read(one), await read(other)];
  let different = 0;
  for (let at = 0; at < a.length; at += 4) {
    if ([0, 1, 2].some((channel) => Math.abs(a[at + channel] - b[at + channel]) > 48)) different += 1;
  }
  return (100 * different) / (a.length / 4);
}
"""


def unpacked(package: str, folder: Path) -> Path:
    """The files of a package, fetched by npm itself."""
    home = folder / package.replace("/", "-")
    if package == DJANGO and not home.exists():
        (home / "package").mkdir(parents=True)
        made = [sys.executable, "-m", "tests.bench.django_admin", str(home / "package")]
        subprocess.run(made, cwd=ROOT, check=True)  # noqa: S603
    if not home.exists():
        home.mkdir(parents=True)
        subprocess.run(["npm", "pack", "--silent", package], cwd=home, check=True, stdout=subprocess.DEVNULL)  # noqa: S603, S607
        with tarfile.open(next(home.glob("*.tgz"))) as archive:
            archive.extractall(home, filter="data")
    return home / "package"


def put(case: Case, home: Path, shown: str) -> None:
    """Every file of the package under the case's address; the page itself also with our snippet."""
    for path in home.rglob("*"):
        if path.is_file():
            name = path.relative_to(home).as_posix()
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            case.pages[case.path(f"/{name}")] = (path.read_bytes(), {"Content-Type": kind})
    page, headers = case.pages[case.path(f"/{shown}")]
    head = page.index(b">", page.lower().index(b"<head")) + 1
    case.pages[case.path(f"/{shown}.recorded.html")] = (page[:head] + case.snippet.encode() + page[head:], headers)


def new_context(browser: Browser) -> BrowserContext:
    return browser.new_context(viewport=VIEW, reduced_motion="reduce")


def picture(page: Page, selector: str = "") -> str:
    taken = page.locator(selector).screenshot() if selector else page.screenshot()
    return base64.b64encode(taken).decode()


def live(browser: Browser, case: Case, shown: str) -> tuple[str, list[dict[str, Any]]]:
    """The page as it is, and what stock rrweb recorded of it."""
    context = new_context(browser)
    page = context.new_page()
    page.goto(case.url(f"/{shown}"))
    page.wait_for_timeout(SETTLED_MS)
    taken = picture(page)
    page.add_script_tag(path=str(RECORD))
    page.evaluate(STOCK_RECORD)
    page.wait_for_timeout(500)
    events = page.evaluate("window.__events")
    context.close()
    return taken, events


def stock(browser: Browser, case: Case, events: list[dict[str, Any]]) -> str:
    case.pages[case.path("/stock.html")] = (b"<!doctype html><body>", {"Content-Type": "text/html"})
    context = new_context(browser)
    page = context.new_page()
    page.goto(case.url("/stock.html"))
    page.add_script_tag(path=str(REPLAY))
    page.evaluate(STOCK_SHOW, events)
    page.wait_for_timeout(SETTLED_MS)
    taken = picture(page, "iframe")
    context.close()
    return taken


def recorded(browser: Browser, case: Case, shown: str) -> list[dict[str, Any]]:
    context = new_context(browser)
    page = context.new_page()
    page.goto(case.consented(f"/{shown}.recorded.html"), wait_until="commit")
    case.wait(case.snapshots, "a snapshot")
    page.wait_for_timeout(SETTLED_MS)
    seen = len(case.events())
    page.mouse.move(4, 4)
    case.wait(lambda: len(case.events()) > seen, "what came last")
    context.close()
    return case.events()


def ours(browser: Browser, stack: Stack, ticket: str, events: list[dict[str, Any]]) -> tuple[str, list[list[float]]]:
    file = stack.folder / "events.json"
    file.write_text(json.dumps(events))
    recording = stack.json("import_recording", str(file), "--ticket", ticket)["id"]
    left = f"from apps.recordings.models import Asset; print(Asset.objects.filter(recording='{recording}', asked_at=None).count())"
    wait_for(lambda: stack.python(left).strip().endswith("0"), what="the public files", seconds=120)
    context = browser.new_context(viewport={"width": 1800, "height": 1100}, reduced_motion="reduce")
    sign_in(context, stack.url)
    page = context.new_page()
    page.goto(f"{stack.url}/recordings/{recording}/?t=3600")
    page.wait_for_selector("[data-testid=player][data-state=paused]", timeout=60_000)
    page.wait_for_timeout(SETTLED_MS)
    page.add_style_tag(content=".picture-mark, .replayer-mouse { display: none }")
    taken = picture(page, "iframe[data-current]")
    boxes = page.evaluate(MASKED)
    context.close()
    return taken, boxes


def measure(browser: Browser, stack: Stack, ticket: str, wire: Wire, home: Path, shown: str, keep: Path | None) -> dict:
    case = wire.case(asset_origins=[wire.site])
    put(case, home, shown)
    before, events = live(browser, case, shown)
    theirs = stock(browser, case, events)
    replayed, boxes = ours(browser, stack, ticket, recorded(browser, case, shown))
    if keep:
        for name, taken in (("live", before), ("stock", theirs), ("placet", replayed)):
            (keep / f"{home.parent.name}-{Path(shown).stem}-{name}.png").write_bytes(base64.b64decode(taken))
    blank = browser.new_page()
    result = {
        "placet_percent": round(blank.evaluate(DIFFERENCE, [before, replayed, boxes]), 2),
        "stock_percent": round(blank.evaluate(DIFFERENCE, [before, theirs, boxes]), 2),
        "masked_places": len(boxes),
    }
    blank.close()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="part of a package's or page's name")
    parser.add_argument("--keep", type=Path, help="a folder for the pictures")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="placet-fidelity-"))
    os.environ.update(DJANGO_SETTINGS_MODULE="config.settings", PLACET_DATA_DIR=f"{folder}/own")
    import django

    django.setup()
    from tests.recorder.wire import serving  # its words are those of the apps

    packages = Path(os.environ.get("PLACET_BENCH_PACKAGES") or folder / "packages")
    results: dict[str, Any] = {}
    env = {"PLACET_ASSET_NETWORKS": "127.0.0.0/8,::1/128"}
    try:
        with Stack(folder, env=env) as stack, serving() as wire, sync_playwright() as playwright:
            ticket = stack.python(PEOPLE).strip().splitlines()[-1]
            stack.python(PUBLIC.format(origin=wire.site))
            browser = launch(playwright, NOT_THE_INTERNET)
            for package, shown in PAGES:
                if given.only in f"{package} {shown}":
                    home = unpacked(package, packages)
                    results[f"{package} {shown}"] = measure(browser, stack, ticket, wire, home, shown, given.keep)
                    print(f"{package} {shown} {results[f'{package} {shown}']}", flush=True)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    near = [row for row in results.values() if row["placet_percent"] <= row["stock_percent"] + 0.1]
    print(f"at least as close as stock rrweb: {len(near)} of {len(results)}")


PUBLIC = """
from apps.core.actors import Actor
from apps.sites import services as sites
from apps.sites.models import Site
sites.change_policy(Site.objects.get(), reason="Bench", by=Actor.system("bench"), asset_origins=["{origin}"])
"""

if __name__ == "__main__":
    main()
