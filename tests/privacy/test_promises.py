"""Promises that no single part keeps: nothing that links two recordings, words that follow the policy, an answer in minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core import hosts
from apps.core.actors import Actor
from apps.privacy.models import DeletionReceipt
from apps.privacy.services import reports, sweeps
from apps.recordings.models import Chunk, Recording, Segment
from apps.recordings.services import vault
from apps.sites import services as sites
from apps.sites.models import Site
from tests import factories, signed_in
from tests.privacy.people import SYSTEM, fresh, ready
from tests.trail import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return factories.shop()


@pytest.fixture
def staff(site: Site) -> dict[str, User]:
    return factories.people(site, factories.SiteFactory())


def test_what_is_configured_is_all_that_is_called_and_all_of_it_is_named(site: Site) -> None:
    assert {host.name for host in hosts.contacted(site.pk)} == {hosts.HERE}


# --- Two recordings of one person -------------------------------------------------------------------------


SHARED = {"site_id", "ticket_id", "policy_id", "notice_id"}  # the case and the site that both are of


def _identifying(recording: Recording) -> set[str]:
    """Every text of some length that is stored of it: an id, a digest, a name of an object."""
    models = [(Chunk, "recording"), (Segment, "recording"), (Recording, "pk")]
    found: set[str] = set()
    for model, path in models:
        for values in model._default_manager.filter(**{path: recording.pk}).values():
            found |= {str(value) for name, value in values.items() if isinstance(value, str) and name not in SHARED}
    receipt = Receipt.objects.filter(pk=recording.receipt_id).values().get()
    found |= {str(value) for name, value in receipt.items() if isinstance(value, str) and name not in SHARED}
    found |= set(vault.list_names(recording.pk))
    return {value for value in found if len(value) >= 12}


def test_two_recordings_of_one_person_share_nothing_but_the_case(site: Site) -> None:
    """M9.6: what is stored of the one says nothing of the other."""
    ticket = factories.TicketFactory(site=site)
    one, other = ready(ticket), ready(ticket)
    assert one.pk != other.pk
    assert _identifying(one) & _identifying(other) == set()
    first, second = (Receipt.objects.get(pk=recording.receipt_id).document for recording in (one, other))
    assert first["principal"]["id"] != second["principal"]["id"]


def test_recordings_of_two_cases_of_one_person_share_no_reference(site: Site) -> None:
    person = factories.RequesterFactory(site=site)
    first, second = (
        ready(factories.TicketFactory(site=site, requester=person)).receipt.document
        for _ in range(2)  # type: ignore[union-attr]
    )
    assert first["ticket_ref"] != second["ticket_ref"]


# --- Taking it back ---------------------------------------------------------------------------------------


def test_a_withdrawal_changes_nothing_of_the_ticket_but_that_something_happened(
    site: Site, staff: dict[str, User]
) -> None:
    """W3.7: staff read the word and the time."""
    recording = ready(factories.TicketFactory(site=site, assignee=staff["alice"]))
    assert recording.ticket is not None
    assert recording.receipt is not None
    before = row(recording.ticket)
    consents.withdraw(recording.receipt, by=Actor.person(recording.receipt.pk))
    sweeps.delete_due()
    after = row(recording.ticket)
    assert {name for name in before if before[name] != after[name]} <= {"touched_at"}
    page = signed_in.sign_in(staff["alice"]).get(f"/tickets/{recording.ticket.number}/").text
    assert "withdr" in page.lower() or "took" in page.lower()


def test_from_the_withdrawal_to_the_receipt_takes_seconds_and_is_measured(site: Site) -> None:
    """W3.4 and E5.6: what the person waits for, as a percentile of the last 30 days."""
    assert reports.answer_times() is None
    for _ in range(3):
        receipt = ready(factories.TicketFactory(site=site)).receipt
        assert receipt is not None
        consents.withdraw(receipt, by=Actor.person(receipt.pk))
    sweeps.delete_due()
    times = reports.answer_times()
    assert times is not None
    assert (times.count, times.median_s <= times.p95_s) == (3, True)
    assert times.p95_s < reports.MINUTES.total_seconds()
    old = timezone.now() - timedelta(days=31)
    DeletionReceipt.objects.update(finished_at=old)
    assert reports.answer_times() is None


def test_what_retention_deletes_is_no_answer_to_anybody(site: Site) -> None:
    recording = ready(factories.TicketFactory(site=site))
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now())
    sweeps.delete_due()
    assert fresh(recording).state == "deleted"
    assert reports.answer_times() is None


# --- Loosening --------------------------------------------------------------------------------------------

LOOSENED = [
    ({"open_input_types": ["search"]}, "search"),
    ({"query_keys": ["page"]}, "page"),
    ({"allow_unmask": True}, "stay readable"),
    ({"show_staff_names": True}, "who watched"),
    ({"retention_days": 90}, "90 days"),
]


@pytest.mark.parametrize(("change", "says"), LOOSENED, ids=lambda part: str(part)[:30])
def test_each_loosening_needs_a_reason_and_is_in_the_words_of_the_next_notice(
    change: dict[str, Any], says: str, site: Site
) -> None:
    """M9.3."""
    before = factories.consent(factories.TicketFactory(site=site)).receipt
    with pytest.raises(Exception, match="reason"):
        sites.change_policy(site, reason=" ", by=SYSTEM, **change)
    sites.change_policy(site, reason="as the team asked", by=SYSTEM, **change)
    after = factories.consent(factories.TicketFactory(site=site)).receipt
    assert before is not None
    assert after is not None
    assert after.notice.version == before.notice.version + 1
    assert says in after.notice.text
    assert after.notice.wording != before.notice.wording
