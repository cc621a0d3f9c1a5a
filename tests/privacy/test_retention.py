"""When a recording goes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.privacy.models import Hold
from apps.privacy.services import retention, sweeps
from apps.recordings.models import Recording
from apps.sites import services as sites
from apps.sites.models import Policy, Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from tests import factories, signed_in
from tests.privacy.people import SYSTEM, fresh

pytestmark = pytest.mark.django_db
MOMENTS = st.integers(0, 4 * 365 * 86400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
DAYS = st.integers(1, 90)


@given(resolved=MOMENTS, agreed=DAYS, today=DAYS, latest=MOMENTS)
def test_it_is_never_due_after_the_latest_date(resolved: datetime, agreed: int, today: int, latest: datetime) -> None:
    day = retention.due(resolved, days_agreed=agreed, days_now=today, latest_at=latest)
    assert day <= latest
    assert day <= resolved + timedelta(days=agreed)


@given(resolved=MOMENTS, agreed=DAYS, today=DAYS, more=DAYS, latest=MOMENTS)
def test_raising_the_policy_never_moves_a_day_past_what_was_agreed(
    resolved: datetime, agreed: int, today: int, more: int, latest: datetime
) -> None:
    raised = retention.due(resolved, days_agreed=agreed, days_now=today + more, latest_at=latest)
    assert raised <= retention.due(resolved, days_agreed=agreed, days_now=agreed, latest_at=latest)


def policy(site: Site, **values: object) -> None:
    Policy.objects.create(site=site, version=site.policy.version + 1, **values)


@pytest.fixture
def recording() -> Recording:
    return factories.consent()


def resolve(recording: Recording, *, ago: timedelta = timedelta(0)) -> Ticket:
    assert recording.ticket is not None
    # The recording that has not begun would be voided by the resolving; here it has.
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.READY)
    ticket = tickets.resolve(recording.ticket, by=SYSTEM)
    if ago:
        Ticket.objects.filter(pk=ticket.pk).update(resolved_at=timezone.now() - ago)
        Recording.objects.filter(pk=recording.pk).update(delete_at=None)
        retention.reconcile()
    return ticket


def test_resolving_the_ticket_plans_the_day(recording: Recording) -> None:
    ticket = resolve(recording)
    assert ticket.resolved_at is not None
    assert fresh(recording).delete_at == ticket.resolved_at + timedelta(days=30)


def test_reopening_takes_the_day_back_and_leaves_the_latest_date(recording: Recording) -> None:
    latest = recording.latest_at
    tickets.reopen(resolve(recording), by=SYSTEM)
    assert fresh(recording).delete_at is None
    assert fresh(recording).latest_at == latest


def test_a_policy_that_was_lowered_since_counts(recording: Recording) -> None:
    policy(recording.site, retention_days=7)
    ticket = resolve(recording)
    assert ticket.resolved_at is not None
    assert fresh(recording).delete_at == ticket.resolved_at + timedelta(days=7)


def test_lowering_re_dates_what_is_planned_and_raising_again_does_not(recording: Recording) -> None:
    ticket = resolve(recording)
    assert ticket.resolved_at is not None
    policy(recording.site, retention_days=5)
    retention.reconcile()
    assert fresh(recording).delete_at == ticket.resolved_at + timedelta(days=5)
    policy(recording.site, retention_days=90)
    retention.reconcile()
    retention.plan(recording, by=SYSTEM)
    assert fresh(recording).delete_at == ticket.resolved_at + timedelta(days=5)


def test_a_lowered_cap_brings_the_latest_date_forward_and_a_raised_one_does_not(recording: Recording) -> None:
    resolve(recording)
    policy(recording.site, cap_days=10)
    retention.reconcile()
    assert fresh(recording).latest_at == recording.created_at + timedelta(days=10)
    assert fresh(recording).delete_at == recording.created_at + timedelta(days=10)
    policy(recording.site, cap_days=180)
    retention.reconcile()
    assert fresh(recording).latest_at == recording.created_at + timedelta(days=10)


@pytest.mark.parametrize("solved", [True, False])
def test_the_sweep_plans_right_what_no_signal_told(recording: Recording, solved: bool) -> None:
    ticket = resolve(recording)
    if solved:
        Recording.objects.filter(pk=recording.pk).update(delete_at=None)
    else:
        Ticket.objects.filter(pk=ticket.pk).update(state="open", resolved_at=None)
    assert retention.reconcile() == 1
    assert (fresh(recording).delete_at is not None) == solved
    assert retention.reconcile() == 0


def test_planning_twice_changes_nothing(recording: Recording) -> None:
    resolve(recording)
    before = fresh(recording).delete_at
    retention.plan(recording, by=SYSTEM)
    assert fresh(recording).delete_at == before


def test_what_is_due_is_doomed_with_its_cause(recording: Recording) -> None:
    resolve(recording, ago=timedelta(days=31))
    assert sweeps.doom_due(timezone.now()) == 1
    assert fresh(recording).state == Recording.State.DELETING
    assert fresh(recording).delete_cause == Recording.Cause.RETENTION


def test_the_latest_date_counts_though_the_ticket_is_open(recording: Recording) -> None:
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - timedelta(seconds=1))
    assert sweeps.doom_due(timezone.now()) == 1
    assert fresh(recording).delete_cause == Recording.Cause.CAP


def test_a_past_day_on_a_ticket_that_was_reopened_deletes_nothing(recording: Recording) -> None:
    ticket = resolve(recording, ago=timedelta(days=31))
    Ticket.objects.filter(pk=ticket.pk).update(state="open", resolved_at=None)
    assert sweeps.doom_due(timezone.now()) == 0
    assert fresh(recording).state == Recording.State.READY


def test_a_confirmed_hold_keeps_it_and_an_unconfirmed_one_does_not(recording: Recording) -> None:
    resolve(recording, ago=timedelta(days=31))
    bob = factories.UserFactory()
    hold = Hold.objects.create(
        recording=recording, reason="claim", ends_at=timezone.now() + timedelta(days=1), confirmed_by=bob
    )
    assert sweeps.doom_due(timezone.now()) == 0
    hold.confirmed_by = None
    hold.save()
    assert sweeps.doom_due(timezone.now()) == 1


# --- A policy that changes ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_lowering_re_dates_as_the_preview_said_and_raising_never(recording: Recording, seed: int) -> None:
    rnd = random.Random(seed)
    if rnd.random() < 0.7:
        resolve(recording, ago=timedelta(days=rnd.randint(0, 25)))
    site, before = recording.site, retention.next_date(fresh(recording))
    days, cap = rnd.randint(1, 90), rnd.randint(1, 180)
    shown = retention.preview(site, retention_days=days, cap_days=cap)
    sites.change_policy(site, reason="seed", by=SYSTEM, retention_days=days, cap_days=cap)
    retention.reconcile()
    after = retention.next_date(fresh(recording))
    assert after <= before
    if days >= 30 and cap >= 180:
        assert after == before
    assert (shown.tonight + shown.sooner == 1) == (after < before)
    assert bool(shown.tonight) == (after < before and after <= timezone.now() + timedelta(days=1))
    # Raised again, nothing moves back.
    sites.change_policy(site, reason="again", by=SYSTEM, retention_days=90, cap_days=180)
    retention.reconcile()
    assert retention.next_date(fresh(recording)) == after


def test_the_console_shows_what_a_lower_policy_deletes_before_it_is_in_force(recording: Recording) -> None:
    resolve(recording, ago=timedelta(days=20))
    frank = signed_in.sign_in(factories.people(recording.site, factories.SiteFactory())["frank"])
    page = frank.get("/sites/shop/policy/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    given = {name: "\n".join(value) if isinstance(value, list) else value for name, value in values.items()}
    given = {name: value for name, value in given.items() if value not in (None, False)}
    given |= {"retention_days": 14, "reason": "less"}
    shown = frank.post("/sites/shop/policy/", given)
    assert "This deletes recordings sooner" in shown.content.decode()
    assert recording.site.policy.version == 1
    assert frank.post("/sites/shop/policy/", {**given, "confirmed": "1"}).status_code == 302
    assert recording.site.policy.retention_days == 14
