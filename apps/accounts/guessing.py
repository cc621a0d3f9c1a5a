"""Wrong passwords: how many, from where, and how nobody shuts somebody else out with them.

A count for the account alone would let anybody lock it, so a browser that once signed in to an account carries a
signed cookie that says so, and has tries of its own. All others share the account's; whoever uses them up keeps out
other strangers, and not its owner at their desk. Addresses are limited by allauth beside this ("login_failed").
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.core import ratelimit, signing

COOKIE = "__Host-placet-known" if settings.SECURE else "placet-known"
KNOWN_DAYS = 180
# NIST SP 800-63B, 5.2.2: no more than a hundred wrong ones in a row. A known browser is somebody who mistypes.
STRANGERS_AN_HOUR = 20
KNOWN_IN_5_MINUTES = 10


def _counter(request: HttpRequest, email: str) -> tuple[str, int, int]:
    """Whose tries this is: a name, how many, and in how many seconds."""
    email = email.lower()
    if is_known(request, email):
        return f"known:{email}", KNOWN_IN_5_MINUTES, 300
    return f"strangers:{email}", STRANGERS_AN_HOUR, 3600


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether somebody signed in to this account from this browser, not too long ago."""
    try:
        pk = signing.loads("known_browser", request.COOKIES.get(COOKIE, ""))
    except signing.BadToken:
        return False
    return User.objects.filter(pk=pk, email__iexact=email).exists()


def require_tries(request: HttpRequest, email: str) -> None:
    """Raises `TooMany` where none are left."""
    who, most, seconds = _counter(request, email)
    ratelimit.refuse_beyond("password", who, most=most, seconds=seconds)


def note_failure(request: HttpRequest, email: str) -> None:
    who, _most, seconds = _counter(request, email)
    ratelimit.count("password", who, seconds=seconds)


def remember(response: HttpResponse, user: User) -> None:
    """This browser belongs to somebody who may sign in to this account."""
    token = signing.dumps("known_browser", user.pk)
    age = KNOWN_DAYS * 24 * 3600
    response.set_cookie(COOKIE, token, max_age=age, path="/", secure=settings.SECURE, httponly=True, samesite="Lax")
