"""A fake at the wire: what docs/wire.md says a server does, with the built loader and recorder, and the customer's pages.

    wire = Wire()
    case = wire.case()
    case.put("/", "<h1>Shop</h1>")            # a page of the customer's, with the snippet
    page.goto(case.consented("/"))            # Placet's own page, which goes on to the landing address
    case.events()                             # what arrived, decoded, in order

Placet and the customer listen on ports of their own, which makes them different origins. A stranger's port serves the
same pages as the customer's.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import html
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from apps.core.errors import Gone
from apps.recordings import bar, replayer
from apps.recordings.errors import CodeRefused
from apps.sites import vocabulary
from tests.stack import wait_for

Event = dict[str, Any]
EMBED = Path(__file__).parents[2] / "frontend" / "dist" / "embed"
# What the server takes at most: docs/wire.md.
WIRE_BYTES, INFLATED_BYTES = 4_000_000, 8_000_000


@dataclass(frozen=True)
class Chunk:
    page: int
    seq: int
    flags: str
    first_ms: int
    last_ms: int
    events: list[Event]
    bytes: int
    zipped: bool


@dataclass
class Answer:
    """What the server says instead of taking a chunk."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    kept: bool = False  # the chunk was stored all the same, and only the answer was lost


@dataclass
class Case:
    """One recording, and the customer's pages that belong to it."""

    wire: Wire
    number: int
    code: str
    policy: dict[str, Any]
    grant: dict[str, Any]
    state: str = "created"
    seconds_left: float = 1800
    watchers: int = 0
    flush_ms: int = 300
    pages: dict[str, tuple[bytes, dict[str, str]]] = field(default_factory=dict)
    tabs: list[str] = field(default_factory=list)
    chunks: dict[tuple[int, int], Chunk] = field(default_factory=dict)
    arrivals: list[tuple[int, int, int]] = field(default_factory=list)  # page, seq, status: every try
    actions: list[str] = field(default_factory=list)
    beats: int = 0
    spent: bool = False
    gone: str = ""
    refuse: Callable[[Chunk], Answer | None] = lambda _chunk: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def id(self) -> str:
        return f"rec_{self.number:020d}"

    @property
    def token(self) -> str:
        return f"token-{self.number}"

    def path(self, path: str) -> str:
        return f"/{self.number}{path}"

    def url(self, path: str = "/", origin: str = "") -> str:
        return (origin or self.wire.site) + self.path(path)

    @property
    def snippet(self) -> str:
        return f'<script async src="{self.wire.base}/placet.js" data-site="pk_1"></script>'

    def put(self, path: str, body: str, headers: dict[str, str] | None = None, *, snippet: bool = True) -> None:
        """A page of the customer's. `{}` in the body is where this case's pages lie."""
        content = body.replace("{}", f"/{self.number}")
        head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>{self.snippet if snippet else ""}'
        if "<!doctype" not in content:
            content = f"{head}</head><body>{content}</body></html>"
        self.pages[self.path(path)] = (
            content.encode(),
            {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", **(headers or {})},
        )

    def file(self, path: str, body: str, kind: str, headers: dict[str, str] | None = None) -> None:
        self.pages[self.path(path)] = (body.encode(), {"Content-Type": kind, **(headers or {})})

    def landing(self, path: str = "/") -> str:
        address = self.url(path)
        return address + ("" if "#" in address else "#") + f"~placet={self.code}"

    def consented(self, path: str = "/") -> str:
        """Placet's own page after the consent, which goes on by itself."""
        return f"{self.wire.base}/me/start?to={quote(self.landing(path), safe='')}"

    # --- What arrived -------------------------------------------------------------------------------

    def numbered(self) -> list[Chunk]:
        with self.lock:
            return [self.chunks[key] for key in sorted(self.chunks)]

    def events(self) -> list[Event]:
        return [event for chunk in self.numbered() for event in chunk.events]

    def tagged(self, tag: str) -> list[dict[str, Any]]:
        return [e["data"]["payload"] for e in self.events() if e["type"] == 5 and e["data"]["tag"] == f"placet.{tag}"]

    def snapshots(self) -> list[Event]:
        return [event for event in self.events() if event["type"] == 2]

    def text(self) -> str:
        return json.dumps([chunk.events for chunk in self.numbered()], ensure_ascii=False)

    def wait(self, what: Callable[[], Any], why: str = "", seconds: float = 30) -> Any:
        try:
            return wait_for(what, seconds=seconds, what=why)
        except AssertionError as error:
            tags = [(c.page, c.seq, c.flags, [kind(e) for e in c.events][:40]) for c in self.numbered()]
            raise AssertionError(f"{error}\narrived: {tags}\nactions: {self.actions}, state {self.state}") from None

    # --- What the server does -----------------------------------------------------------------------

    def status(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "watchers": self.watchers,
            "seconds_left": self.seconds_left,
            "flush_ms": self.flush_ms,
            "retry_after": 0,
        }

    def exchange(self, tab: str) -> Answer:
        with self.lock:
            if self.spent:
                return refused(CodeRefused("code_spent"))
            self.spent = True
        return Answer(200, {**self.grant, **self.status(), "page": self.open_page(tab), "server_ms": now_ms()})

    def open_page(self, tab: str) -> int:
        with self.lock:
            self.tabs.append(tab)
            return len(self.tabs)

    def keep(self, chunk: Chunk) -> Answer:
        if self.gone:
            return Answer(410, {"error": "gone", "reason": self.gone})
        if chunk.page > len(self.tabs):
            return Answer(409, {"error": "conflict"})
        refusal = self.refuse(chunk)
        with self.lock:
            self.arrivals.append((chunk.page, chunk.seq, refusal.status if refusal else 200))
            if refusal and not refusal.kept:
                return refusal
            before = self.chunks.get((chunk.page, chunk.seq))
            if before and before.events != chunk.events:
                return Answer(409, {"error": "conflict"})
            self.chunks.setdefault((chunk.page, chunk.seq), chunk)
            if self.state == "created":
                self.state = "recording"
        return refusal or Answer(200, self.status())

    def act(self, action: str) -> Answer:
        with self.lock:
            self.actions.append(action)
            after = {"pause": "paused", "resume": "recording", "stop": "in_review", "sign_out": "in_review"}
            if action in ("withdraw", "not_me"):
                self.gone, self.state = "withdrawn", "deleting"
            elif action == "take_out":
                pass
            elif self.state in ("recording", "paused", "created"):
                self.state = after[action]
        return Answer(200, self.status())


def refused(error: Gone) -> Answer:
    return Answer(410, {"error": error.code, "detail": bar.refused(error)})


def kind(event: Event) -> str:
    if event["type"] == 5:
        return str(event["data"]["tag"]).removeprefix("placet.")
    return f"{event['type']}.{event['data'].get('source', '')}"


def now_ms() -> int:
    return round(time.time() * 1000)


class Wire:
    """All origins at once. `requests` is every request to Placet: (method, path, headers)."""

    def __init__(self) -> None:
        self.cases: dict[int, Case] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self._numbers = itertools.count(1)
        self._servers = [_Server(self, role) for role in ("base", "site", "stranger")]
        self.base, self.site, self.stranger = (f"http://localhost:{s.server_port}" for s in self._servers)
        self.files: dict[str, bytes] = {}  # served under /r/ beside what is built
        self.away = False  # every request to ingest is answered by a closed connection

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def case(self, **policy: Any) -> Case:
        number = next(self._numbers)
        top = {name: policy.pop(name) for name in ("sign_out_paths", "never_paths") if name in policy}
        grant = {
            "recording": f"rec_{number:020d}",
            "token": f"token-{number}",
            "person_url": f"{self.base}/me/rcp_{number}/",
            "origins": [self.site],
            "site": "Harbour Shop",
            "agent": "Mara",
            "ticket": 4711,
            "live": False,
            "sign_out_paths": [f"/{number}{path}" for path in top.get("sign_out_paths", [])],
            "never_paths": [f"/{number}{path}" for path in top.get("never_paths", [])],
            "words": bar.spoken(agent="Mara", site="Harbour Shop", ticket=4711),
            "policy": {
                "console": True, "network": True, "query_keys": [], "unmask": False, "mask_selectors": [],
                "block_selectors": [], "open_input_types": [], "asset_origins": [], **policy,
            },
        }  # fmt: skip
        case = Case(self, number, f"code.{number}-x", policy, grant)
        self.cases[number] = case
        return case

    def strict(self, *own: str, **policy: Any) -> Case:
        """A strict site that has these phrases in its own files."""
        content = vocabulary.build(set(own))
        digest = hashlib.sha384(content).digest()
        name = f"vocab-{digest.hex()[:32]}.bin"
        self.files[name] = content
        integrity = f"sha384-{base64.b64encode(digest).decode()}"
        return self.case(mode="strict", vocabulary={"url": f"{self.base}/r/{name}", "integrity": integrity}, **policy)

    def of(self, path: str) -> list[tuple[str, str, dict[str, str]]]:
        return [request for request in self.requests if request[1].startswith(path)]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, wire: Wire, role: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wire, self.role = wire, role
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def handle_error(self, *_: Any) -> None:
        """A browser that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: Any) -> None:
        pass

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _json(self, answer: Answer, origin: str) -> None:
        headers = {"Content-Type": "application/json", "Vary": "Origin"}
        if origin:
            headers["Access-Control-Allow-Origin"] = origin
        self._send(answer.status, json.dumps(answer.body).encode(), headers)

    def do_GET(self) -> None:
        wire, path = self.server.wire, urlsplit(self.path)
        if self.server.role == "base":
            wire.requests.append(("GET", self.path, dict(self.headers)))
            return self._placet(path.path, path.query)
        if path.path == "/favicon.ico":
            return self._send(204, b"", {})
        case = wire.cases.get(int(path.path.split("/")[1] or 0)) if path.path.split("/")[1].isdigit() else None
        if case and path.path == case.path("/redirect"):
            return self._send(302, b"", {"Location": unquote(path.query)})
        if case and path.path == case.path("/slow.png"):
            time.sleep(3)
        found = case.pages.get(path.path) if case else None
        body, headers = found or (b"nothing here", {"Content-Type": "text/plain"})
        return self._send(200 if found else 404, body, headers)

    def _placet(self, path: str, query: str) -> None:
        wire = self.server.wire
        name = path.rpartition("/")[2]
        if path == "/placet.js" or path.startswith("/r/"):
            headers = {
                "Content-Type": "text/javascript",
                "Cross-Origin-Resource-Policy": "cross-origin",
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": "no-cache" if name == "placet.js" else "public, max-age=31536000, immutable",
            }
            return self._send(200, wire.files.get(name) or (EMBED / name).read_bytes(), headers)
        headers = {"Content-Type": "text/html", "Referrer-Policy": "strict-origin"}
        if path == "/me/start":
            to = html.escape(unquote(query.removeprefix("to=")))
            page = f'<meta http-equiv="refresh" content="0; url={to}"><a id=on href="{to}">Go on</a>'
            return self._send(200, page.encode(), headers)
        return self._send(200, b"<h1>Your page</h1>", headers)

    def do_POST(self) -> None:
        wire = self.server.wire
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.server.role != "base":
            return self._send(200, b"{}", {"Content-Type": "application/json"})
        wire.requests.append(("POST", self.path, dict(self.headers)))
        if wire.away:
            self.close_connection = True
            return self.connection.close()
        origin = self.headers.get("Origin", "")
        if origin != wire.site:
            return self._json(Answer(403, {"error": "origin"}), "")
        return self._json(self._ingest(body), origin)

    def _ingest(self, body: bytes) -> Answer:
        wire, parts = self.server.wire, self.path.removeprefix("/ingest/v1/").split("/")
        if parts == ["preview"]:
            case = wire.cases[int(json.loads(body)["token"])]
            return Answer(200, {"policy": case.grant["policy"], "words": replayer.preview()})
        if parts == ["exchange"]:
            asked = json.loads(body)
            found = next((case for case in wire.cases.values() if case.code == asked["code"]), None)
            return found.exchange(asked["tab"]) if found else refused(CodeRefused("code_unknown"))
        case = wire.cases[int(parts[1].removeprefix("rec_"))]
        if parts[2] == "chunks":
            return self._chunk(case, int(parts[3]), int(parts[4]), body)
        asked = json.loads(body)
        if asked["token"] != case.token:
            return Answer(401, {"error": "token"})
        if case.gone:
            return Answer(410, {"error": "gone", "reason": case.gone})
        if parts[2] == "pages":
            page = case.open_page(asked["tab"])
            return Answer(200, {**case.status(), "page": page})
        if parts[2] == "beat":
            case.beats += 1
            return Answer(200, case.status())
        return case.act(asked["action"])

    def _chunk(self, case: Case, page: int, seq: int, body: bytes) -> Answer:
        head, _, payload = body.partition(b"\n")
        token, _, rest = head.decode().partition("\t")
        if token != f"1 {case.token}":
            return Answer(401, {"error": "token"})
        first, last, flags = rest.split(" ")
        zipped = payload[:2] == b"\x1f\x8b"
        raw = gzip.decompress(payload) if zipped else payload
        if len(body) > WIRE_BYTES or len(raw) > INFLATED_BYTES:
            with case.lock:
                case.arrivals.append((page, seq, 413))
            return Answer(413, {"error": "too_large"})
        return case.keep(Chunk(page, seq, flags, int(first), int(last), json.loads(raw), len(body), zipped))


@contextlib.contextmanager
def serving() -> Iterator[Wire]:
    wire = Wire()
    try:
        yield wire
    finally:
        wire.close()
