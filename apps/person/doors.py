"""What every page of the recorded person has in common: headers, the check of the origin, plain errors."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from apps.core import languages
from apps.core.errors import PlacetError, Refused, TooMany
from apps.person import cookies
from apps.sites import origins

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
WINDOW_S = 600  # tries are counted over ten minutes


def language() -> str:
    """The language that this page speaks."""
    return translation.get_language() or languages.SOURCE


def speak(request: HttpRequest, said: str) -> None:
    """Go on in the language `said` by the link or the receipt, unless the person has chosen another."""
    if not cookies.chosen_language(request) and (known := languages.known(said, languages.of_person())):
        translation.activate(known)


def in_language(request: HttpRequest, address: str) -> str:
    """`address` with the choice that was made on this page, so that it holds on the next."""
    choice = languages.chosen(request)
    return f"{address}{'&' if '?' in address else '?'}{languages.CHOICE}={choice}" if choice else address


def with_headers(response: HttpResponse) -> HttpResponse:
    """Nothing of these pages is kept by a cache or found by a search; the policy on contents is the site-wide one."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def person_page(view: View[P]) -> View[P]:
    """For every view here: the person's language, the headers, and a refusal as a page in plain words."""

    @functools.wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with translation.override(cookies.chosen_language(request) or language()):
            try:
                response = view(request, *args, **kwargs)
            except PlacetError as error:
                response = render(request, "person/error.html", {"error": error}, status=error.status)
                if isinstance(error, TooMany):
                    response["Retry-After"] = str(WINDOW_S)
            response["Content-Language"] = language()
        cookies.keep_language(request, response)
        return with_headers(response)

    return answered


def leads_to_the_site(view: View[P]) -> View[P]:
    """For the two pages that a person passes on the way to the site, whose loader starts by itself only where it is
    named our origin. With no-referrer the form would post `Origin: null` (tried)."""

    @functools.wraps(view)
    def answered(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return answered


def require_own_origin(request: HttpRequest) -> None:
    """Raise `Refused` unless a page of ours sent this request.

    A browser puts `Origin` on every POST and no page can forge it. Missing and `null` (sandboxed frames, data: pages,
    redirects across origins) are refused as well.
    """
    if request.headers.get("Origin") != origins.of(settings.BASE_URL):
        raise Refused
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Refused


def is_prefetch(request: HttpRequest) -> bool:
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")]
    return any(word in purpose.lower() for purpose in purposes for word in ("prefetch", "preview", "prerender"))


def opts_out(request: HttpRequest) -> bool:
    """Global Privacy Control: what is optional is not even asked. Recording itself is asked for in so many words."""
    return request.headers.get("Sec-GPC", "").strip() == "1"


# What browsers inside mail, chat and social programs call themselves. For a hint on the page; it decides nothing and
# is kept nowhere.
IN_APP = re.compile(r"; wv\)|FBAN|FBAV|Instagram|Line/|MicroMessenger|GSA/|LinkedInApp|OutlookMobile|Snapchat|Teams/")


def is_in_app(request: HttpRequest) -> bool:
    return IN_APP.search(request.headers.get("User-Agent", "")) is not None
