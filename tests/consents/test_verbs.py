"""Giving, withdrawing, voiding and ending a consent: each from each, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from apps.consents import services as consents
from apps.consents.errors import NoticeChanged
from apps.consents.models import ConsentEvent, Notice, Receipt
from apps.core import documents
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible, Unknown
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests.trail import row, told, written

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


@pytest.fixture
def link(ticket: Ticket) -> MagicLink:
    return links.issue(ticket, by=BY)


def give(link: MagicLink, **kwargs: Any) -> Receipt:
    return consents.give(link, language="en", live=kwargs.pop("live", False), by=Actor.person(link.pk), **kwargs)


@pytest.fixture
def receipt(link: MagicLink) -> Receipt:
    return give(link)


VERBS: dict[str, Callable[[Receipt], Receipt]] = {
    "withdraw": lambda receipt: consents.withdraw(receipt, by=Actor.person(receipt.pk)),
    "void": lambda receipt: consents.void(receipt, cause="not_begun", by=BY),
    "terminate": lambda receipt: consents.terminate(receipt, by=BY),
}
STATES = {"given": None, "withdrawn": "withdraw", "invalidated": "void", "terminated": "terminate"}
# Verb and state before → the event that is added ("" for none), or what is raised.
OUTCOMES: list[tuple[str, str, str | type[Exception]]] = [
    ("withdraw", "given", "withdrawn"),
    ("withdraw", "withdrawn", ""),
    ("withdraw", "invalidated", ""),
    ("withdraw", "terminated", ""),
    ("void", "given", "invalidated"),
    ("void", "withdrawn", NotPossible),
    ("void", "invalidated", ""),
    ("void", "terminated", NotPossible),
    ("terminate", "given", "terminated"),
    ("terminate", "withdrawn", ""),
    ("terminate", "invalidated", ""),
    ("terminate", "terminated", ""),
]


def _events(receipt: Receipt) -> list[str]:
    return list(receipt.events.values_list("state", flat=True))


@pytest.mark.parametrize(("verb", "state", "outcome"), OUTCOMES)
def test_an_event_follows_from_each_state_as_the_table_says(
    receipt: Receipt, verb: str, state: str, outcome: str | type[Exception]
) -> None:
    if leads_there := STATES[state]:
        VERBS[leads_there](receipt)
    events = _events(receipt)
    if isinstance(outcome, str):
        VERBS[verb](receipt)
        assert _events(receipt) == [*events, *([outcome] if outcome else [])]
    else:
        entries = written()
        with pytest.raises(outcome):
            VERBS[verb](receipt)
        assert (_events(receipt), written()) == (events, entries)


def test_the_table_has_every_verb_in_every_state() -> None:
    assert {(verb, state) for verb, state, _ in OUTCOMES} == {(verb, state) for verb in VERBS for state in STATES}


@pytest.mark.parametrize("verb", VERBS)
def test_a_second_time_changes_and_writes_nothing(receipt: Receipt, verb: str) -> None:
    VERBS[verb](receipt)
    was, events, entries = row(receipt), _events(receipt), written()
    VERBS[verb](receipt)
    assert (row(receipt), _events(receipt), written()) == (was, events, entries)


# --- Giving --------------------------------------------------------------------------------------------


def test_a_consent_is_a_signed_receipt_a_stored_notice_a_spent_link_and_a_recording(link: MagicLink) -> None:
    shown = consents.render(link, "en")
    receipt = give(link)
    assert receipt.state == ConsentEvent.State.GIVEN
    assert _events(receipt) == ["requested", "given"]
    assert documents.verify(receipt.document, documents.public_keys())
    assert receipt.notice.text.split() == shown.text.split()
    assert row(link)["state"] == "consented"
    assert Recording.objects.get(receipt=receipt).state == "created"
    assert told(receipt) == ["consent.given"]


def test_the_receipt_promises_the_latest_day_of_the_policy_agreed_to(link: MagicLink) -> None:
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
        link = MagicLink.objects.get(pk=link.pk)
        link.expires_at = timezone.now() + timedelta(hours=1)
        link.save()
        receipt = give(link)
    assert f"{receipt.latest_deletion_at:%Y-%m-%d}" == "2027-05-22"
    assert receipt.document["processing"][0]["retention"]["latest"] == "2027-05-22T10:00:00Z"


def test_who_reads_one_notice_does_not_agree_to_another(link: MagicLink) -> None:
    at = timezone.now()
    shown = consents.render(link, "en", at=at)
    sites.change_policy(link.site, reason="longer", retention_days=90, by=BY)
    with pytest.raises(NoticeChanged):
        give(link, shown_at=at, shown_sha256=shown.sha256)
    assert row(link)["state"] == "issued"
    assert not Receipt.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"retention_days": 90}, {"cap_days": 30}, {"record_console": False}, {"record_network": False},
        {"review": "required"}, {"review": "off"}, {"show_staff_names": True}, {"allow_unmask": True},
        {"query_keys": ["page"]}, {"open_input_types": ["search"]},
    ],
)  # fmt: skip
def test_a_changed_policy_changes_the_words_and_raises_the_version_by_itself(
    link: MagicLink, change: dict[str, Any]
) -> None:
    first = give(link).notice
    sites.change_policy(link.site, reason="x", by=BY, **change)
    again = give(links.issue(link.ticket, by=BY)).notice
    assert again.version == first.version + 1
    assert again.wording != first.wording


def test_the_same_words_for_another_case_are_the_same_version(link: MagicLink) -> None:
    first = give(link).notice
    second = give(links.issue(link.ticket, minutes=5, by=BY)).notice
    assert (second.version, second.wording) == (first.version, first.wording)


def test_an_old_receipt_keeps_its_words_byte_for_byte(link: MagicLink) -> None:
    receipt = give(link)
    text, digest = receipt.notice.text, receipt.notice.sha256
    sites.change(link.site, controller_name="Another Ltd", name="Another", by=BY)
    give(links.issue(link.ticket, by=BY))
    kept = Receipt.objects.get(pk=receipt.pk).notice
    assert (kept.text, kept.sha256) == (text, digest)
    assert "Another" not in kept.text


def test_live_viewing_is_agreed_to_only_where_it_was_asked_for(link: MagicLink) -> None:
    with pytest.raises(Invalid):
        give(link, live=True)
    assert row(link)["state"] == "issued"
    sites.change_policy(link.site, reason="x", allow_live=True, by=BY)
    asks = links.issue(link.ticket, asks_live=True, by=BY)
    assert not give(asks).live
    assert give(links.issue(link.ticket, asks_live=True, by=BY), live=True).live


# --- Ending --------------------------------------------------------------------------------------------


def test_a_withdrawal_dooms_the_recording_and_the_link_stays_used(receipt: Receipt) -> None:
    Recording.objects.update(state="recording", started_at=timezone.now(), trusted_at=timezone.now())
    VERBS["withdraw"](receipt)
    assert Recording.objects.get().delete_cause == "withdrawn"
    assert MagicLink.objects.get().state == "consented"


def test_a_withdrawal_before_any_hand_was_in_it_gives_the_link_back(receipt: Receipt) -> None:
    """A mail scanner presses "agree", and then "take back" as well."""
    Recording.objects.update(state="recording", started_at=timezone.now())
    VERBS["withdraw"](receipt)
    assert Recording.objects.get().state == "deleting"
    assert MagicLink.objects.get().state == "issued"


def test_a_void_consent_dooms_the_recording_and_gives_the_link_back(receipt: Receipt) -> None:
    VERBS["void"](receipt)
    assert Recording.objects.get().delete_cause == "void"
    assert MagicLink.objects.get().state == "issued"
    assert give(MagicLink.objects.get()).pk != receipt.pk


def test_a_consent_that_is_void_keeps_its_link_revoked(receipt: Receipt) -> None:
    links.revoke(MagicLink.objects.get(), by=BY)
    VERBS["void"](receipt)
    assert MagicLink.objects.get().state == "revoked"


def test_the_receipt_stays_twelve_months_after_the_end(receipt: Receipt) -> None:
    VERBS["terminate"](receipt)
    kept = row(receipt)["keep_until"] - timezone.now()
    assert kept == pytest.approx(timedelta(days=365), abs=timedelta(minutes=1))


# --- The token -----------------------------------------------------------------------------------------


def test_replacing_the_token_ends_every_earlier_one(receipt: Receipt) -> None:
    old = consents.token(receipt)
    assert consents.find(old) == receipt
    renewed = consents.replace_token(receipt, by=Actor.person(receipt.pk))
    with pytest.raises(Unknown):
        consents.find(old)
    assert consents.find(consents.token(renewed)) == receipt
    assert told(receipt)[-1] == "consent.token_replaced"


def test_a_receipts_token_outlives_the_rotation_of_keys(receipt: Receipt, settings: Any) -> None:
    token, old = consents.token(receipt), settings.SECRET_KEYS
    settings.SECRET_KEYS = ["new" * 20, *old]
    assert consents.find(token) == receipt
    settings.SECRET_KEYS = ["new" * 20]
    with pytest.raises(Unknown):
        consents.find(token)


def test_there_is_no_receipt_in_a_name(receipt: Receipt) -> None:
    """The document that stays for a year names nobody of the person's side."""
    text = str(receipt.document)
    asked = receipt.ticket.requester if receipt.ticket else None
    assert asked is not None
    for secret in (asked.email, asked.name, receipt.ticket.subject if receipt.ticket else ""):
        assert secret
        assert secret not in text
    assert settings.BASE_URL in text


def test_a_site_may_add_words_of_its_own_and_they_are_escaped(link: MagicLink, shop: Site) -> None:
    sites.word_notice(shop, language="en", key="intro", text="<b>Hello</b> & welcome", by=BY)
    text = consents.render(link, "en").text
    assert "&lt;b&gt;Hello&lt;/b&gt; &amp; welcome" in text
