"""Legal hold: keep a recording past its date, for a reason that the law knows, with an end and a second person.

It counts from the moment that the second person confirms it, and ends by itself. The recorded person sees it, and staff
but privacy officers cannot watch meanwhile. It stops the sweep and the staff, never the person: who takes their consent
back has the recording deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible, Refused
from apps.privacy.models import Hold
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites import permissions

MOST = timedelta(days=180)  # then it has to be asked for again, by two people
SWEEP = Actor.system("sweep:holds")


@transaction.atomic
def propose(recording: Recording, *, ground: str, reason: str, ends_at: datetime, by: Actor) -> Hold:
    """Ask for a hold; it keeps nothing before somebody else confirms it.

    Raises `Invalid` without a reason, an end in the future and a ground of Art. 17(3).
    """
    recording = lifecycle.lock(recording.pk)
    permissions.require_of(by, recording.site, "privacy.manage")
    if recording.state in {Recording.State.DELETING, Recording.State.DELETED}:
        raise NotPossible(_("This recording is being deleted. Nothing is left to hold."))
    if ground not in Hold.Ground.values or not reason.strip():
        raise Invalid(_("A hold needs a ground and a reason. The person reads both."))
    if not timezone.now() < ends_at <= timezone.now() + MOST:
        raise Invalid(_("A hold needs an end, at most %(days)d days from now.") % {"days": MOST.days})
    hold = Hold.objects.create(
        recording=recording,
        ground=ground,
        reason=reason.strip()[:300],
        ends_at=ends_at,
        set_by=by.user if isinstance(by.user, User) else None,
    )
    audit.record("hold.proposed", by=by, subject=recording, hold=hold.pk, ground=ground, ends=ends_at.isoformat())
    return hold


def _locked(hold: Hold) -> tuple[Hold, Recording]:
    recording = lifecycle.lock(hold.recording_id)
    return Hold.objects.select_for_update().get(pk=hold.pk), recording


def _note(recording: Recording) -> None:
    """The recording's own row says how long it is held, so that nothing that reads it can forget to ask."""
    alive = Hold.objects.filter(recording=recording, confirmed_by__isnull=False, ended_at=None)
    recording.held_until = alive.aggregate(last=Max("ends_at"))["last"]
    recording.save(update_fields=["held_until"])
    lifecycle.touch(recording)


@transaction.atomic
def confirm(hold: Hold, *, by: Actor) -> Hold:
    """Confirm it as the second person: one who oversees the site, and not the one who asked. From now on it holds."""
    hold, recording = _locked(hold)
    permissions.require_of(by, recording.site, "audit.read")
    if hold.confirmed_by is not None:
        return hold
    if not isinstance(by.user, User) or by.user.pk == hold.set_by_id:
        raise Refused(_("A second person must confirm a hold."))
    if hold.ended_at is not None or hold.ends_at <= timezone.now():
        raise NotPossible(_("This hold has ended."))
    if recording.state in {Recording.State.DELETING, Recording.State.DELETED}:
        raise NotPossible(_("This recording is being deleted. Nothing is left to hold."))
    hold.confirmed_by = by.user
    hold.save(update_fields=["confirmed_by"])
    _note(recording)
    audit.record("hold.confirmed", by=by, subject=recording, hold=hold.pk)
    return hold


@transaction.atomic
def end(hold: Hold, *, by: Actor) -> Hold:
    """End it, or take the request back. What is due goes with the next sweep."""
    hold, recording = _locked(hold)
    permissions.require_of(by, recording.site, "privacy.manage")
    if hold.ended_at is not None:
        return hold
    hold.ended_at = timezone.now()
    hold.save(update_fields=["ended_at"])
    _note(recording)
    audit.record("hold.ended", by=by, subject=recording, hold=hold.pk)
    return hold


def end_over() -> int:
    """Write down the end of those whose time is over; they have kept nothing since. Returns how many."""
    over = list(Hold.objects.filter(ended_at=None, ends_at__lte=timezone.now()))
    for hold in over:
        end(hold, by=SWEEP)
    return len(over)
