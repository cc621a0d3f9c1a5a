"""A code that is typed instead of following the link: read out on the phone, or carried to another device."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.core.models import AuditEntry
from apps.links import services as links
from apps.links.models import MagicLink, TypedCode
from apps.tickets.models import Ticket
from tests.person.conftest import BY, Visitor, state
from tests.trail import row, written

pytestmark = pytest.mark.django_db
TYPED = "/c/"


def number(link: MagicLink) -> str:
    return str(link.ticket.number)


def typed(visitor: Visitor, number: str, code: str) -> HttpResponse:
    return visitor.post(TYPED, {"number": number, "code": code})


def test_the_code_that_alice_reads_out_leads_to_the_same_page_and_dora_agrees_there(
    link: MagicLink, as_: Callable[[str], Client], dora: Visitor
) -> None:
    shown = as_("alice").post(f"/links/{link.pk}/code/").content.decode()
    code = re.findall(r'data-testid="spelt-code">([^<]+)<', shown)[0]
    answer = typed(dora, number(link), code)
    assert answer.status_code == 303
    assert links.find(answer["Location"].removeprefix("/l/")) == link
    assert dora.client.cookies == {}
    assert dora.answer(answer["Location"], "agree").status_code == 303
    assert state(link) == "consented"


@pytest.mark.parametrize("write", [str.upper, lambda c: c.replace(" ", ""), lambda c: f"  {c.replace(' ', '-')} ",
                                   lambda c: c.replace("0", "O").replace("1", "l")])  # fmt: skip
def test_it_is_taken_as_people_write_and_paste_it(link: MagicLink, dora: Visitor, write: Callable[[str], str]) -> None:
    assert typed(dora, f"#{number(link)} ", write(links.spell(link, by=BY))).status_code == 303


def test_typing_it_changes_nothing_and_twice_is_fine(link: MagicLink, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    was, entries = row(link), written()
    for _twice in range(2):
        assert typed(dora, number(link), code).status_code == 303
    assert (row(link), written()) == (was, entries)


def test_what_is_wrong_gets_one_identical_answer(link: MagicLink, ticket: Ticket, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    bodies = set()
    for wrong in [(number(link), "0000 0000"), ("1", code), ("", code), ("x" * 50, code), (number(link), ""),
                  ("9" * 30, code), ("４７１１", code)]:  # fmt: skip
        answer = typed(dora, *wrong)
        assert answer.status_code == 400
        bodies.add(re.sub(r'value="\d*"', "", answer.content.decode()))
    assert len(bodies) == 1


def test_after_five_wrong_ones_the_right_one_is_dead_and_a_new_one_works(link: MagicLink) -> None:
    code = links.spell(link, by=BY)
    for at in range(5):
        # Each from an address of its own: what counts is the ticket.
        assert typed(Visitor(Client(REMOTE_ADDR=f"198.51.100.{at}")), number(link), "0000 0000").status_code == 400
    far = Visitor(Client(REMOTE_ADDR="203.0.113.9"))
    assert typed(far, number(link), code).status_code == 400
    assert AuditEntry.objects.filter(name="link.code_locked", subject_id=link.pk).count() == 1
    assert typed(far, number(link), links.spell(link, by=BY)).status_code == 303


def test_one_address_does_not_try_ticket_after_ticket(link: MagicLink, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    for at in range(15):
        assert typed(dora, str(100_000 + at), "0000 0000").status_code == 400
    assert typed(dora, number(link), code).status_code == 429


def test_it_lives_an_hour_and_never_longer_than_its_link(link: MagicLink, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    with time_machine.travel(timezone.now() + timedelta(minutes=59), tick=False):
        assert typed(dora, number(link), code).status_code == 303
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert typed(dora, number(link), code).status_code == 400
    MagicLink.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    links.spell(link, by=BY)
    assert TypedCode.objects.latest("pk").expires_at <= MagicLink.objects.get().expires_at


def test_a_new_address_of_the_link_ends_its_codes(link: MagicLink, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    links.renew(link, by=BY)
    assert typed(dora, number(link), code).status_code == 400


def test_what_is_stored_is_not_the_code(link: MagicLink) -> None:
    code = links.spell(link, by=BY)
    kept = str(row(TypedCode.objects.get()))
    assert code not in kept
    assert code.replace(" ", "") not in kept


def test_it_is_taken_from_our_own_page_only_and_reading_it_sets_no_cookie(link: MagicLink, dora: Visitor) -> None:
    code = links.spell(link, by=BY)
    page = dora.open(TYPED)
    assert (page.status_code, page["Cache-Control"], page.cookies) == (200, "no-store", {})
    data = {"number": number(link), "code": code}
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert dora.post(TYPED, data, headers=headers).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("erin", 403), ("charlie", 404)])
def test_whose_link_it_is_may_have_a_code(link: MagicLink, as_: Callable[[str], Client], who: str, status: int) -> None:
    assert as_(who).post(f"/links/{link.pk}/code/").status_code == status
    assert TypedCode.objects.exists() == (status == 200)


def test_dora_carries_it_to_another_device_herself(path: str, link: MagicLink, dora: Visitor) -> None:
    shown = dora.answer(path, "elsewhere").content.decode()
    assert f"{settings.BASE_URL}/c/" in shown
    assert "<svg" in shown
    code = re.findall(r'data-testid="spelt-code">([^<]+)<', shown)[0]
    laptop = Visitor()
    assert laptop.answer(typed(laptop, number(link), code)["Location"], "agree").status_code == 303
    assert state(link) == "consented"


def test_the_sixth_code_within_an_hour_waits(path: str, link: MagicLink, dora: Visitor) -> None:
    for _five in range(5):
        assert dora.answer(path, "elsewhere").status_code == 200
    assert dora.answer(path, "elsewhere").status_code == 429


def test_a_link_that_is_not_open_gives_no_code(path: str, link: MagicLink, dora: Visitor) -> None:
    nonce = dora.nonce(path)
    links.revoke(link, by=BY)
    assert dora.post(path, {"nonce": nonce, "answer": "elsewhere"}).status_code == 303
    assert not TypedCode.objects.exists()
