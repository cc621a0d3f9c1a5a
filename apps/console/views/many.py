"""Several tickets at once, and the filters that somebody keeps."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.console import tickets_list
from apps.console.views.common import StaffRequest, actor, back, own_tickets, press
from apps.core.errors import Invalid
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from apps.tickets.services.many import Outcome

UNDO = "undo_tickets"
SAID_REFUSED = 5


def _address(request: HttpRequest) -> str:
    """Of the list as it was filtered."""
    wanted = request.POST.get("back", "") or back(request)
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/"


def _list(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(_address(request))


def _say(request: HttpRequest, verb: str, outcome: Outcome, done: str) -> None:
    """How many, with a way back; and which were refused, each with its reason."""
    if outcome.was:
        request.session[UNDO] = {"verb": verb, "was": {str(number): was for number, was in outcome.was.items()}}
        messages.success(request, done % {"count": len(outcome.was)}, extra_tags="undo")
    elif not outcome.refused:
        messages.info(request, _("Nothing changed: they were like that already."))
    for number, why in outcome.refused[:SAID_REFUSED]:
        messages.error(request, f"#{number}: {why}")


def _chosen(request: StaffRequest) -> User | None:
    given = request.POST.get("assignee", "")
    if given in {"me", ""}:
        return request.user if given else None
    if not given.isascii() or not given.isdecimal():
        raise Invalid
    # Whoever works for none of the user's sites does not exist here.
    return get_object_or_404(tickets_list.colleagues(request.user), pk=given)


@press
def assign(request: StaffRequest) -> HttpResponse:
    ticked = own_tickets(request)
    outcome = tickets.assign_many(ticked, assignee=_chosen(request), by=actor(request))
    said = ngettext("%(count)d ticket is assigned.", "%(count)d tickets are assigned.", len(outcome.was))
    _say(request, "assign", outcome, said)
    return _list(request)


@press
def resolve(request: StaffRequest) -> HttpResponse:
    """Asked first: with a ticket, its unused links and a running recording end, and those do not come back."""
    ticked = own_tickets(request)
    if "confirmed" not in request.POST:
        context = {"tickets": ticked, "ends": tickets_list.ends_with(ticked), "back": _address(request)}
        return render(request, "console/tickets_resolve.html", context)
    outcome = tickets.resolve_many(ticked, by=actor(request))
    said = ngettext("%(count)d ticket is resolved.", "%(count)d tickets are resolved.", len(outcome.was))
    _say(request, "resolve", outcome, said)
    return _list(request)


@press
def undo(request: StaffRequest) -> HttpResponse:
    """Take the last change of several tickets back, once."""
    kept = request.session.pop(UNDO, None)
    if kept is None:
        raise Invalid(_("There is nothing to undo any more."))
    was = {int(number): value for number, value in kept["was"].items()}
    changed = Ticket.objects.visible_to(request.user).filter(number__in=was)
    outcome = tickets.put_back(changed, verb=kept["verb"], was=was, by=actor(request))
    count = len(outcome.was)
    said = ngettext("%(count)d ticket is as it was.", "%(count)d tickets are as they were.", count)
    messages.success(request, said % {"count": count})
    return _list(request)


@press
def save_filter(request: StaffRequest) -> HttpResponse:
    """Keep what the list shows now. Read and written anew, so that only what the list knows is kept."""
    filters = tickets_list.Filters.read(QueryDict(request.POST.get("query", "")[:2000]))
    kept = tickets.save_filter(request.user, name=request.POST.get("name", ""), query=filters.query())
    messages.success(request, _("“%(name)s” is saved.") % {"name": kept.name})
    return redirect(f"/?{kept.query}")


@press
def forget_filter(request: StaffRequest, pk: int) -> HttpResponse:
    tickets.forget_filter(request.user, pk)
    return _list(request)
