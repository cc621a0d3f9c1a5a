"""One case: opened, written on, given to somebody, solved."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.sites import permissions
from apps.sites.models import Site
from apps.tickets.models import Comment, Notification, Requester, Series, Ticket
from apps.tickets.services.notifying import notify
from apps.tickets.signals import ticket_reopened, ticket_resolved

BEFORE_FIRST = 1000


def _next_number() -> int:
    """One series for the installation; its row stays locked until the commit, so no number comes twice."""
    Series.objects.get_or_create(pk=Series.ONLY, defaults={"last": BEFORE_FIRST})
    series = Series.objects.select_for_update().get(pk=Series.ONLY)
    # Tickets that were imported may have gone ahead of the series.
    newest = Ticket.objects.aggregate(newest=Max("number"))["newest"] or 0
    series.last = max(series.last, newest) + 1
    series.save(update_fields=["last"])
    return series.last


def _one_line(text: str, *, most: int) -> str:
    """Without line breaks and controls: a subject may end up in a list, a mail, a log."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if not clean:
        raise Invalid(_("A ticket needs a subject."))
    return clean[:most]


def _requester(site: Site, *, email: str, name: str, external_id: str) -> Requester:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise Invalid(_("That is not an e-mail address.")) from error
    requester, _is_new = Requester.objects.get_or_create(site=site, email=email)
    given = {"name": " ".join(name.split())[:120], "external_id": external_id.strip()[:120]}
    for field, value in given.items():
        if value:
            setattr(requester, field, value)
    requester.save(update_fields=list(given))
    return requester


@transaction.atomic
def open_ticket(
    site: Site,
    *,
    subject: str,
    email: str,
    name: str = "",
    body: str = "",
    external_id: str = "",
    by: Actor,
) -> Ticket:
    """Open a ticket for whoever has the address `email` on this site; `body` is their first message.

    Raises `Invalid` for an address that is none or an empty subject.
    """
    permissions.require_of(by, site, "ticket.work")
    subject = _one_line(subject, most=200)
    requester = _requester(site, email=email, name=name, external_id=external_id)
    ticket = Ticket.objects.create(site=site, requester=requester, subject=subject, number=_next_number())
    if body.strip():
        Comment.objects.create(ticket=ticket, body=body.strip(), is_internal=False)
    audit.record("ticket.opened", by=by, subject=ticket)
    return ticket


def lock(ticket: Ticket, *, by: Actor) -> Ticket:
    ticket = Ticket.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=ticket.pk)
    permissions.require_of(by, ticket.site, "ticket.work")
    return ticket


def _move(ticket: Ticket, state: str, *fields: str) -> None:
    ticket.touched_at = timezone.now()
    ticket.move_to(state, "touched_at", *fields)


@transaction.atomic
def touch(ticket: Ticket) -> None:
    """Something happened on the ticket that another verb has recorded: it rises in the lists."""
    Ticket.objects.filter(pk=ticket.pk).update(touched_at=timezone.now())


def write(
    ticket: Ticket, *, author: User | None, body: str, is_internal: bool, mail_digest: str = "", by: Actor
) -> Comment:
    """What `comment` and `answers.reply` share; `ticket` is locked. What the requester writes rings a bell."""
    if not body.strip():
        raise Invalid(_("There is nothing written yet."))
    written = Comment.objects.create(
        ticket=ticket, author=author, body=body.strip(), is_internal=is_internal, mail_digest=mail_digest
    )
    touch(ticket)
    audit.record("ticket.commented", by=by, subject=ticket, internal=is_internal)
    if author is None:
        notify(ticket, Notification.Kind.WROTE)
    return written


@transaction.atomic
def comment(ticket: Ticket, *, body: str, is_internal: bool = True, by: Actor) -> Comment:
    """Write on the ticket. Without a user of ours the requester wrote it, and it is never internal."""
    ticket = lock(ticket, by=by)
    author = by.user if isinstance(by.user, User) else None
    return write(ticket, author=author, body=body, is_internal=is_internal and author is not None, by=by)


@transaction.atomic
def assign(ticket: Ticket, *, assignee: User | None, by: Actor) -> Ticket:
    """Give the ticket to `assignee`, or to nobody. Raises `Refused` where they may not work on it."""
    ticket = lock(ticket, by=by)
    if assignee is not None:
        permissions.require(assignee, ticket.site, "ticket.work")
    if ticket.assignee == assignee:
        return ticket
    ticket.assignee = assignee
    ticket.touched_at = timezone.now()
    ticket.save(update_fields=["assignee", "touched_at"])
    audit.record("ticket.assigned", by=by, subject=ticket, to=f"usr_{assignee.pk}" if assignee else "")
    return ticket


@transaction.atomic
def prioritise(ticket: Ticket, *, priority: str, by: Actor) -> Ticket:
    ticket = lock(ticket, by=by)
    if priority not in Ticket.Priority.values:
        raise Invalid(_("There is no such priority."))
    if ticket.priority == priority:
        return ticket
    ticket.priority = priority
    ticket.touched_at = timezone.now()
    ticket.save(update_fields=["priority", "touched_at"])
    audit.record("ticket.prioritised", by=by, subject=ticket, priority=priority)
    return ticket


@transaction.atomic
def pend(ticket: Ticket, *, by: Actor) -> Ticket:
    """Wait for the requester."""
    ticket = lock(ticket, by=by)
    if ticket.state == Ticket.State.PENDING:
        return ticket
    _move(ticket, Ticket.State.PENDING)
    audit.record("ticket.pended", by=by, subject=ticket)
    return ticket


@transaction.atomic
def resolve(ticket: Ticket, *, by: Actor) -> Ticket:
    """Call the case solved: unused links expire, a running recording ends, the retention clock starts."""
    ticket = lock(ticket, by=by)
    if ticket.state == Ticket.State.RESOLVED:
        return ticket
    ticket.resolved_at = timezone.now()
    _move(ticket, Ticket.State.RESOLVED, "resolved_at")
    audit.record("ticket.resolved", by=by, subject=ticket)
    ticket_resolved.send(Ticket, ticket=ticket, by=by)
    return ticket


@transaction.atomic
def close(ticket: Ticket, *, by: Actor) -> Ticket:
    """File a resolved ticket away. The retention clock goes on from when it was resolved."""
    ticket = lock(ticket, by=by)
    if ticket.state == Ticket.State.CLOSED:
        return ticket
    _move(ticket, Ticket.State.CLOSED)
    audit.record("ticket.closed", by=by, subject=ticket)
    return ticket


@transaction.atomic
def reopen(ticket: Ticket, *, by: Actor) -> Ticket:
    """Take the case up again; a planned deletion is taken back, never past its latest date."""
    ticket = lock(ticket, by=by)
    if ticket.state == Ticket.State.OPEN:
        return ticket
    was_solved = ticket.is_solved
    ticket.resolved_at = None
    _move(ticket, Ticket.State.OPEN, "resolved_at")
    audit.record("ticket.reopened", by=by, subject=ticket)
    if was_solved:
        ticket_reopened.send(Ticket, ticket=ticket, by=by)
    return ticket
