"""Bells: each looks up what is due and calls the verb. Safe to run twice, late, or to be killed half-way."""

from celery import shared_task

from apps.core import outgoing
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import Delivery

BATCH = 200


@shared_task
def deliver_waiting() -> int:
    """Send the mails that are due. Returns how many went out."""
    return sum(links.deliver(delivery) for delivery in outgoing.due(Delivery))


@shared_task
def expire_links() -> int:
    """Tidy the links whose time is over. Returns how many expired."""
    return links.expire_due(by=Actor.system("sweep:expire_links"), most=BATCH)
