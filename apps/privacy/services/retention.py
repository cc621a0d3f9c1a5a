"""When a recording goes: the days after its ticket was resolved, and never later than the latest date.

Promised to the person are the rule and the latest date, and neither ever moves later. The day itself is
planned while the ticket is solved; reopening takes the plan back. The days are the lower of the policy at
consent and the policy now: a site that lowers its policy deletes sooner, a site that raises it changes
nothing for what it holds.

Signals plan at once; `reconcile` makes good whatever no signal told, and is what the promise rests on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.privacy.models import Hold
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites.models import Site
from apps.tickets.models import Ticket

SOLVED = (Ticket.State.RESOLVED, Ticket.State.CLOSED)
GOING = (Recording.State.DELETING, Recording.State.DELETED)
SWEEP = Actor.system("sweep:retention")


def due(resolved_at: datetime, *, days_agreed: int, days_now: int, latest_at: datetime) -> datetime:
    """The day of the deletion while the ticket is solved."""
    return min(resolved_at + timedelta(days=min(days_agreed, days_now)), latest_at)


def next_date(recording: Recording) -> datetime:
    """When it goes as things stand: the planned day, else the latest; once it is going, when that was
    ordered.
    """
    if recording.state in GOING and recording.delete_started_at is not None:
        return recording.delete_started_at
    return min(recording.delete_at or recording.latest_at, recording.latest_at)


def alive() -> QuerySet[Recording]:
    return Recording.objects.exclude(state__in=GOING)


def held(now: datetime) -> QuerySet[Hold]:
    """Holds that a second person has confirmed and that have not ended."""
    return Hold.objects.filter(confirmed_by__isnull=False, ended_at=None, ends_at__gt=now)


def due_by(now: datetime) -> QuerySet[Recording]:
    """What must go: planned for a moment that has come, with its ticket still solved, or past its latest
    date.
    """
    planned = Q(delete_at__lte=now, ticket__state__in=SOLVED)
    late = alive().filter(planned | Q(latest_at__lte=now))
    return late.exclude(pk__in=held(now).values("recording_id"))


@transaction.atomic
def plan(recording: Recording, *, by: Actor) -> Recording:
    """Set the day of the deletion by the ticket's state: a day while it is solved, none while it is open.

    Safe to call at any time. A day that is planned already only ever moves earlier.
    """
    # Its ticket is locked with it, so that nobody reopens it between the look and the plan.
    recording = lifecycle.lock(recording.pk)
    ticket = recording.ticket
    if recording.state in GOING or ticket is None:
        return recording
    if not ticket.is_solved or ticket.resolved_at is None:
        return _take_back(recording, by=by)
    day = due(
        ticket.resolved_at,
        days_agreed=lifecycle.policy_of(recording).retention_days,
        days_now=recording.site.policy.retention_days,
        latest_at=recording.latest_at,
    )
    if recording.delete_at is not None and recording.delete_at <= day:
        return recording
    recording.delete_at = day
    recording.save(update_fields=["delete_at"])
    audit.record("retention.planned", by=by, subject=recording, due=day.isoformat())
    return recording


def _take_back(recording: Recording, *, by: Actor) -> Recording:
    if recording.delete_at is None:
        return recording
    recording.delete_at = None
    recording.save(update_fields=["delete_at"])
    latest = recording.latest_at.isoformat()
    audit.record("retention.taken_back", by=by, subject=recording, latest=latest)
    return recording


@transaction.atomic
def plan_ticket(ticket: Ticket, *, by: Actor) -> None:
    """Plan every recording of `ticket` that is still there."""
    for recording in alive().filter(ticket=ticket).order_by("pk"):
        plan(recording, by=by)


@dataclass(frozen=True, slots=True)
class Change:
    """What a new policy does to what is held: `tonight` go within a day, `sooner` get an earlier day, `same` do not."""

    tonight: int
    sooner: int
    same: int


def preview(site: Site, *, retention_days: int, cap_days: int, now: datetime | None = None) -> Change:
    """Count what lowering the policy of `site` would delete and when. Raising it moves nothing. Changes nothing."""
    soon = (now or timezone.now()) + timedelta(days=1)
    tonight = sooner = same = 0
    for recording in alive().filter(site=site).select_related("ticket", "site", "receipt__policy"):
        before = next_date(recording)
        latest = min(recording.latest_at, recording.created_at + timedelta(days=cap_days))
        after = min(before, latest)
        ticket = recording.ticket
        if ticket is not None and ticket.is_solved and ticket.resolved_at is not None:
            agreed = lifecycle.policy_of(recording).retention_days
            day = due(ticket.resolved_at, days_agreed=agreed, days_now=retention_days, latest_at=latest)
            after = min(before, day)
        tonight += after < before and after <= soon
        sooner += after < before and after > soon
        same += after == before
    return Change(tonight, sooner, same)


def _lower_latest(site: Site) -> None:
    """Apply a cap that was lowered since: the latest date moves to an earlier moment or not at all."""
    capped = F("created_at") + timedelta(days=site.policy.cap_days)
    alive().filter(site=site, latest_at__gt=capped).update(latest_at=capped)
    alive().filter(site=site, delete_at__gt=F("latest_at")).update(delete_at=F("latest_at"))


def _misplanned() -> Iterator[str]:
    """Ids of what has no day though its ticket is solved, a day though it is open, or a day past today's
    policy.
    """
    solved = alive().filter(ticket__state__in=SOLVED, ticket__resolved_at__isnull=False)
    yield from solved.filter(delete_at=None).values_list("pk", flat=True)
    opened = alive().filter(delete_at__isnull=False, ticket__isnull=False)
    yield from opened.exclude(ticket__state__in=SOLVED).values_list("pk", flat=True)
    for site in Site.objects.all():
        limit = F("ticket__resolved_at") + timedelta(days=site.policy.retention_days)
        yield from solved.filter(site=site, delete_at__gt=limit).values_list("pk", flat=True)


def reconcile() -> int:
    """Make every plan agree with its ticket and the policies, whatever signal was lost. Returns how many
    did not.
    """
    for site in Site.objects.all():
        _lower_latest(site)
    ids = list(_misplanned())
    for recording in Recording.objects.filter(pk__in=ids[:500]):
        plan(recording, by=SWEEP)
    return len(ids)
