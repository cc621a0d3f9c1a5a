"""What links hear from the apps below them."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.sites.signals import site_halted
from apps.tickets.models import Ticket
from apps.tickets.signals import ticket_resolved

UNUSED = [MagicLink.State.ISSUED, MagicLink.State.DECLINED]


@receiver(ticket_resolved)
def expire_unused(sender: type, ticket: Ticket, by: Actor, **_: Any) -> None:
    # Locked by the query itself: one that is being agreed to right now is waited for and then left alone.
    for link in ticket.links.filter(state__in=UNUSED).select_for_update():
        links.expire(link, by=by)


@receiver(site_halted)
def revoke_open(sender: type, site: Site, by: Actor, **_: Any) -> None:
    links.revoke_unused(site, by=by)
