"""Everything under /ingest/v1/: the event loop parses the address and sizes the queue, threads do the work.

An answer carries CORS headers only once the origin is known to be one of the recording's own, and never
anything that a browser would run.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError

from apps.core import maintenance, ratelimit
from apps.core.connections import look_after
from apps.core.errors import Gone, PlacetError, Unknown
from apps.recordings import bar, limits, replayer
from apps.recordings.errors import CodeRefused, Malformed, NotNow, OriginRefused, TokenWrong
from apps.recordings.models import Recording
from apps.recordings.services import control, ingest, lifecycle, previews, wire
from apps.sites.models import Origin, Policy

log = logging.getLogger(__name__)

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Json = dict[str, Any]

PREFIX = "/ingest/v1/"
BODY_BYTES = limits.WIRE_BYTES + 1024
THREADS = int(os.environ.get("INGEST_THREADS", "4"))
# Each waiting request holds its body; the rest is told to come back before memory grows.
WAITING = 64
RETRY_AFTER_S = 2

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="ingest")
_room = threading.BoundedSemaphore(THREADS + WAITING)

_RECORDING = r"/ingest/v1/recordings/(?P<recording>rec_[0-9a-z]{20,28})"
_CHUNK = re.compile(_RECORDING + r"/chunks/(?P<page>\d{1,6})/(?P<seq>\d{1,9})")
_VERB = re.compile(_RECORDING + r"/(?P<verb>pages|control|beat)")
_TAB = re.compile(r"[0-9a-z]{16}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request, as far as ingest cares."""

    path: str
    origin: str
    address: str
    body: bytes


@dataclass(slots=True)
class Answer:
    status: int
    body: Json
    origin: str = ""  # non-empty: this origin may read it
    headers: dict[str, str] = field(default_factory=dict)


async def answer(scope: MutableMapping[str, Any], body: bytes, send: Send) -> None:
    """Answer one request under `PREFIX`."""
    if scope["method"] != "POST":
        await _send(send, Answer(405, {"error": "method", "detail": "POST only."}, headers={"Allow": "POST"}))
        return
    headers = dict(scope["headers"])
    client = scope.get("client")
    call = Call(
        path=scope["path"],
        origin=headers.get(b"origin", b"").decode("latin1"),
        address=str(client[0]) if client else "",
        body=body,
    )
    if not _room.acquire(blocking=False):
        await _send(send, _problem(NotNow("busy", retry_after=RETRY_AFTER_S), ""))
        return
    # The room is given back by the thread's end and not by this coroutine's: a client that hangs up frees
    # no thread.
    future = _pool.submit(_work, call)
    future.add_done_callback(lambda _: _room.release())
    await _send(send, await asyncio.wrap_future(future))


async def _send(send: Send, answer: Answer) -> None:
    content = json.dumps(answer.body).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Vary": "Origin",
        **answer.headers,
    }
    if answer.origin:
        headers["Access-Control-Allow-Origin"] = answer.origin
        headers["Access-Control-Expose-Headers"] = "Retry-After"
    pairs = [(name.lower().encode(), value.encode("latin1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    await send({"type": "http.response.body", "body": content})


# --- In a thread ------------------------------------------------------------------------------------


def _work(call: Call) -> Answer:
    look_after()
    try:
        return _route(call)
    except (OperationalError, InterfaceError):
        # The database went away or is locked for longer than its timeout: nothing was acknowledged.
        log.warning("ingest: the database does not answer", exc_info=True)
        return _problem(NotNow("busy", retry_after=RETRY_AFTER_S), "")
    except Exception:
        log.exception("ingest failed")
        return Answer(500, {"error": "failed", "detail": "That did not work."})
    finally:
        look_after()


def _route(call: Call) -> Answer:
    if call.path == f"{PREFIX}exchange":
        return _exchange(call)
    if call.path == f"{PREFIX}preview":
        return _preview(call)
    if chunk := _CHUNK.fullmatch(call.path):
        return _for_recording(call, chunk["recording"], partial(_chunk, chunk))
    if match := _VERB.fullmatch(call.path):
        return _for_recording(call, match["recording"], _VERBS[match["verb"]])
    return _problem(Unknown(), "")


def _for_recording(call: Call, recording_id: str, work: Callable[[Call, Recording], Json]) -> Answer:
    try:
        recording = ingest.admitted(recording_id, call.origin)
    except PlacetError as error:
        return _problem(error, "")
    try:
        return Answer(200, work(call, recording), call.origin)
    except PlacetError as error:
        return _problem(error, call.origin)
    except (OperationalError, InterfaceError):
        log.warning("ingest: the database does not answer", exc_info=True)
        return _problem(NotNow("busy", retry_after=RETRY_AFTER_S), call.origin)


def _problem(error: PlacetError, origin: str) -> Answer:
    body: Json = {"error": error.code, "detail": error.text}
    headers: dict[str, str] = {}
    if isinstance(error, Gone) and not isinstance(error, CodeRefused):
        body |= {"error": "gone", "reason": error.reason}
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        body["retry_after"] = retry_after
        headers["Retry-After"] = str(retry_after)
    return Answer(error.status, body, origin, headers)


def _json(call: Call, *, limit: int = 8_192) -> Json:
    if len(call.body) > limit:
        raise Malformed
    try:
        body = json.loads(call.body)
    except (ValueError, RecursionError):
        raise Malformed from None
    if not isinstance(body, dict):
        raise Malformed
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Malformed
    return value


def _tab(body: Json) -> str:
    tab = _text(body, "tab")
    if not _TAB.fullmatch(tab):
        raise Malformed
    return tab


# --- The requests -----------------------------------------------------------------------------------


def _chunk(match: re.Match[str], call: Call, recording: Recording) -> Json:
    maintenance.require_off()
    head, payload = wire.split(call.body)
    page, seq = int(match["page"]), int(match["seq"])
    return asdict(ingest.keep(recording, page, seq, head=head, payload=payload))


def _pages(call: Call, recording: Recording) -> Json:
    maintenance.require_off()
    body = _json(call)
    ingest.authorise(recording, _text(body, "token"))
    page = lifecycle.open_page(recording, tab=_tab(body))
    return {**asdict(ingest.status(recording)), "page": page}


def _control(call: Call, recording: Recording) -> Json:
    body = _json(call)
    ingest.authorise(recording, _text(body, "token"))
    action = _text(body, "action")
    if action == "take_out":
        return asdict(ingest.status(control.take_out(recording, body.get("from_ms"))))
    return asdict(ingest.status(control.act(recording, action)))


def _beat(call: Call, recording: Recording) -> Json:
    ingest.authorise(recording, _text(_json(call), "token"))
    return asdict(ingest.status(control.beat(recording)))


_VERBS: dict[str, Callable[[Call, Recording], Json]] = {"pages": _pages, "control": _control, "beat": _beat}


def _exchange(call: Call) -> Answer:
    origin, who = "", ratelimit.household(call.address)
    try:
        ratelimit.refuse_beyond("guess", who, most=limits.GUESSES_A_MINUTE, seconds=60)
        body = _json(call)
        code, tab = _text(body, "code"), _tab(body)
        site_id = lifecycle.check_code(code).recording.site_id
        if not Origin.objects.filter(site=site_id, origin=call.origin).exists():
            raise OriginRefused
        origin = call.origin
        maintenance.require_off()
        grant = lifecycle.exchange(code, origin=origin, tab=tab)
    except PlacetError as error:
        if isinstance(error, (CodeRefused, TokenWrong, OriginRefused)):
            ratelimit.count("guess", who, seconds=60)
        refusal = _problem(error, origin)
        if isinstance(error, Gone):
            refusal.body["detail"] = bar.refused(error)
        return refusal
    return Answer(200, granted(grant), origin)


def _preview(call: Call) -> Answer:
    who = ratelimit.household(call.address)
    try:
        ratelimit.refuse_beyond("guess", who, most=limits.GUESSES_A_MINUTE, seconds=60)
        site = previews.site_of(_text(_json(call), "token"), origin=call.origin)
    except PlacetError as error:
        if isinstance(error, (TokenWrong, OriginRefused)):
            ratelimit.count("guess", who, seconds=60)
        return _problem(error, "")
    return Answer(200, {"policy": told(site.policy), "words": replayer.preview()}, call.origin)


def granted(grant: lifecycle.Grant) -> Json:
    """What the recorder is told when it starts: docs/wire.md, "Starting"."""
    recording = Recording.objects.select_related("site", "link__issued_by", "ticket", "receipt__notice").get(
        pk=grant.recording.pk
    )
    policy = lifecycle.policy_of(recording)
    return {
        **asdict(ingest.status(recording)),
        "recording": recording.pk,
        "token": grant.token,
        "page": grant.page,
        "server_ms": round(time.time() * 1000),
        "person_url": lifecycle.person_url(recording),
        "origins": list(recording.site.origins.values_list("origin", flat=True)),
        "site": recording.site.name,
        "agent": bar.agent_name(recording),
        "ticket": recording.ticket.number if recording.ticket else 0,
        "live": recording.live,
        "sign_out_paths": policy.sign_out_paths,
        "never_paths": policy.never_paths,
        "policy": told(policy),
        "words": bar.words(recording),
    }


def told(policy: Policy) -> Json:
    """Of a policy, what the recorder needs to know."""
    return {
        "console": policy.record_console,
        "network": policy.record_network,
        "query_keys": policy.query_keys,
        "unmask": policy.allow_unmask,
        "mask_selectors": policy.mask_selectors,
        "block_selectors": policy.block_selectors,
        "text_patterns": policy.text_patterns,
        "mode": policy.mode,
        "vocabulary": _vocabulary(policy),
        "open_input_types": policy.open_input_types,
        "response_fields": policy.response_fields,
        "asset_origins": policy.asset_origins,
    }


def _vocabulary(policy: Policy) -> Json | None:
    """Where a strict page finds the words that it may show."""
    found = policy.site.vocabularies.first() if policy.mode == Policy.Mode.STRICT else None
    return {"url": f"{settings.BASE_URL}/r/{found.file_name}", "integrity": found.integrity} if found else None
