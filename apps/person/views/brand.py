"""A site's own look: files of our own origin, so that the policy on contents stays as strict as it is.

Their address is the hash of what is in them. They are the same for everybody, ask for no cookie and set none.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from apps.core.errors import Unknown
from apps.sites import branding
from apps.sites.models import Brand

SECONDS = 31_536_000


def _of(digest: str) -> Brand:
    found = Brand.objects.filter(digest=digest).first()
    if found is None:
        raise Unknown
    return found


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={SECONDS}, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def style(request: HttpRequest, digest: str) -> HttpResponse:
    found = _of(digest)
    if not found.accent:
        raise Unknown
    text = branding.style(found.accent, found.accent_dark)
    return _kept(HttpResponse(text, content_type="text/css; charset=utf-8"))


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """Whatever a browser took it for, it may be drawn and nothing else."""
    found = _of(digest)
    if not found.logo:
        raise Unknown
    response = HttpResponse(bytes(found.logo), content_type="image/png")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(response)
