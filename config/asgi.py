"""The one door: `granian --interface asgi config.asgi:application`.

Every request body is read here, in the event loop, under a deadline and a limit, before any thread or
database connection is taken: sixteen clients that stall in the body stop a WSGI server of eight threads,
and here they cost a coroutine each (measured). Ingest is answered by `apps.recordings.door`; the rest goes,
with its body, to Django as WSGI in a fixed pool of threads.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from apps.core import proxies  # noqa: E402
from apps.core.services import watch  # noqa: E402
from apps.privacy.services import restore  # noqa: E402  models need the apps, which the line above has loaded
from apps.recordings import door  # noqa: E402

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

BODY_BYTES = 1_000_000
BODY_SECONDS = 15.0
IDLE_SECONDS = 5.0
# A reader that takes nothing for so long gives its thread back.
SEND_SECONDS = 30.0
THREADS = int(os.environ.get("WEB_THREADS", "8"))
# What this group of processes answers: "all", or "pages" and "ingest" apart, so that a flood of uploads slows no page.
SERVES = os.environ.get("PLACET_SERVES", "all")
# Bodies of uploads that are being read or wait for a thread, together: the rest is told to come back before memory
# grows. A recorder keeps what it has and honours Retry-After.
HELD_BYTES = 64 * 1024 * 1024
HEALTH = ("/healthz", "/readyz")

_pool = WSGIMiddleware(_django, workers=THREADS)  # type: ignore[arg-type]  # Django's types are its own


class Refused(Exception):
    """The body is not taken: 400, 404, 408, 413 or 503."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(status)


class Gone(Exception):
    """The client went away."""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(scope, receive, _patient(send))
    elif scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1000})


async def _lifespan(receive: Receive, send: Send) -> None:
    watching: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            # Before anybody is answered: what was deleted must not come back with a restored backup.
            await asyncio.to_thread(restore.replay_quietly)
            watching = asyncio.create_task(_watch()) if settings.OPERATOR_MAIL and watch.is_mine() else None
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if watching is not None:
                watching.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _watch() -> None:
    seen = watch.Watch()
    while True:
        await asyncio.sleep(watch.EVERY_S)
        await asyncio.to_thread(watch.look_quietly, seen)


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    scope = _introduced(scope)
    ingest = scope["path"].startswith(door.PREFIX)
    held = Held()
    try:
        _require_served(scope["path"], ingest=ingest)
        body = await _body(scope, receive, held, limit=door.BODY_BYTES if ingest else BODY_BYTES)
        if ingest:
            await door.answer(scope, body, send)
        else:
            await _pool(_with_body(scope, len(body)), _replay(body), send)  # type: ignore[arg-type]
    except Refused as refused:
        await _refuse(send, refused.status)
    except Gone:
        pass
    finally:
        held.let_go()


def _require_served(path: str, *, ingest: bool) -> None:
    """Raises `Refused(404)` for what is answered by another group of processes."""
    is_served = ingest or path in HEALTH if SERVES == "ingest" else not ingest or SERVES != "pages"
    if not is_served:
        raise Refused(404)


# --- Who asks ---------------------------------------------------------------------------------------


def _introduced(scope: Scope) -> Scope:
    """The request with its client's own address and scheme, and without what anybody may have claimed of them."""
    named: dict[bytes, list[str]] = {}
    headers = []
    for name, value in scope["headers"]:
        if name.startswith(b"x-forwarded-") or name in {b"forwarded", b"x-real-ip"}:
            named.setdefault(name, []).append(value.decode("latin1"))
        else:
            headers.append((name, value))
    client = scope.get("client")
    peer, port = (str(client[0]), int(client[1])) if client else ("", 0)
    scheme = scope.get("scheme", "http")
    if proxies.is_trusted(peer, settings.TRUSTED_PROXIES):
        peer = proxies.client(peer, ",".join(named.get(b"x-forwarded-for", [])), settings.TRUSTED_PROXIES)
        scheme = proxies.scheme(",".join(named.get(b"x-forwarded-proto", [])), scheme)
    return {**scope, "headers": headers, "client": (peer, port), "scheme": scheme}


# --- The body ---------------------------------------------------------------------------------------


class Held:
    """The bytes of one body, counted together with everybody's. Only the event loop counts, so nothing is locked."""

    total = 0

    def __init__(self) -> None:
        self._mine = 0

    def take(self, size: int) -> None:
        """Raises `Refused(503)` where there is no room for `size` more."""
        if Held.total + size > HELD_BYTES:
            raise Refused(503)
        self._mine += size
        Held.total += size

    def let_go(self) -> None:
        Held.total -= self._mine
        self._mine = 0


async def _body(scope: Scope, receive: Receive, held: Held, *, limit: int) -> bytes:
    """Return the whole body; raises `Refused` before reading where its length is announced and too large."""
    announced = [value for name, value in scope["headers"] if name == b"content-length"]
    if announced and not announced[0].isdigit():
        raise Refused(400)
    if announced and int(announced[0]) > limit:
        raise Refused(413)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, held, limit)
    except TimeoutError:
        raise Refused(408) from None


async def _read(receive: Receive, held: Held, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        async with asyncio.timeout(IDLE_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        piece = message.get("body", b"")
        size += len(piece)
        if size > limit:
            raise Refused(413)
        held.take(len(piece))
        pieces.append(piece)
        if not message.get("more_body", False):
            return b"".join(pieces)


def _replay(body: bytes) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive


def _with_body(scope: Scope, length: int) -> Scope:
    """The headers that Django may see.

    Django reads as much as Content-Length says, which a chunked upload does not. WSGI turns "-" into "_",
    so a header spelt with an underscore would pass for one that only a proxy may set. HTTP/2 may split the
    cookie header.
    """
    dropped = {b"content-length", b"transfer-encoding", b"cookie"}
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped and b"_" not in name]
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    if cookies:
        headers.append((b"cookie", b"; ".join(cookies)))
    headers.append((b"content-length", str(length).encode()))
    return {**scope, "headers": headers}


# --- The answer -------------------------------------------------------------------------------------


def _patient(send: Send) -> Send:
    async def bounded(message: Message) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await send(message)

    return bounded


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close"), (b"content-length", b"0")]
    if status == 503:
        headers.append((b"retry-after", str(door.RETRY_AFTER_S).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
