"""One ticket: what happened, and what one can do about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.console import forms, installation, presence, timeline
from apps.console.views.common import StaffRequest, actor, can, own_ticket, page, press
from apps.core.errors import Invalid
from apps.links import services as links
from apps.links.models import MagicLink
from apps.links.services.issuing import UNUSED
from apps.tickets import services as tickets
from apps.tickets.models import Ticket

VERBS = {"pend": tickets.pend, "resolve": tickets.resolve, "close": tickets.close, "reopen": tickets.reopen}
State = Ticket.State


def _events(request: StaffRequest, ticket: Ticket) -> list[timeline.Event]:
    events = timeline.events(ticket, by=actor(request))
    begun = {event.row.link_id for event in events if event.kind == "recording" and event.row.started_at}
    for event in events:
        if event.kind == "link":
            event.row.ticket = ticket
            event.row.way = timeline.way(event.row)
            event.row.is_stuck = event.row.stuck_at is not None and event.row.pk not in begun
            event.row.is_open = event.row.state in UNUSED and not event.row.has_expired()
    return events


def _moves(ticket: Ticket) -> list[tuple[str, str]]:
    """The verbs that the ticket's state allows, with their buttons' words; the likely one first."""
    wording = [
        ("resolve", State.RESOLVED, _("Resolve")),
        ("reopen", State.OPEN, _("Reopen")),
        ("pend", State.PENDING, _("Set to pending")),
        ("close", State.CLOSED, _("Close")),
    ]
    return [(verb, word) for verb, state, word in wording if ticket.can_move_to(state)]


def _happened(request: StaffRequest, ticket: Ticket) -> dict[str, Any]:
    events = _events(request, ticket)
    recordings = [event.row for event in events if event.kind == "recording"]
    found = [event.row for event in events if event.kind == "link"]
    unsettled = any(link.is_open or link.suspended_at for link in found)
    return {
        "ticket": ticket,
        "events": events,
        "recordings": list(reversed(recordings)),
        "live": timeline.is_live(recordings) or unsettled,
        "can": can(request.user, ticket.site),
        "others": presence.others(ticket, request.user),
    }


def _fresh_link(request: StaffRequest, ticket: Ticket, *, may_issue: bool) -> MagicLink | None:
    """The link whose address is to be shown; it is minted again each time, and stored nowhere."""
    wanted = request.GET.get("link", "")
    if not wanted or not may_issue:
        return None
    return ticket.links.filter(pk=wanted, state__in=UNUSED, suspended_at=None).first()


@page
def show(request: StaffRequest, number: int) -> HttpResponse:
    ticket = own_ticket(request, number)
    tickets.seen(request.user, ticket)
    context = _happened(request, ticket)
    link = _fresh_link(request, ticket, may_issue=context["can"]["link_issue"])
    moves = _moves(ticket)
    return render(
        request,
        "console/ticket.html",
        {
            **context,
            "moves": moves[:1],
            "other_moves": moves[1:],
            "priorities": Ticket.Priority.choices,
            "tags": [tag.name for tag in ticket.tags.all()],
            "assignees": forms.assignees(ticket),
            "comment_form": forms.CommentForm(),
            "link_form": None if ticket.is_solved else forms.LinkForm(ticket.site),
            "seen": installation.short(ticket.site),
            "fresh_link": link,
            "fresh_url": links.url(link) if link else "",
        },
    )


@page
def happened(request: StaffRequest, number: int) -> HttpResponse:
    """The part of the ticket that changes by itself; the page fetches it again every few seconds."""
    return render(request, "console/_happened.html", _happened(request, own_ticket(request, number)))


@press
def comment(request: StaffRequest, number: int) -> HttpResponse:
    ticket = own_ticket(request, number)
    form = forms.CommentForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("There is nothing written yet."))
    body = form.cleaned_data["body"]
    if form.cleaned_data["kind"] == "note":
        tickets.comment(ticket, body=body, by=actor(request))
    else:
        tickets.answer(ticket, body=body, by=actor(request))
        messages.success(request, _("Your answer is on its way to %(who)s.") % {"who": ticket.requester})
    return redirect("ticket", number=number)


@press
def move(request: StaffRequest, number: int) -> HttpResponse:
    ticket = own_ticket(request, number)
    verb = VERBS.get(request.POST.get("verb", ""))
    if verb is None:
        raise Invalid
    ticket = verb(ticket, by=actor(request))
    messages.success(request, _("Ticket #%(number)d is %(state)s.") % _said(ticket))
    return redirect("ticket", number=number)


def _said(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number, "state": ticket.get_state_display()}


@press
def assign(request: StaffRequest, number: int) -> HttpResponse:
    ticket = own_ticket(request, number)
    chosen = request.POST.get("assignee", "")
    assignee = None
    if chosen:
        if not chosen.isascii() or not chosen.isdecimal():
            raise Invalid
        # Whoever may not work on the ticket does not exist here: no guessing of accounts.
        assignee = get_object_or_404(User, pk=chosen, pk__in=[user.pk for user in forms.assignees(ticket)])
    tickets.assign(ticket, assignee=assignee, by=actor(request))
    return redirect("ticket", number=number)


@press
def prioritise(request: StaffRequest, number: int) -> HttpResponse:
    ticket = own_ticket(request, number)
    tickets.prioritise(ticket, priority=request.POST.get("priority", ""), by=actor(request))
    return redirect("ticket", number=number)


@press
def tag(request: StaffRequest, number: int) -> HttpResponse:
    """The tags as one line of words with commas between."""
    ticket = own_ticket(request, number)
    tickets.tag(ticket, names=request.POST.get("tags", "").split(","), by=actor(request))
    return redirect("ticket", number=number)
