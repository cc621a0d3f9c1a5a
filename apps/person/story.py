"""What happened to a recording, in the words and the order in which its person reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.consents.models import ConsentEvent, Receipt
from apps.core.models import AuditEntry
from apps.recordings.models import Recording, Watch
from apps.sites.models import Membership

State = Recording.State


@dataclass(frozen=True, slots=True)
class Happened:
    at: datetime
    text: str


def _consent_texts() -> dict[str, str]:
    return {
        ConsentEvent.State.REQUESTED: _("Support asked you"),
        ConsentEvent.State.GIVEN: _("You agreed"),
        ConsentEvent.State.WITHDRAWN: _("You took your consent back"),
        ConsentEvent.State.INVALIDATED: _("The consent was void"),
        ConsentEvent.State.EXPIRED: _("The consent expired"),
    }


def _roles() -> dict[str, str]:
    return {
        Membership.Role.AGENT: _("support agent"),
        Membership.Role.SUPERVISOR: _("supervisor"),
        Membership.Role.PRIVACY: _("privacy officer"),
        Membership.Role.ADMIN: _("admin of the site"),
    }


def _ends() -> dict[str, str]:
    return {
        Recording.Ended.PERSON: _("Recording ended: you stopped it"),
        Recording.Ended.LIMIT: _("Recording ended: its time was over"),
        Recording.Ended.CLOSED: _("Recording ended: the page was closed"),
        Recording.Ended.RESOLVED: _("Recording ended: your request was solved"),
        Recording.Ended.REVOKED: _("Recording ended: support took the link back"),
        Recording.Ended.HALTED: _("Recording ended: the site stopped all recording"),
        Recording.Ended.BUDGET: _("Recording ended: too much data"),
        Recording.Ended.SIGNED_OUT: _("Recording ended: you signed out"),
    }


def _deletions() -> dict[str, str]:
    return {
        Recording.Cause.RETENTION: _("Deletion began: kept as long as promised"),
        Recording.Cause.CAP: _("Deletion began: the latest date was reached"),
        Recording.Cause.WITHDRAWN: _("Deletion began: you took your consent back"),
        Recording.Cause.DISCARDED: _("Deletion began: you discarded it"),
        Recording.Cause.VOID: _("Deletion began: the consent was void"),
        Recording.Cause.ERASED: _("Deletion began: erased on request"),
        Recording.Cause.ABANDONED: _("Deletion began: nothing was recorded"),
        Recording.Cause.REVOKED: _("Deletion began: support took the link back"),
        Recording.Cause.RESTORED: _("Deletion began: it had come back with a backup"),
    }


def _watched(watch: Watch, *, show_names: bool) -> str:
    role = _roles().get(watch.role, watch.role)
    who = f"{watch.user.name} ({role})" if show_names and watch.user else role
    if watch.is_glance:
        return _("Read what went wrong: %(who)s") % {"who": who}
    if watch.reason:
        who = _("%(who)s, who gave as reason: “%(reason)s”") % {"who": who, "reason": watch.reason}
    if watch.live:
        return _("Watched live by: %(who)s") % {"who": who}
    seconds = sum(max(0, to_ms - from_ms) for from_ms, to_ms in watch.spans) // 1000
    said = _("Watched by: %(who)s, %(seconds)d seconds of it") % {"who": who, "seconds": seconds}
    parts = ", ".join(f"{_clock(from_ms)}–{_clock(to_ms)}" for from_ms, to_ms in watch.spans if to_ms > from_ms)
    return f"{said} ({parts})" if parts else said


def _clock(ms: int) -> str:
    """A moment of the recording's own time."""
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}"


def _removed(count: int) -> str:
    return ngettext("%(count)d passage removed for good", "%(count)d passages removed for good", count) % {
        "count": count
    }


def watches(recording: Recording, receipt: Receipt) -> list[Happened]:
    show_names = receipt.policy.show_staff_names
    rows = recording.watches.select_related("user").order_by("started_at")
    seen = [Happened(row.started_at, _watched(row, show_names=show_names)) for row in rows]
    return sorted([*seen, *_exports(recording)], key=lambda one: one.at)


def _exports(recording: Recording) -> list[Happened]:
    """What staff took a copy of, and why: the export was refused without a reason."""
    entries = AuditEntry.objects.filter(name="recording.exported", subject_id=recording.pk)
    said = _("Copied out by support: “%(why)s”")
    return [Happened(entry.at, said % {"why": entry.facts.get("reason", "")}) for entry in entries]


def happened(recording: Recording, receipt: Receipt) -> list[Happened]:
    """Everything with its time, oldest first."""
    texts = _consent_texts()
    story = [Happened(event.at, texts[event.state]) for event in receipt.events.all() if event.state in texts]
    facts: list[tuple[datetime | None, str]] = [
        (recording.started_at, _("Recording began")),
        (recording.ended_at, _ends().get(recording.ended, _("Recording ended"))),
        *((cutting.finished_at, _removed(len(cutting.passages))) for cutting in recording.cuttings.all()),
        (recording.shared_at, _("Sent to support")),
        (recording.delete_started_at, _deletions().get(recording.delete_cause, _("Deletion began"))),
        (recording.key_shredded_at, _("Made unreadable: its key was destroyed")),
        (recording.deleted_at, _("Deleted")),
    ]  # fmt: skip
    story += [Happened(at, text) for at, text in facts if at is not None]
    story += watches(recording, receipt)
    return sorted(story, key=lambda one: one.at)


def state_in_words(recording: Recording) -> str:
    if recording.state == State.PROCESSING and recording.chosen_at is not None:
        return _("What you removed is being taken out. Then the recording is sent to support.")
    return {
        State.CREATED: _("Nothing is recorded yet."),
        State.RECORDING: _("Recording is on."),
        State.PAUSED: _("Recording is paused. Nothing is captured."),
        State.PROCESSING: _("Recording has ended and is being prepared for you. Support sees nothing yet."),
        State.IN_REVIEW: _("Recording has ended. Support sees nothing yet: you decide."),
        State.READY: _("The recording was sent to support."),
        State.DELETING: _("The recording is closed to everybody and is being deleted."),
        State.DELETED: _("The recording is deleted."),
    }[State(recording.state)]
