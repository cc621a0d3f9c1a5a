"""The same verb for several tickets. Each ticket is a transaction of its own: one that refuses holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.tickets.models import Ticket
from apps.tickets.services import cases

State = Ticket.State


@dataclass(slots=True)
class Outcome:
    """`was`: of each ticket that changed, by its number, what `put_back` needs. `refused`: number and sentence."""

    was: dict[int, str] = field(default_factory=dict)
    refused: list[tuple[int, str]] = field(default_factory=list)


def _each(tickets: Iterable[Ticket], verb: Callable[[Ticket], Ticket], read: Callable[[Ticket], str]) -> Outcome:
    outcome = Outcome()
    for ticket in tickets:
        before = read(ticket)
        try:
            after = read(verb(ticket))
        except PlacetError as error:
            outcome.refused.append((ticket.number, error.text))
        else:
            if after != before:
                outcome.was[ticket.number] = before
    return outcome


def _state(ticket: Ticket) -> str:
    return ticket.state


def _assignee(ticket: Ticket) -> str:
    return str(ticket.assignee_id or "")


def assign_many(tickets: Iterable[Ticket], *, assignee: User | None, by: Actor) -> Outcome:
    return _each(tickets, lambda ticket: cases.assign(ticket, assignee=assignee, by=by), _assignee)


def resolve_many(tickets: Iterable[Ticket], *, by: Actor) -> Outcome:
    """Resolve each; one that is closed already is refused, as by `resolve` itself."""
    return _each(tickets, lambda ticket: cases.resolve(ticket, by=by), _state)


def put_back(tickets: Iterable[Ticket], *, verb: str, was: dict[int, str], by: Actor) -> Outcome:
    """Undo `verb` ("assign" or "resolve") for the tickets that are still as it left them.

    Links that expired and recordings that ended with a ticket stay ended: people were told so.
    """
    undo = {"assign": _assign_back, "resolve": _open_again}[verb]
    read = {"assign": _assignee, "resolve": _state}[verb]
    return _each(tickets, lambda ticket: undo(ticket, was[ticket.number], by), read)


def _assign_back(ticket: Ticket, was: str, by: Actor) -> Ticket:
    return cases.assign(ticket, assignee=User.objects.filter(pk=int(was)).first() if was else None, by=by)


def _open_again(ticket: Ticket, was: str, by: Actor) -> Ticket:
    if ticket.state != State.RESOLVED:
        return ticket
    ticket = cases.reopen(ticket, by=by)
    return cases.pend(ticket, by=by) if was == State.PENDING else ticket
