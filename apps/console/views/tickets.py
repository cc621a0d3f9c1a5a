"""The list of tickets, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from apps.console import tickets_list
from apps.console.forms import TicketForm
from apps.console.views.common import StaffRequest, actor, form, page, paginate_counted
from apps.core.errors import Invalid
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket


@page
def index(request: StaffRequest) -> HttpResponse:
    filters = tickets_list.Filters.read(request.GET)
    sites = list(Site.objects.visible_to(request.user))
    found = tickets_list.find(request.user, sites, filters)
    counts = {**found.counts, "all": found.total}
    shown = paginate_counted(request, found.keys, counts[filters.state])
    shown.object_list = tickets_list.rows(shown.object_list)
    for ticket in shown:
        ticket.recording = _at_a_glance(ticket)
        ticket.link = MagicLink(state=ticket.link_state) if ticket.link_state else None
    states = [*Ticket.State.choices, ("all", _("all"))]
    context = {
        "rows": shown,
        "is_cut": found.is_cut,
        "filters": filters,
        "tabs": [(value, label, counts[value]) for value, label in states],
        "sites": sites,
        "saved": tickets_list.saved(request.user, filters),
        "colleagues": tickets_list.colleagues(request.user),
    }
    # While somebody types, only the part that changes is sent; without script the form sends for the page.
    part = request.htmx and not request.htmx.history_restore_request
    return render(request, "console/_tickets.html" if part else "console/tickets.html", {**context, "part": part})


def _at_a_glance(ticket: Ticket) -> Recording | None:
    """An unsaved recording that only carries what the list shows."""
    state = getattr(ticket, "recording_state", None)
    if state is None:
        return None
    # Nothing of what was recorded shows before it is shared, the number of problems included.
    problems = getattr(ticket, "recording_problems", 0) if state == Recording.State.READY else 0
    return Recording(state=state, problem_count=problems or 0)


@form
def new(request: StaffRequest) -> HttpResponse:
    ticket_form = TicketForm(request.user, request.POST or None)
    if request.method == "POST" and ticket_form.is_valid():
        try:
            ticket = tickets.open_ticket(by=actor(request), **ticket_form.verb())
        except Invalid as error:
            ticket_form.add_error(None, error.text)
        else:
            messages.success(request, _("Ticket #%(number)d is open.") % {"number": ticket.number})
            return redirect("ticket", number=ticket.number)
    status = 400 if ticket_form.is_bound else 200
    return render(request, "console/ticket_new.html", {"form": ticket_form}, status=status)
