"""The link by e-mail. A row promises the mail, a task sends it, and a doubled task sends it once."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import audit, languages, signing
from apps.core.actors import Actor
from apps.core.outgoing import carry
from apps.core.queue import hurry
from apps.links.errors import LinkReplaced
from apps.links.models import Delivery, MagicLink
from apps.links.services import tokens
from apps.links.services.answering import require_open
from apps.links.services.locking import lock_with_site
from apps.sites import permissions
from apps.sites.models import MAIL_KEY


@transaction.atomic
def send(link: MagicLink, *, by: Actor) -> Delivery:
    """Have the link mailed to the ticket's requester. A mail that still waits to go is not doubled."""
    from apps.links import tasks  # the task imports the verbs

    link = lock_with_site(link)
    permissions.require_of(by, link.site, "link.issue")
    require_open(link)
    waiting = link.deliveries.filter(sent_at=None, failed_at=None, generation=link.generation).first()
    if waiting is not None:
        return waiting
    delivery = Delivery.objects.create(link=link, generation=link.generation)
    audit.record("link.sent", by=by, subject=link)
    hurry(tasks.deliver_waiting)
    return delivery


def deliver(delivery: Delivery) -> bool:
    """Send one mail if it is due and nobody else is at it; returns whether it went out. A doubled one has its id."""
    return carry(delivery, _compose, told=_told)


def _compose(delivery: Delivery) -> EmailMultiAlternatives:
    rows = Delivery.objects.select_related("link__site", "link__ticket__requester", "link__issued_by")
    delivery = rows.get(pk=delivery.pk)
    _require_present(delivery)
    with translation.override(delivery.link.language or languages.SOURCE):
        return _message(delivery)


def _told(delivery: Delivery) -> None:
    by = Actor.system("task:deliver_waiting")
    if delivery.sent_at:
        audit.record("link.delivered", by=by, subject=delivery.link)
    else:
        audit.record("link.undelivered", by=by, subject=delivery.link, why=delivery.error)


def _require_present(delivery: Delivery) -> None:
    require_open(delivery.link)
    if delivery.generation != delivery.link.generation:
        raise LinkReplaced


def _opening(link: MagicLink) -> str:
    """The site's own first words in the link's language, or none: then ours stand there."""
    texts = link.site.notice_texts.filter(key=MAIL_KEY, language=link.language or languages.SOURCE)
    text = texts.values_list("text", flat=True).first() or ""
    agent = link.issued_by.first_name if link.issued_by else ""
    said = {"{agent}": agent, "{site}": link.site.name, "{number}": str(link.ticket.number)}
    said["{name}"] = link.ticket.requester.name
    for mark, value in said.items():
        text = text.replace(mark, value)
    return text


def _message(delivery: Delivery) -> EmailMultiAlternatives:
    """Nothing that anybody typed reaches a header: subject and number are ours, the address is checked."""
    link = delivery.link
    address = link.ticket.requester.email
    validate_email(address)
    context = {
        "link": link,
        "site": link.site,
        "number": link.ticket.number,
        "agent": link.issued_by.first_name if link.issued_by else "",
        "url": tokens.url(link),
        "opening": _opening(link),
    }
    return EmailMultiAlternatives(
        subject=_("About your request #%(number)d") % {"number": link.ticket.number},
        body=render_to_string("links/mail.txt", context),
        to=[address],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{signing.derive('mail', delivery.pk)[:32]}@{settings.BASE_HOST}>",
        },
        alternatives=[(render_to_string("links/mail.html", context), "text/html")],
    )
