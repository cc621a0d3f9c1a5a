"""Rows are locked in the order of imports: site, ticket, link. All take the ticket first, so none deadlock."""

from __future__ import annotations

from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.tickets.models import Ticket


def lock(link: MagicLink) -> MagicLink:
    Ticket.objects.select_for_update().get(pk=link.ticket_id)
    locked = MagicLink.objects.select_for_update(of=("self",)).select_related("site", "ticket")
    return locked.get(pk=link.pk)


def lock_with_site(link: MagicLink) -> MagicLink:
    """For verbs that a halt must exclude: either they see it, or it waits and then finds what they did."""
    Site.objects.select_for_update().get(pk=link.site_id)
    return lock(link)
