"""`make demo-recording`: record the demo's recording afresh, through the whole path in a real browser.

An agent's link, consent, shopping, the bug, stop, send; then `export_recording` writes `recording.json.gz`,
which the seed imports. Runs on a stack of its own in a throw-away folder.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import launch
from tests.stack import Stack, free_port, wait_for

OUT = Path(__file__).resolve().parent / "recording.json.gz"
PASSWORD = "correct-horse-demo"
# What is typed, and what no recording may hold.
TYPED = {"holder": "Dora Example", "number": "4111111111111111", "expiry": "0939", "cvc": "739"}
SECRETS = [PASSWORD, TYPED["number"], "4111 1111 1111 1111", TYPED["cvc"]]
# The recording is told as from the shop's usual address, whatever port it had.
USUAL_SHOP = "http://localhost:8001"
LOOK_MS = 1_100  # a person looks before pressing


def look(page: Page) -> None:
    page.wait_for_timeout(LOOK_MS)


def sign_in(page: Page) -> None:
    page.get_by_test_id("shop-sign-in").click()
    page.locator("#id_email").press_sequentially("dora@example.com", delay=30)
    page.locator("#id_password").press_sequentially(PASSWORD, delay=30)
    page.get_by_role("button", name="Sign in").click()
    look(page)


def choose_the_lantern(page: Page) -> None:
    page.get_by_role("link", name="In the cabin").first.click()
    look(page)
    page.mouse.wheel(0, 300)
    look(page)
    page.get_by_role("link", name="Keeper lantern").first.click()
    look(page)
    page.get_by_test_id("shop-add").click()
    look(page)
    page.get_by_test_id("shop-checkout").click()
    look(page)


def try_to_pay(page: Page) -> None:
    for name, text in TYPED.items():
        page.locator(f"#id_{name}").press_sequentially(text, delay=40)
    for _ in range(3):  # she does not believe it at once
        page.get_by_test_id("shop-pay").click()
        page.get_by_test_id("shop-pay-error").wait_for()
        page.wait_for_timeout(200)
    look(page)


def record(stack: Stack, shop: str) -> str:
    """Go through the path as the person does; return the recording's id once it is ready."""
    link = stack.json("create_link", "--site", "shop", "--requester", "dora@example.com", "--landing", f"{shop}/")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(link["url"])
        page.get_by_test_id("consent-agree").click()
        page.wait_for_url(f"{shop}/**")
        page.locator("placet-bar").wait_for(state="attached")
        look(page)
        sign_in(page)
        choose_the_lantern(page)
        try_to_pay(page)
        page.get_by_test_id("placet-stop").click()
        page.get_by_test_id("review-send").click(timeout=60_000)
        browser.close()
    newest = "from apps.recordings.models import Recording as R; print(R.objects.get().pk, R.objects.get().state)"

    def ready() -> str:
        recording, state = stack.python(newest).split()
        return recording if state == "ready" else ""

    return str(wait_for(ready, seconds=60, what="the recording to be ready"))


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="placet-record-"))
    shop_port, provider_port = free_port(), free_port()
    shop = f"http://localhost:{shop_port}"
    env = {"SHOP_PORT": str(shop_port), "PROVIDER_PORT": str(provider_port), "DEMO_PASSWORD": PASSWORD}
    try:
        with Stack(folder, env=env) as stack:
            stack.env |= {"PLACET_URL": stack.url, "SHOP_URL": shop}
            stack.python("from tests.demo import seed; seed.found_and_tell()")
            stack.start("shop", [sys.executable, "-m", "tests.demo.shop"])
            recording = record(stack, shop)
            plain = folder / "recording.json"
            why = ["--by", "alice@example.com", "--reason", "making the demo's recording"]
            stack.manage("export_recording", recording, *why, "--out", str(plain))
        events = json.loads(plain.read_text().replace(shop, USUAL_SHOP))
        # Without a time of making in the header, so that the same events make the same file.
        OUT.write_bytes(gzip.compress(json.dumps(events, separators=(",", ":")).encode(), 9, mtime=0))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{OUT.name}: {len(events)} events, {OUT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
