from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.accounts.models import User
from apps.accounts.signals import user_deactivated
from apps.core import audit
from apps.core.actors import Actor
from apps.tickets.models import Ticket


@receiver(user_deactivated)
def unassign(sender: Any, user: User, by: Actor, **kwargs: Any) -> None:
    """Nobody waits for somebody who has left."""
    for ticket in Ticket.objects.select_for_update(no_key=True).filter(assignee=user):
        ticket.assignee = None
        ticket.save(update_fields=["assignee"])
        audit.record("ticket.assigned", by=by, subject=ticket, to="")
