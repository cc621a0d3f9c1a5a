"""Is the process there, and can it work?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.core import documents, health, schemas
from apps.core.services import checkpoints, seals


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of receipts. Open to every origin: a verifier may be a page elsewhere."""
    return JsonResponse({"keys": documents.public_keys()}, headers={"Access-Control-Allow-Origin": "*"})


@require_safe
def schema(request: HttpRequest, name: str) -> HttpResponse:
    """The JSON Schema of a signed document, such as "consent-receipt/1"."""
    found = schemas.schema(name)
    if found is None:
        raise Http404
    return JsonResponse(found, headers={"Access-Control-Allow-Origin": "*"}, json_dumps_params={"indent": 2})


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Check a receipt in the browser. The file goes nowhere: the page reads it, and fetches the public keys at most."""
    return render(request, "core/verify.html")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: where to report a weakness."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # Less than a year ahead, as the RFC asks; a server that is not run any more says so by silence.
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    contact = settings.SECURITY_CONTACT if ":" in settings.SECURITY_CONTACT else f"mailto:{settings.SECURITY_CONTACT}"
    lines = [f"Contact: {contact}", f"Expires: {expires}", f"Canonical: {settings.BASE_URL}{request.path}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _database(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()


def _audit() -> str:
    if seals.is_late():
        return "degraded: entries of the audit trail wait to be sealed"
    if checkpoints.is_late():
        return "degraded: checkpoints of the audit trail do not reach their anchors"
    return "ok"


def _state(check: Callable[[], object]) -> str:
    try:
        return str(check() or "ok")
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "not ready"
        return f"down: {type(error).__name__}"


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all parts answer ("degraded: …" included), 503 when one is down. Names parts, never contents."""
    parts: dict[str, Callable[[], object]] = {
        "database": lambda: _database("default"),
        "keys": lambda: _database("keys"),
        "broker": _broker,
        "audit": _audit,
        **health.checks(),
    }
    states = {name: _state(check) for name, check in parts.items()}
    down = any(state.startswith("down") for state in states.values())
    degraded = any(state.startswith("degraded") for state in states.values())
    status = "down" if down else "degraded" if degraded else "ok"
    return JsonResponse({"status": status, "parts": states}, status=503 if down else 200)
