"""Magic links as staff handle them: send, copy, revoke, answer, ask again. Each one press."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.console import installation
from apps.console.forms import LinkForm
from apps.console.views.common import StaffRequest, actor, form, own_ticket, press
from apps.core.errors import Invalid
from apps.core.maintenance import goes_on
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites import permissions


def _own_link(request: StaffRequest, pk: str) -> MagicLink:
    found = MagicLink.objects.visible_to(request.user).select_related("ticket", "site")
    return get_object_or_404(found, pk=pk)


def _to_ticket(link: MagicLink, *, fresh: bool = False) -> HttpResponse:
    address = reverse("ticket", args=[link.ticket.number])
    return redirect(f"{address}?link={link.pk}" if fresh else address)


@form
def issue(request: StaffRequest, number: int) -> HttpResponse:
    """A new link. `send=mail` mails it; otherwise the ticket shows its address to copy."""
    ticket = own_ticket(request, number)
    permissions.require(request.user, ticket.site, "link.issue")
    link_form = LinkForm(ticket.site, request.POST or None)
    if request.method == "POST" and link_form.is_valid():
        try:
            link = links.issue(ticket, by=actor(request), **link_form.cleaned_data)
        except Invalid as error:
            link_form.add_error(None, error.text)
        else:
            return _issued(request, link)
    status = 400 if link_form.is_bound else 200
    return render(
        request,
        "console/link_new.html",
        {"ticket": ticket, "link_form": link_form, "seen": installation.short(ticket.site)},
        status=status,
    )


def _issued(request: StaffRequest, link: MagicLink) -> HttpResponse:
    if request.POST.get("send") == "mail":
        links.send(link, by=actor(request))
        address = link.ticket.requester.email
        messages.success(request, _("The link is on its way to %(address)s.") % {"address": address})
        return _to_ticket(link)
    return _to_ticket(link, fresh=True)


@press
def send(request: StaffRequest, pk: str) -> HttpResponse:
    link = _own_link(request, pk)
    links.send(link, by=actor(request))
    messages.success(request, _("The link is on its way once more."))
    return _to_ticket(link)


@press
def copy(request: StaffRequest, pk: str) -> HttpResponse:
    """Mint the address again: as JSON for the button that copies, else on the ticket."""
    link = _own_link(request, pk)
    permissions.require(request.user, link.site, "link.issue")
    links.require_open(link)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"url": links.url(link)})
    return _to_ticket(link, fresh=True)


@press
def spell(request: StaffRequest, pk: str) -> HttpResponse:
    """A code to read out on the phone. It is on this page once and stored nowhere."""
    link = _own_link(request, pk)
    context = {
        "ticket": link.ticket,
        "code": links.spell(link, by=actor(request)),
        "typed_url": f"{settings.BASE_URL}{reverse('person:typed')}",
    }
    return render(request, "console/link_code.html", context)


@press
def renew(request: StaffRequest, pk: str) -> HttpResponse:
    """A new address; the one that was sent before ends."""
    link = links.renew(_own_link(request, pk), by=actor(request))
    messages.success(request, _("The link has a new address. The old one opens nothing any more."))
    return _to_ticket(link, fresh=True)


@goes_on
@press
def revoke(request: StaffRequest, pk: str) -> HttpResponse:
    link = links.revoke(_own_link(request, pk), by=actor(request))
    messages.success(request, _("The link is revoked. What it had started has stopped."))
    return _to_ticket(link)


@press
def answer(request: StaffRequest, pk: str) -> HttpResponse:
    """Somebody said "this was not me", and the agent has made sure that it goes to the right person."""
    link = links.answer(_own_link(request, pk), by=actor(request))
    messages.success(request, _("The link works again."))
    return _to_ticket(link)


@press
def again(request: StaffRequest, pk: str) -> HttpResponse:
    """Ask for another recording: a new link like this one, and mailed if this one was."""
    old = _own_link(request, pk)
    policy = old.site.policy
    link = links.issue(
        old.ticket,
        landing_url=old.landing_url,
        minutes=min(old.max_minutes, policy.max_minutes),
        asks_live=old.asks_live and policy.allow_live,
        language=old.language,
        by=actor(request),
    )
    if not old.deliveries.exists():
        return _to_ticket(link, fresh=True)
    links.send(link, by=actor(request))
    messages.success(request, _("Another recording is asked for: the link is on its way."))
    return _to_ticket(link)
