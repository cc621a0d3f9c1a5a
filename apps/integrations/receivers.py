"""What the customer's own systems are told. Rows only; `tasks.deliver_waiting` sends them.

Nothing is told about a recording before it is ready but what the consent says: that one was asked for, given,
withdrawn. The payloads hold random ids, the ticket's number and states.
"""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.consents import signals as consents
from apps.consents.models import ConsentEvent, Receipt
from apps.core.queue import hurry
from apps.integrations.services import webhooks
from apps.links import signals as links
from apps.links.models import MagicLink
from apps.recordings import signals as recordings
from apps.recordings.models import Recording
from apps.tickets import signals as tickets
from apps.tickets.models import Ticket

EVENTS = {
    "ticket.resolved": "The ticket was resolved.",
    "ticket.reopened": "The ticket was opened again.",
    "consent.requested": "A magic link was issued.",
    "consent.given": "The person agreed.",
    "consent.withdrawn": "The person withdrew their consent; the recording is being deleted.",
    "consent.invalidated": "A consent was void, or somebody said that it was not them.",
    "link.revoked": "A magic link was revoked.",
    "recording.ready": "A recording was shared with the site's staff.",
    "recording.deleted": "A recording was deleted, and the receipt of its deletion is there.",
}


@receiver(links.link_stuck)
def _link_stuck(**kwargs: Any) -> None:
    from apps.integrations import tasks  # the task imports the verbs

    hurry(tasks.look_at_stuck)


@receiver(recordings.assets_wanted)
def _assets_wanted(**kwargs: Any) -> None:
    from apps.integrations import tasks  # the task imports the verbs

    hurry(tasks.fetch_assets)


@receiver(tickets.ticket_resolved)
def _ticket_resolved(*, ticket: Ticket, **kwargs: Any) -> None:
    webhooks.queue(ticket.site_id, "ticket.resolved", ticket=ticket.number, state=ticket.state)


@receiver(tickets.ticket_reopened)
def _ticket_reopened(*, ticket: Ticket, **kwargs: Any) -> None:
    webhooks.queue(ticket.site_id, "ticket.reopened", ticket=ticket.number, state=ticket.state)


def _link(event: str, link: MagicLink) -> None:
    webhooks.queue(link.site_id, event, link=link.pk, ticket=link.ticket.number, state=link.state)


@receiver(links.link_issued)
def _link_issued(*, link: MagicLink, **kwargs: Any) -> None:
    _link("consent.requested", link)


@receiver(links.link_revoked)
def _link_revoked(*, link: MagicLink, **kwargs: Any) -> None:
    _link("link.revoked", link)


def _consent(event: str, receipt: Receipt, state: str) -> None:
    number = receipt.ticket.number if receipt.ticket else None
    webhooks.queue(receipt.site_id, event, receipt=receipt.pk, link=receipt.link_id, ticket=number, state=state)


@receiver(consents.consent_given)
def _consent_given(*, receipt: Receipt, **kwargs: Any) -> None:
    _consent("consent.given", receipt, ConsentEvent.State.GIVEN)


@receiver(consents.consent_withdrawn)
def _consent_withdrawn(*, receipt: Receipt, **kwargs: Any) -> None:
    _consent("consent.withdrawn", receipt, ConsentEvent.State.WITHDRAWN)


@receiver(consents.consent_voided)
def _consent_voided(*, receipt: Receipt, **kwargs: Any) -> None:
    _consent("consent.invalidated", receipt, ConsentEvent.State.INVALIDATED)


def _recording(event: str, recording: Recording) -> None:
    number = recording.ticket.number if recording.ticket else None
    webhooks.queue(recording.site_id, event, recording=recording.pk, ticket=number, state=recording.state)


@receiver(recordings.recording_ready)
def _recording_ready(*, recording: Recording, **kwargs: Any) -> None:
    _recording("recording.ready", recording)


@receiver(recordings.recording_deleted)
def _recording_deleted(*, recording: Recording, **kwargs: Any) -> None:
    _recording("recording.deleted", recording)
