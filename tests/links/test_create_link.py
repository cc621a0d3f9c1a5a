"""The command `create_link`: what it explains, what it prints, and what it says where it cannot."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.core.actors import Actor
from apps.links import services as links
from apps.links.management.commands.create_link import Command
from apps.links.models import MagicLink
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from tests.trail import written

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
DORA = ["--site", "shop", "--requester", "dora@home.example", "--landing", "https://shop.example/orders"]


def run(*args: str) -> str:
    out = StringIO()
    call_command("create_link", *args, stdout=out)
    return out.getvalue()


def test_json_is_one_object_of_the_stable_surface(shop: Site) -> None:
    made = json.loads(run(*DORA, "--json"))
    link = MagicLink.objects.get()
    assert set(made) == {"ticket", "link", "url"}
    assert (made["ticket"], made["link"]) == (link.ticket.number, link.pk)
    assert links.find(made["url"].rpartition("/")[2]) == link
    assert (link.landing_url, link.asks_live, link.ticket.requester.email) == (
        "https://shop.example/orders", False, "dora@home.example",
    )  # fmt: skip


def test_for_people_it_says_what_to_do_with_the_address(shop: Site) -> None:
    said = run(*DORA)
    assert "Send this to dora@home.example" in said
    assert "/l/" in said


def test_a_ticket_that_is_there_is_used(shop: Site, ticket: Ticket) -> None:
    asked = ticket.requester.email.upper()
    run("--site", "shop", "--requester", asked, "--landing", "https://shop.example/", "--ticket", str(ticket.number))
    assert MagicLink.objects.get().ticket == ticket
    assert Ticket.objects.count() == 1


def test_live_viewing_is_asked_for_where_the_site_allows_it(shop: Site) -> None:
    with pytest.raises(CommandError, match="Live viewing is not allowed on this site"):
        run(*DORA, "--live")
    assert Ticket.objects.count() == 0
    sites.change_policy(shop, reason="x", allow_live=True, by=BY)
    run(*DORA, "--live")
    assert MagicLink.objects.get().asks_live


def test_help_explains_each_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        Command().create_parser("manage.py", "create_link").parse_args(["--help"])
    text = " ".join(capsys.readouterr().out.split())
    for words in [
        "print its address",
        "slug of the site",
        "e-mail address of the person",
        "where the person should start",
        "without it, a new one is opened",
        "live viewing",
        "for machines",
    ]:
        assert words in text


def test_a_refusal_says_what_to_do_and_leaves_nothing(shop: Site, other: Site, ticket: Ticket) -> None:
    theirs = tickets.open_ticket(other, subject="x", email="dora@home.example", by=BY)
    solved = tickets.resolve(tickets.open_ticket(shop, subject="x", email="dora@home.example", by=BY), by=BY)
    refusals = [
        (["--site", "shop"], "--requester"),
        ([*DORA, "--site", "nowhere"], "There is no site 'nowhere'. Sites: shop, clinic"),
        ([*DORA, "--requester", "dora"], "That is not an e-mail address"),
        ([*DORA, "--landing", "https://evil.example/"], "https://evil.example is not an origin of this site"),
        ([*DORA, "--ticket", "99"], "Site shop has no ticket #99"),
        ([*DORA, "--ticket", str(theirs.number)], f"Site shop has no ticket #{theirs.number}"),
        ([*DORA, "--ticket", str(ticket.number)], "was opened for another address"),
        ([*DORA, "--ticket", str(solved.number)], "Open it again before you ask for a recording"),
    ]
    entries, count = written(), Ticket.objects.count()
    for args, says in refusals:
        with pytest.raises(CommandError) as refused:
            run(*args)
        assert says in str(refused.value)
    assert (written(), Ticket.objects.count(), MagicLink.objects.count()) == (entries, count, 0)


def test_while_the_site_is_halted_none_is_made(shop: Site) -> None:
    sites.halt(shop, by=BY)
    with pytest.raises(CommandError, match="Recording is switched off for this site"):
        run(*DORA)
    assert Ticket.objects.count() == 0
