"""Several tickets at once, tags, and the filters that somebody keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.links import services as links
from apps.sites.models import Site
from apps.tickets.models import SavedFilter, Ticket
from tests import factories

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


@pytest.fixture
def three(shop: Site, staff: dict) -> list[int]:
    return [factories.TicketFactory(site=shop).number for _ in range(3)]


def states(numbers: list[int]) -> list[str]:
    return list(Ticket.objects.filter(number__in=numbers).order_by("number").values_list("state", flat=True))


def assignees(numbers: list[int]) -> list[str]:
    rows = Ticket.objects.filter(number__in=numbers).order_by("number")
    return [ticket.assignee.name if ticket.assignee else "" for ticket in rows]


def test_the_ticked_tickets_are_assigned_and_given_back_with_one_press(as_: As, three: list[int], staff: dict) -> None:
    Ticket.objects.filter(number=three[0]).update(assignee=staff["bob"])
    alice = as_("alice")
    answer = alice.post("/tickets/assign/", {"number": three, "assignee": "me", "back": "/?state=all"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/?state=all"
    assert "3 tickets are assigned." in answer.text
    assert assignees(three) == ["Alice Example"] * 3
    assert 'action="/tickets/undo/"' in answer.text
    assert "3 tickets are as they were." in alice.post("/tickets/undo/", follow=True).text
    assert assignees(three) == ["Bob Example", "", ""]
    assert "nothing to undo" in alice.post("/tickets/undo/", follow=True).text


def test_resolving_several_asks_first_and_says_what_ends_with_them(as_: As, three: list[int]) -> None:
    links.issue(Ticket.objects.get(number=three[0]), by=Actor.system("test"))
    alice = as_("alice")
    asked = alice.post("/tickets/resolve/", {"number": three})
    assert "Resolve 3 tickets?" in asked.text
    assert "1 link that nobody has used expires." in asked.text
    assert states(three) == ["open"] * 3
    done = alice.post("/tickets/resolve/", {"number": three, "confirmed": "1"}, follow=True)
    assert "3 tickets are resolved." in done.text
    assert states(three) == ["resolved"] * 3
    assert AuditEntry.objects.filter(name="ticket.resolved").count() == 3


def test_undoing_a_resolution_opens_those_again_that_are_still_resolved(as_: As, three: list[int]) -> None:
    Ticket.objects.filter(number=three[1]).update(state="pending")
    alice = as_("alice")
    alice.post("/tickets/resolve/", {"number": three, "confirmed": "1"})
    Ticket.objects.filter(number=three[2]).update(state="closed")
    alice.post("/tickets/undo/")
    assert states(three) == ["open", "pending", "closed"]


def test_one_that_refuses_is_named_and_holds_up_no_other(as_: As, three: list[int]) -> None:
    Ticket.objects.filter(number=three[1]).update(state="closed")
    answer = as_("alice").post("/tickets/resolve/", {"number": three, "confirmed": "1"}, follow=True)
    assert "2 tickets are resolved." in answer.text
    assert f"#{three[1]}:" in answer.text


@pytest.mark.parametrize("numbers", [[], ["x"], ["²"], ["-1"]])
def test_nothing_or_nonsense_ticked_changes_nothing(as_: As, three: list[int], numbers: list[str]) -> None:
    answer = as_("alice").post("/tickets/assign/", {"number": numbers, "assignee": "me"}, follow=True)
    assert "Tick at least one ticket first." in answer.text


def test_charlie_ticks_nothing_of_the_shop(as_: As, three: list[int], other: Site) -> None:
    own = factories.TicketFactory(site=other).number
    for path in ["/tickets/assign/", "/tickets/resolve/"]:
        data = {"number": [own, three[0]], "assignee": "me", "confirmed": "1"}
        assert as_("charlie").post(path, data).status_code == 404
    assert states(three) == ["open"] * 3
    assert assignees([own]) == [""]


def test_nobody_is_given_a_ticket_who_works_for_no_site_of_ones_own(as_: As, three: list[int], staff: dict) -> None:
    answer = as_("alice").post("/tickets/assign/", {"number": three, "assignee": staff["charlie"].pk})
    assert answer.status_code == 404
    assert assignees(three) == [""] * 3


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_way_back_leads_to_pages_of_ours_only(as_: As, three: list[int], back: str) -> None:
    answer = as_("alice").post("/tickets/assign/", {"number": three, "assignee": "me", "back": back})
    assert answer["Location"] == "/"


def test_tags_are_words_with_commas_between_and_find_the_ticket_again(as_: As, ticket: Ticket) -> None:
    alice = as_("alice")
    alice.post(f"/tickets/{ticket.number}/tags/", {"tags": " Checkout, mobile,checkout , "})
    assert [tag.name for tag in ticket.tags.all()] == ["checkout", "mobile"]
    assert "The checkout does not work" in alice.get("/?tag=mobile").text
    assert "The checkout does not work" not in alice.get("/?tag=desktop").text
    alice.post(f"/tickets/{ticket.number}/tags/", {"tags": "mobile"})
    alice.post(f"/tickets/{ticket.number}/tags/", {"tags": "mobile"})
    assert [tag.name for tag in ticket.tags.all()] == ["mobile"]
    entries = AuditEntry.objects.filter(name="ticket.tagged")
    assert entries.count() == 2
    assert "mobile" not in str([entry.facts for entry in entries])


@pytest.mark.parametrize("tags", [",".join(str(n) for n in range(13)), "x" * 41])
def test_too_many_or_too_long_tags_are_refused(as_: As, ticket: Ticket, tags: str) -> None:
    answer = as_("alice").post(f"/tickets/{ticket.number}/tags/", {"tags": tags}, follow=True)
    assert "at most" in answer.text
    assert not ticket.tags.exists()


def test_a_filter_is_kept_under_a_name_by_whom_it_belongs_to(as_: As, ticket: Ticket, staff: dict) -> None:
    alice = as_("alice")
    alice.get("/?mine=1&q=pay&state=all&page=7&evil=1")
    data = {"name": " My payments ", "query": "state=all&mine=1&q=pay&page=7&evil=1"}
    answer = alice.post("/tickets/filters/", data, follow=True)
    assert answer.redirect_chain[-1][0] == "/?state=all&mine=1&q=pay"
    assert '<a href="/?state=all&amp;mine=1&amp;q=pay" aria-current="page">My payments</a>' in answer.text
    assert "My payments" not in as_("bob").get("/").text
    kept = SavedFilter.objects.get(user=staff["alice"])
    assert as_("bob").post(f"/tickets/filters/{kept.pk}/remove/").status_code == 404
    alice.post(f"/tickets/filters/{kept.pk}/remove/")
    assert not SavedFilter.objects.exists()


def test_the_same_name_again_replaces_the_filter_and_there_is_an_end_of_them(as_: As, staff: dict) -> None:
    alice = as_("alice")
    for n in range(20):
        alice.post("/tickets/filters/", {"name": f"f{n}", "query": "mine=1"})
    alice.post("/tickets/filters/", {"name": "f0", "query": "recorded=1"})
    assert SavedFilter.objects.get(name="f0").query == "state=open&recorded=1"
    answer = alice.post("/tickets/filters/", {"name": "one more", "query": "mine=1"}, follow=True)
    assert "Remove one first." in answer.text
    assert SavedFilter.objects.count() == 20


def test_htmx_gets_the_part_that_changes_and_everybody_else_the_page(as_: As, ticket: Ticket) -> None:
    alice = as_("alice")
    part = alice.get("/?mine=1", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert 'id="tickets"' in part.text
    assert 'id="tabs" hx-swap-oob="true"' in part.text
    assert "<html" in alice.get("/?mine=1").text
    restored = alice.get("/?mine=1", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in restored.text


def test_htmx_runs_no_text_as_code_and_keeps_no_page_in_the_browser(as_: As, ticket: Ticket) -> None:
    page = as_("alice").get("/").text
    assert '"allowEval": false, "includeIndicatorStyles": false, "historyCacheSize": 0' in page
