"""Who is told of what, in the console and by mail."""

from __future__ import annotations

import pytest
from django.core import mail

from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.tickets import services as tickets
from apps.tickets import tasks
from apps.tickets.models import Notification, Ticket
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> dict[str, User]:
    return factories.people(factories.shop(), factories.SiteFactory())


@pytest.fixture
def ticket(staff: dict[str, User]) -> Ticket:
    return factories.TicketFactory(site=staff["alice"].memberships.get().site, assignee=staff["bob"])


@pytest.fixture
def link(ticket: Ticket, staff: dict[str, User]) -> MagicLink:
    return links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))


def told() -> set[tuple[str, str]]:
    return set(Notification.objects.values_list("user__email", "kind"))


def test_whoever_asked_and_whoever_works_on_it_hear_of_the_answer(link: MagicLink) -> None:
    links.decline(link, by=Actor.person(link.pk))
    assert told() == {("alice@example.com", "declined"), ("bob@example.com", "declined")}


def test_they_hear_of_agreement_and_of_the_end(link: MagicLink) -> None:
    receipt = consents.give(link, language="en", live=False, by=Actor.person(link.pk))
    recording = Recording.objects.get(receipt=receipt)
    Recording.objects.filter(pk=recording.pk).update(state="recording", started_at=receipt.given_at)
    lifecycle.end(recording, ended=Recording.Ended.PERSON, by=Actor.person(receipt.pk))
    assert {kind for _who, kind in told()} == {"agreed", "finished"}


def test_this_was_not_me_rings_too(link: MagicLink) -> None:
    links.suspend(link, by=Actor.person(link.pk))
    assert ("alice@example.com", "not_mine") in told()


def test_who_may_not_work_on_the_site_any_more_hears_nothing(link: MagicLink, staff: dict[str, User]) -> None:
    staff["alice"].memberships.all().delete()
    links.decline(link, by=Actor.person(link.pk))
    assert told() == {("bob@example.com", "declined")}


def test_a_mail_goes_to_those_who_want_it_and_names_nobody(link: MagicLink, staff: dict[str, User]) -> None:
    User.objects.filter(pk=staff["bob"].pk).update(notify_by_mail=True)
    links.decline(link, by=Actor.person(link.pk))
    assert tasks.deliver_waiting() == 1
    (sent,) = mail.outbox
    assert sent.to == ["bob@example.com"]
    assert f"#{link.ticket.number}" in sent.subject
    assert link.ticket.requester.name not in sent.subject + sent.body
    assert link.ticket.subject not in sent.subject + sent.body


def test_what_was_seen_meanwhile_is_not_mailed(link: MagicLink, staff: dict[str, User]) -> None:
    User.objects.filter(pk=staff["bob"].pk).update(notify_by_mail=True)
    links.decline(link, by=Actor.person(link.pk))
    tickets.seen(staff["bob"], link.ticket)
    assert tasks.deliver_waiting() == 0
    assert mail.outbox == []
