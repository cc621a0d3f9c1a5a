"""The person's own page: what was agreed, what has happened since, and every way to end it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.consents import services as consents
from apps.consents.models import ConsentEvent, Receipt
from apps.consents.services.notices import MORE
from apps.core import ratelimit, signing
from apps.core.actors import Actor
from apps.core.errors import Gone, Invalid, Unknown
from apps.core.maintenance import goes_on
from apps.links import services as links
from apps.person import access, cookies, doors, story
from apps.privacy.downloads import zip_answer
from apps.privacy.models import DeletionReceipt, Export
from apps.privacy.services import access as copies
from apps.privacy.services import letters, requests, retention
from apps.recordings.errors import NobodyThere
from apps.recordings.models import Recording, StartCode
from apps.recordings.services import lifecycle, second_gate
from apps.sites import origins

State = Recording.State
GUESSES = 30
CORRECTIONS, CORRECTION_LENGTH = 3, 1_000  # of one recording, in an hour


def see_other(url: str) -> HttpResponse:
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


@doors.person_page
@require_safe
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Open one's own page in any browser: the token goes into the cookie and leaves the address bar at once."""
    who = ratelimit.address(request)
    ratelimit.refuse_beyond("receipt", who, most=GUESSES, seconds=doors.WINDOW_S)
    try:
        receipt = consents.find(token)
    except Unknown:
        ratelimit.count("receipt", who, seconds=doors.WINDOW_S)
        raise
    access.require_open(receipt)
    response = see_other(reverse("person:own", args=[receipt.pk]))
    cookies.remember(request, response, receipt)
    return response


@doors.leads_to_the_site
@doors.person_page
@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Their page. With `?start` it goes on to the site; while the recording is reviewed it is the review."""
    if "start" in request.GET and cookies.name("receipt") not in request.COOKIES:
        # Sent here by the consent, whose cookie the browser did not keep. The same words whatever the address says.
        return render(request, "person/no_cookies.html", {}, status=409)
    receipt = access.receipt_of(request, public_id)
    recording = access.recording_of(receipt)
    if (
        recording.state in {State.PROCESSING, State.IN_REVIEW}
        and "stay" not in request.GET
        and (review := _review_url(receipt))
    ):
        return HttpResponseRedirect(review)
    onward = _onward(request, receipt, recording) if "start" in request.GET else ""
    template = "person/going_on.html" if onward else "person/own.html"
    context = _context(receipt, recording, onward=onward)
    context["said"] = request.GET.get("said", "")
    context["came_back"] = context["can_start"] and cookies.has_gone_on(request, receipt)
    response = render(request, template, context)
    if onward:
        cookies.note_gone_on(response, receipt)
    return response


def _review_url(receipt: Receipt) -> str:
    try:
        return reverse("person:review", args=[receipt.pk])
    except NoReverseMatch:
        return ""


def _landing(recording: Recording) -> str:
    """The landing address, checked again: the site's origins may have changed since the link was issued."""
    if recording.link is None:
        return ""
    try:
        return origins.landing(recording.site, recording.link.landing_url)
    except Invalid:
        return ""


def _onward(request: HttpRequest, receipt: Receipt, recording: Recording) -> str:
    """The landing address with the start code that this browser was handed; empty once the code is of no use."""
    code, landing = cookies.carried_start(request, receipt), _landing(recording)
    if not code or not landing or recording.state != State.CREATED:
        return ""
    row = StartCode.objects.filter(recording=recording, digest=signing.digest(code), spent_at=None).first()
    if row is None or row.has_expired():
        return ""
    # Whatever fragment there is stays in front: it may be the site's own route.
    return f"{landing}{'' if '#' in landing else '#'}{origins.START_MARK}{code}"


def _context(receipt: Receipt, recording: Recording, *, onward: str) -> dict[str, Any]:
    has_ended = recording.state in {State.DELETING, State.DELETED}
    landing = _landing(recording)
    return {
        "receipt": receipt,
        "recording": recording,
        "site": receipt.site,
        "state": recording.state,
        "state_in_words": story.state_in_words(recording),
        "happened": story.happened(recording, receipt),
        "watches": story.watches(recording, receipt),
        "onward": onward,
        "can_start": recording.state == State.CREATED and bool(landing),
        "cannot_start": recording.state == State.CREATED and not landing,
        "is_stuck": recording.link is not None and recording.link.stuck_at is not None,
        "is_running": recording.state in Recording.RUNNING,
        "has_ended": has_ended,
        "page_url": "" if has_ended else consents.url(receipt),
        "review_url": _review_url(receipt),
        "is_frozen": recording.frozen_at is not None,
        "holds": [] if has_ended else retention.held(timezone.now()).filter(recording=recording),
        "agreed": receipt.notice.text.partition(MORE)[0],
        "asked_live": recording.link is not None and recording.link.asks_live,
        "copy": Export.objects.filter(recording=recording).first(),
        "can_copy": recording.state in copies.READABLE,
        "cuttings": recording.cuttings.exclude(document=None),
        "letters_left": letters.MOST - receipt.letters.filter(kind="page").count(),
        "has_news": receipt.letters.filter(kind="news", done_at=None).exists(),
        "deletion": DeletionReceipt.objects.filter(recording=recording).first(),
    }


@doors.person_page
@require_safe
def state(request: HttpRequest, public_id: str) -> HttpResponse:
    """The state in one word, for the page that waits for it to change."""
    recording = access.recording_of(access.receipt_of(request, public_id))
    return JsonResponse({"state": recording.state})


@doors.person_page
@require_safe
def notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """The notice as it was shown, byte for byte."""
    receipt = access.receipt_of(request, public_id)
    first, _mark, details = receipt.notice.text.partition(MORE)
    context = {"receipt": receipt, "site": receipt.site, "first": first, "details": details}
    return render(request, "person/notice.html", context)


def _download(document: Any, name: str) -> HttpResponse:
    response = JsonResponse(document, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response


@doors.person_page
@require_safe
def receipt_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed consent receipt, to keep."""
    receipt = access.receipt_of(request, public_id)
    return _download(receipt.document, f"placet-consent-{receipt.pk}")


@doors.person_page
@require_safe
def receipt_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same receipt in words, to read and to print."""
    receipt = access.receipt_of(request, public_id)
    context = {"receipt": receipt, "said": receipt.document, "site": receipt.site, "is_page": True}
    return render(request, "person/receipt.html", context)


@doors.person_page
@require_safe
def deletion_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The signed proof of deletion, once there is one."""
    receipt = access.receipt_of(request, public_id)
    proof = DeletionReceipt.objects.filter(recording__receipt=receipt).first()
    if proof is None:
        raise Unknown
    return _download(proof.document, f"placet-deletion-{proof.pk}")


@require_safe
@doors.person_page
def copy_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """The copy of everything, once it is made and until it expires (410)."""
    receipt = access.receipt_of(request, public_id)
    export = Export.objects.filter(recording__receipt=receipt).first()
    if export is None:
        raise Unknown
    return zip_answer(copies.download(export, by=_by(receipt)), f"placet-copy-{receipt.pk}")


@doors.person_page
@require_safe
def cut_document(request: HttpRequest, public_id: str, cut_id: str) -> HttpResponse:
    """The signed proof that passages were taken out."""
    recording = access.recording_of(access.receipt_of(request, public_id))
    cutting = recording.cuttings.filter(pk=cut_id).exclude(document=None).first()
    if cutting is None:
        raise Unknown
    return _download(cutting.document, f"placet-removed-{cutting.pk}")


# --- What they may do, each by POST from our own page --------------------------------------------------

Act = Callable[[HttpRequest, Receipt, Recording], HttpResponse | None]


def action(act: Act) -> Callable[[HttpRequest, str], HttpResponse]:
    """A POST of the person's: from our own origin, with Django's token as well, back to their page afterwards."""

    @doors.person_page
    @require_POST
    def view(request: HttpRequest, public_id: str) -> HttpResponse:
        doors.require_own_origin(request)
        receipt = access.receipt_of(request, public_id)
        answer = act(request, receipt, access.recording_of(receipt))
        return answer or see_other(reverse("person:own", args=[receipt.pk]))

    return view


def _by(receipt: Receipt) -> Actor:
    return Actor.person(receipt.pk)


def _start(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse | None:
    """A new start code, until the first chunk; it ends the one before."""
    try:
        code = lifecycle.start_code(recording, by=_by(receipt))
    except Gone:
        return None
    response = see_other(f"{reverse('person:own', args=[receipt.pk])}?start=1")
    cookies.carry_start(response, receipt, code)
    return response


def _stuck(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    """Nothing starts on the site: support is told, and looks at the landing page."""
    if recording.state == State.CREATED and recording.link is not None:
        links.note_stuck(recording.link, by=_by(receipt))
    return see_other(f"{reverse('person:own', args=[receipt.pk])}?told=1")


def _stop(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    lifecycle.stop(recording, by=_by(receipt))


def _send(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse | None:
    """Sent; or, while passages are taken out first, back to the page that waits for it."""
    if _is_by_hand(request):
        recording = lifecycle.note_hand(recording, by=_by(receipt))
    try:
        recording = lifecycle.share(recording, by=_by(receipt))
    except NobodyThere as error:
        context = {"receipt": receipt, "site": receipt.site, "error": error}
        return render(request, "person/by_hand.html", context, status=error.status)
    is_sent = recording.state == State.READY
    return see_other(f"{reverse('person:own', args=[receipt.pk])}?stay=1") if is_sent else None


def _is_by_hand(request: HttpRequest) -> bool:
    """Where scripts run, ours says whether the browser trusts the press; where none do, a box was ticked.

    A mail scanner presses what it finds, by a script whose presses no browser trusts.
    """
    if request.POST.get("scripted"):
        return request.POST.get("hand") == "1"
    return request.POST.get("mine") == "yes"


def _discard(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    lifecycle.discard(recording, by=_by(receipt))


def _withdraw(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    """One press, as agreeing was; no question asked."""
    if receipt.state == ConsentEvent.State.GIVEN:
        consents.withdraw(receipt, by=_by(receipt))


def _copy(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    copies.order(recording, by=_by(receipt))


def _freeze(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    lifecycle.freeze(recording, by=_by(receipt))


def _unfreeze(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    lifecycle.unfreeze(recording, by=_by(receipt))


def _letter(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    letters.order(receipt, request.POST.get("address", "").strip(), kind=request.POST.get("kind", ""), by=_by(receipt))
    return see_other(f"{reverse('person:own', args=[receipt.pk])}?stay=1&said=letter")


def _no_news(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    letters.no_more_news(receipt, by=_by(receipt))


def _correct(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    """What is recorded cannot be changed, but what is wrong about it can be said: on the ticket and at the desk."""
    text = second_gate.redact(request.POST.get("text", "").strip()[:CORRECTION_LENGTH], Counter())
    if recording.ticket is None or not text:
        raise Invalid(_("There is nothing written yet."))
    ratelimit.limit("correct", receipt.pk, most=CORRECTIONS, seconds=ratelimit.LONGEST_S)
    requests.correct(recording.ticket, text, by=_by(receipt))
    return see_other(f"{reverse('person:own', args=[receipt.pk])}?stay=1&said=correct")


def _forget(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    """Close this page in this browser: the cookie goes, the data stay as they are."""
    response = render(request, "person/closed.html", {"site": receipt.site})
    cookies.forget(request, response, receipt)
    return response


start = action(_start)
stuck = action(_stuck)
stop = goes_on(action(_stop))
send = action(_send)
discard = goes_on(action(_discard))
withdraw = goes_on(action(_withdraw))
copy = action(_copy)
freeze = action(_freeze)
unfreeze = action(_unfreeze)
letter = action(_letter)
no_news = action(_no_news)
correct = action(_correct)
forget = goes_on(action(_forget))
