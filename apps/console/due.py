"""When recordings must go: the earlier of the planned date and the latest one promised."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from apps.accounts.models import User
from apps.recordings.models import Recording

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

SOON = timedelta(days=7)


class Due(TypedDict):
    due_at: datetime


if TYPE_CHECKING:
    Dated = WithAnnotations[Recording, Due]


def dated(rows: QuerySet[Recording]) -> QuerySet[Dated]:
    """Each with `due_at`. NULLs are taken out first: PostgreSQL's LEAST passes over them, SQLite's does not."""
    return rows.annotate(due_at=Least(Coalesce(F("delete_at"), F("latest_at")), F("latest_at")))


def held(user: User) -> QuerySet[Dated]:
    """Whatever is still stored of the user's sites, soonest due first."""
    stored = Recording.objects.visible_to(user).exclude(state=Recording.State.DELETED)
    return dated(stored).select_related("site", "ticket").order_by("due_at")


def soon(user: User) -> QuerySet[Dated]:
    now = timezone.now()
    return held(user).filter(due_at__gt=now, due_at__lte=now + SOON)


def overdue(user: User) -> QuerySet[Dated]:
    return held(user).filter(due_at__lte=timezone.now())
