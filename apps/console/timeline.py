"""What happened on a ticket, in one column: oldest first. A constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.recordings.services import remarks
from apps.sites import permissions
from apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Event:
    """`kind` names the template's piece (comment, link, recording, fact); `row` is what it is about."""

    at: datetime
    kind: str
    icon: str
    tone: str = ""
    text: str = ""
    row: Any = None


def events(ticket: Ticket, *, by: Actor) -> list[Event]:
    found = [*_ticket(ticket), *_comments(ticket), *_links(ticket), *_recordings(ticket), *_remarks(ticket, by)]
    return sorted(found, key=lambda event: event.at)


def _remarks(ticket: Ticket, by: Actor) -> Iterator[Event]:
    """What was written on its recordings, for those who may watch them."""
    if not isinstance(by.user, User) or not permissions.may(by.user, ticket.site, "recording.watch"):
        return
    for written in remarks.read(ticket.recordings.all(), by=by):
        yield Event(written.created_at, "remark", "note", row=written)


def _ticket(ticket: Ticket) -> Iterator[Event]:
    yield Event(ticket.created_at, "fact", "plus", text=_("Ticket opened"))
    if ticket.resolved_at:
        yield Event(ticket.resolved_at, "fact", "done", "good", text=_("Resolved"))


def _comments(ticket: Ticket) -> Iterator[Event]:
    for comment in ticket.comments.select_related("author", "mail"):
        icon = "person" if comment.author_id is None else "note" if comment.is_internal else "comment"
        yield Event(comment.created_at, "comment", icon, row=comment)


def _links(ticket: Ticket) -> Iterator[Event]:
    tones = {"consented": "good"}
    for link in ticket.links.select_related("issued_by").prefetch_related("deliveries", "recordings"):
        tone = "warning" if link.suspended_at or link.stuck_at or link.asked_again_at else tones.get(link.state, "")
        yield Event(link.issued_at, "link", "link", tone, row=link)


def _recordings(ticket: Ticket) -> Iterator[Event]:
    tones = {"recording": "danger", "paused": "warning", "ready": "good", "deleting": "danger"}
    for recording in ticket.recordings.all():
        tone = tones.get(recording.state, "")
        yield Event(recording.started_at or recording.created_at, "recording", "recordings", tone, row=recording)
        if recording.deleted_at:
            cause = recording.get_delete_cause_display()
            yield Event(
                recording.deleted_at, "fact", "bin", "danger", text=_("Recording deleted: %(cause)s") % {"cause": cause}
            )


def way(link: MagicLink) -> list[tuple[str, datetime | None]]:
    """The steps that a link has taken, in order, each with its time."""
    sent = next((d.sent_at for d in reversed(link.deliveries.all()) if d.sent_at), None)
    waiting = any(d.sent_at is None and d.failed_at is None for d in link.deliveries.all())
    failed = any(d.failed_at for d in link.deliveries.all())
    steps: list[tuple[str, datetime | None]] = [(_("issued"), link.issued_at)]
    if sent:
        steps.append((_("sent"), sent))
    elif waiting:
        steps.append((_("mail is on its way"), None))
    elif failed:
        steps.append((_("mail could not be delivered"), None))
    if link.fetched_at:
        steps.append((_("opened"), link.fetched_at))
    steps += [
        (word, at)
        for word, at in [
            (_("agreed"), link.consented_at),
            (_("did not start"), link.stuck_at),
            (_("taken back"), link.voided_at),
            (_("declined"), link.declined_at),
            (_("“this was not me”"), link.suspended_at),
            (_("asked for another link"), link.asked_again_at),
            (_("revoked"), link.revoked_at),
        ]
        if at
    ]
    for recording in link.recordings.all():
        if recording.started_at:
            steps.append((_("recording"), recording.started_at))
        if recording.ended_at and recording.ended:
            steps.append((_("ended: %(why)s") % {"why": recording.get_ended_display()}, recording.ended_at))
    if link.state == MagicLink.State.EXPIRED or (link.state == MagicLink.State.ISSUED and link.has_expired()):
        steps.append((_("expired"), min(link.expires_at, link.ticket.resolved_at or link.expires_at)))
    return sorted(steps, key=lambda step: step[1] or link.issued_at)


def is_live(recordings: list[Recording]) -> bool:
    """Whether something is still changing by itself, so that the page looks again."""
    still = {Recording.State.READY, Recording.State.DELETED}
    return any(recording.state not in still for recording in recordings)
