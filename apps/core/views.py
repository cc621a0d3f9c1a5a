"""Is the process there, and can it work?"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from apps.core import documents, health, schemas
from apps.core.metrics import exposition


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


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus. 404 to everybody without the operator's token: what is not there need not be guarded."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(given, settings.METRICS_TOKEN):
        raise Http404
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all parts answer ("degraded: …" included), 503 when one is down. Names parts, never contents."""
    states = health.states()
    down = any(state.startswith("down") for state in states.values())
    degraded = any(state.startswith("degraded") for state in states.values())
    status = "down" if down else "degraded" if degraded else "ok"
    return JsonResponse({"status": status, "parts": states}, status=503 if down else 200)
