"""Tricks with landing addresses, one table through all four doors, and what is left read as Chromium reads it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.contrib.admin.utils import quote
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from apps.accounts.models import User
from apps.core.errors import Invalid
from apps.links.models import MagicLink
from apps.sites import origins
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests.api.conftest import program
from tests.trail import row, written

As = Callable[[str], Client]

CHARACTERS = "holds characters that do not belong in an address"
SCHEME = "it must begin with https://"
ONLY_HOST = "write only a host name and, where it needs one, a port"
HOST = "this host name is not allowed"
FOREIGN = "is not an origin of this site"
TRICKS: list[tuple[str, str]] = [
    # Backslashes: a browser takes them for slashes.
    ("https://shop.example\\.evil.example/", CHARACTERS),
    ("https://evil.example\\@shop.example/", CHARACTERS),
    ("https:\\\\shop.example/", CHARACTERS),
    ("https:/\\evil.example/", CHARACTERS),
    ("\\\\evil.example/", CHARACTERS),
    ("https://shop.example/\\evil.example", CHARACTERS),
    # Names and passwords before the host.
    ("https://shop.example@evil.example/", ONLY_HOST),
    ("https://shop.example:443@evil.example/", ONLY_HOST),
    ("https://user:secret@shop.example/", ONLY_HOST),
    ("https://@shop.example/", ONLY_HOST),
    # What browsers drop or read in their own way.
    ("https://shop.example\t.evil.example/", CHARACTERS),
    ("https://shop.exa\nmple/", CHARACTERS),
    ("https://shop.exa\r\nmple/", CHARACTERS),
    ("ht\ntps://evil.example/", CHARACTERS),
    ("https://shop.example/a\r\nLocation: https://evil.example/", CHARACTERS),
    ("https://shop.example /", CHARACTERS),
    ("https://shop.exam\u00adple/", CHARACTERS),
    ("https://shop.exam\u200bple/", CHARACTERS),
    ("https://shop.example/\u202egpj.exe", CHARACTERS),
    ("https://shop.example/a b", CHARACTERS),
    ("https://shop.example/\x7f", CHARACTERS),
    # Other schemes, and none.
    ("javascript:alert(1)//https://shop.example/", SCHEME),
    ("javascript://shop.example/%0Aalert(1)", SCHEME),
    ("data:text/html,<script>alert(1)</script>", SCHEME),
    ("vbscript:x", SCHEME),
    ("file://shop.example/etc/passwd", SCHEME),
    ("ftp://shop.example/", SCHEME),
    ("blob:https://shop.example/x", SCHEME),
    ("view-source:https://shop.example/", SCHEME),
    ("//evil.example/", SCHEME),
    ("//shop.example/", SCHEME),
    ("///evil.example/", SCHEME),
    ("/orders", SCHEME),
    ("shop.example", SCHEME),
    ("https:shop.example", SCHEME),
    ("https:/shop.example", SCHEME),
    # Hosts that look like ours.
    ("https://evil.example/", FOREIGN),
    ("https://shop.example.evil.example/", FOREIGN),
    ("https://evilshop.example/", FOREIGN),
    ("https://www.shop.example/", FOREIGN),
    ("https://evil.example/?https://shop.example/", FOREIGN),
    ("https://evil.example#@shop.example/", FOREIGN),
    ("https://shop.example。evil.example/", FOREIGN),
    ("https://shop.example\uff0eevil.example/", FOREIGN),
    ("https://sh\u043ep.example/", FOREIGN),
    ("https://xn--shp-ted.example/", FOREIGN),
    ("https://shop.ex\u00e4mple/", FOREIGN),
    ("https://shop.example./", HOST),
    ("https://SHOP.example.:443/", HOST),
    ("https://shop\u2024example/", HOST),
    ("https://shop..example/", HOST),
    ("https://.shop.example/", HOST),
    ("https://-shop.example/", HOST),
    ("https://xn--a.example/", HOST),
    ("https://shop.example%2eevil.example/", ONLY_HOST),
    ("https://%73hop.example/", ONLY_HOST),
    ("https://shop.example%00.evil.example/", ONLY_HOST),
    ("https://", ONLY_HOST),
    ("https:///shop.example/", ONLY_HOST),
    ("https://?x", ONLY_HOST),
    # Numbers that become addresses, and IPv6.
    ("https://2130706433/", "write numbers of a host as four decimal parts"),
    ("https://0x7f.1/", "write numbers of a host as four decimal parts"),
    ("https://127.1/", "write numbers of a host as four decimal parts"),
    ("https://0177.0.0.1/", "write numbers of a host as four decimal parts"),
    ("https://127.0.0.1/", FOREIGN),
    ("https://[::1]/", FOREIGN),
    ("https://[::ffff:127.0.0.1]/", "write the IPv4 address itself"),
    ("https://[::1", ONLY_HOST),
    ("https://[::1]evil.example/", ONLY_HOST),
    ("https://[1:2]/", "this IPv6 address is not complete"),
    # Ports and schemes of ours that are others.
    ("https://shop.example:444/", FOREIGN),
    ("https://shop.example:80/", FOREIGN),
    ("http://shop.example:443/", FOREIGN),
    ("http://shop.example/", FOREIGN),
    ("https://shop.example:0/", "there is no such port"),
    ("https://shop.example:65536/", "there is no such port"),
    ("https://shop.example:443x/", ONLY_HOST),
    ("https://shop.example:+443/", ONLY_HOST),
    # Somebody else's recording.
    ("https://shop.example/#~placet=CODE", "it carries a start code of its own"),
    ("https://shop.example/?next=~placet=CODE", "it carries a start code of its own"),
    # Too long as typed, or once it is written as a browser writes it.
    ("https://shop.example/" + "\u00e4" * 300, "it is too long"),
]  # fmt: skip
# The doors themselves say this one before the verb is asked.
LONG = "https://shop.example/" + "a" * 2000
TOO_LONG = ["it is too long", "1000 characters", "at most 1000"]
KEPT = [
    ("https://shop.example", "https://shop.example/"),
    ("HTTPS://Shop.EXAMPLE:443/Orders", "https://shop.example/Orders"),
    ("https://shop。example/", "https://shop.example/"),
    ("https://ｓｈｏｐ.example/", "https://shop.example/"),
    ("https://shop.example?b=1", "https://shop.example/?b=1"),
    ("https://shop.example#/orders/7", "https://shop.example/#/orders/7"),
    ("https://shop.example//evil.example/", "https://shop.example//evil.example/"),
    ("https://shop.example/a?b=<\">'`{}#c=<\">'`{}", "https://shop.example/a?b=%3C%22%3E'%60%7B%7D#c=%3C%22%3E'%60%7B%7D"),
    ("https://shop.example/größe?ä=ö#ü", "https://shop.example/gr%C3%B6%C3%9Fe?%C3%A4=%C3%B6#%C3%BC"),
    ("https://shop.example/%2e%2e/%5cx", "https://shop.example/%2e%2e/%5cx"),
]  # fmt: skip


def _left(ticket: Ticket) -> tuple[int, int, str, int]:
    site = row(ticket.site)
    return MagicLink.objects.count(), Ticket.objects.count(), site["landing_url"], written()


def _through(ticket: Ticket, door: Callable[[str], str], tricks: list[tuple[str, list[str]]]) -> list[str]:
    """What went wrong: an address that was taken, one whose refusal does not say why, or that left something."""
    before, wrong = _left(ticket), []
    for address, whys in tricks:
        said = html.unescape(door(address))
        if not any(why in said for why in whys):
            wrong.append(f"{address!r}: {said[:200]}")
        if _left(ticket) != before:
            wrong.append(f"{address!r} left something")
            before = _left(ticket)
    return wrong


ALL = [(address, [why]) for address, why in TRICKS]


@pytest.mark.django_db
def test_the_api_refuses_each_and_says_why(ticket: Ticket, staff: dict[str, User]) -> None:
    alice = program(staff["alice"])

    def door(address: str) -> str:
        answer = alice.post(f"tickets/{ticket.number}/links/", {"landing_url": address})
        return json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 400 else str(answer.status_code)

    nul = ("\x00https://shop.example/", [CHARACTERS, "Null characters are not allowed"])
    assert _through(ticket, door, [*ALL, (LONG, TOO_LONG), nul]) == []


@pytest.mark.django_db
def test_the_form_of_the_console_refuses_each_and_says_why(as_: As, ticket: Ticket) -> None:
    alice = as_("alice")

    def door(address: str) -> str:
        answer = alice.post(f"/tickets/{ticket.number}/link/", {"landing_url": address, "hours": "72", "minutes": "30"})
        return answer.content.decode() if answer.status_code == 400 else str(answer.status_code)

    nul = ("\x00https://shop.example/", [CHARACTERS, "Null characters are not allowed"])
    assert _through(ticket, door, [*ALL, (LONG, TOO_LONG), nul]) == []


@pytest.mark.django_db
def test_the_admin_refuses_each_and_says_why(as_: As, ticket: Ticket) -> None:
    grace, site = as_("grace"), ticket.site
    facts = {
        field: getattr(site, field)
        for field in (
            "name", "support_contact", "controller_name", "controller_address", "privacy_contact", "dpo_contact",
            "authority", "hosting_place", "transfers", "jurisdiction",
        )
    }  # fmt: skip

    def door(address: str) -> str:
        form = {**facts, "landing_url": address, "origins": "https://shop.example"}
        answer = grace.post(f"/admin/sites/site/{quote(site.pk)}/change/", form)
        return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)

    nul = ("\x00https://shop.example/", [CHARACTERS, "Null characters are not allowed"])
    assert _through(ticket, door, [*ALL, (LONG, TOO_LONG), nul]) == []


@pytest.mark.django_db
def test_the_command_refuses_each_and_says_why(ticket: Ticket) -> None:
    def door(address: str) -> str:
        try:
            call_command("create_link", site="shop", requester="dora@home.example", landing=address, stdout=StringIO())
        except CommandError as error:
            return str(error)
        return "taken"

    assert _through(ticket, door, [*ALL, (LONG, TOO_LONG), ("\x00https://shop.example/", [CHARACTERS])]) == []


@pytest.mark.django_db
def test_a_site_is_not_created_with_one_either(shop: Site) -> None:
    wrong = []
    for address, why in TRICKS:
        try:
            call_command(
                "create_site", slug="quay", name="Quay", origin=["https://shop.example"], landing=address,
                stdout=StringIO(),
            )  # fmt: skip
        except CommandError as error:
            if why not in str(error):
                wrong.append(f"{address!r}: {error}")
        else:
            wrong.append(f"{address!r} was taken")
    assert wrong == []
    assert Site.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("typed", "kept"), KEPT)
def test_what_is_the_sites_is_kept_as_a_browser_writes_it(shop: Site, typed: str, kept: str) -> None:
    assert origins.landing(shop, typed) == kept
    assert origins.landing(shop, kept) == kept


# --- As a browser reads it -------------------------------------------------------------------------------

READ = "list => list.map(one => { try { const u = new URL(one); return [u.origin, u.href]; } catch { return null; } })"


@pytest.mark.e2e
def test_chromium_reads_every_address_that_we_take_as_we_do(browser: Browser) -> None:
    """Whatever we read as an address of an origin, a browser must take to that same origin, and nowhere else."""
    typed = [address for address, _ in TRICKS] + [address for address, _ in KEPT]
    wrong = _read_in_two_ways(browser, typed)
    assert wrong == []


pieces = st.sampled_from([
    "https", "HTTP", "://", ":/", "//", "/", "\\", "@", ":", "443", "80", "#", "?", "%2e", "%40", ".", "。", "．", "[", "]",
    "::1", "shop.example", "evil.example", "xn--", "ß", "ä", "о", "127.1", "0x7f", "\t", "\n", " ", "~placet=", "a", "-",
])  # fmt: skip


@pytest.mark.e2e
def test_chromium_reads_what_hypothesis_makes_up_as_we_do(browser: Browser) -> None:
    made: list[str] = []

    @given(st.lists(pieces, min_size=1, max_size=9).map("".join), st.booleans())
    @settings(
        max_examples=3_000, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    def collect(text: str, has_scheme: bool) -> None:
        made.append(f"https://shop.example{text}" if has_scheme else f"https://{text}")

    collect()
    assert _read_in_two_ways(browser, made) == []


def _read_in_two_ways(browser: Browser, typed: list[str]) -> list[str]:
    ours = {}
    for address in typed:
        try:
            ours[address] = origins.of(address)
        except Invalid:
            continue
    assert ours, "nothing was taken at all"
    page = browser.new_page()
    theirs = dict(zip(ours, page.evaluate(READ, list(ours)), strict=True))
    page.close()
    return [
        f"{address!r}: ours {origin}, Chromium {theirs[address]}"
        for address, origin in ours.items()
        if theirs[address] is None or theirs[address][0] != origin
    ]
