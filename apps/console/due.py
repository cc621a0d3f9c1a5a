"""When recordings must go: the earlier of the planned date and the latest one promised."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from apps.accounts.models import User
from apps.recordings.models import Recording

SOON = timedelta(days=7)


def dated(rows: QuerySet[Recording]) -> QuerySet[Recording]:
    """Each with `due_at`. NULLs are taken out first: PostgreSQL's LEAST passes over them, SQLite's does not."""
    return rows.annotate(due_at=Least(Coalesce(F("delete_at"), F("latest_at")), F("latest_at")))


def held(user: User) -> QuerySet[Recording]:
    """Whatever is still stored of the user's sites, soonest due first."""
    stored = Recording.objects.visible_to(user).exclude(state=Recording.State.DELETED)
    return dated(stored).select_related("site", "ticket").order_by("due_at")


def soon(user: User) -> QuerySet[Recording]:
    now = timezone.now()
    return held(user).filter(due_at__gt=now, due_at__lte=now + SOON)


def overdue(user: User) -> QuerySet[Recording]:
    return held(user).filter(due_at__lte=timezone.now())

