"""The desk: what people have asked for, until when, and the ways to do it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.console.forms import PersonRequestForm
from apps.console.views.common import StaffRequest, actor, form, page, paginate, press
from apps.core import audit, personal
from apps.core.again import ask_again
from apps.core.errors import Refused
from apps.core.maintenance import goes_on
from apps.core.queue import hurry
from apps.privacy import tasks
from apps.privacy.models import PersonRequest
from apps.privacy.services import erasure, requests
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites import permissions
from apps.sites.models import Site
from apps.tickets.models import Requester

SOON = timedelta(days=7)


def _sites(user: User) -> QuerySet[Site]:
    """Those whose privacy `user` looks after; raises `Refused` where there is none."""
    ids = [site.pk for site in Site.objects.visible_to(user) if permissions.may(user, site, "privacy.manage")]
    if not ids:
        raise Refused(_("Your role on this site does not allow that."))
    return Site.objects.filter(pk__in=ids)


@form
def index(request: StaffRequest) -> HttpResponse:
    sites = _sites(request.user)
    desk = PersonRequestForm(sites, request.POST or None)
    if request.method == "POST" and desk.is_valid():
        person = desk.person()
        if person is None:
            desk.add_error("email", _("Nobody with this address is known on this site."))
        else:
            given = desk.cleaned_data
            made = requests.receive(
                given["site"], person, kind=given["kind"], received_at=given["received_at"], by=actor(request)
            )
            return redirect("request", pk=made.pk)
    now = timezone.now()
    rows = PersonRequest.objects.filter(site__in=sites).select_related("site", "requester")
    context = {
        "rows": paginate(request, rows.order_by("answered_at", "due_at")),
        "form": desk,
        "now": now,
        "soon": now + SOON,
    }
    return render(request, "console/privacy/requests.html", context, status=400 if desk.is_bound else 200)


def _own(request: StaffRequest, pk: int) -> PersonRequest:
    found = PersonRequest.objects.filter(site__in=Site.objects.visible_to(request.user))
    row = get_object_or_404(found.select_related("site", "requester"), pk=pk)
    permissions.require(request.user, row.site, "privacy.manage")
    return row


@page
def show(request: StaffRequest, pk: int) -> HttpResponse:
    row = _own(request, pk)
    people = [row.requester] if row.requester else []
    alive = Recording.objects.filter(ticket__requester=row.requester).exclude(state=Recording.State.DELETED)
    context = {
        "row": row,
        "preview": erasure.preview(people) if people else None,
        "recordings": alive.select_related("ticket", "site") if people else [],
        "held": any(lifecycle.is_held(recording) for recording in alive) if people else False,
        "is_officer": True,
    }
    return render(request, "console/privacy/request.html", context)


@press
def answer(request: StaffRequest, pk: int) -> HttpResponse:
    requests.answer(_own(request, pk), refused=request.POST.get("refused", ""), by=actor(request))
    messages.success(request, _("Written down."))
    return redirect("requests")


@goes_on
@press
def erase(request: StaffRequest, pk: int) -> HttpResponse:
    """Erase the person, as the page has shown it; refused where anything has changed since."""
    row = _own(request, pk)
    ask_again(request)
    people: list[Requester] = [row.requester] if row.requester else []
    erasure.erase_subject(people, stamp=request.POST.get("stamp", ""), by=actor(request))
    requests.answer(row, by=actor(request))
    hurry(tasks.delete_due)
    messages.success(request, _("Unreadable from now on; the rest goes within minutes. The receipts follow."))
    return redirect("requests")


@page
def everything(request: StaffRequest, pk: int) -> HttpResponse:
    """All that the registry finds of the person, across their tickets of this site, as JSON."""
    row = _own(request, pk)
    ask_again(request)
    subject = personal.Subject(requester_ids=(row.requester.pk,) if row.requester else ())
    found = {holder.name: list(holder.export(subject)) for holder in personal.holders()}
    audit.record("person.exported", by=actor(request), subject=row)
    response = JsonResponse(
        {name: rows for name, rows in found.items() if rows}, json_dumps_params={"indent": 2, "default": str}
    )
    response["Content-Disposition"] = f'attachment; filename="placet-person-{row.pk}.json"'
    return response
