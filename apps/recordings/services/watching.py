"""Who looked, from when to when, and which spans were on screen. The person sees this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.core.models import AuditEntry
from apps.recordings.errors import NotReadable, ReasonNeeded
from apps.recordings.models import Recording, Watch
from apps.recordings.services import lifecycle, replay
from apps.sites.models import Membership

MOST_SPANS = 500
GLANCE_LASTS = timedelta(hours=12)
# A player beats every 5 s; a laptop that was closed for longer asks anew.
OPEN_FOR = timedelta(minutes=10)
# The strongest role counts: it is what the person reads.
ROLES = ("admin", "privacy", "supervisor", "agent")

Span = tuple[int, int]


def _role(user: User, recording: Recording) -> str:
    held = set(Membership.objects.filter(site=recording.site_id, user=user).values_list("role", flat=True))
    return next((role for role in ROLES if role in held), "")


def needs_reason(recording: Recording, user: User) -> bool:
    """Whether watching it is breaking the glass: the ticket is another's, or was until `user` took it themselves."""
    ticket = recording.ticket
    if ticket is None or ticket.assignee_id is None:
        return False
    if ticket.assignee_id != user.pk:
        return True
    given = AuditEntry.objects.filter(name="ticket.assigned", subject_kind="tickets.ticket", subject_id=str(ticket.pk))
    history = list(given.order_by("-at", "-id").values_list("actor_id", "facts")[:2])
    me = f"usr_{user.pk}"
    taken = bool(history) and history[0][0] == me
    return taken and len(history) > 1 and history[1][1].get("to") not in {"", me}


def require_known(recording: Recording, user: User) -> None:
    """Raise `ReasonNeeded` unless it is their case, or they watch it now and have said why."""
    if not needs_reason(recording, user):
        return
    since = timezone.now() - OPEN_FOR
    mine = Watch.objects.filter(recording=recording, user=user, is_glance=False, last_beat_at__gte=since)
    if not mine.exclude(reason="").exists():
        raise ReasonNeeded


@transaction.atomic
def start(recording: Recording, *, user: User, live: bool, reason: str, by: Actor) -> Watch:
    """Write down that `user` opens the player.

    Raises `NotReadable` where there is nothing to see, and `ReasonNeeded` where they must say why.
    """
    recording = lifecycle.lock(recording.pk)
    breaks_glass = needs_reason(recording, user)
    if breaks_glass and not reason.strip():
        raise ReasonNeeded
    if live:
        if not recording.live or recording.state not in Recording.RUNNING:
            raise NotReadable
        lifecycle.require_open_to(recording, by=by)
    else:
        replay.readable(recording, by=by)
    role = _role(user, recording)
    watch = Watch.objects.create(recording=recording, user=user, role=role, live=live, reason=reason[:200])
    facts = {"live": live, "role": role, "watch": watch.pk, "break_glass": breaks_glass}
    audit.record("recording.watched", by=by, subject=recording, **facts)
    return watch


@transaction.atomic
def glance(recording: Recording, *, user: User, by: Actor) -> Watch:
    """Write down that `user` reads what went wrong, without playing it; once in twelve hours.

    Raises `NotReadable`, `Gone` or `ReasonNeeded`.
    """
    recording = lifecycle.lock(recording.pk)
    replay.readable(recording, by=by)
    require_known(recording, user)
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


def seen(watches: Iterable[Watch]) -> list[list[int]]:
    """Which parts were on somebody's screen (ms of the recording's own time), in order and without overlaps."""
    return merged([(start, end) for watch in watches for start, end in watch.spans])


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
