"""Short words that staff put on tickets, to find them again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.tickets.models import Tag, Ticket
from apps.tickets.services.cases import lock

MOST = 12


def clean(names: list[str]) -> list[str]:
    """In lower case, without commas, each once, in order. Raises `Invalid` for more than `MOST` or too long a one."""
    plain = dict.fromkeys(" ".join(name.replace(",", " ").split()).lower() for name in names)
    found = [name for name in plain if name]
    if len(found) > MOST:
        raise Invalid(_("A ticket has at most %(most)d tags.") % {"most": MOST})
    longest = Tag._meta.get_field("name").max_length or 0
    if any(len(name) > longest or not name.isprintable() for name in found):
        raise Invalid(_("A tag has at most %(most)d characters.") % {"most": longest})
    return found


@transaction.atomic
def tag(ticket: Ticket, *, names: list[str], by: Actor) -> Ticket:
    """Make `names` the ticket's tags; those that it had and that are not among them go."""
    ticket = lock(ticket, by=by)
    wanted, present = set(clean(names)), set(ticket.tags.values_list("name", flat=True))
    if wanted == present:
        return ticket
    ticket.tags.filter(name__in=present - wanted).delete()
    Tag.objects.bulk_create([Tag(ticket=ticket, name=name) for name in sorted(wanted - present)])
    # How many, never which: a tag may say something of a person.
    audit.record("ticket.tagged", by=by, subject=ticket, tags=len(wanted))
    return ticket
