"""The desk: what people have asked for, and until when it must be answered.

A month under GDPR Art. 12(3); 45 days under the CCPA, and for an opt-out 15. The request leads to the person by their
row alone, and no more is asked of them than that (Art. 11, 12(6)).
"""

from __future__ import annotations

import calendar
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.privacy.models import PersonRequest
from apps.sites import permissions
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Requester, Ticket

Kind, State = PersonRequest.Kind, PersonRequest.State
CCPA = {Kind.KNOW: 45, Kind.DELETE: 45, Kind.CORRECT: 45, Kind.OPT_OUT: 15}  # days


def due(kind: str, received_at: datetime) -> datetime:
    """The day of the answer: a calendar month on, or the last day of a shorter one; for the CCPA in days."""
    if kind in CCPA:
        return received_at + timedelta(days=CCPA[Kind(kind)])
    year, month = divmod(received_at.month, 12)
    year, month = received_at.year + year, month + 1
    return received_at.replace(year=year, month=month, day=min(received_at.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def receive(site: Site, requester: Requester, *, kind: str, received_at: datetime, by: Actor) -> PersonRequest:
    """Write down that `requester` has asked. Raises `Invalid` for a kind that is none or a day to come."""
    permissions.require_of(by, site, "privacy.manage")
    if kind not in Kind.values or received_at > timezone.now() or requester.site_id != site.pk:
        raise Invalid(_("Choose what was asked for, and a day that has been."))
    request = PersonRequest.objects.create(
        site=site, requester=requester, kind=kind, received_at=received_at, due_at=due(kind, received_at)
    )
    audit.record("request.received", by=by, subject=request, kind=kind, due=request.due_at.isoformat())
    return request


@transaction.atomic
def correct(ticket: Ticket, text: str, *, by: Actor) -> PersonRequest:
    """The person says what is wrong about their recording (Art. 16): a request with its day, and a word on the ticket.

    A second one while the first is open adds to the ticket only.
    """
    tickets.comment(ticket, body=text, is_internal=False, by=by)
    known = PersonRequest.objects.filter(requester=ticket.requester, kind=Kind.RECTIFICATION, state=State.OPEN).first()
    if known is not None:
        return known
    return receive(ticket.site, ticket.requester, kind=Kind.RECTIFICATION, received_at=timezone.now(), by=by)


@transaction.atomic
def answer(request: PersonRequest, *, refused: str = "", by: Actor) -> PersonRequest:
    """It is answered; with the reason in `refused`, in the negative (Art. 12(4)). Safe to call twice."""
    request = PersonRequest.objects.select_for_update().get(pk=request.pk)
    permissions.require_of(by, request.site, "privacy.manage")
    if request.state != State.OPEN:
        return request
    request.state = State.REFUSED if refused.strip() else State.DONE
    request.refused = refused.strip()[:300]
    request.answered_at = timezone.now()
    request.save(update_fields=["state", "refused", "answered_at"])
    audit.record("request.answered", by=by, subject=request, state=request.state)
    return request
