"""Whose browser it is, in real Chromium against the real door: framed, forged, forwarded, scanned, without scripts.

The shop is a page server of a few lines; it writes down what browsers asked it for, and can play somebody hostile.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("whose_browser")]

LINKS = """
import json
from apps.core.actors import Actor
from apps.links import services as links
from apps.sites.models import Site
from apps.tickets import services as tickets
by = Actor.system("test")
made = []
for n in range(8):
    ticket = tickets.open_ticket(Site.objects.get(), subject="Checkout", email=f"dora{{n}}@home.example", by=by)
    link = links.issue(ticket, landing_url={landing!r}, by=by)
    made.append({{"link": link.pk, "url": links.url(link)}})
print(json.dumps(made))
"""
# It pressed "this was not me" as well, and alice has made sure of the address.
ANSWER = """
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
links.answer(MagicLink.objects.get(pk={link!r}), by=Actor.system("test"))
"""
Link = dict[str, str]


class Shop:
    """Answers every path with `pages[path]` (else a page with the snippet), and keeps path and Referer."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.snippet = ""
        self.asked: list[tuple[str, str]] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.asked.append((self.path, self.headers.get("Referer", "")))
                page = shop.pages.get(self.path.partition("?")[0], "<h1>Harbour Shop</h1><p>Welcome.</p>")
                body = f"<!doctype html><title>Shop</title><head>{shop.snippet}</head>{page}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, shop: Shop) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("whose"), faketime=True) as stack:
        site = stack.json("create_site", "--slug", "shop", "--name", "Harbour Shop", "--origin", shop.url)
        shop.snippet = site["snippet"]
        yield stack


@pytest.fixture(scope="module")
def unused(stack: Stack, shop: Shop) -> list[Link]:
    made: list[Link] = json.loads(stack.python(LINKS.format(landing=f"{shop.url}/orders#/7")))
    return made


@pytest.fixture
def link(unused: list[Link]) -> Link:
    """A link that nobody has opened yet."""
    return unused.pop()


@pytest.fixture
def dora(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[BrowserContext]:
    """Another person's browser, or a machine."""
    context = browser.new_context(locale="en-GB")
    yield context
    context.close()


def facts(stack: Stack, link: Link) -> dict[str, Any]:
    """What the database holds of the link: read beside the running processes, which is quicker than asking them."""
    with closing(sqlite3.connect(f"file:{stack.data}/db/placet.sqlite3?mode=ro", uri=True)) as rows:
        state, suspended = rows.execute(
            "SELECT state, suspended_at IS NOT NULL FROM links_magiclink WHERE id = ?", [link["link"]]
        ).fetchone()
        recordings = rows.execute(
            "SELECT state, started_at IS NOT NULL FROM recordings_recording WHERE link_id = ? ORDER BY created_at",
            [link["link"]],
        ).fetchall()
    return {
        "state": "on hold" if suspended else state,
        "recordings": [state for state, _ in recordings],
        "began": [bool(began) for _, began in recordings],
    }


def agree(page: Page, link: Link, shop: Shop) -> None:
    page.goto(link["url"])
    page.locator("[data-testid=consent-agree]").click()
    page.wait_for_url(f"{shop.url}/orders**")


# --- The browser that agreed -----------------------------------------------------------------------------


def test_agreeing_leads_to_the_shop_under_the_real_policy_and_the_recording_starts_by_itself(
    stack: Stack, shop: Shop, link: Link, dora: Page
) -> None:
    blocked: list[str] = []
    dora.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    shop.asked.clear()
    agree(dora, link, shop)
    expect(dora.locator("placet-bar")).to_contain_text("Recording", timeout=60_000)
    assert dora.url == f"{shop.url}/orders#/7", "the code has left the address bar, the shop's own route has stayed"
    assert dora.evaluate("document.referrer") == f"{stack.url}/"
    assert ("/orders", f"{stack.url}/") in shop.asked
    assert "placet=" not in json.dumps(shop.asked), "no server is told a code"
    assert [text for text in blocked if "favicon" not in text] == []
    dora.mouse.click(40, 40)
    wait_for(lambda: facts(stack, link)["recordings"] == ["recording"], what="the first chunk")


def test_a_landing_address_with_its_code_records_nobody_elses_browser(
    stack: Stack, shop: Shop, link: Link, dora: Page, elsewhere: BrowserContext
) -> None:
    dora.route(f"{shop.url}/**", lambda route: route.abort())
    dora.goto(link["url"])
    dora.locator("[data-testid=consent-agree]").click()
    landing = dora.locator("[data-testid=go-on]").get_attribute("href", timeout=10_000)
    assert landing is not None
    assert "~placet=" in landing
    stranger = elsewhere.new_page()
    stranger.goto(landing)
    expect(stranger.locator("placet-bar [data-testid=placet-start]")).to_be_visible(timeout=60_000)
    stranger.mouse.click(200, 200)
    stranger.keyboard.press("Tab")
    stranger.wait_for_timeout(3_000)
    assert facts(stack, link)["began"] == [False], "nothing was captured before a press that says so"


# --- Forged, framed --------------------------------------------------------------------------------------


def test_a_form_on_another_site_is_refused_though_its_nonce_is_genuine(
    stack: Stack, shop: Shop, link: Link, dora: Page
) -> None:
    dora.goto(link["url"])
    nonce = dora.locator("input[name=nonce]").first.input_value()
    shop.pages["/trap"] = (
        f'<form method="post" action="{link["url"]}"><input name="nonce" value="{nonce}">'
        '<button name="answer" value="agree">You have won</button></form>'
    )
    for referrer in ["", '<meta name="referrer" content="no-referrer">']:
        shop.pages["/trap"] = referrer + shop.pages["/trap"]
        dora.goto(f"{shop.url}/trap")
        with dora.expect_response(link["url"]) as answer:
            dora.get_by_role("button", name="You have won").click()
        assert answer.value.status == 403
    assert facts(stack, link) == {"state": "issued", "recordings": [], "began": []}


def test_a_framed_page_of_ours_does_not_render(stack: Stack, shop: Shop, link: Link, dora: Page) -> None:
    shop.pages["/frame"] = f'<iframe src="{link["url"]}" width="800" height="800"></iframe><p id="beside">Beside</p>'
    dora.goto(f"{shop.url}/frame")
    expect(dora.locator("#beside")).to_be_visible()
    dora.wait_for_timeout(1_000)
    assert dora.frame_locator("iframe").locator("[data-testid=consent-agree]").count() == 0
    assert "Harbour Shop would like" not in "".join(frame.content() for frame in dora.frames)


# --- Without scripts -------------------------------------------------------------------------------------


def test_without_javascript_declining_and_agreeing_work_and_nothing_is_recorded(
    stack: Stack, shop: Shop, link: Link, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(link["url"])
    page.locator("[data-testid=consent-decline]").click()
    expect(page.locator("h1")).to_have_text("You said no to this request.")
    assert context.cookies() == []
    assert facts(stack, link)["state"] == "declined"
    page.locator("[data-testid=link-reconsider]").click()
    agree(page, link, shop)
    assert facts(stack, link) == {"state": "consented", "recordings": ["created"], "began": [False]}
    context.close()


# --- Scanners --------------------------------------------------------------------------------------------


def _scan(context: BrowserContext, address: str) -> None:
    """Open it, run its scripts, and press whatever can be pressed, page after page; then look around and go.

    Not the twenty languages: they lead back to the same page.
    """
    for number in range(14):
        page = context.new_page()
        page.goto(address)
        things = page.locator("main").locator("a[href], button, summary, input[type=checkbox]")
        if number < things.count():
            things.nth(number).dispatch_event("click")
            page.wait_for_timeout(1_500)
        page.close()


@pytest.mark.timeout(600)
def test_a_scanner_that_presses_everything_leaves_nothing_and_blocks_nobody(
    stack: Stack, shop: Shop, link: Link, dora: Page, elsewhere: BrowserContext
) -> None:
    _scan(elsewhere, link["url"])
    stack.travel("+16m")
    wait_for(
        lambda: set(facts(stack, link)["recordings"]) <= {"deleted"} and facts(stack, link)["state"] != "consented",
        seconds=120, what=f"what the scanner did is gone; see {stack.logs}",
    )  # fmt: skip
    if facts(stack, link)["state"] == "on hold":
        stack.python(ANSWER.format(link=link["link"]))
    dora.goto(link["url"])
    if facts(stack, link)["state"] == "declined":
        dora.locator("[data-testid=link-reconsider]").click()
    agree(dora, link, shop)
    expect(dora.locator("placet-bar")).to_contain_text("Recording", timeout=60_000)
    dora.mouse.click(40, 40)
    wait_for(lambda: facts(stack, link)["recordings"][-1] == "recording", what="the person's own recording")


def test_a_machine_that_agreed_before_the_person_came_is_not_waited_for(
    stack: Stack, shop: Shop, link: Link, dora: Page, elsewhere: BrowserContext
) -> None:
    agree(elsewhere.new_page(), link, shop)
    dora.goto(link["url"])
    dora.locator("[data-testid=link-somebody-else]").click()
    agree(dora, link, shop)
    expect(dora.locator("placet-bar")).to_contain_text("Recording", timeout=60_000)
    found = facts(stack, link)
    assert found["state"] == "consented"
    assert found["recordings"][0] in {"deleting", "deleted"}
    assert len(found["recordings"]) == 2
