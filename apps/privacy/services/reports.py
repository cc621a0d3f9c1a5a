"""What is held, what is due and what is overdue."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.privacy.models import DeletionReceipt
from apps.privacy.services import retention
from apps.recordings.models import Recording

SOON = timedelta(days=7)
ALARM = timedelta(hours=1)
MEASURED = timedelta(days=30)
MINUTES = timedelta(minutes=5)  # what a person is to wait for an answer, nineteen times of twenty
Cause = Recording.Cause
ASKED = (Cause.WITHDRAWN, Cause.DISCARDED, Cause.ERASED)

Line = dict[str, Any]


def _line(recording: Recording, *, holds: set[str]) -> Line:
    return {
        "id": recording.pk,
        "ticket": recording.ticket.number if recording.ticket else None,
        "state": recording.state,
        "created": recording.created_at.isoformat(),
        "due": retention.next_date(recording).isoformat(),
        "bytes": recording.stored_bytes,
        "hold": recording.pk in holds,
    }


def retention_report(now: datetime | None = None) -> dict[str, list[Line]]:
    """`held`: every recording that is stored; `due`: those that go within 7 days; `overdue`: should be
    gone.
    """
    now = now or timezone.now()
    holds = set(retention.held(now).values_list("recording_id", flat=True))
    report: dict[str, list[Line]] = {"held": [], "due": [], "overdue": []}
    stored = Recording.objects.exclude(state=Recording.State.DELETED).select_related("ticket")
    for recording in stored.order_by("created_at", "pk"):
        line = _line(recording, holds=holds)
        report["held"].append(line)
        goes = retention.next_date(recording)
        if line["hold"]:
            continue
        if goes <= now:
            report["overdue"].append(line)
        elif goes <= now + SOON:
            report["due"].append(line)
    return report


def overdue_by_site(now: datetime | None = None) -> Counter[str]:
    """How many of each site should have been gone for an hour: the deletion does not work, or does not run."""
    before = (now or timezone.now()) - ALARM
    late = Recording.objects.filter(state=Recording.State.DELETING, delete_started_at__lte=before)
    sites = [rows.order_by().values_list("site", flat=True) for rows in (retention.due_by(before), late)]
    return Counter(str(site) for found in sites for site in found)


def overdue(now: datetime | None = None) -> int:
    return overdue_by_site(now).total()


def health() -> str:
    count = overdue()
    return f"degraded: {count} recordings should be gone for an hour" if count else "ok"


@dataclass(frozen=True, slots=True)
class Answered:
    """How long people waited for what they had asked to be deleted, in seconds from their press to the receipt."""

    count: int
    median_s: float
    p95_s: float


def answer_times(now: datetime | None = None) -> Answered | None:
    """Of the last 30 days; None where nobody asked."""
    since = (now or timezone.now()) - MEASURED
    asked = DeletionReceipt.objects.filter(
        cause__in=ASKED, finished_at__gte=since, recording__delete_started_at__isnull=False
    )
    pairs = asked.values_list("recording__delete_started_at", "finished_at")
    waited = sorted((finished - started).total_seconds() for started, finished in pairs if started)
    if not waited:
        return None
    return Answered(len(waited), statistics.median(waited), waited[min(len(waited) - 1, len(waited) * 95 // 100)])


def answer_p95() -> float:
    times = answer_times()
    return times.p95_s if times else 0.0
