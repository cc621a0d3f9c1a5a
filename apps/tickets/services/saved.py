"""Filters of the list that somebody keeps under a name. Their own; nobody else sees them, so nothing is audited."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import Invalid, Unknown
from apps.tickets.models import SavedFilter

MOST = 20


@transaction.atomic
def save_filter(user: User, *, name: str, query: str) -> SavedFilter:
    """Keep `query` (as in an address, without "?") under `name`; an older one of that name is replaced."""
    name = " ".join(name.split())[:60]
    if not name:
        raise Invalid(_("A saved filter needs a name."))
    if len(query) > 500:
        raise Invalid(_("That is too long to keep."))
    kept = SavedFilter.objects.select_for_update().filter(user=user)
    if kept.exclude(name=name).count() >= MOST:
        raise Invalid(_("You have %(most)d saved filters already. Remove one first.") % {"most": MOST})
    return SavedFilter.objects.update_or_create(user=user, name=name, defaults={"query": query})[0]


def forget_filter(user: User, pk: int) -> None:
    """Remove one of the user's own. Raises `Unknown` where it is not theirs."""
    if not SavedFilter.objects.filter(user=user, pk=pk).delete()[0]:
        raise Unknown
