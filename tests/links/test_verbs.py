"""Every verb of a link in every state, twice, late, and by those who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.consents import services as consents
from apps.consents.models import ConsentEvent
from apps.core.actors import Actor
from apps.core.errors import NoSuchMove, NotPossible, PlacetError, Refused, Unknown
from apps.links import services as links
from apps.links.errors import LinkDeclined, LinkExpired, LinkRevoked, LinkSpent, LinkSuspended, RefusedLately
from apps.links.models import Delivery, MagicLink
from apps.recordings.models import Recording
from apps.sites import services as sites
from apps.sites.errors import SiteHalted
from apps.tickets import services as tickets
from tests.factories import TicketFactory
from tests.links.conftest import SWEEP, agree, dora, in_state
from tests.trail import row, told, written

pytestmark = pytest.mark.django_db

VERBS: dict[str, Callable[[MagicLink], Any]] = {
    "consume": agree,
    "decline": lambda link: links.decline(link, by=dora(link)),
    "reconsider": lambda link: links.reconsider(link, by=dora(link)),
    "suspend": lambda link: links.suspend(link, by=dora(link)),
    "give_back": lambda link: links.give_back(link, by=SWEEP),
    "expire": lambda link: links.expire(link, by=SWEEP),
    "revoke": lambda link: links.revoke(link, by=SWEEP),
    "renew": lambda link: links.renew(link, by=SWEEP),
    "send": lambda link: links.send(link, by=SWEEP),
    "answer": lambda link: links.answer(link, by=SWEEP),
}
STATES = ["issued", "consented", "declined", "expired", "revoked"]
# What each verb leads to from each state, in the order of STATES: a state, or what is raised.
OUTCOMES: dict[str, list[str | type[PlacetError]]] = {
    "consume": ["consented", LinkSpent, LinkDeclined, LinkExpired, LinkRevoked],
    "decline": ["declined", LinkSpent, "declined", LinkExpired, LinkRevoked],
    "reconsider": ["issued", LinkSpent, "issued", LinkExpired, LinkRevoked],
    # Of a spent link it says that the consent was a stranger's: the link comes back, on hold.
    "suspend": ["issued", "issued", "declined", LinkExpired, LinkRevoked],
    "give_back": ["issued", "issued", NoSuchMove, NoSuchMove, NoSuchMove],
    "expire": ["expired", NoSuchMove, "expired", "expired", NoSuchMove],
    "revoke": ["revoked", "revoked", "revoked", NoSuchMove, "revoked"],
    "renew": ["issued", NotPossible, "declined", NotPossible, NotPossible],
    "send": ["issued", LinkSpent, LinkDeclined, LinkExpired, LinkRevoked],
    "answer": ["issued", "consented", "declined", "expired", "revoked"],
}
CELLS = [
    (verb, state, outcome)
    for verb, outcomes in OUTCOMES.items()
    for state, outcome in zip(STATES, outcomes, strict=True)
]
# `consume` has no quiet second time (of two, one must lose), and each `renew` is a new generation.
TWICE = [
    (verb, state)
    for verb, state, outcome in CELLS
    if isinstance(outcome, str) and verb not in {"consume", "renew"} and (verb, state) != ("suspend", "consented")
]


@pytest.mark.parametrize(("verb", "state", "outcome"), CELLS)
def test_a_verb_leads_where_the_table_says_or_changes_nothing(
    link: MagicLink, verb: str, state: str, outcome: str | type[PlacetError]
) -> None:
    link = in_state(link, state)
    if isinstance(outcome, str):
        VERBS[verb](link)
        assert row(link)["state"] == outcome
        return
    was, entries = row(link), written()
    with pytest.raises(outcome) as refused:
        VERBS[verb](link)
    assert refused.type is outcome
    assert (row(link), written()) == (was, entries)
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize(("verb", "state"), TWICE)
def test_a_second_time_changes_and_writes_nothing(link: MagicLink, verb: str, state: str) -> None:
    link = in_state(link, state)
    VERBS[verb](link)
    was, entries, mails = row(link), written(), Delivery.objects.count()
    VERBS[verb](link)  # the same, by now stale, object: a verb reads the row afresh
    assert (row(link), written(), Delivery.objects.count()) == (was, entries, mails)


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        *[(verb, "issued") for verb in ("consume", "decline", "suspend", "renew", "send")],
        *[(verb, "declined") for verb in ("consume", "reconsider", "suspend", "renew", "send")],
    ],
)
def test_the_date_in_the_row_decides_even_before_the_sweep(link: MagicLink, verb: str, state: str) -> None:
    link = in_state(link, state)
    with time_machine.travel(link.expires_at, tick=False):
        was = row(link)
        with pytest.raises(LinkExpired):
            VERBS[verb](link)
        assert row(link) == was


def test_a_link_works_until_its_last_second(link: MagicLink) -> None:
    with time_machine.travel(link.expires_at - timedelta(seconds=1), tick=False):
        assert agree(link).state == "consented"


@pytest.mark.parametrize("verb", ["consume", "decline", "send"])
def test_a_link_on_hold_is_not_answered_until_staff_have(link: MagicLink, verb: str) -> None:
    links.suspend(link, by=dora(link))
    with pytest.raises(LinkSuspended):
        VERBS[verb](link)
    links.answer(link, by=SWEEP)
    VERBS[verb](link)
    assert told(link)[-1] != "link.answered"


@pytest.mark.parametrize("verb", ["consume", "decline", "send"])
def test_while_the_site_is_halted_nothing_is_answered(link: MagicLink, verb: str) -> None:
    sites.halt(link.site, by=SWEEP)
    MagicLink.objects.filter(pk=link.pk).update(state="issued")  # one that the halt has missed
    link = MagicLink.objects.get(pk=link.pk)
    with pytest.raises(SiteHalted):
        VERBS[verb](link)


# --- Who may -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["issue", "renew", "revoke", "send", "answer"])
@pytest.mark.parametrize(
    ("name", "may"),
    [("alice", True), ("bob", True), ("charlie", False), ("erin", False), ("frank", False), ("grace", False)],
)
def test_staff_handle_the_links_of_their_own_site(
    link: MagicLink, staff: dict[str, User], verb: str, name: str, may: bool
) -> None:
    links.suspend(link, by=dora(link)) if verb == "answer" else None
    by = Actor.staff(staff[name], door="api")
    was, count = row(link), MagicLink.objects.count()
    # Whoever may stop the whole site may end one link of it.
    may = may or (verb == "revoke" and name in {"erin", "frank", "grace"})
    try:
        links.issue(link.ticket, by=by) if verb == "issue" else getattr(links, verb)(link, by=by)
    except Refused:
        assert not may
        assert (row(link), MagicLink.objects.count()) == (was, count)
    else:
        assert may


def test_who_has_left_handles_nothing(link: MagicLink, staff: dict[str, User], alice: Actor) -> None:
    User.objects.filter(pk=staff["alice"].pk).update(is_active=False)
    with pytest.raises(Refused):
        links.revoke(link, by=Actor.staff(User.objects.get(pk=staff["alice"].pk), door="api"))


# --- What follows --------------------------------------------------------------------------------------


def test_issuing_is_written_down_and_raises_the_ticket(link: MagicLink) -> None:
    assert told(link) == ["link.issued"]
    assert link.ticket.touched_at <= row(link.ticket)["touched_at"]
    assert link.expires_at - link.issued_at == pytest.approx(timedelta(hours=72), abs=timedelta(seconds=5))


def test_opening_a_link_notes_a_fact_and_no_more(link: MagicLink) -> None:
    was, entries = row(link), written()
    for _ in range(50):
        links.note_fetch(link)
    now = row(link)
    assert now["fetches"] == 50
    assert now["fetched_at"] is not None
    facts = {"fetches", "fetched_at"}
    assert {k: v for k, v in now.items() if k not in facts} == {k: v for k, v in was.items() if k not in facts}
    assert written() == entries


def test_the_first_opening_keeps_its_time(link: MagicLink) -> None:
    links.note_fetch(link)
    first = row(link)["fetched_at"]
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        links.note_fetch(link)
    assert row(link)["fetched_at"] == first


def test_a_new_generation_ends_every_earlier_token(link: MagicLink) -> None:
    old = [links.token(link)]
    for _ in range(3):
        link = links.renew(link, by=SWEEP)
        assert links.find(links.token(link)) == link
        for token in old:
            with pytest.raises(Unknown):
                links.find(token)
        old.append(links.token(link))


def test_a_mail_of_an_earlier_generation_is_not_sent(link: MagicLink) -> None:
    delivery = links.send(link, by=SWEEP)
    links.renew(link, by=SWEEP)
    assert not links.deliver(delivery)
    assert mail.outbox == []
    assert row(delivery)["error"] == "link_replaced"


@pytest.mark.parametrize("state", ["consented", "declined", "expired", "revoked"])
def test_a_mail_that_waited_is_not_sent_once_the_link_has_been_answered(link: MagicLink, state: str) -> None:
    delivery = links.send(link, by=SWEEP)
    in_state(link, state)
    assert not links.deliver(delivery)
    assert mail.outbox == []


def test_somebody_elses_consent_goes_with_the_suspension_and_the_link_comes_back_on_hold(link: MagicLink) -> None:
    link = agree(link)
    links.suspend(link, by=dora(link))
    receipt = link.receipts.get()
    assert receipt.state == ConsentEvent.State.INVALIDATED
    assert Recording.objects.get(receipt=receipt).state == "deleting"
    assert row(link)["state"] == "issued"
    assert row(link)["suspended_at"] is not None


def test_resolving_the_ticket_expires_what_nobody_used_and_leaves_what_was_agreed_to(
    link: MagicLink, alice: Actor
) -> None:
    agreed = agree(links.issue(link.ticket, by=alice))
    revoked = in_state(links.issue(link.ticket, by=alice), "revoked")
    declined = in_state(links.issue(link.ticket, by=alice), "declined")
    Recording.objects.filter(link=agreed).update(state="recording")
    tickets.resolve(link.ticket, by=alice)
    states = [row(one)["state"] for one in (link, declined, agreed, revoked)]
    assert states == ["expired", "expired", "consented", "revoked"]


def test_a_consent_that_had_not_begun_when_the_ticket_was_solved_is_void_and_its_link_expired(
    link: MagicLink, alice: Actor
) -> None:
    link = agree(link)
    tickets.resolve(link.ticket, by=alice)
    assert row(link)["state"] == "expired"
    assert link.receipts.get().state == ConsentEvent.State.INVALIDATED


def test_halting_the_site_revokes_all_that_is_open(link: MagicLink, alice: Actor, staff: dict[str, User]) -> None:
    waiting = agree(links.issue(link.ticket, by=alice))  # agreed, and nothing recorded yet
    expired = in_state(links.issue(link.ticket, by=alice), "expired")
    declined = in_state(links.issue(link.ticket, by=alice), "declined")
    sites.halt(link.site, by=Actor.staff(staff["frank"], door="page"))
    states = [row(one)["state"] for one in (link, waiting, declined, expired)]
    assert states == ["revoked", "revoked", "revoked", "expired"]


def test_the_sweep_tidies_what_is_due_and_no_more(link: MagicLink, alice: Actor) -> None:
    later = links.issue(link.ticket, by=alice)
    agreed = agree(links.issue(link.ticket, by=alice))
    MagicLink.objects.filter(pk__in=[link.pk, agreed.pk]).update(expires_at=timezone.now())
    assert links.expire_due(by=SWEEP, most=200) == 1
    assert [row(one)["state"] for one in (link, later, agreed)] == ["expired", "issued", "consented"]
    assert links.expire_due(by=SWEEP, most=200) == 0


def said_no(link: MagicLink) -> None:
    links.decline(link, by=dora(link))


def took_it_back(link: MagicLink) -> None:
    consents.withdraw(agree(link).receipts.get(), by=dora(link))


@pytest.mark.parametrize("no", [said_no, took_it_back])
def test_for_a_day_after_a_no_nobody_asks_again_on_that_ticket(
    no: Callable[[MagicLink], None], link: MagicLink, alice: Actor
) -> None:
    no(link)
    before = written()
    with pytest.raises(RefusedLately):
        links.issue(link.ticket, by=alice)
    assert written() == before
    other = TicketFactory(site=link.site, requester=link.ticket.requester)
    assert links.issue(other, by=alice).state == "issued"
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert links.issue(link.ticket, by=alice).state == "issued"


def test_who_changes_their_mind_may_be_asked_again(link: MagicLink, alice: Actor) -> None:
    said_no(link)
    links.reconsider(link, by=dora(link))
    assert links.issue(link.ticket, by=alice).state == "issued"
