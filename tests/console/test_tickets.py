from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from apps.core.actors import Actor
from apps.links import services as links
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests import factories

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def test_the_list_shows_the_tickets_of_ones_sites(as_: As, ticket: Ticket) -> None:
    answer = as_("alice").get("/")
    assert answer.status_code == 200
    assert "The checkout does not work" in answer.text


def test_signed_out_one_is_asked_to_sign_in() -> None:
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("path", ["/", "/recordings/", "/sites/", "/reports/", "/privacy/"])
def test_lists_are_looked_at_and_not_posted_to(as_: As, path: str) -> None:
    assert as_("alice").post(path).status_code == 405


@pytest.mark.parametrize(
    ("search", "finds"),
    [("4711", None), ("#{number}", True), ("{number}", True), ("CHECKOUT", True), ("person", True), ("nothing", False)],
)
def test_search_takes_number_subject_and_requester(as_: As, ticket: Ticket, search: str, finds: bool | None) -> None:
    answer = as_("alice").get("/", {"q": search.format(number=ticket.number)})
    assert answer.status_code == 200
    if finds is not None:
        assert ("The checkout does not work" in answer.text) is finds


@pytest.mark.parametrize("query", ["q=%00", "q=" + "9" * 400, "q=²", "page=-1", "page=x", "state=nonsense", "site=%F0"])
def test_malformed_questions_get_a_plain_answer(as_: As, ticket: Ticket, query: str) -> None:
    assert as_("alice").get(f"/?{query}").status_code == 200


def test_filters_narrow_the_list(as_: As, ticket: Ticket, staff: dict) -> None:
    client = as_("alice")
    assert "The checkout" not in client.get("/?mine=1").text
    Ticket.objects.update(assignee=staff["alice"])
    assert "The checkout" in client.get("/?mine=1").text
    assert "The checkout" not in client.get("/?recorded=1").text
    assert "The checkout" not in client.get("/?state=resolved").text
    assert "The checkout" in client.get("/?state=all&site=shop").text


def test_the_list_costs_the_same_number_of_queries_for_two_and_for_forty(
    as_: As, shop: Site, ticket: Ticket, django_assert_num_queries: Callable, django_assert_max_num_queries: Callable
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_("alice")
    client.get("/")

    def count(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    few = {path: count(path) for path in ["/", "/recordings/", "/sites/", "/reports/", "/privacy/"]}
    for _ in range(40):
        new = factories.TicketFactory(site=shop)
        Recording.objects.create(site=shop, ticket=new, max_minutes=5, latest_at=timezone.now(), state="ready")
    assert {path: count(path) for path in few} == {path: pytest.approx(n, abs=1) for path, n in few.items()}
    assert max(few.values()) <= 12


def test_problems_show_only_once_the_recording_is_shared(as_: As, ticket: Ticket, shop: Site) -> None:
    recording = Recording.objects.create(
        site=shop, ticket=ticket, max_minutes=5, latest_at=timezone.now(), state="in_review", problem_count=7
    )
    client = as_("alice")
    for path in ["/", f"/tickets/{ticket.number}/", "/recordings/"]:
        page = client.get(path).text
        assert "7 problem" not in page
        assert f"/recordings/{recording.pk}/" not in page
    Recording.objects.update(state="ready")
    assert "7 problems" in client.get("/").text
    assert "7 problems" in client.get(f"/tickets/{ticket.number}/").text


def test_the_list_shows_how_far_the_link_is_until_there_is_a_recording(as_: As, ticket: Ticket, shop: Site) -> None:
    links.issue(ticket, by=Actor.system("test"))
    page = as_("alice").get("/").text
    assert 'link</span> <span class="badge badge-plain">issued</span>' in page
    Recording.objects.create(site=shop, ticket=ticket, max_minutes=5, latest_at=timezone.now(), state="ready")
    page = as_("alice").get("/").text
    assert "issued" not in page
    assert '<span class="badge badge-good">ready</span>' in page


def test_a_new_ticket_is_opened_from_the_form(as_: As, shop: Site, staff: dict) -> None:
    data = {
        "site": shop.pk,
        "subject": "Voucher is refused",
        "email": "dora@example.com",
        "name": "Dora",
        "body": "Hello",
    }
    answer = as_("alice").post("/tickets/new/", data)
    ticket = Ticket.objects.get()
    assert answer["Location"] == f"/tickets/{ticket.number}/"
    assert ticket.requester.email == "dora@example.com"


@pytest.mark.parametrize(
    "change", [{"email": "no address"}, {"subject": " "}, {"site": "sit_unknown"}, {"email": "a@b.c\nBcc: x@y.z"}]
)
def test_a_malformed_ticket_is_refused_beside_its_field(as_: As, shop: Site, staff: dict, change: dict) -> None:
    data = {"site": shop.pk, "subject": "Voucher", "email": "dora@example.com", **change}
    assert as_("alice").post("/tickets/new/", data).status_code == 400
    assert not Ticket.objects.exists()


def test_nobody_opens_a_ticket_on_another_site(as_: As, shop: Site, staff: dict) -> None:
    answer = as_("charlie").post("/tickets/new/", {"site": shop.pk, "subject": "x", "email": "dora@example.com"})
    assert answer.status_code == 400
    assert not Ticket.objects.exists()
