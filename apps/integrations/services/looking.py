"""A look at a site's page in Chromium, as the browser of a person who came by a link would see it.

The address is the customer's, and the browser stands inside the operator's network. So each host is looked up once and
checked by the guard that webhooks have (`addresses`), the browser is told to connect to that very address for that host
and port, and every other name leads nowhere: neither a redirect nor the page's scripts reach another door.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import BrowserContext, Page, Request, Response, Route, sync_playwright
from playwright.sync_api import Error as BrowserError

from apps.core import browsers
from apps.integrations.services import addresses
from apps.integrations.services.addresses import UnreachableError
from apps.sites import origins

PATIENCE_MS = 20_000  # for the page; a slower one is slow for people too
SETTLE_MS = 1_500  # for scripts that come after the page
TRIAL_MS = 30_000
DIAL_S = 5.0
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-proxy-server", "--dns-prefetch-disable",
]  # fmt: skip
# Kept from the first moment on: what a policy refuses before we look is refused to the loader itself.
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  (window.__refused ??= []).push([event.effectiveDirective, event.blockedURI]));
"""
# Ask for the two things that the recorder needs of a page's policy. What it refuses is heard by LISTEN.
PROBE = """
async ([recorder, upload]) => {
  await import(recorder).catch(() => null);
  await fetch(upload, { method: "POST", mode: "no-cors", body: "" }).catch(() => null);
  // The events of what was refused come after the refusals.
  await new Promise((resume) => setTimeout(resume, 200));
  return window.__refused ?? [];
}
"""
SNIPPETS = "scripts => scripts.map(script => [script.src, script.dataset.site ?? ''])"
TRIED = "async () => { await window.placet?.flush(); return window.placet?.state() === 'recording'; }"


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` names the question, `detail` says in a word or a value what was wrong."""

    what: str
    ok: bool
    detail: str = ""

    def kept(self) -> dict[str, Any]:
        return {"what": self.what, "ok": self.ok, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Target:
    """What is looked at: the site's landing page and origins, and our own addresses that it must reach."""

    landing: str
    origins: tuple[str, ...]
    key: str
    recorder: str  # path of the recorder's file
    trial: str = ""  # a link to a recording that is thrown away; empty: none is tried


@dataclass(slots=True)
class Heard:
    """What the browser was asked for while it looked."""

    elsewhere: set[str] = field(default_factory=set)
    answers: dict[str, int] = field(default_factory=dict)


def chromium() -> str | None:
    return browsers.chromium(settings.CHROMIUM)


def _rules(target: Target) -> str:
    """Chromium's map of hosts: each origin to the address that was checked. Raises `UnreachableError`."""
    rules = []
    for origin in target.origins:
        endpoint = addresses.parse(origin)
        rules.append(_rule(endpoint, _answering(addresses.resolve(endpoint), endpoint.port)))
    own = addresses.parse(settings.BASE_URL)
    # Where this installation stands is the operator's own word, and may well be private.
    rules.append(_rule(own, own.host))
    return ",".join([*rules, "MAP * ~NOTFOUND"])


def _answering(checked: Sequence[str], port: int) -> str:
    """The browser's map takes one address for a name: the one that takes calls."""
    try:
        with addresses.dial(checked, port, within_s=DIAL_S) as sock:
            return str(sock.getpeername()[0])
    except OSError:
        return checked[0]


def _rule(endpoint: addresses.Endpoint, address: str) -> str:
    to = f"[{address}]" if ":" in address else address
    return f"MAP {endpoint.host}:{endpoint.port} {to}:{endpoint.port}"


@contextmanager
def _browser(rules: str) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        is_root = os.geteuid() == 0
        browser = playwright.chromium.launch(
            executable_path=chromium(), chromium_sandbox=not is_root, args=[*FLAGS, f"--host-resolver-rules={rules}"]
        )
        try:
            yield browser.new_context(accept_downloads=False, service_workers="block")
        finally:
            browser.close()


def look(target: Target, say: Callable[[str], None]) -> list[Finding]:
    """Answer each question in turn; the first that makes the others pointless is the last. `say` hears the steps."""
    if chromium() is None:
        return [Finding("browser", ok=False)]
    try:
        rules = _rules(target)
    except UnreachableError as error:
        return [Finding("address", ok=False, detail=error.reason)]
    say("opening")
    try:
        with _browser(rules) as context:
            return _look(context, target, say)
    except BrowserError:
        # The browser's own words may hold parts of the page.
        return [Finding("browser", ok=False, detail="crashed")]


def _look(context: BrowserContext, target: Target, say: Callable[[str], None]) -> list[Finding]:
    heard = _guard(context, target)
    context.add_init_script(LISTEN)
    page = context.new_page()
    found = _open(page, target)
    if not all(finding.ok for finding in found):
        return found
    say("reading")
    found += _snippet(page, target, heard)
    if not found[-1].ok:
        return found
    say("policy")
    found += _policy(page, target)
    if target.trial and all(finding.ok for finding in found):
        say("recording")
        found.append(_trial(page, target))
    return found


def _guard(context: BrowserContext, target: Target) -> Heard:
    heard, allowed = Heard(), {*target.origins, settings.BASE_URL}

    def gate(route: Route, request: Request) -> None:
        if _origin(request.url) in allowed or not request.url.startswith(("http:", "https:", "ws:", "wss:")):
            route.continue_()
        else:
            route.abort()

    def note(response: Response) -> None:
        heard.answers[response.url] = response.status

    context.route("**/*", gate)
    context.on("response", note)
    return heard


def _origin(url: str) -> str:
    try:
        return origins.of(url)
    except Exception:  # noqa: BLE001  whatever the page made up: it is no address of the site's
        return ""


def _open(page: Page, target: Target) -> list[Finding]:
    try:
        answer = page.goto(target.landing, timeout=PATIENCE_MS, wait_until="load")
    except BrowserError as error:
        is_slow = "Timeout" in str(error)
        return [Finding("opens", ok=False, detail="slow" if is_slow else "no_answer")]
    status = answer.status if answer else 0
    if status != 200:
        return [Finding("opens", ok=False, detail=str(status))]
    page.wait_for_timeout(SETTLE_MS)
    is_own = _origin(page.url) in target.origins
    return [Finding("opens", ok=True), Finding("origin", ok=is_own, detail=_origin(page.url))]


def _snippet(page: Page, target: Target, heard: Heard) -> list[Finding]:
    """The tag is there, names our server and this site's key, and the file came."""
    wanted = f"{settings.BASE_URL}/placet.js"
    tags: list[list[str]] = page.eval_on_selector_all("script[data-site]", SNIPPETS)
    ours = [key for source, key in tags if source.partition("?")[0] == wanted]
    if not tags:
        return [Finding("snippet", ok=False, detail="missing")]
    if not ours:
        return [Finding("snippet", ok=False, detail="other_server")]
    if target.key not in ours:
        return [Finding("snippet", ok=False, detail="other_key")]
    return [Finding("snippet", ok=True)]


def _policy(page: Page, target: Target) -> list[Finding]:
    """Which directive of the page's policy keeps the recorder from working, or none."""
    own, upload = settings.BASE_URL, f"{settings.BASE_URL}/ingest/v1/exchange"
    seen: list[list[str]] = page.evaluate(PROBE, [f"{own}{target.recorder}", upload])
    refused = {directive.removesuffix("-elem") for directive, uri in seen if uri.startswith(own)}
    script = next((name for name in sorted(refused) if name.startswith("script-src")), "")
    connect = next((name for name in sorted(refused) if name.startswith("connect-src")), "")
    return [Finding("script", ok=not script, detail=script), Finding("connect", ok=not connect, detail=connect)]


def _trial(page: Page, target: Target) -> Finding:
    """Agree to a link of our own, land on the page, and see the recorder run; a key pressed is what it waits for."""
    try:
        page.goto(target.trial, timeout=PATIENCE_MS)
        page.click("[data-testid=consent-agree]", timeout=PATIENCE_MS)
        page.wait_for_url(lambda url: _origin(url) in target.origins, timeout=PATIENCE_MS)
        page.wait_for_function("() => window.placet?.state() === 'recording'", timeout=TRIAL_MS)
        page.keyboard.press("Shift")
        page.wait_for_timeout(SETTLE_MS)
        return Finding("recording", ok=bool(page.evaluate(TRIED)))
    except BrowserError:
        return Finding("recording", ok=False, detail=urlsplit(page.url).path[:60] if page.url else "")
