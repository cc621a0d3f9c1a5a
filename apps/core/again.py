"""What does lasting harm or carries people's data away asks again who is there, whoever is signed in (ASVS 7.5.3)."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PlacetError


class SignInAgain(PlacetError):
    """Somebody is signed in, and has not shown lately that it is still them (401)."""

    code = "sign_in_again"
    status = 401
    sentence = _("Please type your password again first.")


@reauthentication_required  # type: ignore[untyped-decorator]  # allauth ships no types
def _shown(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


def ask_again(request: HttpRequest) -> None:
    """Go on only for who has typed their password, or used their second factor, within the last minutes.

    To be called once it is known that they may: others must not be told more than that there is nothing. Everybody else
    is sent to the page that asks, and what they had posted is taken up from there. Raises `SignInAgain` for a script.
    """
    try:
        _shown(request)
    except ReauthenticationRequired:
        if "application/json" in request.headers.get("Accept", ""):
            raise SignInAgain from None
        raise
