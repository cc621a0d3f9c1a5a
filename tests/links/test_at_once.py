"""Two people, or a person and a sweep, at the same moment, on real connections."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.errors import LinkDeclined, LinkExpired, LinkRevoked, LinkSpent
from apps.links.models import Delivery, MagicLink
from apps.recordings.models import Recording
from apps.sites import services as sites
from apps.tickets import services as tickets
from tests.links.conftest import SWEEP, agree, dora, in_state
from tests.threads import at_once
from tests.trail import row, told

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(results: list[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def test_of_four_who_agree_with_one_link_one_does(transactional_db: None, link: MagicLink) -> None:
    results = at_once(*[lambda: agree(link)] * 4)
    assert kinds(results) == {"MagicLink": 1, "LinkSpent": 3}
    assert told(link).count("link.consented") == 1
    assert (Receipt.objects.count(), Recording.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("verb", "state", "name"),
    [
        ("decline", "issued", "link.declined"),
        ("reconsider", "declined", "link.reconsidered"),
        ("suspend", "issued", "link.suspended"),
        ("give_back", "consented", "link.given_back"),
        ("expire", "issued", "link.expired"),
        ("revoke", "issued", "link.revoked"),
        ("revoke", "consented", "link.revoked"),
        ("send", "issued", "link.sent"),
    ],
)
def test_a_verb_four_times_at_once_is_done_and_written_once(
    transactional_db: None, link: MagicLink, verb: str, state: str, name: str
) -> None:
    link = in_state(link, state)
    results = at_once(*[lambda: getattr(links, verb)(link, by=SWEEP)] * 4)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert told(link).count(name) == 1


def test_agreeing_and_declining_at_once_is_one_of_the_two(transactional_db: None, link: MagicLink) -> None:
    results = at_once(lambda: agree(link), lambda: links.decline(link, by=dora(link)))
    refused = [result for result in results if isinstance(result, Exception)]
    assert [type(one) for one in refused] in ([LinkSpent], [LinkDeclined])
    state = row(link)["state"]
    assert Receipt.objects.count() == (1 if state == "consented" else 0)


def test_agreeing_while_the_link_is_revoked_leaves_nothing_that_goes_on(
    transactional_db: None, link: MagicLink
) -> None:
    agreed, revoked = at_once(lambda: agree(link), lambda: links.revoke(link, by=SWEEP))
    assert isinstance(agreed, MagicLink | LinkRevoked)
    assert isinstance(revoked, MagicLink)
    assert row(link)["state"] == "revoked"
    assert not Recording.objects.exclude(state="deleting").exists()


def test_agreeing_while_the_site_is_halted_leaves_nothing_that_goes_on(transactional_db: None, link: MagicLink) -> None:
    at_once(lambda: agree(link), lambda: sites.halt(link.site, by=SWEEP))
    assert row(link)["state"] == "revoked"
    assert not Recording.objects.exclude(state="deleting").exists()


def test_agreeing_while_the_ticket_is_resolved_leaves_nothing_that_goes_on(
    transactional_db: None, link: MagicLink
) -> None:
    agreed, _ = at_once(lambda: agree(link), lambda: tickets.resolve(link.ticket, by=SWEEP))
    assert isinstance(agreed, MagicLink | LinkExpired)
    assert row(link)["state"] == "expired"
    assert not Recording.objects.exclude(state="deleting").exists()


def test_the_sweep_never_expires_what_is_agreed_to_at_its_last_moment(transactional_db: None, link: MagicLink) -> None:
    MagicLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() + timedelta(milliseconds=100))
    agreed, _ = at_once(lambda: agree(link), lambda: links.expire_due(by=SWEEP, most=10))
    expected = "consented" if isinstance(agreed, MagicLink) else row(link)["state"]
    assert row(link)["state"] == expected
    assert Receipt.objects.count() == (1 if expected == "consented" else 0)


def test_one_waiting_mail_leaves_once(transactional_db: None, link: MagicLink) -> None:
    delivery = links.send(link, by=SWEEP)
    assert Counter(at_once(*[lambda: links.deliver(delivery)] * 4)) == {True: 1, False: 3}
    assert len(mail.outbox) == 1
    assert Delivery.objects.get().attempts == 1


def test_two_generations_at_once_are_two(transactional_db: None, link: MagicLink) -> None:
    at_once(*[lambda: links.renew(link, by=SWEEP)] * 3)
    assert row(link)["generation"] == 4
    assert told(link).count("link.renewed") == 3


def test_withdrawing_and_voiding_at_once_ends_the_consent_once(transactional_db: None, link: MagicLink) -> None:
    receipt = consents.give(link, language="en", live=False, by=dora(link))
    by = Actor.person(receipt.pk)
    at_once(
        lambda: consents.withdraw(receipt, by=by),
        lambda: consents.void(receipt, cause="not_begun", by=SWEEP),
        lambda: consents.withdraw(receipt, by=by),
        lambda: consents.terminate(receipt, by=SWEEP),
    )
    states = list(receipt.events.values_list("state", flat=True))
    assert states[:2] == ["requested", "given"]
    assert len(states) == 3
    assert Recording.objects.get().state in {"deleting", "created"}
