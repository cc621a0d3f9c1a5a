"""Staff of a health service are signed out when they have been away (45 CFR 164.312(a)(2)(iii))."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

IDLE_S = 15 * 60
KEY = "idle_s"  # set at sign-in for those whom it concerns
SEEN = "seen_at"
STEP_S = 30  # so that not every press writes the session


class Idle:
    """Ends a session that nobody has touched for as long as its own `idle_s` says. Others cost nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        most = request.session.get(KEY)
        if most is not None:
            now = time.time()
            seen = request.session.get(SEEN, now)
            if now - seen > most:
                logout(request)
            elif _is_by_hand(request) and (now - seen > STEP_S or SEEN not in request.session):
                request.session[SEEN] = now
        return self.get_response(request)


def _is_by_hand(request: HttpRequest) -> bool:
    """A page that refreshes itself, or a player that beats, is no sign of anybody."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
