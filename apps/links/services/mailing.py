"""The link by e-mail. A row promises the mail, a task sends it, and a doubled task sends it once."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.core import audit, languages, signing
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.core.queue import hurry
from apps.links.errors import LinkReplaced
from apps.links.models import Delivery, MagicLink
from apps.links.services import tokens
from apps.links.services.answering import require_open
from apps.links.services.locking import lock_with_site
from apps.sites import permissions

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # while one worker sends, no other touches the row
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]


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
    """Send one mail if it is due and nobody else is at it; returns whether it went out.

    A worker that dies between the mail server's yes and our note of it sends a second time after `LEASE`:
    a doubled mail is better than none, and both carry the same Message-ID.
    """
    now = timezone.now()
    mine = Delivery.objects.filter(pk=delivery.pk, sent_at=None, failed_at=None, next_try_at__lte=now).update(
        next_try_at=now + LEASE, attempts=F("attempts") + 1
    )
    if not mine:
        return False
    delivery = Delivery.objects.select_related("link__site", "link__ticket__requester", "link__issued_by").get(
        pk=delivery.pk
    )
    try:
        _require_present(delivery)
        with translation.override(delivery.link.language or languages.SOURCE):
            _message(delivery).send()
    except PlacetError as error:
        _failed(delivery, error.code, for_good=True)
    except ValidationError:
        _failed(delivery, "address", for_good=True)
    except Exception as error:  # noqa: BLE001  whatever the mail server does: note its kind, try again later
        _failed(delivery, type(error).__name__, for_good=False)
    else:
        return _sent(delivery)
    return False


def _require_present(delivery: Delivery) -> None:
    require_open(delivery.link)
    if delivery.generation != delivery.link.generation:
        raise LinkReplaced


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


@transaction.atomic
def _sent(delivery: Delivery) -> bool:
    delivery.sent_at, delivery.error = timezone.now(), ""
    delivery.save(update_fields=["sent_at", "error"])
    audit.record("link.delivered", by=Actor.system("task:deliver_waiting"), subject=delivery.link)
    return True


@transaction.atomic
def _failed(delivery: Delivery, why: str, *, for_good: bool) -> None:
    """`why` is a kind, never the server's words: those may repeat the address."""
    delivery.error = why[:200]
    if for_good or delivery.attempts > len(BACKOFF):
        delivery.failed_at = timezone.now()
        by = Actor.system("task:deliver_waiting")
        audit.record("link.undelivered", by=by, subject=delivery.link, why=delivery.error)
    else:
        delivery.next_try_at = timezone.now() + BACKOFF[delivery.attempts - 1]
    delivery.save(update_fields=["error", "failed_at", "next_try_at"])
    log.warning("mail %s was not sent: %s", delivery.pk, delivery.error)
