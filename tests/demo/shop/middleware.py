"""The strict policy that a careful customer would have: Placet may run and be called, nothing else may."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def policy() -> str:
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {settings.PLACET_URL}",
            f"connect-src 'self' {settings.PLACET_URL}",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            f"frame-src 'self' {settings.PROVIDER_URL}",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "base-uri 'none'",
        ]
    )


def content_security(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = policy()
        return response

    return middleware
