"""Every verb of a ticket in every state, twice, by those who may not, and at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Invalid, NoSuchMove, Refused
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Comment, Requester, Ticket
from tests.threads import at_once
from tests.trail import row, told, written

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
Verb = Callable[..., Any]

VERBS: dict[str, Verb] = {
    "pend": tickets.pend,
    "resolve": tickets.resolve,
    "close": tickets.close,
    "reopen": tickets.reopen,
}
STATES = ["open", "pending", "resolved", "closed"]
OUTCOMES: dict[str, list[str | None]] = {  # None: refused
    "pend": ["pending", "pending", None, None],
    "resolve": ["resolved", "resolved", "resolved", None],
    "close": [None, None, "closed", "closed"],
    "reopen": ["open", "open", "open", "open"],
}
NAMES = {
    "pend": "ticket.pended",
    "resolve": "ticket.resolved",
    "close": "ticket.closed",
    "reopen": "ticket.reopened",
}
CELLS = [
    (verb, state, outcome)
    for verb, outcomes in OUTCOMES.items()
    for state, outcome in zip(STATES, outcomes, strict=True)
]
WAYS: dict[str, list[Verb]] = {
    "open": [],
    "pending": [tickets.pend],
    "resolved": [tickets.resolve],
    "closed": [tickets.resolve, tickets.close],
}


def in_state(ticket: Ticket, state: str) -> Ticket:
    for verb in WAYS[state]:
        ticket = verb(ticket, by=BY)
    assert ticket.state == state
    return ticket


@pytest.mark.parametrize(("verb", "state", "outcome"), CELLS)
def test_a_verb_leads_where_the_table_says_or_changes_nothing(
    ticket: Ticket, verb: str, state: str, outcome: str | None
) -> None:
    ticket = in_state(ticket, state)
    was, entries = row(ticket), written()
    if outcome is None:
        with pytest.raises(NoSuchMove):
            VERBS[verb](ticket, by=BY)
    else:
        assert VERBS[verb](ticket, by=BY).state == outcome
    if outcome in {None, state}:
        assert (row(ticket), written()) == (was, entries)
    else:
        assert row(ticket)["state"] == outcome
        assert told(ticket)[-1] == NAMES[verb]


def test_the_retention_clock_starts_with_the_resolution_and_not_again_with_the_closing(ticket: Ticket) -> None:
    assert row(ticket)["resolved_at"] is None
    ticket = tickets.resolve(ticket, by=BY)
    at = row(ticket)["resolved_at"]
    assert at is not None
    tickets.close(ticket, by=BY)
    assert row(ticket)["resolved_at"] == at
    tickets.reopen(ticket, by=BY)
    assert row(ticket)["resolved_at"] is None


# --- Opening -------------------------------------------------------------------------------------------


def test_opening_a_ticket_writes_who_asked_and_what_they_said(shop: Site) -> None:
    ticket = tickets.open_ticket(
        shop, subject=" It does\r\nnot work ", email=" Dora@Home.example ", name="Dora  Duck",
        external_id="customer-9", body="  It says 500. ", by=BY,
    )  # fmt: skip
    assert ticket.subject == "It does not work"
    asked = ticket.requester
    assert (asked.email, asked.name, asked.external_id) == ("dora@home.example", "Dora Duck", "customer-9")
    comment = ticket.comments.get()
    assert (comment.body, comment.is_internal, comment.author) == ("It says 500.", False, None)
    assert told(ticket) == ["ticket.opened"]


def test_the_same_person_again_is_the_same_requester_and_keeps_what_is_known(shop: Site) -> None:
    tickets.open_ticket(shop, subject="a", email="dora@home.example", name="Dora", external_id="9", by=BY)
    again = tickets.open_ticket(shop, subject="b", email="DORA@home.example", by=BY)
    assert Requester.objects.count() == 1
    assert (again.requester.name, again.requester.external_id) == ("Dora", "9")


def test_the_same_address_on_another_site_is_somebody_else(shop: Site, other: Site) -> None:
    ours = tickets.open_ticket(shop, subject="a", email="dora@home.example", by=BY)
    theirs = tickets.open_ticket(other, subject="a", email="dora@home.example", by=BY)
    assert ours.requester != theirs.requester


@pytest.mark.parametrize(
    "email", ["", "dora", "dora@", "dora@home.example\r\nBcc: all@shop.example", "a b@home.example"]
)
def test_an_address_that_is_none_opens_nothing(shop: Site, email: str) -> None:
    with pytest.raises(Invalid):
        tickets.open_ticket(shop, subject="x", email=email, by=BY)
    assert (Ticket.objects.count(), written()) == (0, 0)


@pytest.mark.parametrize("subject", ["", "   ", "\n\t", "\x00\x07"])
def test_a_subject_that_says_nothing_opens_nothing(shop: Site, subject: str) -> None:
    with pytest.raises(Invalid):
        tickets.open_ticket(shop, subject=subject, email="dora@home.example", by=BY)
    assert (Ticket.objects.count(), Requester.objects.count(), written()) == (0, 0, 0)


def test_numbers_go_on_after_those_that_were_imported(shop: Site, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(number=9_000)
    assert tickets.open_ticket(shop, subject="x", email="dora@home.example", by=BY).number == 9_001


# --- Writing, giving, weighing -------------------------------------------------------------------------


def test_a_comment_of_the_requester_is_never_internal(ticket: Ticket, staff: dict[str, User]) -> None:
    theirs = tickets.comment(ticket, body="It still fails.", is_internal=True, by=BY)
    ours = tickets.comment(ticket, body="Look at E4021.", by=Actor.staff(staff["alice"], door="page"))
    assert (theirs.is_internal, ours.is_internal) == (False, True)
    assert told(ticket) == ["ticket.commented"] * 2


def test_an_empty_comment_is_refused(ticket: Ticket) -> None:
    with pytest.raises(Invalid):
        tickets.comment(ticket, body=" \n ", by=BY)
    assert (Comment.objects.count(), written()) == (0, 0)


def test_a_ticket_is_given_to_somebody_of_the_site_only(ticket: Ticket, staff: dict[str, User]) -> None:
    with pytest.raises(Refused):
        tickets.assign(ticket, assignee=staff["charlie"], by=BY)
    assert row(ticket)["assignee_id"] is None
    for _ in range(2):
        ticket = tickets.assign(ticket, assignee=staff["bob"], by=BY)
    assert told(ticket) == ["ticket.assigned"]
    for _ in range(2):
        ticket = tickets.assign(ticket, assignee=None, by=BY)
    assert told(ticket) == ["ticket.assigned"] * 2


def test_a_priority_is_one_of_four_and_set_once(ticket: Ticket) -> None:
    for _ in range(2):
        ticket = tickets.prioritise(ticket, priority="urgent", by=BY)
    with pytest.raises(Invalid):
        tickets.prioritise(ticket, priority="!!!", by=BY)
    assert (row(ticket)["priority"], told(ticket)) == ("urgent", ["ticket.prioritised"])


# --- Who may -------------------------------------------------------------------------------------------

WORK: dict[str, Callable[[Ticket, Actor], Any]] = {
    "open_ticket": lambda ticket, by: tickets.open_ticket(ticket.site, subject="x", email="a@home.example", by=by),
    "comment": lambda ticket, by: tickets.comment(ticket, body="x", by=by),
    "assign": lambda ticket, by: tickets.assign(ticket, assignee=None, by=by),
    "prioritise": lambda ticket, by: tickets.prioritise(ticket, priority="high", by=by),
    "pend": lambda ticket, by: tickets.pend(ticket, by=by),
    "resolve": lambda ticket, by: tickets.resolve(ticket, by=by),
    "close": lambda ticket, by: tickets.close(ticket, by=by),
    "reopen": lambda ticket, by: tickets.reopen(ticket, by=by),
}


@pytest.mark.parametrize("verb", WORK)
@pytest.mark.parametrize("name", ["charlie", "erin", "frank", "grace"])
def test_who_does_not_work_on_the_tickets_of_the_site_changes_nothing(
    ticket: Ticket, staff: dict[str, User], verb: str, name: str
) -> None:
    was, count = row(ticket), Ticket.objects.count()
    with pytest.raises(Refused):
        WORK[verb](ticket, Actor.staff(staff[name], door="api"))
    assert (row(ticket), Ticket.objects.count(), written()) == (was, count, 0)


@pytest.mark.parametrize("verb", sorted(set(WORK) - {"close"}))
@pytest.mark.parametrize("name", ["alice", "bob"])
def test_agents_and_supervisors_do(ticket: Ticket, staff: dict[str, User], verb: str, name: str) -> None:
    WORK[verb](ticket, Actor.staff(staff[name], door="page"))


# --- At the same moment --------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("verb", "before"), [("pend", "open"), ("resolve", "pending"), ("reopen", "closed")])
def test_a_verb_four_times_at_once_is_done_and_written_once(
    transactional_db: None, ticket: Ticket, verb: str, before: str
) -> None:
    ticket = in_state(ticket, before)
    results = at_once(*[lambda: VERBS[verb](ticket, by=BY)] * 4)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert told(ticket).count(NAMES[verb]) == 1


@pytest.mark.django_db(transaction=True)
def test_many_tickets_at_once_have_as_many_numbers_and_one_requester(transactional_db: None, shop: Site) -> None:
    opened = at_once(*[lambda: tickets.open_ticket(shop, subject="x", email="dora@home.example", by=BY)] * 6)
    assert [result for result in opened if isinstance(result, Exception)] == []
    assert len({ticket.number for ticket in opened}) == 6
    assert Requester.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_resolving_and_reopening_at_once_ends_in_one_of_both(transactional_db: None, ticket: Ticket) -> None:
    ticket = in_state(ticket, "pending")
    at_once(lambda: tickets.resolve(ticket, by=BY), lambda: tickets.reopen(ticket, by=BY))
    now = row(ticket)
    assert (now["state"], now["resolved_at"] is None) in {("resolved", False), ("open", True)}
