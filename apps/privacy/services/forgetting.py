"""People whose cases have long been over: their names, addresses and words go without anybody asking.

A case is over when it is solved, nothing was done about it for `PLACET_TICKET_DAYS`, and nothing is recorded under it any
more. Whoever has another case, or an open request on the desk, stays until those are over too. It is an erasure like any
other (`erasure`): ordered, finished by the sweep, on the trail.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from apps.core.actors import Actor
from apps.privacy.models import Erasure, PersonRequest
from apps.privacy.services import erasure, retention
from apps.recordings.models import Recording
from apps.tickets.models import Requester, Ticket
from apps.tickets.personal import ERASED_HOST

SWEEP = Actor.system("sweep:forgetting")
MOST = 100  # at a time; the next sweep takes the next


def over(now: datetime) -> QuerySet[Requester]:
    """Those whose every case has been over for the set time."""
    before = now - timedelta(days=settings.TICKET_DAYS)
    alive = Recording.objects.exclude(state=Recording.State.DELETED)
    going_on = [
        Ticket.objects.exclude(state__in=retention.SOLVED),
        Ticket.objects.filter(touched_at__gte=before),
        Ticket.objects.filter(pk__in=alive.exclude(ticket=None).values("ticket")),
    ]
    people = Requester.objects.filter(created_at__lt=before).exclude(email__endswith=f"@{ERASED_HOST}")
    for tickets in going_on:
        people = people.exclude(pk__in=tickets.values("requester"))
    waiting = PersonRequest.objects.filter(state=PersonRequest.State.OPEN).exclude(requester=None)
    return people.exclude(pk__in=waiting.values("requester"))


def order(now: datetime) -> int:
    """Order the erasure of those. Returns how many; 0 where the installation keeps cases for ever."""
    if not settings.TICKET_DAYS:
        return 0
    ordered: set[int] = set()
    for promised in Erasure.objects.filter(finished_at=None).values_list("requesters", flat=True):
        ordered.update(promised)
    found = [person for person in over(now).order_by("pk")[:MOST] if person.pk not in ordered]
    for person in found:
        erasure.erase_subject([person], stamp=erasure.preview([person]).stamp, by=SWEEP)
    return len(found)
