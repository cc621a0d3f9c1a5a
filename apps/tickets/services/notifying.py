"""Telling staff that something happened on a ticket of theirs: in the console, and by mail for those who want it."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import Unknown
from apps.core.outgoing import carry
from apps.core.queue import hurry
from apps.sites import permissions
from apps.tickets.models import Notification, NotificationMail, Ticket


def notify(ticket: Ticket, kind: Notification.Kind, *, also: User | None = None) -> None:
    """Tell whoever works on the ticket, and `also` whoever began what has ended; in the caller's transaction.

    What happened is on the audit trail already; this is only a bell.
    """
    from apps.tickets import tasks

    people = {person.pk: person for person in (ticket.assignee, also) if person is not None}
    for person in people.values():
        if not permissions.may(person, ticket.site, "ticket.work"):
            continue
        told = Notification.objects.create(user=person, ticket=ticket, kind=kind)
        if person.notify_by_mail:
            NotificationMail.objects.create(notification=told)
            hurry(tasks.deliver_waiting)


def seen(user: User, ticket: Ticket | None = None) -> None:
    """They have looked: at this ticket, or at all that is new."""
    unread = Notification.objects.filter(user=user, read_at=None)
    (unread if ticket is None else unread.filter(ticket=ticket)).update(read_at=timezone.now())


def deliver(mail: NotificationMail) -> bool:
    return carry(mail, _compose, told=lambda row: None)


def _compose(mail: NotificationMail) -> EmailMessage:
    """The number and what happened; neither a name nor what was written leaves by mail."""
    told = Notification.objects.select_related("user", "ticket").get(pk=mail.notification_id)
    if not told.user.is_active or told.read_at is not None:
        raise Unknown
    said = {"number": told.ticket.number, "what": told.get_kind_display()}
    return EmailMessage(
        subject=_("Ticket #%(number)d: %(what)s") % said,
        body=f"{settings.BASE_URL}{reverse('ticket', args=[told.ticket.number])}\n",
        to=[told.user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
