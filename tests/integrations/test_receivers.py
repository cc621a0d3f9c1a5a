"""What a customer's systems are told, and what they are never told."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.consents import signals as consents
from apps.consents.models import Notice, Receipt
from apps.core.actors import Actor
from apps.integrations.models import Webhook, WebhookDelivery
from apps.integrations.receivers import EVENTS
from apps.integrations.services import webhooks
from apps.links import signals as links
from apps.links.models import MagicLink
from apps.recordings import signals as recordings
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets import signals as tickets
from apps.tickets.models import Ticket
from tests.factories import RequesterFactory, SiteFactory, TicketFactory

pytestmark = pytest.mark.django_db
BY = Actor.system("test")


@pytest.fixture
def hook(site: Site) -> Webhook:
    return Webhook.objects.create(site=site, url="https://crm.example/hook", secret=webhooks.new_secret())


@pytest.fixture
def ticket(site: Site) -> Ticket:
    dora = RequesterFactory(site=site, email="dora@home.example", name="Dora Duck", external_id="customer-9")
    return TicketFactory(site=site, requester=dora, subject="My card 4111111111111111 fails", number=4711)


@pytest.fixture
def recording(ticket: Ticket) -> Recording:
    site, soon = ticket.site, timezone.now() + timedelta(days=180)
    link = MagicLink.objects.create(
        site=site, ticket=ticket, landing_url="https://shop.example/dora?x=1", max_minutes=30, expires_at=soon
    )
    notice = Notice.objects.create(site=site, policy=site.policy, language="en", version=1, sha256="0" * 64, text="…")
    receipt = Receipt.objects.create(
        site=site, link=link, ticket=ticket, notice=notice, policy=site.policy, given_at=timezone.now(),
        latest_deletion_at=soon, document={},
    )  # fmt: skip
    return Recording.objects.create(
        site=site, ticket=ticket, link=link, receipt=receipt, max_minutes=30, latest_at=soon, state="ready"
    )


def _everything_happens(recording: Recording) -> None:
    ticket, link, receipt = recording.ticket, recording.link, recording.receipt
    links.link_issued.send(MagicLink, link=link, by=BY)
    consents.consent_given.send(Receipt, receipt=receipt, by=BY)
    recordings.recording_ready.send(Recording, recording=recording, by=BY)
    tickets.ticket_resolved.send(Ticket, ticket=ticket, by=BY)
    tickets.ticket_reopened.send(Ticket, ticket=ticket, by=BY)
    recordings.recording_deleted.send(Recording, recording=recording)


def _payloads() -> list[dict[str, Any]]:
    return list(WebhookDelivery.objects.order_by("created_at").values_list("payload", flat=True))


def test_a_payload_holds_nothing_about_a_person(hook: Webhook, recording: Recording) -> None:
    _everything_happens(recording)
    text = json.dumps(_payloads())
    assert len(_payloads()) >= 6
    for secret in ["dora", "Dora", "Duck", "home.example", "customer-9", "4111", "shop.example", "My card"]:
        assert secret not in text, secret


def test_a_payload_is_a_type_a_time_and_ids_with_a_state(hook: Webhook, recording: Recording) -> None:
    _everything_happens(recording)
    for payload in _payloads():
        assert set(payload) == {"type", "timestamp", "data"}
        assert payload["type"] in EVENTS
        assert set(payload["data"]) <= {"site", "ticket", "link", "receipt", "recording", "state"}
        for name, value in payload["data"].items():
            kind = r"\d+" if name == "ticket" else r"[a-z_]+" if name == "state" else r"[a-z]{3}_[0-9a-z]{26}"
            assert re.fullmatch(kind, str(value)), (name, value)


def test_nothing_is_told_about_a_recording_before_it_is_ready(hook: Webhook, recording: Recording) -> None:
    for signal in [recordings.recording_started, recordings.recording_ended, recordings.recording_doomed]:
        signal.send(Recording, recording=recording, by=BY, cause="void")
    assert _payloads() == []


def test_another_sites_endpoint_is_told_nothing(recording: Recording) -> None:
    other = SiteFactory()
    Webhook.objects.create(site=other, url="https://other.example/", secret=webhooks.new_secret())
    _everything_happens(recording)
    assert _payloads() == []


def test_an_endpoint_that_is_switched_off_is_told_nothing(hook: Webhook, recording: Recording) -> None:
    hook.is_active = False
    hook.save()
    _everything_happens(recording)
    assert _payloads() == []


def test_adding_the_same_address_twice_gives_the_first_one_back(site: Site) -> None:
    one = webhooks.create(site, url="https://crm.example/hook", by=BY)
    two = webhooks.create(site, url="https://crm.example/hook", by=BY)
    assert one.pk == two.pk


def test_removing_twice_changes_and_records_nothing_the_second_time(hook: Webhook) -> None:
    from apps.core.models import AuditEntry

    webhooks.remove(hook, by=BY)
    webhooks.remove(hook, by=BY)
    assert AuditEntry.objects.filter(name="webhook.removed").count() == 1
