from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.links import services as links
from apps.links import tasks
from apps.links.models import MagicLink
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests.api.conftest import BY, Program, problem, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(ticket: Ticket) -> MagicLink:
    return links.issue(ticket, by=BY)


def test_issuing_a_link(alice: Program, ticket: Ticket, staff: dict[str, User]) -> None:
    answer = alice.post(
        f"tickets/{ticket.number}/links/",
        {"landing_url": "https://shop.example/orders/7", "hours": 24, "minutes": 10},
    )
    assert answer.status_code == 201, answer.content
    body = answer.json()
    link = MagicLink.objects.get(pk=body["id"])
    assert (link.ticket, link.max_minutes, link.issued_by) == (ticket, 10, staff["alice"])
    assert body["state"] == "issued"
    assert links.find(body["url"].rsplit("/", 1)[1]) == link
    assert len(body["url"]) < 200
    assert [step["step"] for step in body["way"]] == ["issued"]


def test_what_is_left_out_is_as_the_site_says(alice: Program, ticket: Ticket) -> None:
    body = alice.post(f"tickets/{ticket.number}/links/").json()
    assert (body["landing_url"], body["max_minutes"], body["asks_live"]) == (
        "https://shop.example/",
        30,
        False,
    )


TRICKS = [
    "https://evil.example/",
    "//evil.example/",
    "https:evil.example",
    "https://shop.example@evil.example/",
    "https://shop.example:443@evil.example/",
    "https://evil.example#https://shop.example/",
    "https://evil.example\\@shop.example/",
    "https://shop.example\\.evil.example/",
    "https://shop.example.evil.example/",
    "https://shop.example%2eevil.example/",
    "https://shop.example%00.evil.example/",
    "https://shop.example:444/",
    "http://shop.example/",
    "https://SHOP.example.:443/",
    "https://shop․example/",
    "https://shop.example /",
    "https://shop.example\t.evil.example/",
    "https://shop.exa\nmple/",
    "\x00https://shop.example/",
    "javascript:alert(1)//https://shop.example/",
    "data:text/html,x",
    "file://shop.example/",
    "ftp://shop.example/",
    "blob:https://shop.example/x",
    "https://[::1]/",
    "https://user:secret@shop.example/",
    "https://shop.example/#~placet=CODE",
    "https://",
    "https:///shop.example/",
    "/orders",
    "shop.example",
    "https://shop.example/" + "a" * 2000,
]


@pytest.mark.parametrize("url", TRICKS)
def test_a_landing_address_that_is_not_the_sites_is_refused(alice: Program, ticket: Ticket, url: str) -> None:
    problem(alice.post(f"tickets/{ticket.number}/links/", {"landing_url": url}), 400, "invalid")
    assert not MagicLink.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("HTTPS://Shop.Example:443/Orders", "https://shop.example/Orders"),
        ("https://shop.example/a?b=1#/orders/7", "https://shop.example/a?b=1#/orders/7"),
        ("", "https://shop.example/"),
    ],
)
def test_a_landing_address_of_the_site_is_kept_as_a_browser_writes_it(
    alice: Program, ticket: Ticket, given: str, kept: str
) -> None:
    body = alice.post(f"tickets/{ticket.number}/links/", {"landing_url": given}).json()
    assert body["landing_url"] == kept


@pytest.mark.parametrize(
    "change",
    [
        {"hours": 0},
        {"hours": 73},
        {"hours": "many"},
        {"hours": 10**30},
        {"minutes": 0},
        {"minutes": 31},
        {"minutes": -1},
        {"asks_live": True},
        {"asks_live": "perhaps"},
        {"landing_url": 7.5},
        {"landing_url": []},
        {"max_minutes": 10},
        {"state": "consented"},
        {"purpose": "marketing"},
    ],
)
def test_what_the_policy_does_not_allow_is_refused(alice: Program, ticket: Ticket, change: dict[str, object]) -> None:
    problem(alice.post(f"tickets/{ticket.number}/links/", change), 400, "invalid")
    assert not MagicLink.objects.exists()


def test_no_link_for_a_solved_ticket(alice: Program, ticket: Ticket) -> None:
    alice.post(f"tickets/{ticket.number}/resolve/")
    problem(alice.post(f"tickets/{ticket.number}/links/"), 409, "conflict")


def test_no_link_while_the_site_is_halted(alice: Program, ticket: Ticket, site: Site) -> None:
    sites.halt(site, by=BY)
    problem(alice.post(f"tickets/{ticket.number}/links/"), 409, "site_halted")


def test_a_role_that_does_not_ask_for_recordings_issues_none(frank: Program, ticket: Ticket) -> None:
    problem(frank.post(f"tickets/{ticket.number}/links/"), 403, "forbidden")
    assert not MagicLink.objects.exists()


def test_issuing_and_mailing_in_one_call(alice: Program, ticket: Ticket) -> None:
    assert alice.post(f"tickets/{ticket.number}/links/", {"send": True}).status_code == 201
    tasks.deliver_waiting()
    (message,) = mail.outbox
    assert message.to == ["dora@home.example"]
    link = MagicLink.objects.get()
    assert [step["step"] for step in alice.get(f"links/{link.pk}/").json()["way"]] == ["issued", "mailed"]


def test_mailing_twice_before_the_first_has_gone_sends_one(alice: Program, link: MagicLink) -> None:
    for _ in range(2):
        assert alice.post(f"links/{link.pk}/send/").status_code == 202
    tasks.deliver_waiting()
    assert len(mail.outbox) == 1


def test_the_address_is_minted_again_for_those_who_may_issue_and_for_no_reader(
    alice: Program, reader: Program, frank: Program, link: MagicLink
) -> None:
    url = alice.post(f"links/{link.pk}/url/").json()["url"]
    assert links.find(url.rsplit("/", 1)[1]) == link
    problem(reader.post(f"links/{link.pk}/url/"), 403, "permission_denied")
    problem(frank.post(f"links/{link.pk}/url/"), 403, "forbidden")
    for path in [f"links/{link.pk}/", "links/"]:
        assert "/l/" not in reader.get(path).content.decode()


def test_renewing_ends_the_address_before(alice: Program, link: MagicLink) -> None:
    old = links.url(link)
    new = alice.post(f"links/{link.pk}/renew/").json()["url"]
    assert links.find(new.rsplit("/", 1)[1]) == link
    with pytest.raises(Exception, match="nothing at this address"):
        links.find(old.rsplit("/", 1)[1])


def test_revoking_twice_records_it_once(alice: Program, link: MagicLink) -> None:
    for _ in range(2):
        assert alice.post(f"links/{link.pk}/revoke/").json()["state"] == "revoked"
    assert AuditEntry.objects.filter(name="link.revoked").count() == 1


@pytest.mark.parametrize("act", ["send", "url", "renew"])
def test_a_revoked_link_is_not_used_again(alice: Program, link: MagicLink, act: str) -> None:
    links.revoke(link, by=BY)
    assert alice.post(f"links/{link.pk}/{act}/").status_code in {409, 410}
    assert not mail.outbox


@pytest.mark.parametrize("act", ["send", "url"])
def test_an_expired_link_is_not_used_even_before_the_sweep(alice: Program, link: MagicLink, act: str) -> None:
    with time_machine.travel(link.expires_at + timedelta(seconds=1)):
        problem(alice.post(f"links/{link.pk}/{act}/"), 410)
        assert alice.get(f"links/{link.pk}/").json()["state"] == "expired"


def test_after_this_was_not_me_staff_answer_and_the_link_goes_on(alice: Program, link: MagicLink) -> None:
    links.suspend(link, by=Actor.person(link.pk))
    problem(alice.post(f"links/{link.pk}/url/"), 409, "link_suspended")
    assert alice.post(f"links/{link.pk}/answer/").json()["suspended_at"] is None
    assert alice.post(f"links/{link.pk}/url/").status_code == 200


def test_the_way_of_a_link(alice: Program, link: MagicLink) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(60)
        links.note_fetch(link)
        clock.shift(60)
        links.decline(link, by=Actor.person(link.pk))
    steps = [step["step"] for step in alice.get(f"links/{link.pk}/").json()["way"]]
    assert steps == ["issued", "fetched", "declined"]


def test_filters(alice: Program, ticket: Ticket, link: MagicLink) -> None:
    assert alice.get("links/", ticket=ticket.number).json()["count"] == 1
    assert alice.get("links/", ticket=ticket.number + 1).json()["count"] == 0
    assert alice.get("links/", state="revoked").json()["count"] == 0
    problem(alice.get("links/", state="open"), 400, "invalid")
    problem(alice.get("links/", tickt=1), 400, "invalid")


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("state", ["issued", "consented"])
@pytest.mark.parametrize(
    "change",
    [
        {"landing_url": "https://shop.example/else"},
        {"purpose": "marketing"},
        {"max_minutes": 120},
        {"asks_live": True},
    ],
)
def test_what_a_link_asks_for_is_fixed_when_it_is_issued(
    staff: dict[str, User], link: MagicLink, method: str, state: str, change: dict[str, object]
) -> None:
    if state == "consented":
        links.consume(link, by=Actor.person(link.pk))
    before = MagicLink.objects.filter(pk=link.pk).values().get()
    problem(program(staff["alice"], "erase")(method, f"links/{link.pk}/", change), 405, "method_not_allowed")
    assert MagicLink.objects.filter(pk=link.pk).values().get() == before


@pytest.mark.parametrize("path", ["", "url/", "send/", "renew/", "revoke/", "answer/"])
def test_another_sites_link_is_the_same_as_none(charlie: Program, link: MagicLink, path: str) -> None:
    method = "POST" if path else "GET"
    theirs = problem(charlie(method, f"links/{link.pk}/{path}"), 404)
    nothing = problem(charlie(method, f"links/lnk_{'0' * 26}/{path}"), 404)
    assert theirs == nothing
    link.refresh_from_db()
    assert link.state == "issued"
    assert link.generation == 1


def test_a_token_of_one_site_does_not_reach_the_links_of_another(
    staff: dict[str, User], other: Site, link: MagicLink
) -> None:
    staff["alice"].memberships.create(site=other, role="agent")
    bound = program(staff["alice"], site=other)
    assert bound.get("links/").json()["count"] == 0
    problem(bound.post(f"links/{link.pk}/revoke/"), 404)
    problem(bound.post(f"tickets/{link.ticket.number}/links/"), 404)


def test_halting_a_site_by_a_program(frank: Program, alice: Program, site: Site, link: MagicLink) -> None:
    problem(alice.post(f"sites/{site.pk}/halt/"), 403, "forbidden")
    assert frank.post(f"sites/{site.pk}/halt/").json()["halted_at"]
    link.refresh_from_db()
    assert link.state == "revoked"
    assert frank.post(f"sites/{site.pk}/resume/").json()["halted_at"] is None
