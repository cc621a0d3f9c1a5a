"""Numbers that help a team lead. Never a ranking of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.accounts.models import User
from apps.console import due
from apps.console.charts import Bar, Chart
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import TRIAL_EMAIL

WINDOW = timedelta(days=30)
MOST = 10_000  # of the rows that a median is taken from
WEEKS = 12
# Up to so long after the link; people answer within minutes or the next morning.
WAITS = [
    (15, _lazy("15 min")),
    (60, _lazy("1 h")),
    (240, _lazy("4 h")),
    (1440, _lazy("1 day")),
    (4320, _lazy("3 days")),
]


def asked_of(user: User) -> QuerySet[MagicLink]:
    """The links of the user's sites that went to people; an installation check's go to nobody."""
    return MagicLink.objects.visible_to(user).exclude(ticket__requester__email=TRIAL_EMAIL)


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
    links = asked_of(user).filter(issued_at__gte=since).order_by().values("site")
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


def minutes_to_consent(user: User) -> list[float]:
    """Of each consent of the last 30 days, the minutes since its link was issued."""
    since = timezone.now() - WINDOW
    taken = asked_of(user).filter(issued_at__gte=since, consented_at__isnull=False)
    spans = taken.order_by().annotate(wait=F("consented_at") - F("issued_at")).values_list("wait", flat=True)
    return [wait.total_seconds() / 60 for wait in spans[:MOST]]


def minutes_recorded(user: User) -> float:
    """How many minutes were recorded and shared in the last 30 days."""
    since = timezone.now() - WINDOW
    shared = Recording.objects.visible_to(user).filter(shared_at__gte=since)
    return float(shared.order_by().aggregate(ms=Sum("duration_ms"))["ms"] or 0) / 60_000


def _weeks(first: datetime, count: int) -> list[datetime]:
    """The Mondays of `count` weeks from that of `first` on."""
    monday = first.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=first.weekday())
    return [monday + timedelta(weeks=n) for n in range(count)]


def _label(week: datetime) -> str:
    return date_format(week, "j M")


def answers(user: User) -> Chart:
    """What became of the links of each week."""
    weeks = _weeks(timezone.now() - timedelta(weeks=WEEKS - 1), WEEKS)
    links = asked_of(user).filter(issued_at__gte=weeks[0]).order_by()
    rows = links.annotate(week=TruncWeek("issued_at")).values("week").annotate(
        agreed=Count("pk", filter=Q(consented_at__isnull=False)),
        declined=Count("pk", filter=Q(declined_at__isnull=False, consented_at=None)),
        all=Count("pk"),
    )  # fmt: skip
    found = {
        row["week"]: (row["agreed"], row["declined"], row["all"] - row["agreed"] - row["declined"]) for row in rows
    }
    bars = [Bar(_label(week), found.get(week, (0, 0, 0))) for week in weeks]
    return Chart(_("Links by week"), _("Week of"), [_("agreed"), _("declined"), _("no answer")], bars)


def waits(minutes: list[float]) -> Chart:
    """How long people took to agree; `minutes` as `minutes_to_consent` gives them."""
    bars, before = [], 0.0
    for most, label in WAITS:
        bars.append(Bar(f"≤ {label}", (sum(before < wait <= most for wait in minutes),)))
        before = most
    bars.append(Bar(_("longer"), (sum(wait > before for wait in minutes),)))
    return Chart(_("From link to consent"), _("Within"), [_("people who agreed")], bars)


def due_by_week(user: User) -> Chart:
    """When what is kept now will be gone at the latest, as planned."""
    weeks = _weeks(timezone.now(), WEEKS)
    rows = due.held(user).order_by().annotate(week=TruncWeek("due_at")).values("week").annotate(n=Count("pk"))
    found = {max(row["week"], weeks[0]): row["n"] for row in rows}
    late = sum(n for week, n in found.items() if week > weeks[-1])
    bars = [Bar(_label(week), (found.get(week, 0),)) for week in weeks]
    return Chart(
        _("Recordings kept, by the week they are due"), _("Week of"), [_("due")], [*bars, Bar(_("later"), (late,))]
    )


def hours_to_resolution(user: User) -> float | None:
    """The median of the hours between a ticket's first link and its resolution, of those resolved in 30 days."""
    since = timezone.now() - WINDOW
    solved = asked_of(user).filter(ticket__resolved_at__gte=since).order_by().values("ticket")
    spans = solved.annotate(first=Min("issued_at")).values_list("first", "ticket__resolved_at")[:MOST]
    hours = [(resolved - first).total_seconds() / 3600 for first, resolved in spans if resolved > first]
    return median(hours) if hours else None
