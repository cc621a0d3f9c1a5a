from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.core.models import AuditEntry
from apps.sites.models import Site
from apps.tickets.models import Comment, Ticket
from tests.api.conftest import Program, problem, program
from tests.factories import TicketFactory

pytestmark = pytest.mark.django_db
NEW = {
    "subject": "Cannot pay",
    "email": "dora@home.example",
    "name": "Dora",
    "external_id": "c-1",
    "body": "Help",
}


def test_opening_a_ticket(alice: Program, site: Site) -> None:
    answer = alice.post("tickets/", {**NEW, "site": site.pk})
    assert answer.status_code == 201, answer.content
    ticket = Ticket.objects.get(number=answer.json()["number"])
    assert (ticket.site, ticket.subject, ticket.requester.email) == (site, "Cannot pay", "dora@home.example")
    assert ticket.comments.get().body == "Help"
    entry = AuditEntry.objects.get(name="ticket.opened")
    assert (entry.door, entry.actor_kind) == ("api", "staff")


@pytest.mark.parametrize(
    "change",
    [
        {"subject": ""},
        {"subject": "x" * 201},
        {"email": "dora"},
        {"email": "dora@home.example\nBcc: all@home.example"},
        {"email": None},
        {"subject": ["a"]},
        {"subject": {"$ne": 1}},
        {"unknown": 1},
        {"state": "closed"},
    ],
)
def test_a_malformed_ticket_is_refused_by_field(alice: Program, site: Site, change: dict[str, object]) -> None:
    body = problem(alice.post("tickets/", {**NEW, "site": site.pk} | change), 400, "invalid")
    assert set(body["fields"]) == set(change)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"1e999"])
def test_a_body_that_is_no_object_is_refused(alice: Program, raw: bytes) -> None:
    from django.test import Client

    answer = Client().generic(
        "POST",
        "/api/v1/tickets/",
        raw,
        "application/json",
        headers={"Authorization": f"Bearer {alice.token}"},
    )
    problem(answer, 400)  # type: ignore[arg-type]


def test_a_ticket_is_not_opened_on_a_site_of_others(alice: Program, other: Site) -> None:
    problem(alice.post("tickets/", {**NEW, "site": other.pk}), 404, "not_found")
    problem(alice.post("tickets/", {**NEW, "site": "sit_nothing"}), 404, "not_found")
    assert not Ticket.objects.exists()


def test_a_role_that_does_not_work_on_tickets_opens_none(frank: Program, site: Site) -> None:
    problem(frank.post("tickets/", {**NEW, "site": site.pk}), 403, "forbidden")
    assert not Ticket.objects.exists()


def test_a_list_shows_the_sites_tickets_and_no_others(alice: Program, ticket: Ticket, other: Site) -> None:
    TicketFactory(site=other)
    body = alice.get("tickets/").json()
    assert [row["number"] for row in body["results"]] == [ticket.number]
    assert body["count"] == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "CHECKOUT"}, True),
        ({"q": "Duck"}, True),
        ({"q": "dora@home"}, True),
        ({"q": "nothing"}, False),
        ({"q": "%"}, False),
        ({"external_id": "customer-9"}, True),
        ({"external_id": "customer"}, False),
        ({"state": "open"}, True),
        ({"state": ["resolved", "open"]}, True),
        ({"state": "resolved"}, False),
        ({"priority": "normal"}, True),
        ({"assignee": "none"}, True),
        ({"assignee": "me"}, False),
        ({"assignee": "usr_99999999999999999999"}, False),
        ({"assignee": "x"}, False),
        ({"q": "99999999999999999999999"}, False),
    ],
)
def test_filters(alice: Program, ticket: Ticket, query: dict[str, str], found: bool) -> None:
    answer = alice.get("tickets/", **query)
    assert answer.status_code == 200, answer.content
    assert bool(answer.json()["results"]) is found


def test_a_ticket_is_found_by_its_number(alice: Program, ticket: Ticket) -> None:
    for text in [str(ticket.number), f"#{ticket.number}"]:
        assert alice.get("tickets/", q=text).json()["count"] == 1


def test_a_misspelt_filter_is_refused_and_does_not_widen_the_list(alice: Program, ticket: Ticket) -> None:
    assert problem(alice.get("tickets/", stat="open"), 400)["fields"].keys() == {"stat"}
    problem(alice.get("tickets/", state="opne"), 400, "invalid")


def test_pages(alice: Program, site: Site) -> None:
    TicketFactory.create_batch(7, site=site)
    first = alice.get("tickets/", limit=3).json()
    assert (first["count"], len(first["results"])) == (7, 3)
    seen = [row["number"] for row in first["results"]]
    for offset in (3, 6):
        seen += [row["number"] for row in alice.get("tickets/", limit=3, offset=offset).json()["results"]]
    assert len(set(seen)) == 7
    assert "offset=3" in first["next"]
    assert alice.get("tickets/", offset=100).json()["results"] == []


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"offset": "-1"}])
def test_pages_that_cannot_be(alice: Program, query: dict[str, str]) -> None:
    problem(alice.get("tickets/", **query), 400, "invalid")


def test_a_page_has_an_upper_end(alice: Program, site: Site) -> None:
    TicketFactory.create_batch(205, site=site)
    assert len(alice.get("tickets/", limit=100000).json()["results"]) == 200


PATHS = ["", "comments/"]
MOVES = ["pend/", "resolve/", "close/", "reopen/", "assign/", "prioritise/", "tags/", "replies/", "comments/", "links/"]


@pytest.mark.parametrize("path", PATHS)
def test_reading_another_sites_ticket_is_the_same_as_reading_none(charlie: Program, ticket: Ticket, path: str) -> None:
    theirs = charlie.get(f"tickets/{ticket.number}/{path}")
    nothing = charlie.get(f"tickets/99999/{path}")
    assert problem(theirs, 404) == problem(nothing, 404)


@pytest.mark.parametrize("path", MOVES)
def test_changing_another_sites_ticket_is_not_possible(charlie: Program, ticket: Ticket, path: str) -> None:
    before = AuditEntry.objects.count()
    problem(charlie.post(f"tickets/{ticket.number}/{path}", {}), 404, "not_found")
    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert AuditEntry.objects.count() == before


def test_a_token_of_one_site_does_not_open_its_users_other_site(
    staff: dict[str, User], site: Site, other: Site, ticket: Ticket
) -> None:
    staff["alice"].memberships.create(site=other, role="agent")
    bound = program(staff["alice"], site=other)
    assert bound.get("tickets/").json()["count"] == 0
    problem(bound.get(f"tickets/{ticket.number}/"), 404)
    assert bound.get("tickets/", site=site.pk).json()["count"] == 0
    problem(bound.post("tickets/", {**NEW, "site": site.pk}), 404)
    assert [row["id"] for row in bound.get("sites/").json()["results"]] == [other.pk]


def test_a_token_of_a_site_that_its_user_has_left_opens_nothing(
    staff: dict[str, User], site: Site, ticket: Ticket
) -> None:
    bound = program(staff["alice"], site=site)
    staff["alice"].memberships.all().delete()
    problem(bound.get(f"tickets/{ticket.number}/"), 404)
    assert bound.get("tickets/").json()["count"] == 0


def test_the_operator_sees_no_ticket(staff: dict[str, User], ticket: Ticket) -> None:
    grace = program(staff["grace"], "erase")
    assert grace.get("tickets/").json()["count"] == 0
    problem(grace.get(f"tickets/{ticket.number}/"), 404)


def test_the_whole_way_of_a_ticket(alice: Program, ticket: Ticket) -> None:
    for move, state in [
        ("pend", "pending"),
        ("resolve", "resolved"),
        ("close", "closed"),
        ("reopen", "open"),
    ]:
        answer = alice.post(f"tickets/{ticket.number}/{move}/")
        assert (answer.status_code, answer.json()["state"]) == (200, state)


def test_a_move_that_there_is_not_is_a_conflict(alice: Program, ticket: Ticket) -> None:
    problem(alice.post(f"tickets/{ticket.number}/close/"), 409, "no_such_move")


def test_moving_twice_changes_and_records_nothing_the_second_time(alice: Program, ticket: Ticket) -> None:
    for _ in range(2):
        assert alice.post(f"tickets/{ticket.number}/resolve/").status_code == 200
    assert AuditEntry.objects.filter(name="ticket.resolved").count() == 1


def test_commenting(alice: Program, ticket: Ticket) -> None:
    answer = alice.post(f"tickets/{ticket.number}/comments/", {"body": "Looking at it", "is_internal": False})
    assert answer.status_code == 201
    assert answer.json()["author"]["name"] == "Alice Example"
    bodies = [row["body"] for row in alice.get(f"tickets/{ticket.number}/comments/").json()["results"]]
    assert bodies == ["It says 500.", "Looking at it"]
    assert not Comment.objects.get(body="Looking at it").is_internal


def test_an_empty_comment_is_refused(alice: Program, ticket: Ticket) -> None:
    problem(alice.post(f"tickets/{ticket.number}/comments/", {"body": "  "}), 400, "invalid")


def test_assigning(alice: Program, ticket: Ticket, staff: dict[str, User]) -> None:
    path = f"tickets/{ticket.number}/assign/"
    assert alice.post(path, {"assignee": "me"}).json()["assignee"]["name"] == "Alice Example"
    bob = f"usr_{staff['bob'].pk}"
    assert alice.post(path, {"assignee": bob}).json()["assignee"]["id"] == bob
    assert alice.post(path, {"assignee": None}).json()["assignee"] is None


def test_nobody_outside_the_site_is_assigned_or_told_to_exist(
    alice: Program, ticket: Ticket, staff: dict[str, User]
) -> None:
    answers = [
        problem(alice.post(f"tickets/{ticket.number}/assign/", {"assignee": text}), 400)
        for text in [f"usr_{staff['charlie'].pk}", "usr_999999", "usr_x", "usr_²", "charlie@example.com", ""]
    ]
    assert {answer["code"] for answer in answers} == {"invalid"}
    assert answers[0] == answers[1]


def test_prioritising(alice: Program, ticket: Ticket) -> None:
    path = f"tickets/{ticket.number}/prioritise/"
    assert alice.post(path, {"priority": "urgent"}).json()["priority"] == "urgent"
    problem(alice.post(path, {"priority": "now"}), 400, "invalid")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_ticket_is_changed_by_verbs_only(alice: Program, ticket: Ticket, method: str) -> None:
    problem(alice(method, f"tickets/{ticket.number}/", {"state": "closed"}), 405)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_malformed_numbers_are_no_tickets(alice: Program) -> None:
    for number in ["0", "00000000000000000000001", "99999999999999999999999"]:
        problem(alice.get(f"tickets/{number}/"), 404)


def test_tags_are_set_as_a_whole_and_find_the_ticket(alice: Program, ticket: Ticket) -> None:
    answer = alice.post(f"tickets/{ticket.number}/tags/", {"tags": ["VIP", "checkout", "vip"]})
    assert (answer.status_code, answer.json()["tags"]) == (200, ["checkout", "vip"])
    assert alice.get("tickets/", tag="vip").json()["count"] == 1
    assert alice.get("tickets/", tag="other").json()["count"] == 0
    assert alice.post(f"tickets/{ticket.number}/tags/", {"tags": []}).json()["tags"] == []
    problem(alice.post(f"tickets/{ticket.number}/tags/", {"tags": [f"t{n}" for n in range(13)]}), 400, "invalid")
