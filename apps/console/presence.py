"""Who has a ticket open now. Kept in the cache for as long as a page that is open takes to ask again."""

from __future__ import annotations

from django.core.cache import cache

from apps.accounts.models import User
from apps.console.forms import assignees
from apps.tickets.models import Ticket

# The page asks every 4 to 30 s while it is visible.
SECONDS = 70


def _key(ticket: Ticket, user: User) -> str:
    return f"open-ticket:{ticket.pk}:{user.pk}"


def others(ticket: Ticket, user: User) -> list[User]:
    """Note that `user` has it open, and return who else does."""
    cache.set(_key(ticket, user), 1, SECONDS)
    colleagues = [person for person in assignees(ticket) if person.pk != user.pk]
    there = cache.get_many([_key(ticket, person) for person in colleagues])
    return [person for person in colleagues if _key(ticket, person) in there]
