"""Which tickets a list shows. Queries only; a constant number of them, whatever the length of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.models import User
from apps.links.models import MagicLink
from apps.links.services.issuing import UNUSED
from apps.recordings.models import Recording
from apps.sites import permissions
from apps.sites.models import Membership, Site
from apps.tickets.models import Requester, SavedFilter, Tag, Ticket

# A search that finds more is too wide for anybody to read through.
MOST_FOUND = 1_000


@dataclass(frozen=True, slots=True)
class Filters:
    state: str = "open"
    site: str = ""
    mine: bool = False
    unassigned: bool = False
    recorded: bool = False
    tag: str = ""
    search: str = ""

    @classmethod
    def read(cls, params: QueryDict) -> Filters:
        state = params.get("state", "open")
        return cls(
            state=state if state in {*Ticket.State.values, "all"} else "open",
            site=params.get("site", ""),
            mine=params.get("mine") == "1",
            unassigned=params.get("unassigned") == "1",
            recorded=params.get("recorded") == "1",
            tag=params.get("tag", "")[:40],
            search=" ".join(params.get("q", "").split())[:200],
        )

    @property
    def narrows(self) -> bool:
        return bool(self.site or self.mine or self.unassigned or self.recorded or self.tag or self.search)

    def query(self) -> str:
        """The same filters as an address has them: always in one order, so that two of them can be compared."""
        flags = {name: "1" for name in ("mine", "unassigned", "recorded") if getattr(self, name)}
        words = {"site": self.site, "tag": self.tag, "q": self.search}
        return urlencode({"state": self.state, **flags, **{name: value for name, value in words.items() if value}})


def _search(tickets: QuerySet[Ticket], sites: list[Site], text: str) -> QuerySet[Ticket]:
    number = text.removeprefix("#")
    # isdecimal() takes digits of every script, and a number as long as the text would overflow the column.
    if number.isascii() and number.isdecimal() and len(number) < 10:
        exact = Q(number=int(number))
        return tickets.filter(exact if text.startswith("#") else exact | Q(subject__icontains=text))
    people = Requester.objects.filter(Q(name__icontains=text) | Q(email__icontains=text), site__in=sites)
    return tickets.filter(Q(subject__icontains=text) | Q(requester__in=people.values("pk")))


def _narrowed(user: User, sites: list[Site], filters: Filters) -> QuerySet[Ticket]:
    # The sites themselves, not a query for them: the database then walks the index of the one there mostly is.
    tickets = Ticket.objects.filter(site__in=[site for site in sites if filters.site in {"", site.slug}])
    if filters.mine:
        tickets = tickets.filter(assignee=user)
    if filters.unassigned:
        tickets = tickets.filter(assignee=None)
    if filters.tag:
        tickets = tickets.filter(pk__in=Tag.objects.filter(name=filters.tag).values("ticket"))
    if filters.recorded:
        tickets = tickets.filter(Q(pk__in=Recording.objects.exclude(state="deleted").values("ticket")))
    return _search(tickets, sites, filters.search) if filters.search else tickets


@dataclass(frozen=True, slots=True)
class Found:
    """What fits the filters: how many in each state, and the keys of those to be shown, the last touched first."""

    counts: dict[str, int]
    keys: QuerySet[Ticket, int] | list[int]
    is_cut: bool = False  # a search found more than it looks for

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def _counted(counts: dict[str, int]) -> dict[str, int]:
    return {state: counts.get(state, 0) for state in Ticket.State.values}


def find(user: User, sites: list[Site], filters: Filters) -> Found:
    narrowed = _narrowed(user, sites, filters)
    if filters.search:
        return _searched(narrowed, filters.state)
    rows = narrowed.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    shown = narrowed if filters.state == "all" else narrowed.filter(state=filters.state)
    return Found(_counted(dict(rows)), shown.values_list("pk", flat=True))


def _searched(tickets: QuerySet[Ticket], state: str) -> Found:
    """In one pass over the table, newest first, which ends as soon as it has found enough."""
    rows = list(tickets.values_list("pk", "state")[: MOST_FOUND + 1])
    found = rows[:MOST_FOUND]
    keys = [pk for pk, its_state in found if state in {"all", its_state}]
    return Found(_counted(Counter(its_state for _pk, its_state in found)), keys, is_cut=len(rows) > MOST_FOUND)


def rows(keys: Iterable[int]) -> list[Ticket]:
    """The tickets of one page in the order of `keys`, each with the states of its newest recording and link."""
    order = {pk: at for at, pk in enumerate(keys)}
    newest = Recording.objects.filter(ticket=OuterRef("pk")).order_by("-created_at")
    newest_link = MagicLink.objects.filter(ticket=OuterRef("pk")).order_by("-issued_at")
    found = Ticket.objects.filter(pk__in=order).select_related("site", "requester", "assignee")
    found = found.prefetch_related("tags").annotate(
        recording_state=Subquery(newest.values("state")[:1]),
        recording_problems=Subquery(newest.values("problem_count")[:1]),
        link_state=Subquery(newest_link.values("state")[:1]),
    )
    return sorted(found.order_by(), key=lambda ticket: order[ticket.pk])


def saved(user: User, present: Filters) -> list[tuple[SavedFilter, bool]]:
    """The filters that the user keeps, each with whether it is what the list shows now."""
    return [(kept, kept.query == present.query()) for kept in user.saved_filters.all()]


def colleagues(user: User) -> QuerySet[User]:
    """Who may work on a ticket of one of the user's sites."""
    members = Membership.objects.filter(
        site__in=Site.objects.visible_to(user), role__in=permissions.roles_with("ticket.work")
    )
    return User.objects.filter(is_active=True, pk__in=members.values("user")).order_by("name")


@dataclass(frozen=True, slots=True)
class Ends:
    """What ends with some tickets when they are resolved."""

    links: int
    recordings: int


def ends_with(chosen: list[Ticket]) -> Ends:
    links = MagicLink.objects.filter(ticket__in=chosen, state__in=UNUSED, expires_at__gt=timezone.now())
    return Ends(links.count(), Recording.objects.filter(ticket__in=chosen, state__in=Recording.RUNNING).count())
