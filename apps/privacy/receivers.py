"""What privacy hears. A receiver changes rows; the sweep would find each of these without it."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.core import hurry
from apps.core.actors import Actor
from apps.privacy.services import access, retention
from apps.recordings.models import Recording
from apps.recordings.signals import recording_cut, recording_doomed
from apps.tickets.models import Ticket
from apps.tickets.signals import ticket_reopened, ticket_resolved


@receiver(ticket_resolved)
def plan_deletion(sender: type, ticket: Ticket, by: Actor, **_: Any) -> None:
    retention.plan_ticket(ticket, by=by)


@receiver(ticket_reopened)
def take_plan_back(sender: type, ticket: Ticket, by: Actor, **_: Any) -> None:
    retention.plan_ticket(ticket, by=by)


@receiver(recording_cut)
def end_copies(sender: type, recording: Recording, **_: Any) -> None:
    access.end_copies(recording)


@receiver(recording_doomed)
def hurry_deletion(sender: type, recording: Recording, **_: Any) -> None:
    from apps.privacy.tasks import delete_one  # tasks import the sweeps

    hurry(delete_one, recording.pk)
