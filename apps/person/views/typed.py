"""The code that is typed instead of following the link. It opens the link's page, where everything is decided."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.core import ratelimit
from apps.core.errors import Unknown
from apps.links import services as links
from apps.person import doors
from apps.person.views.own import see_other

GUESSES = 15  # of one address, in ten minutes; the ticket's own five wrong ones end its codes
DIGITS, LETTERS = 9, 40  # longer is no ticket's number and no code


# As on the link's page: its own check of the origin is stricter than Django's, whose cookie would be one before any
# action.
@csrf_exempt
@doors.person_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the ticket's number and the code; right, they lead to the consent page."""
    if request.method != "POST":
        return render(request, "person/typed.html", {})
    doors.require_own_origin(request)
    who = ratelimit.address(request)
    ratelimit.refuse_beyond("typed", who, most=GUESSES, seconds=doors.WINDOW_S)
    number = request.POST.get("number", "").strip().lstrip("#")
    code = request.POST.get("code", "")[:LETTERS]
    is_number = number.isascii() and number.isdigit() and len(number) <= DIGITS
    try:
        link = links.find_spelt(int(number) if is_number else 0, code)
    except Unknown:
        return _wrong(request, who, number if is_number else "")
    return see_other(doors.in_language(request, links.url(link).removeprefix(settings.BASE_URL)))


def _wrong(request: HttpRequest, who: str, number: str) -> HttpResponse:
    """The same words for whatever was wrong."""
    ratelimit.count("typed", who, seconds=doors.WINDOW_S)
    if number:
        links.note_wrong(int(number))
    note = _("Number and code do not belong together, or the code is too old. Nothing was changed.")
    return render(request, "person/typed.html", {"note": note, "number": number}, status=400)
