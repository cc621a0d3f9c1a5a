"""Who looked, from when to when, and which spans were on screen. The person sees this."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.recordings.errors import NotReadable
from apps.recordings.models import Recording, Watch
from apps.recordings.services import lifecycle, replay
from apps.sites.models import Membership

MOST_SPANS = 500
GLANCE_LASTS = timedelta(hours=12)
# The strongest role counts: it is what the person reads.
ROLES = ("admin", "privacy", "supervisor", "agent")

Span = tuple[int, int]


def _role(user: User, recording: Recording) -> str:
    held = set(Membership.objects.filter(site=recording.site_id, user=user).values_list("role", flat=True))
    return next((role for role in ROLES if role in held), "")


@transaction.atomic
def start(recording: Recording, *, user: User, live: bool, reason: str, by: Actor) -> Watch:
    """Write down that `user` opens the player. Raises `NotReadable` where there is nothing to see."""
    recording = lifecycle.lock(recording.pk)
    if live:
        if not recording.live or recording.state not in Recording.RUNNING:
            raise NotReadable
        lifecycle.require_open_to(recording, by=by)
    else:
        replay.readable(recording, by=by)
    role = _role(user, recording)
    watch = Watch.objects.create(recording=recording, user=user, role=role, live=live, reason=reason[:200])
    audit.record("recording.watched", by=by, subject=recording, live=live, role=role, watch=watch.pk)
    return watch


@transaction.atomic
def glance(recording: Recording, *, user: User, by: Actor) -> Watch:
    """Write down that `user` reads what went wrong, without playing it; once in twelve hours.

    Raises `NotReadable` or `Gone`.
    """
    recording = lifecycle.lock(recording.pk)
    replay.readable(recording, by=by)
    since = timezone.now() - GLANCE_LASTS
    known = Watch.objects.filter(recording=recording, user=user, is_glance=True, started_at__gte=since).first()
    if known is not None:
        return known
    role = _role(user, recording)
    glanced = Watch.objects.create(recording=recording, user=user, role=role, is_glance=True)
    audit.record("recording.glanced", by=by, subject=recording, role=role, watch=glanced.pk)
    return glanced


@transaction.atomic
def beat(watch: Watch, spans: list[Span]) -> Watch:
    """The player is still open and showed `spans` (ms of the recording's own time, from its start) since
    the last beat.
    """
    watch = Watch.objects.select_for_update().get(pk=watch.pk)
    watch.last_beat_at = timezone.now()
    watch.spans = merged([*((start, end) for start, end in watch.spans), *spans])
    watch.save(update_fields=["last_beat_at", "spans"])
    return watch


def merged(spans: list[Span]) -> list[list[int]]:
    """Overlapping and touching spans as one, in order; raises `Invalid` for what is no span."""
    if any(start < 0 or end < start for start, end in spans):
        raise Invalid
    result: list[list[int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1][1] = max(result[-1][1], end)
        else:
            result.append([start, end])
    return result[:MOST_SPANS]
