"""The loader, the recorder and its extras, for pages of other origins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from apps.core.errors import Unknown
from apps.recordings.services import assets, embed
from apps.sites.models import Vocabulary

LOADER_SECONDS = 300
HASHED_SECONDS = 31_536_000
# Public files of the site, asked for again with each piece of a replay.
ASSET_SECONDS = 300


def _answer(request: HttpRequest, script: embed.Script, cache_control: str) -> HttpResponse:
    response: HttpResponse
    if request.headers.get("If-None-Match") == script.etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(script.content, content_type="text/javascript; charset=utf-8")
    response["ETag"] = script.etag
    response["Cache-Control"] = cache_control
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    return _answer(request, embed.loader(), f"public, max-age={LOADER_SECONDS}")


@require_safe
def module(request: HttpRequest, name: str) -> HttpResponse:
    """Loaded by `import()` with integrity, which asks for CORS; the content is the same for everybody."""
    response = _answer(request, embed.module(name), f"public, max-age={HASHED_SECONDS}, immutable")
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def asset(request: HttpRequest, recording_id: str, token: str, name: str) -> HttpResponse:
    """A file that the recorded page showed: whoever made it, it may be drawn and nothing else."""
    content_type, body = assets.served(recording_id, token, name)
    response = HttpResponse(body, content_type=content_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = f"private, max-age={ASSET_SECONDS}"
    return response


@require_safe
def vocabulary(request: HttpRequest, digest: str) -> HttpResponse:
    """A site's words, fetched with integrity; what it says is in the site's own public files."""
    found = Vocabulary.objects.filter(digest__startswith=digest).first()
    if found is None:
        raise Unknown
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response["Cache-Control"] = f"public, max-age={HASHED_SECONDS}, immutable"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Access-Control-Allow-Origin"] = "*"
    return response
