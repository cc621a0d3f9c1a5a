from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts import services
from apps.accounts.models import Invitation

log = logging.getLogger(__name__)
MOST_TRIES = 8


def _claim() -> Invitation | None:
    """Take the next one that waits, and put off its next try, so that two workers never send the same mail."""
    now = timezone.now()
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(skip_locked=True)
            .filter(sent_at=None, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
            .filter(next_try_at__lte=now, attempts__lt=MOST_TRIES)
            .order_by("next_try_at")
            .first()
        )
        if invitation is None:
            return None
        invitation.attempts += 1
        invitation.next_try_at = now + timedelta(minutes=2**invitation.attempts)
        invitation.save(update_fields=["attempts", "next_try_at"])
        return invitation


def _send(invitation: Invitation) -> None:
    body = render_to_string(
        "accounts/invitation_mail.txt",
        {"invitation": invitation, "url": services.invitation_url(invitation)},
    )
    EmailMessage(_("Your account at placet"), body, to=[invitation.email]).send()


@shared_task
def deliver_invitations() -> int:
    """Mail the invitations that wait. Returns how many went out; a failure is tried again later."""
    sent = 0
    while (invitation := _claim()) is not None:
        try:
            _send(invitation)
        except Exception:
            log.warning("invitation %s was not sent", invitation.pk, exc_info=True)
            continue
        # If this dies between the two lines the mail goes twice: better than never.
        Invitation.objects.filter(pk=invitation.pk, generation=invitation.generation).update(
            sent_at=timezone.now(), attempts=F("attempts")
        )
        sent += 1
    return sent
