"""Numbers that help a team lead. Never a ranking of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from apps.accounts.models import User
from apps.console import due
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.sites.models import Site

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SiteNumbers:
    site: Site
    links: int
    opened: int
    agreed: int
    declined: int
    held: int
    held_bytes: int
    soon: int
    overdue: int

    @property
    def rate(self) -> int | None:
        """Of those who answered, how many agreed, in percent."""
        answered = self.agreed + self.declined
        return round(100 * self.agreed / answered) if answered else None


def by_site(user: User) -> list[SiteNumbers]:
    """The last 30 days of each of the user's sites, and what it holds now. Three queries."""
    since = timezone.now() - WINDOW
    links = MagicLink.objects.visible_to(user).filter(issued_at__gte=since).order_by().values("site")
    asked = {
        row["site"]: row
        for row in links.annotate(
            links=Count("pk"),
            opened=Count("pk", filter=Q(fetched_at__isnull=False)),
            agreed=Count("pk", filter=Q(consented_at__isnull=False)),
            declined=Count("pk", filter=Q(declined_at__isnull=False, consented_at=None)),
        )
    }
    now = timezone.now()
    kept = {
        row["site"]: row
        for row in due.held(user)
        .order_by()
        .values("site")
        .annotate(
            held=Count("pk"),
            held_bytes=Sum("stored_bytes"),
            soon=Count("pk", filter=Q(due_at__gt=now, due_at__lte=now + due.SOON)),
            overdue=Count("pk", filter=Q(due_at__lte=now)),
        )
    }
    return [_row(site, asked.get(site.pk, {}), kept.get(site.pk, {})) for site in Site.objects.visible_to(user)]


def _row(site: Site, asked: Mapping[str, Any], kept: Mapping[str, Any]) -> SiteNumbers:
    links = {name: asked.get(name, 0) for name in ("links", "opened", "agreed", "declined")}
    held = {name: kept.get(name) or 0 for name in ("held", "held_bytes", "soon", "overdue")}
    return SiteNumbers(site=site, **links, **held)


def minutes_to_consent(user: User) -> float | None:
    """The median of the minutes between issuing a link and the consent, over the last 30 days."""
    since = timezone.now() - WINDOW
    taken = MagicLink.objects.visible_to(user).filter(issued_at__gte=since, consented_at__isnull=False)
    waits = taken.order_by().annotate(wait=F("consented_at") - F("issued_at")).values_list("wait", flat=True)
    seconds = [wait.total_seconds() for wait in waits[:10_000]]
    return median(seconds) / 60 if seconds else None


def minutes_recorded(user: User) -> float:
    """How many minutes were recorded and shared in the last 30 days."""
    since = timezone.now() - WINDOW
    shared = Recording.objects.visible_to(user).filter(shared_at__gte=since)
    return float(shared.order_by().aggregate(ms=Sum("duration_ms"))["ms"] or 0) / 60_000
