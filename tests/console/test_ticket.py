from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import Delivery, MagicLink
from apps.tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def page(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}/"


@pytest.fixture
def link(ticket: Ticket, staff: dict) -> MagicLink:
    return links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))


def test_a_note_is_internal_and_an_answer_is_not(as_: As, page: str) -> None:
    client = as_("alice")
    client.post(f"{page}comment/", {"body": "issuer timeout", "kind": "note"})
    client.post(f"{page}comment/", {"body": "we look into it", "kind": "answer"})
    assert list(Comment.objects.values_list("body", "is_internal")) == [
        ("issuer timeout", True),
        ("we look into it", False),
    ]
    assert "issuer timeout" in client.get(page).text


def test_an_empty_comment_says_so_and_writes_nothing(as_: As, page: str) -> None:
    answer = as_("alice").post(f"{page}comment/", {"body": "  ", "kind": "note"}, follow=True)
    assert "nothing written" in answer.text
    assert not Comment.objects.exists()


def test_what_was_written_is_shown_and_not_run(as_: As, page: str) -> None:
    client = as_("alice")
    client.post(f"{page}comment/", {"body": "<script>alert(1)</script>", "kind": "note"})
    assert "<script>alert(1)" not in client.get(page).text


@pytest.mark.parametrize(("verb", "state"), [("resolve", "resolved"), ("pend", "pending")])
def test_a_press_moves_the_ticket_and_a_second_changes_nothing(
    as_: As, page: str, ticket: Ticket, verb: str, state: str
) -> None:
    client = as_("alice")
    for _ in range(2):
        assert client.post(f"{page}state/", {"verb": verb}).status_code == 302
        ticket.refresh_from_db()
        assert ticket.state == state


def test_a_move_that_is_not_possible_is_said_on_the_page(as_: As, page: str, ticket: Ticket) -> None:
    answer = as_("alice").post(
        f"{page}state/", {"verb": "close"}, follow=True, headers={"referer": f"http://testserver{page}"}
    )
    assert answer.status_code == 200
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_after_a_refusal_the_way_back_never_leaves_the_site(as_: As, page: str) -> None:
    client = as_("alice")
    for came in ["https://evil.example/", "http://testserver//evil.example/", "http://testserver.evil.example/"]:
        answer = client.post(f"{page}state/", {"verb": "close"}, headers={"referer": came})
        assert answer["Location"] == "/"


def test_a_ticket_is_given_to_a_colleague_of_the_site_only(as_: As, page: str, ticket: Ticket, staff: dict) -> None:
    client = as_("alice")
    client.post(f"{page}assignee/", {"assignee": staff["bob"].pk})
    ticket.refresh_from_db()
    assert ticket.assignee == staff["bob"]
    assert client.post(f"{page}assignee/", {"assignee": staff["charlie"].pk}).status_code == 404
    assert client.post(f"{page}assignee/", {"assignee": "x"}).status_code == 302
    client.post(f"{page}assignee/", {"assignee": ""})
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_a_link_is_issued_and_its_address_shown_to_copy(as_: As, page: str, ticket: Ticket) -> None:
    data = {"landing_url": "https://shop.example/basket", "hours": "2", "minutes": "10", "send": "copy"}
    answer = as_("alice").post(f"{page}link/", data, follow=True)
    link = MagicLink.objects.get()
    assert (link.landing_url, link.max_minutes) == ("https://shop.example/basket", 10)
    assert "/l/" in answer.text
    assert not Delivery.objects.exists()


def test_a_link_is_mailed_with_one_press(as_: As, page: str) -> None:
    data = {"landing_url": "https://shop.example/", "hours": "2", "minutes": "10", "send": "mail"}
    as_("alice").post(f"{page}link/", data)
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"landing_url": "https://evil.example/"},
        {"landing_url": "https://shop.example@evil.example/"},
        {"landing_url": "//evil.example/"},
        {"landing_url": "javascript:alert(1)"},
        {"landing_url": "https://shop.example\\@evil.example/"},
        {"landing_url": "https://shop.example.evil.example/"},
        {"minutes": "9999"},
        {"hours": "0"},
    ],
)
def test_tricks_and_excess_are_refused_in_the_form(as_: As, page: str, change: dict) -> None:
    data = {"landing_url": "https://shop.example/", "hours": "2", "minutes": "10", **change}
    assert as_("alice").post(f"{page}link/", data).status_code == 400
    assert not MagicLink.objects.exists()


def test_live_viewing_is_not_even_offered_where_the_policy_forbids_it(as_: As, page: str) -> None:
    data = {"landing_url": "https://shop.example/", "hours": "2", "minutes": "10", "asks_live": "on"}
    assert "asks_live" not in as_("alice").get(page).text
    as_("alice").post(f"{page}link/", data)
    assert not MagicLink.objects.get().asks_live


def test_each_press_on_a_link(as_: As, link: MagicLink, page: str) -> None:
    client = as_("alice")
    copied = client.post(f"/links/{link.pk}/copy/", headers={"accept": "application/json"}).json()["url"]
    assert links.find(copied.rsplit("/", 1)[1]).pk == link.pk
    assert client.post(f"/links/{link.pk}/renew/").status_code == 302
    link.refresh_from_db()
    assert link.generation == 2
    client.post(f"/links/{link.pk}/send/")
    assert link.deliveries.count() == 1
    for _ in range(2):
        client.post(f"/links/{link.pk}/revoke/")
        link.refresh_from_db()
        assert link.state == "revoked"
    client.post(f"/links/{link.pk}/again/")
    assert MagicLink.objects.filter(state="issued").count() == 1


def test_a_revoked_link_is_not_copied(as_: As, link: MagicLink, page: str) -> None:
    client = as_("alice")
    client.post(f"/links/{link.pk}/revoke/")
    assert client.post(f"/links/{link.pk}/copy/", headers={"accept": "application/json"}).status_code == 302
    assert "/l/" not in client.get(f"{page}?link={link.pk}").text


def test_this_was_not_me_is_said_and_answered(as_: As, link: MagicLink, page: str) -> None:
    links.suspend(link, by=Actor.person(link.pk))
    client = as_("alice")
    assert "this was not me" in client.get(page).text
    client.post(f"/links/{link.pk}/answer/")
    link.refresh_from_db()
    assert link.suspended_at is None


def test_who_only_manages_the_site_neither_works_on_tickets_nor_issues(as_: As, page: str) -> None:
    client = as_("frank")
    assert client.get(page).status_code == 200
    assert client.post(f"{page}comment/", {"body": "x", "kind": "note"}).status_code == 403
    assert client.get(f"{page}link/").status_code == 403
    assert not Comment.objects.exists()


def test_a_link_of_another_ticket_is_not_shown(as_: As, link: MagicLink, shop: object, staff: dict) -> None:
    from tests import factories

    second = factories.TicketFactory(site=shop)
    assert "/l/" not in as_("alice").get(f"/tickets/{second.number}/?link={link.pk}").text


def test_no_page_has_an_inline_script_or_style(as_: As, page: str, link: MagicLink) -> None:
    import re

    for path in [
        "/",
        page,
        f"{page}link/",
        "/tickets/new/",
        "/sites/",
        "/sites/shop/",
        "/privacy/",
        "/reports/",
        "/account/",
    ]:
        html = as_("frank" if "link" not in path else "alice").get(path).text
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", html), path


def test_the_ticket_costs_the_same_however_long_its_story(as_: As, page: str, ticket: Ticket, staff: dict) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, by = as_("alice"), Actor.staff(staff["alice"], door="page")
    links.issue(ticket, by=by)
    Comment.objects.create(ticket=ticket, body="x", author=staff["bob"])
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _ in range(10):
        links.issue(ticket, by=by)
        Comment.objects.create(ticket=ticket, body="x", author=staff["bob"])
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) == len(few)
