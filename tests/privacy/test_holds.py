"""Legal hold and restriction: kept, closed to staff, told to the person, and never stronger than her own word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.core.errors import Invalid, NotPossible, Refused
from apps.core.models import AuditEntry
from apps.privacy.models import Hold
from apps.privacy.services import erasure, holds, reports, sweeps
from apps.recordings.errors import Closed, OnHold
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, replay, watching
from tests import factories, signed_in
from tests.privacy.people import SYSTEM, fresh, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def recording() -> Recording:
    return ready(factories.TicketFactory(site=factories.shop()))


@pytest.fixture
def staff(recording: Recording) -> dict[str, User]:
    return factories.people(recording.site, factories.SiteFactory(slug="clinic", name="Quay Clinic"))


def by(staff: dict[str, User], name: str) -> Actor:
    return Actor.staff(staff[name], door="page")


def propose(recording: Recording, who: Actor, *, days: float = 30) -> Hold:
    ends_at = timezone.now() + timedelta(days=days)
    return holds.propose(recording, ground="claims", reason="Case 7 at the court", ends_at=ends_at, by=who)


def due(recording: Recording) -> None:
    Recording.objects.filter(pk=recording.pk).update(latest_at=timezone.now() - timedelta(seconds=1))


def names(recording: Recording) -> list[str]:
    rows = AuditEntry.objects.filter(subject_id=recording.pk, name__startswith="hold.").order_by("at")
    return list(rows.values_list("name", flat=True))


def test_it_holds_once_a_second_person_has_confirmed_it(recording: Recording, staff: dict[str, User]) -> None:
    hold = propose(recording, by(staff, "erin"))
    due(recording)
    with pytest.raises(Refused):
        holds.confirm(hold, by=by(staff, "erin"))
    with pytest.raises(Refused):
        holds.confirm(hold, by=by(staff, "alice"))
    holds.confirm(hold, by=by(staff, "bob"))
    holds.confirm(hold, by=by(staff, "bob"))
    assert sweeps.delete_due() == 0
    assert reports.retention_report()["held"][0]["hold"] is True
    assert reports.overdue(timezone.now() + timedelta(hours=2)) == 0
    assert names(recording) == ["hold.proposed", "hold.confirmed"]


def test_without_a_second_person_it_keeps_nothing(recording: Recording, staff: dict[str, User]) -> None:
    hold = propose(recording, by(staff, "erin"))
    due(recording)
    assert sweeps.delete_due() == 1
    with pytest.raises(Hold.DoesNotExist):
        holds.confirm(hold, by=by(staff, "bob"))


def test_it_ends_by_itself_and_what_is_due_goes(recording: Recording, staff: dict[str, User]) -> None:
    hold = holds.confirm(propose(recording, by(staff, "erin")), by=by(staff, "bob"))
    due(recording)
    assert sweeps.delete_due() == 0
    past = timezone.now() - timedelta(seconds=1)
    Hold.objects.filter(pk=hold.pk).update(ends_at=past)
    assert holds.end_over() == 1
    assert fresh(recording).held_until is None
    assert sweeps.delete_due() == 1


def test_an_officer_ends_it_before_its_time(recording: Recording, staff: dict[str, User]) -> None:
    hold = holds.confirm(propose(recording, by(staff, "erin")), by=by(staff, "bob"))
    with pytest.raises(Refused):
        holds.end(hold, by=by(staff, "bob"))
    holds.end(hold, by=by(staff, "erin"))
    holds.end(hold, by=by(staff, "erin"))
    assert not lifecycle.is_held(fresh(recording))
    with pytest.raises(NotPossible):
        holds.confirm(propose_ended(recording, staff), by=by(staff, "bob"))


def propose_ended(recording: Recording, staff: dict[str, User]) -> Hold:
    return holds.end(propose(recording, by(staff, "erin")), by=by(staff, "erin"))


@pytest.mark.parametrize("days", [-1, 181])
def test_an_end_that_has_passed_or_is_too_far_is_refused(
    days: int, recording: Recording, staff: dict[str, User]
) -> None:
    with pytest.raises(Invalid):
        propose(recording, by(staff, "erin"), days=days)


@pytest.mark.parametrize(("ground", "reason"), [("because", "x"), ("claims", "  "), ("", "x")])
def test_it_needs_a_ground_of_the_law_and_a_reason(
    ground: str, reason: str, recording: Recording, staff: dict[str, User]
) -> None:
    with pytest.raises(Invalid):
        holds.propose(
            recording, ground=ground, reason=reason, ends_at=timezone.now() + timedelta(days=1), by=by(staff, "erin")
        )


@pytest.mark.parametrize("who", ["alice", "bob", "frank", "grace", "charlie"])
def test_nobody_but_a_privacy_officer_asks_for_it(who: str, recording: Recording, staff: dict[str, User]) -> None:
    with pytest.raises(Refused):
        propose(recording, by(staff, who))


def test_meanwhile_staff_can_neither_watch_nor_delete(recording: Recording, staff: dict[str, User]) -> None:
    holds.confirm(propose(recording, by(staff, "erin")), by=by(staff, "bob"))
    alice, bob = by(staff, "alice"), by(staff, "bob")
    with pytest.raises(Closed):
        replay.index(recording, by=alice)
    with pytest.raises(Closed):
        replay.segment(recording, 1, by=alice)
    with pytest.raises(Closed):
        watching.start(recording, user=staff["alice"], live=False, reason="", by=alice)
    with pytest.raises(OnHold):
        erasure.erase_recording(recording, by=bob)
    assert replay.index(recording, by=Actor.person(str(recording.receipt_id)))
    factories.MembershipFactory(site=recording.site, user=staff["erin"], role="agent")
    assert replay.index(recording, by=by(staff, "erin"))  # who answers for the hold, and is an agent as well


def test_her_own_word_is_stronger_than_a_hold(recording: Recording, staff: dict[str, User]) -> None:
    holds.confirm(propose(recording, by(staff, "erin")), by=by(staff, "bob"))
    assert recording.receipt is not None
    consents.withdraw(recording.receipt, by=Actor.person(recording.receipt.pk))
    assert sweeps.delete_due() == 1
    assert not Hold.objects.exists()
    assert fresh(recording).held_until is None


# --- Her own page, and the staff's ---------------------------------------------------------------------


def her_browser(recording: Recording) -> Client:
    assert recording.receipt is not None
    client = Client(headers={"origin": "http://localhost:8000"})
    assert client.get(f"/a/{consents.token(recording.receipt)}").status_code == 303
    return client


def test_she_reads_that_it_is_held_until_when_and_why(recording: Recording, staff: dict[str, User]) -> None:
    holds.confirm(propose(recording, by(staff, "erin")), by=by(staff, "bob"))
    page = her_browser(recording).get(f"/me/{recording.receipt_id}/").content.decode()
    assert "On legal hold, for legal claims" in page
    assert "Case 7 at the court" in page
    assert "You can still delete it" in page


def test_she_freezes_it_and_lets_it_go_on(recording: Recording, staff: dict[str, User]) -> None:
    her, path = her_browser(recording), f"/me/{recording.receipt_id}/"
    latest = recording.latest_at
    assert her.post(f"{path}freeze").status_code == 303
    assert her.post(f"{path}freeze").status_code == 303
    frozen = fresh(recording)
    assert frozen.frozen_at is not None
    assert frozen.latest_at == latest  # the clock runs on
    assert "You have frozen it" in her.get(path).content.decode()
    alice = signed_in.sign_in(staff["alice"])
    for answer in [
        alice.get(f"/recordings/{recording.pk}/"),
        alice.post(f"/recordings/{recording.pk}/watch", b"{}", content_type="application/json"),
    ]:
        assert answer.status_code == 423
    with pytest.raises(Closed):
        replay.index(recording, by=by(staff, "alice"))
    assert her.post(f"{path}unfreeze").status_code == 303
    assert replay.index(recording, by=by(staff, "alice"))
    entries = AuditEntry.objects.filter(subject_id=recording.pk, name__contains="frozen").values_list("name", flat=True)
    assert sorted(entries) == ["recording.frozen", "recording.unfrozen"]


def test_an_open_player_is_closed_by_a_freeze(recording: Recording, staff: dict[str, User]) -> None:
    alice = signed_in.sign_in(staff["alice"])
    path = f"/recordings/{recording.pk}"
    assert alice.post(f"{path}/watch", b"{}", content_type="application/json").status_code == 200
    assert alice.get(f"{path}/index.json").status_code == 200
    lifecycle.freeze(recording, by=Actor.person(str(recording.receipt_id)))
    assert alice.get(f"{path}/index.json").status_code == 423
    assert alice.get(f"{path}/segments/1").status_code == 423


def test_what_is_deleted_cannot_be_frozen_or_held(recording: Recording, staff: dict[str, User]) -> None:
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=SYSTEM)
    with pytest.raises(NotPossible):
        propose(recording, by(staff, "erin"))
    with pytest.raises(Exception, match="ended"):
        lifecycle.freeze(recording, by=Actor.person("rcp_x"))


def test_the_desk_asks_confirms_and_ends(recording: Recording, staff: dict[str, User]) -> None:
    erin, bob, alice = Client(), Client(), Client()
    signed_in.again(erin, staff["erin"])
    signed_in.again(bob, staff["bob"])
    signed_in.again(alice, staff["alice"])
    path = f"/recordings/{recording.pk}/hold/"
    assert alice.get(path).status_code == 403
    assert erin.get(path).status_code == 200
    assert erin.post(path, {"ground": "claims"}).status_code == 400
    ends = (timezone.now() + timedelta(days=30)).date().isoformat()
    given = {"ground": "claims", "reason": "Case 7", "ends_at": ends}
    assert erin.post(path, given).status_code == 302
    hold = Hold.objects.get()
    assert erin.post(f"/privacy/holds/{hold.pk}/confirm/").status_code == 403
    assert b"not confirmed" in bob.get("/privacy/").content
    assert bob.post(f"/privacy/holds/{hold.pk}/confirm/").status_code == 302
    assert lifecycle.is_held(fresh(recording))
    assert erin.post(f"/privacy/holds/{hold.pk}/end/").status_code == 302
    assert not lifecycle.is_held(fresh(recording))
