"""Outgoing messages hold ids and states only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from apps.core.personal import Holder, register
from apps.integrations.models import WebhookDelivery

KEPT = timedelta(days=30)


def _old_deliveries(now: datetime) -> int:
    done = Q(sent_at__lt=now - KEPT) | Q(failed_at__lt=now - KEPT)
    return WebhookDelivery.objects.filter(done).delete()[0]


register(
    Holder(
        name="webhooks",
        whose="nobody",
        why="telling the customer's systems",
        goes="when the site removes it",
        model="integrations.Webhook",
        impersonal=frozenset({"id", "site", "url", "secret", "is_active", "created_at"}),
    )
)
register(
    Holder(
        name="installation checks",
        whose="staff",
        why="showing whether a site can record",
        goes="when five newer ones were made; with the site",
        model="integrations.InstallationCheck",
        fields={"ordered_by": "who asked for it", "created_at": "when"},
        impersonal=frozenset({"id", "site", "started_at", "finished_at", "step", "ok", "findings"}),
    )
)
register(
    Holder(
        name="webhook deliveries",
        whose="nobody: ids and states only",
        why="telling the customer's systems",
        goes="30 days after it was sent or given up",
        model="integrations.WebhookDelivery",
        impersonal=frozenset(
            {
                "id",
                "webhook",
                "event",
                "payload",
                "created_at",
                "attempts",
                "next_try_at",
                "sent_at",
                "failed_at",
                "status",
                "error",
            }
        ),
        method="each webhook of the site is told by id that it was deleted; what a receiver made of earlier messages, such "
        "as a copy in a ticket system, is the receiver's to remove",
        checked="the message is queued with this receipt and sent until it is taken or given up; whether a receiver did anything "
        "is not known",
        tidy=_old_deliveries,
    )
)
