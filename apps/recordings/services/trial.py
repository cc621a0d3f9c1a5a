"""A trial: what a recording of a page would contain, shown before anybody is recorded.

The built loader and recorder run in a Chromium of ours, on the page as it is, with or without the snippet. No
request of theirs reaches a server: every answer is made here, and what they send is kept in memory. Values that nobody has,
canaries, are put into the page's fields and into the answers that it gets; none of them may be in what was sent.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, sync_playwright

from apps.core import browsers
from apps.core.errors import PlacetError
from apps.recordings.services import embed
from apps.recordings.services.picture import Picture

Json = dict[str, Any]

BASE = "https://placet.invalid"  # RFC 2606: answered here, or by nobody
CORS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
SIZE = {"width": 1280, "height": 900}
FIELDS = 60
SETTLE_MS = 700
PATIENCE_MS = 15_000
ARGS = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
TEXT_FIELDS = "input:not([type]),textarea," + ",".join(
    f"input[type={kind}]" for kind in ("text", "email", "tel", "search", "url", "password")
)


class NoBrowser(PlacetError):
    code = "no_browser"
    sentence = _("Chromium was not found. Install it (sudo apt-get install -y chromium), or name it with --chromium.")


class NotReached(PlacetError):
    code = "not_reached"
    sentence = _("The page cannot be reached.")


class NotRecorded(PlacetError):
    code = "not_recorded"
    sentence = _("The recorder did not start on this page.")


def canaries() -> dict[str, str]:
    """A value of each class that nobody has; new ones for each run."""
    digits = "".join(secrets.choice("0123456789") for _ in range(14))
    word = secrets.token_hex(4)
    return {
        "email": f"canary-{word}@example.org",
        "phone": f"+49 30 {digits[:4]} {digits[4:8]}",
        "card": _with_luhn(f"4{digits}"),
        "iban": _iban(digits),
        "token": f"sk_live_{secrets.token_hex(16)}",
        "password": f"Canary!{secrets.token_hex(6)}",
        "name": f"Canary{word.translate(str.maketrans('0123456789', 'ghijklmnop'))}",
        "text": f"canary text {secrets.token_hex(5)}",
    }


def _with_luhn(body: str) -> str:
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(body[::-1]))
    return f"{body}{-total % 10}"


def _iban(digits: str) -> str:
    account = f"{digits}0000"
    return f"DE{98 - int(f'{account}131400') % 97:02}{account}"


# What a field or a key of an answer asks for, by its names; the first that fits.
KINDS: list[tuple[str, re.Pattern[str]]] = [
    ("password", re.compile(r"pass|pwd|secret", re.I)),
    ("email", re.compile(r"e-?mail", re.I)),
    ("phone", re.compile(r"phone|mobile|\btel", re.I)),
    ("card", re.compile(r"card.?num|\bcc\b|\bpan\b|card$", re.I)),
    ("iban", re.compile(r"iban", re.I)),
    ("token", re.compile(r"token|api.?key|session", re.I)),
    ("name", re.compile(r"(?:first|last|full|family|given|customer|patient|user)[ _-]?name|holder|\bname\b", re.I)),
]


def kind_of(words: str) -> str:
    return next((kind for kind, pattern in KINDS if pattern.search(words)), "text")


def planted(answer: Any, values: dict[str, str], put: set[str], key: str = "") -> Any:
    """A JSON answer with canaries wherever a key asks for something of a person; `put` gathers the kinds."""
    if isinstance(answer, dict):
        return {name: planted(inside, values, put, name) for name, inside in answer.items()}
    if isinstance(answer, list):
        return [planted(inside, values, put, key) for inside in answer]
    # What is called just "name" may be a product's.
    kind = "text" if key == "name" else kind_of(key)
    if not isinstance(answer, str) or kind == "text":
        return answer
    put.add(kind)
    return values[kind]


@dataclass
class Finding:
    """What a recording of one page would contain."""

    url: str
    title: str = ""
    leaked: list[str] = field(default_factory=list)  # "kind: where"
    typed: int = 0
    in_answers: list[str] = field(default_factory=list)
    masked: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    unseen: Counter[str] = field(default_factory=Counter)
    events: int = 0
    bytes: int = 0
    picture: str = ""


@dataclass
class Trial:
    """`policy` is what the recorder is told; `vocabulary` the words of a strict site, read before a browser runs."""

    policy: Json
    vocabulary: bytes | None = None
    chromium: str = ""
    values: dict[str, str] = field(default_factory=canaries)
    chunks: list[bytes] = field(default_factory=list)
    put: set[str] = field(default_factory=set)

    def run(self, urls: list[str], out: Path) -> Iterator[Finding]:
        """One finding a page, each with a picture in `out`; raises `NoBrowser`, `NotReached`, `NotRecorded`."""
        embed.loader()
        with sync_playwright() as playwright:
            try:
                path = self.chromium or browsers.chromium()
                browser = playwright.chromium.launch(executable_path=path, args=[*ARGS, "--no-sandbox"])
            except Error:
                raise NoBrowser from None
            for number, url in enumerate(urls, 1):
                yield self._page(browser, url, out / f"{number}.png")
            browser.close()

    def _page(self, browser: Browser, url: str, picture: Path) -> Finding:
        self.chunks.clear()
        self.put.clear()
        # The page's own policy says what it may load; what we add is ours, and tells nothing about its visitors.
        context = browser.new_context(viewport=SIZE, bypass_csp=True, service_workers="block")  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        try:
            context.route("**/*", self._answer_page)
            # The page's own snippet stays out: it belongs to a server that is not asked.
            context.route(re.compile(r"/placet\.js(\?|$)"), lambda route: route.abort())
            context.route(f"{BASE}/**", self._answer_recorder)
            page = context.new_page()
            self._open(page, url)
            finding = Finding(url, page.title(), typed=self._type(page))
            page.wait_for_timeout(SETTLE_MS)
            page.evaluate("placet.flush()")
            original = self._shot(page)
            events = self.events()
            self._tell(finding, events)
            recorded = self._recorded(context, events, url)
            self._beside(context, original, recorded, picture)
            finding.picture = str(picture)
            return finding
        finally:
            context.close()

    # --- The page and the recorder on it ------------------------------------------------------------

    def _open(self, page: Page, url: str) -> None:
        mark = "" if "#" in url else "#"
        try:
            page.goto(f"{url}{mark}~placet=trial", referer=f"{BASE}/me/", wait_until="load")
        except Error as error:
            raise NotReached(f"{url}: {str(error).splitlines()[0]}") from None
        try:
            if page.locator("placet-bar").count() == 0:
                page.add_script_tag(url=f"{BASE}/placet.js")
            page.wait_for_function("window.placet?.state() === 'recording'")
        except Error:
            raise NotRecorded(
                f"{url}: the recorder did not start. A frame or an error of the page may be in its way."
            ) from None

    def _type(self, page: Page) -> int:
        """Put a canary into every field that can be seen, as a person would; how many took one."""
        done = 0
        for element in page.locator(TEXT_FIELDS).all()[:FIELDS]:
            try:
                words = element.evaluate(
                    "(e) => [e.type, e.autocomplete, e.name, e.id, e.placeholder, e.labels?.[0]?.textContent ?? ''].join(' ')"
                )
                if element.is_visible() and element.is_editable():
                    element.fill(self.values[kind_of(words)], timeout=1_000)
                    done += 1
            except Error:
                continue  # it went away, or takes no text: as it would for a person
        return done

    def _answer_page(self, route: Route) -> None:
        """The page's own request, with canaries in what comes back as JSON."""
        if route.request.resource_type not in {"fetch", "xhr"}:
            return route.continue_()
        try:
            answer = route.fetch()
            body = planted(answer.json(), self.values, self.put)
        except (Error, ValueError):
            return route.continue_()
        return route.fulfill(response=answer, body=json.dumps(body))

    def _answer_recorder(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/placet.js":
            return route.fulfill(body=embed.loader().content, content_type="text/javascript", headers=CORS)
        if path == "/r/words.bin":
            return route.fulfill(body=self.vocabulary or b"", headers=CORS)
        if path.startswith("/r/"):
            return route.fulfill(body=embed.module(path[3:]).content, content_type="text/javascript", headers=CORS)
        if "/chunks/" in path:
            self.chunks.append(route.request.post_data_buffer or b"")
        return route.fulfill(
            body=json.dumps(self._status(route.request.url, route.request.headers.get("origin", ""))),
            content_type="application/json",
            headers=CORS,
        )

    def _status(self, url: str, origin: str) -> Json:
        status: Json = {"state": "recording", "watchers": 0, "seconds_left": 1800, "flush_ms": 400, "retry_after": 0}
        if url.endswith("/pages"):
            return {**status, "page": 2}
        if not url.endswith("/exchange"):
            return status
        policy = self.policy
        if policy.get("vocabulary"):
            policy = {**policy, "vocabulary": {**policy["vocabulary"], "url": f"{BASE}/r/words.bin"}}
        return {
            **status, "recording": "rec_trial", "token": "trial", "page": 1, "server_ms": round(time.time() * 1000),
            "person_url": f"{BASE}/", "origins": [origin], "site": "", "agent": "", "ticket": 0, "live": False,
            "sign_out_paths": [], "never_paths": [], "policy": policy,
        }  # fmt: skip

    # --- What was sent ------------------------------------------------------------------------------

    def events(self) -> list[Json]:
        found: list[Json] = []
        for chunk in self.chunks:
            body = chunk.partition(b"\n")[2]
            found += json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        return found

    def _tell(self, finding: Finding, events: list[Json]) -> None:
        finding.events = len(events)
        finding.bytes = sum(len(chunk) for chunk in self.chunks)
        finding.in_answers = sorted(self.put)
        for event in events:
            sent = json.dumps(event, ensure_ascii=False)
            finding.leaked += [f"{kind}: {_where(event)}" for kind, value in self.values.items() if value in sent]
            tag, payload = event["data"].get("tag"), event["data"].get("payload", {})
            if tag == "placet.masked":
                finding.masked.update(payload["counts"])
            elif tag == "placet.unseen":
                finding.unseen[payload["cause"]] += 1
            elif tag == "placet.network":
                finding.requests.append(f"{payload['method']} {payload['url']} {payload['status']}")
            elif event["type"] == 2:
                finding.shown = list(dict.fromkeys([*finding.shown, *_texts(event["data"]["node"])]))

    # --- The picture --------------------------------------------------------------------------------

    def _shot(self, page: Page) -> bytes:
        page.evaluate("document.querySelector('placet-bar').remove()")
        return page.screenshot()

    def _recorded(self, context: BrowserContext, events: list[Json], url: str) -> bytes:
        picture = Picture()
        for event in events:
            picture.apply(event)
        page = context.new_page()
        page.set_content(_markup(picture.events(0), url), wait_until="load")
        shot = page.screenshot()
        page.close()
        return shot

    def _beside(self, context: BrowserContext, original: bytes, recorded: bytes, file: Path) -> None:
        page = context.new_page()
        page.set_viewport_size({"width": SIZE["width"] * 2 + 60, "height": SIZE["height"] + 80})
        sides = [(_("The page"), original), (_("What a recording shows"), recorded)]
        cells = "".join(
            f"<figure><figcaption>{escape(str(title))}</figcaption>"
            f"<img src='data:image/png;base64,{base64.b64encode(shot).decode()}'></figure>"
            for title, shot in sides
        )
        page.set_content(f"<style>{BESIDE}</style>{cells}")
        file.write_bytes(page.screenshot())
        page.close()


BESIDE = """
body{margin:0;padding:20px;display:flex;gap:20px;background:#eef2f0;font:600 20px system-ui,sans-serif;color:#17251d}
figure{margin:0;flex:1}figcaption{margin:0 0 10px}img{width:100%;border:1px solid #c3cec8;border-radius:6px}
"""
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def _where(event: Json) -> str:
    if event["type"] == 5:
        return str(event["data"]["tag"]).removeprefix("placet.")
    return "page" if event["type"] in {2, 4} else "change of the page"


def _texts(node: Json, inside: str = "") -> Iterator[str]:
    """What can be read of a snapshot."""
    if node["type"] == 3 and inside not in {"style", "script", "title"}:
        text = " ".join(node["textContent"].split())
        if text:
            yield text
    for child in node.get("childNodes", ()):
        yield from _texts(child, node.get("tagName", ""))


def _markup(events: list[Json], url: str) -> str:
    """The recorded page as HTML without a script; what is typed stands in its field."""
    top = next(event["data"]["node"] for event in events if event["type"] == 2)
    typed = {event["data"]["id"]: event["data"] for event in events if event["data"].get("source") == 5}
    return f"<!doctype html><base href='{escape(url)}'>{''.join(_written(top, typed))}"


def _written(node: Json, typed: dict[int, Json], parent: str = "") -> Iterator[str]:
    if node["type"] == 3:
        yield node["textContent"] if parent == "style" else escape(node["textContent"])
    elif node["type"] == 2:
        yield from _element(node, typed)
    elif node["type"] == 0:
        for child in node["childNodes"]:
            yield from _written(child, typed)


def _element(node: Json, typed: dict[int, Json]) -> Iterator[str]:
    name, attributes = node["tagName"], dict(node["attributes"])
    sheet = attributes.pop("_cssText", None)
    if name == "link" and sheet is not None:
        name, attributes = "style", {}
    if "rr_width" in attributes:
        size = f"width:{attributes['rr_width']};height:{attributes['rr_height']}"
        attributes = {"style": f"display:inline-block;background:#9aa8a1;{size}"}
    value = typed.get(node["id"], {}).get("text", attributes.pop("value", None))
    if value is not None and name != "textarea":
        attributes["value"] = value
    yield f"<{name}{''.join(_attribute(key, entry) for key, entry in attributes.items())}>"
    if name in _VOID:
        return
    if name == "textarea" or sheet is not None:
        yield escape(value or "") if sheet is None else str(sheet)
    else:
        for child in node.get("childNodes", ()):
            yield from _written(child, typed, name)
    yield f"</{name}>"


def _attribute(name: str, value: Any) -> str:
    if name.startswith(("_", "rr_")) or value in {None, False}:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
