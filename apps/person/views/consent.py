"""The link's page: what would be recorded, and two equal answers. Reading it changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.consents import services as consents
from apps.consents import statements
from apps.consents.errors import NoticeChanged, StatementMissing
from apps.consents.models import ConsentEvent, Receipt
from apps.core import ratelimit
from apps.core.actors import Actor
from apps.core.errors import Gone, Invalid, NotPossible, PlacetError, Unknown
from apps.links import services as links
from apps.links.errors import LinkExpired, LinkSpent
from apps.links.models import MagicLink
from apps.person import cookies, doors, nonces, qr
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, second_gate

# Per address: wrong tokens and answers. Both are far beyond what a person does and far below what guessing needs.
GUESSES, ANSWERS = 30, 60
QUESTIONS, QUESTION_LENGTH = 5, 1_000  # of one link, in an hour
CODES = 5  # of one link, in an hour
ENDS_SOON = timedelta(hours=1)
SHARED = {Recording.State.READY, Recording.State.DELETING, Recording.State.DELETED}


def _find(request: HttpRequest, token: str) -> MagicLink:
    who = ratelimit.address(request)
    ratelimit.refuse_beyond("link", who, most=GUESSES, seconds=doors.WINDOW_S)
    try:
        link = links.find(token)
    except Unknown:
        ratelimit.count("link", who, seconds=doors.WINDOW_S)
        raise
    doors.speak(request, link.language)
    return link


def _see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


# Its own check (origin, nonce) is stricter than Django's, whose cookie would be one before any action.
@csrf_exempt
@doors.leads_to_the_site
@doors.person_page
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        return _answer(request, token)
    link = _find(request, token)
    if request.method == "GET" and not doors.is_prefetch(request):
        links.note_fetch(link)
    newest = link.receipts.order_by("-given_at").first()
    # An older one of theirs is not enough: after it was void, somebody else may have agreed.
    if link.state == MagicLink.State.CONSENTED and newest is not None and newest in cookies.receipts(request):
        return HttpResponseRedirect(reverse("person:own", args=[newest.pk]))
    return _show(request, link, note=_asked() if "asked" in request.GET else "")


def _asked() -> str:
    return _("Your question was sent to support. You can decide when they have answered.")


def _show(request: HttpRequest, link: MagicLink, *, note: str = "", status: int = 200) -> HttpResponse:
    """The page for the state that the link is in, whatever it is."""
    try:
        links.require_open(link)
    except PlacetError as error:
        return _show_closed(request, link, error, status=status)
    now = timezone.now()
    rendered = consents.render(link, doors.language(), at=now)
    context = {
        "link": link,
        "site": link.site,
        "notice": rendered,
        "nonce": nonces.make(link, rendered, at=now),
        "note": note,
        "asks_live": link.asks_live and not doors.opts_out(request),
        "opts_out": link.asks_live and doors.opts_out(request),
        "ends_soon": link.expires_at - now < ENDS_SOON,
        "is_in_app": doors.is_in_app(request),
        "statements": statements.asked(rendered.policy),
    }
    return render(request, "person/consent.html", context, status=status)


def _show_closed(request: HttpRequest, link: MagicLink, error: PlacetError, *, status: int) -> HttpResponse:
    recording = _recording(link)
    context = {
        "link": link,
        "site": link.site,
        "error": error,
        "can_reconsider": link.state == MagicLink.State.DECLINED and not link.has_expired(),
        "nonce": nonces.make(link, None, at=timezone.now()),
        "recording": recording,
        "is_running": recording is not None and recording.state in Recording.RUNNING,
        "is_shared": recording is not None and recording.state in SHARED,
        "is_spent": link.state == MagicLink.State.CONSENTED,
        "can_ask_again": isinstance(error, LinkExpired) and link.asked_again_at is None,
        "has_asked_again": link.asked_again_at is not None,
    }
    return render(request, "person/link_closed.html", context, status=status)


def _receipt(link: MagicLink) -> Receipt | None:
    """The consent that this link stands for now, if any."""
    newest = link.receipts.order_by("-given_at").first()
    return newest if newest is not None and newest.state == ConsentEvent.State.GIVEN else None


def _recording(link: MagicLink) -> Recording | None:
    receipt = _receipt(link)
    return Recording.objects.filter(receipt=receipt).first() if receipt else None


# --- Answers ------------------------------------------------------------------------------------------


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    doors.require_own_origin(request)
    ratelimit.limit("answer", ratelimit.address(request), most=ANSWERS, seconds=doors.WINDOW_S)
    link = _find(request, token)
    shown = nonces.read(link, request.POST.get("nonce", ""))
    act = _ACTS.get(request.POST.get("answer", ""))
    if act is None:
        raise Invalid
    if shown is None:
        note = _("This page had been open for too long. Please read it again.")
        return _show(request, link, note=note, status=409)
    try:
        return act(request, link, shown)
    except (NotPossible, Gone):
        # It has become another one meanwhile; the page for what it is now says what is the matter.
        return _again(request)


def _again(request: HttpRequest) -> HttpResponse:
    return _see_other(doors.in_language(request, request.path))


def _agree(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """Agree, and go to the person's own page, which goes on to the site.

    Straight to the site would fail silently under `form-action 'self'` (tried).
    """
    nonce = request.POST["nonce"]
    pressed_before = consents.given_with(link, nonce)
    if pressed_before is not None:
        return _go_on(request, pressed_before)
    if not shown.sha256 or shown.turn != nonces.turn(link):
        return _show(request, link, note=_("This page was used before. Please read it again."), status=409)
    try:
        receipt = consents.give(
            link,
            language=doors.language(),
            live=request.POST.get("live") == "yes" and not doors.opts_out(request),
            statements=request.POST.getlist("statement"),
            shown_at=shown.at,
            shown_sha256=shown.sha256,
            nonce=nonce,
            by=Actor.person(link.pk),
        )
    except LinkSpent:
        # Two presses at the same moment: the first one's consent is this page's own.
        twin = consents.given_with(link, nonce)
        return _go_on(request, twin) if twin else _again(request)
    except NoticeChanged as error:
        return _show(request, link, note=error.text, status=409)
    except StatementMissing as error:
        return _show(request, link, note=error.text, status=error.status)
    return _go_on(request, receipt)


def _go_on(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    response = _see_other(f"{reverse('person:own', args=[receipt.pk])}?start=1")
    cookies.remember(request, response, receipt)
    try:
        code = lifecycle.start_code(receipt.recording, by=Actor.person(receipt.pk))
    except Gone:  # begun or ended already; the page says so
        return response
    cookies.carry_start(response, receipt, code)
    return response


def _decline(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    links.decline(link, by=Actor.person(link.pk))
    return _again(request)


def _reconsider(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    links.reconsider(link, by=Actor.person(link.pk))
    return _again(request)


def _ask(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """A question goes on the ticket, through the second gate, and decides nothing."""
    question = second_gate.redact(request.POST.get("question", "").strip()[:QUESTION_LENGTH], Counter())
    if not question:
        return _show(request, link, note=_("There is nothing written yet."), status=400)
    ratelimit.limit("question", link.pk, most=QUESTIONS, seconds=ratelimit.LONGEST_S)
    links.ask(link, question, by=Actor.person(link.pk))
    return _see_other(doors.in_language(request, f"{request.path}?asked=1"))


def _ask_again(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """It has expired: one press, and support is asked for another link."""
    links.ask_again(link, by=Actor.person(link.pk))
    return _again(request)


def _elsewhere(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """Go on at another device: a picture to scan, and a code to type where nothing can be scanned."""
    ratelimit.limit("code", link.pk, most=CODES, seconds=ratelimit.LONGEST_S)
    context = {
        "site": link.site,
        "number": link.ticket.number,
        "code": links.spell(link, by=Actor.person(link.pk)),
        "typed_url": f"{settings.BASE_URL}{reverse('person:typed')}",
        "picture": qr.picture(links.url(link)),
        "back": doors.in_language(request, request.path),
    }
    return render(request, "person/elsewhere.html", context)


def _not_me(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """Not my request: the link waits until staff answer."""
    links.require_open(link)
    links.suspend(link, by=Actor.person(link.pk))
    return _again(request)


def _somebody_else(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    """Somebody else, or a mail scanner, agreed before me: that goes, and I am asked afresh. Not once it is shared."""
    with transaction.atomic():
        receipt = _receipt(link)
        recording = _recording(link)
        if receipt is None or recording is None:
            return _again(request)
        recording = lifecycle.lock(recording.pk)
        if recording.state in SHARED:
            raise NotPossible
        consents.void(receipt, cause="not_me", by=Actor.person(link.pk))
    return _again(request)


def _stop(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    recording = _recording(link)
    if recording is not None:
        lifecycle.stop(recording, by=Actor.person(link.pk))
    return _again(request)


def _delete(request: HttpRequest, link: MagicLink, shown: nonces.Shown) -> HttpResponse:
    receipt = _receipt(link)
    if receipt is not None:
        consents.withdraw(receipt, by=Actor.person(link.pk))
    return _again(request)


Act = Callable[[HttpRequest, MagicLink, nonces.Shown], HttpResponse]
_ACTS: dict[str, Act] = {
    "agree": _agree,
    "decline": _decline,
    "reconsider": _reconsider,
    "ask": _ask,
    "ask_again": _ask_again,
    "elsewhere": _elsewhere,
    "not_me": _not_me,
    "somebody_else": _somebody_else,
    "stop": _stop,
    "delete": _delete,
}
