"""Which tickets a list shows. Queries only; a constant number of them, whatever the length of the list."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from apps.accounts.models import User
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Filters:
    state: str = "open"
    site: str = ""
    mine: bool = False
    recorded: bool = False
    search: str = ""

    @classmethod
    def read(cls, params: QueryDict) -> Filters:
        state = params.get("state", "open")
        return cls(
            state=state if state in {*Ticket.State.values, "all"} else "open",
            site=params.get("site", ""),
            mine=params.get("mine") == "1",
            recorded=params.get("recorded") == "1",
            search=" ".join(params.get("q", "").split())[:200],
        )

    @property
    def narrows(self) -> bool:
        return bool(self.site or self.mine or self.recorded or self.search)


def _search(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    number = text.removeprefix("#")
    # isdecimal() takes digits of every script, and a number as long as the text would overflow the column.
    if number.isascii() and number.isdecimal() and len(number) < 10:
        return tickets.filter(Q(number=int(number)) | Q(subject__icontains=text))
    return tickets.filter(
        Q(subject__icontains=text) | Q(requester__name__icontains=text) | Q(requester__email__icontains=text)
    )


def _narrowed(user: User, filters: Filters) -> QuerySet[Ticket]:
    tickets = Ticket.objects.visible_to(user)
    if filters.site:
        tickets = tickets.filter(site__slug=filters.site)
    if filters.mine:
        tickets = tickets.filter(assignee=user)
    if filters.recorded:
        tickets = tickets.filter(Q(pk__in=Recording.objects.exclude(state="deleted").values("ticket")))
    return _search(tickets, filters.search) if filters.search else tickets


def counts(user: User, filters: Filters) -> dict[str, int]:
    """How many in each state, under the other filters."""
    rows = _narrowed(user, filters).order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    found: dict[str, int] = dict(rows)
    return {**{state: found.get(state, 0) for state in Ticket.State.values}, "all": sum(found.values())}


def tickets(user: User, filters: Filters) -> QuerySet[Ticket]:
    """The rows of the list, each with the states of its newest recording and link."""
    found = _narrowed(user, filters)
    if filters.state != "all":
        found = found.filter(state=filters.state)
    newest = Recording.objects.filter(ticket=OuterRef("pk")).order_by("-created_at")
    newest_link = MagicLink.objects.filter(ticket=OuterRef("pk")).order_by("-issued_at")
    return found.select_related("site", "requester", "assignee").annotate(
        recording_state=Subquery(newest.values("state")[:1]),
        recording_problems=Subquery(newest.values("problem_count")[:1]),
        link_state=Subquery(newest_link.values("state")[:1]),
    )
