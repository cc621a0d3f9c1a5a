"""What every answer gets: an id to find it by, and plain words instead of a stack trace."""

from __future__ import annotations

import contextvars
import secrets
from collections.abc import Callable
from typing import Any

from csp.constants import NONE
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers

from apps.core import languages, maintenance
from apps.core.errors import PROBLEM, PlacetError, problem

request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")
Handler = Callable[[HttpRequest], HttpResponse]


class RequestId:
    """One random id a request, in the audit trail, the log and the answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            response = self.get_response(request)
            response["X-Request-Id"] = request_id.get()
        finally:
            request_id.reset(token)
        return response


class Bounds:
    """Nothing of ours is drawn into another origin's page unless its view says so; and where no script of a page writes
    HTML, none that gets in may: Trusted Types. The console's htmx and the Replayer do write it, behind their own policies.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path_info.startswith(settings.TRUSTED_TYPES_PATHS) and not hasattr(response, "_csp_config"):
            response._csp_update = {"require-trusted-types-for": ["'script'"], "trusted-types": [NONE]}  # type: ignore[attr-defined]
        return response


class NoNul:
    """PostgreSQL keeps no NUL, and refuses to look for one. Who asks with one asks with the sign for no letter."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.path_info = request.path_info.replace("\x00", "\ufffd")
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "%EF%BF%BD")
        return self.get_response(request)


class Language:
    """Speak the reader's language, errors included; the pages of a recorded person know it better, see `person.doors`.

    Not Django's LocaleMiddleware: that would read a cookie, and would speak to staff in a language that has no
    more than the person's texts.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_person = request.path_info.startswith(settings.PERSON_PATHS)
        among = languages.of_person() if is_person else settings.STAFF_LANGUAGES
        language = (languages.chosen(request) if is_person else "") or languages.asked_by_browser(request, among)
        with translation.override(language):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", language)
        return response


class ReadOnly:
    """During maintenance, whoever would change something is told to come back; see `core.maintenance`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.method in {"GET", "HEAD", "OPTIONS"} or maintenance.lets_through(view, request.path_info):
            return None
        refusal = refused(request, maintenance.ReadOnly())
        refusal["Retry-After"] = str(maintenance.RETRY_AFTER_S)
        return refusal


class DomainErrors:
    """Turn a `PlacetError` into a page or, for those who ask for it, JSON."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refused(request, error) if isinstance(error, PlacetError) else None


def refused(request: HttpRequest, error: PlacetError) -> HttpResponse:
    """A page, or JSON for those who ask for it and for the API."""
    if request.path_info.startswith("/api/"):
        told = problem(error.status, error.code, error.text)
        return JsonResponse(told, status=error.status, content_type=PROBLEM)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": error.code, "detail": error.text}, status=error.status)
    return render(request, "core/error.html", {"error": error}, status=error.status)
