"""How much of everything there is, for the quota and for Prometheus: numbers only."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Count, Min, Sum
from django.utils import timezone

from apps.core import room as rooms
from apps.core.metrics import Labels
from apps.recordings.models import Recording

State = Recording.State
# The part of the quota that is kept back, as the reserve of a disk is.
RESERVE = 0.05


def stored() -> int:
    """Bytes of recordings that are kept."""
    rows = Recording.objects.exclude(state=State.DELETED).order_by()
    return int(rows.aggregate(all=Sum("stored_bytes"))["all"] or 0)


def room() -> rooms.State:
    quota = settings.QUOTA_MB * 1e6
    return rooms.of(quota - stored(), RESERVE * quota) if quota else "ok"


def by_state() -> dict[Labels, float]:
    counted = dict(Recording.objects.order_by().values_list("state").annotate(Count("pk")))
    return {(("state", state),): counted.get(state, 0) for state in State.values}


def uploads() -> int:
    return int(Recording.objects.order_by().aggregate(all=Sum("chunk_count"))["all"] or 0)


def waiting() -> float:
    """Seconds since the oldest recording that waits should have been packed."""
    oldest = Recording.objects.filter(state=State.PROCESSING).order_by().aggregate(all=Min("process_at"))["all"]
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
