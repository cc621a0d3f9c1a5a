"""Rows are locked in the order of imports: site, ticket, link. All take the ticket first, so none deadlock.

No key of theirs ever changes, so `no_key`: an upload that holds its recording may still commit. PostgreSQL looks at the
rows that a recording points to when one transaction changes it twice, and would wait there for a withdrawal that waits
for the recording.
"""

from __future__ import annotations

from apps.links.models import MagicLink
from apps.sites.models import Site
from apps.tickets.models import Ticket


def lock(link: MagicLink) -> MagicLink:
    Ticket.objects.select_for_update(no_key=True).get(pk=link.ticket_id)
    locked = MagicLink.objects.select_for_update(of=("self",), no_key=True).select_related("site", "ticket")
    return locked.get(pk=link.pk)


def lock_with_site(link: MagicLink) -> MagicLink:
    """For verbs that a halt must exclude: either they see it, or it waits and then finds what they did."""
    Site.objects.select_for_update(no_key=True).get(pk=link.site_id)
    return lock(link)
