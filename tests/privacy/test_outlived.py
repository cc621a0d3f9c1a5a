"""Whatever has outlived its purpose goes by itself: a rule for each, and nothing before its day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.utils import timezone

from apps.consents.models import Notice, Receipt
from apps.core.actors import Actor
from apps.integrations.models import Webhook, WebhookDelivery
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.models import Alarm, DeletionReceipt, Erasure, PersonRequest
from apps.privacy.services import erasure, forgetting, requests, sweeps
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.recordings.services import sweeps as recordings
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Comment, Requester, Ticket
from tests import factories
from tests.privacy.people import SYSTEM, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.shop()


def refused_request(site: Site) -> PersonRequest:
    asked = requests.receive(
        site, factories.RequesterFactory(site=site), kind="access", received_at=timezone.now(), by=SYSTEM
    )
    return requests.answer(asked, refused="They are not who they say.", by=SYSTEM)


def declined_link(site: Site) -> MagicLink:
    link = links.issue(factories.TicketFactory(site=site), by=SYSTEM)
    return links.decline(link, by=Actor.person(link.pk))


def abandoned_link(site: Site) -> MagicLink:
    return links.issue(factories.TicketFactory(site=site), by=SYSTEM)


def given_up_webhook(site: Site) -> WebhookDelivery:
    hook = Webhook.objects.create(site=site, url="https://hooks.example/", secret="whsec_x")
    return WebhookDelivery.objects.create(webhook=hook, event="recording.ready", payload={}, failed_at=timezone.now())


def ended_alarm(site: Site) -> Alarm:
    return Alarm.objects.create(site=site, kind="overdue", count=1, ended_at=timezone.now())


def finished_erasure(site: Site) -> Erasure:
    return Erasure.objects.create(requesters=[], requested_by="usr_1", finished_at=timezone.now())


def admin_line(site: Site) -> LogEntry:
    user = factories.UserFactory()
    return LogEntry.objects.create(user=user, object_repr="x", action_flag=2, action_time=timezone.now())


def consent_without_recording(site: Site) -> Receipt:
    """Agreed, and no byte ever came: void after 15 minutes, its recording deleted, its receipt kept a year."""
    recording = factories.consent(factories.TicketFactory(site=site))
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert recordings.void_unstarted() == 1
        sweeps.delete_due()
    assert recording.receipt is not None
    return Receipt.objects.get(pk=recording.receipt.pk)


RULES: list[tuple[Callable[[Site], Model], int, int]] = [
    (refused_request, 364, 366),
    (declined_link, 30, 34),
    (abandoned_link, 30, 34),
    (given_up_webhook, 29, 31),
    (ended_alarm, 364, 366),
    (finished_erasure, 364, 366),
    (admin_line, 364, 366),
]


@pytest.mark.parametrize(("make", "stays", "goes"), RULES, ids=lambda part: getattr(part, "__name__", str(part)))
def test_it_stays_until_its_day_and_then_goes(make: Callable[[Site], Model], stays: int, goes: int, site: Site) -> None:
    row = make(site)
    with time_machine.travel(timezone.now() + timedelta(days=stays)):
        sweeps.tidy()
        assert type(row)._default_manager.filter(pk=row.pk).exists()
    with time_machine.travel(timezone.now() + timedelta(days=goes)):
        sweeps.tidy()
        assert not type(row)._default_manager.filter(pk=row.pk).exists()


def test_a_consent_without_a_recording_goes_with_its_notice_a_year_later(site: Site) -> None:
    receipt = consent_without_recording(site)
    assert receipt.keep_until is not None
    assert abs(receipt.keep_until - later(365)) < timedelta(hours=1)
    sweeps.tidy(receipt.keep_until - timedelta(days=1))
    assert Receipt.objects.filter(pk=receipt.pk).exists()
    # The database's own clock lets it go, and that cannot be moved.
    past = timezone.now() - timedelta(seconds=1)
    Receipt.objects.update(keep_until=past)
    DeletionReceipt.objects.update(keep_until=past)
    sweeps.tidy()
    assert not Receipt.objects.exists()
    assert not DeletionReceipt.objects.exists()
    sweeps.tidy()
    assert not Notice.objects.filter(pk=receipt.notice_id).exists()


# --- Tickets and the people who wrote them --------------------------------------------------------------


@pytest.fixture
def ticket(site: Site) -> Ticket:
    made = factories.TicketFactory(site=site, requester__email="dora@example.com", requester__name="Dora Example")
    Comment.objects.create(ticket=made, body="My card was refused.")
    return tickets.resolve(made, by=SYSTEM)


def later(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def forget(days: int) -> None:
    with time_machine.travel(later(days)):
        sweeps.tidy()
        erasure.finish_waiting()


def test_a_year_after_their_last_case_people_and_words_go_by_themselves(ticket: Ticket) -> None:
    forget(364)
    assert Requester.objects.get(pk=ticket.requester_id).name == "Dora Example"
    forget(366)
    assert Requester.objects.get(pk=ticket.requester_id).name == ""
    assert Ticket.objects.get(pk=ticket.pk).subject == ""
    assert not Comment.objects.filter(ticket=ticket).exists()
    assert Erasure.objects.get().requested_by == "sweep:forgetting"


def test_who_has_another_case_stays_until_that_is_over_too(ticket: Ticket, site: Site) -> None:
    factories.TicketFactory(site=site, requester=ticket.requester)
    forget(800)
    assert Requester.objects.get(pk=ticket.requester_id).name == "Dora Example"


def test_who_waits_for_an_answer_stays(ticket: Ticket, site: Site) -> None:
    asked = requests.receive(site, ticket.requester, kind="access", received_at=timezone.now(), by=SYSTEM)
    forget(800)
    assert Requester.objects.get(pk=ticket.requester_id).name == "Dora Example"
    requests.answer(asked, by=SYSTEM)
    forget(800)
    assert Requester.objects.get(pk=ticket.requester_id).name == ""


def test_what_is_still_recorded_keeps_its_case(site: Site) -> None:
    recording = ready(factories.TicketFactory(site=site))
    assert recording.ticket is not None
    tickets.resolve(recording.ticket, by=SYSTEM)
    assert forgetting.order(later(800)) == 0
    lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=SYSTEM)
    sweeps.delete_due()
    assert forgetting.order(later(800)) == 1
    assert forgetting.order(later(800)) == 0  # ordered is ordered


def test_an_installation_may_keep_cases_for_ever(ticket: Ticket, settings: pytest.FixtureRequest) -> None:
    settings.TICKET_DAYS = 0  # type: ignore[attr-defined]
    forget(9000)
    assert Requester.objects.get(pk=ticket.requester_id).name == "Dora Example"
