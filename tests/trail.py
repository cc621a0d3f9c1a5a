"""What a verb left behind: the row as it is, and what the audit trail says of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from apps.core.models import AuditEntry


def row(thing: Model) -> dict[str, Any]:
    """All fields of the row, read afresh."""
    return type(thing)._default_manager.filter(pk=thing.pk).values().get()


def told(thing: Model) -> list[str]:
    """The names of what was written about `thing`, oldest first."""
    entries = AuditEntry.objects.filter(subject_kind=thing._meta.label_lower, subject_id=str(thing.pk))
    return list(entries.order_by("at").values_list("name", flat=True))


def written() -> int:
    """How many entries there are at all."""
    return AuditEntry.objects.count()
