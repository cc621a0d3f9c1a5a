"""The life of a recording: every arrow, what time does by itself, and what other apps' verbs do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from apps.consents.models import ConsentEvent
from apps.core import ids
from apps.core.actors import Actor
from apps.core.errors import Gone, PlacetError
from apps.core.models import AuditEntry
from apps.keys import services as keys
from apps.keys.models import DataKey
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings import limits
from apps.recordings.errors import CodeRefused, NobodyThere, OriginRefused
from apps.recordings.models import Chunk, Recording, StartCode
from apps.recordings.services import lifecycle, packing, sweeps, vault
from apps.sites import services as sites
from apps.sites.models import Policy
from apps.tickets import services as tickets
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser
from tests.trail import told

pytestmark = pytest.mark.django_db
DORA = Actor.person("rcp_test")
SYSTEM = Actor.system("test")
State, Cause, Ended = Recording.State, Recording.Cause, Recording.Ended


def put_into(recording: Recording, state: str) -> Recording:
    over = state not in {State.CREATED, *Recording.RUNNING}
    how = {"ended": Ended.PERSON, "ended_at": timezone.now(), "trusted_at": timezone.now()} if over else {}
    Recording.objects.filter(pk=recording.pk).update(state=state, **how)
    return Recording.objects.get(pk=recording.pk)


# Each verb, and the states in which it moves the recording; in all others it changes nothing or refuses.
VERBS: dict[str, tuple[Callable[[Recording], Any], dict[str, str]]] = {
    "pause": (lambda r: lifecycle.pause(r, by=DORA), {State.RECORDING: State.PAUSED}),
    "end": (
        lambda r: lifecycle.end(r, ended=Ended.PERSON, by=DORA),
        {State.RECORDING: State.PROCESSING, State.PAUSED: State.PROCESSING, State.CREATED: State.DELETING},
    ),
    "processed": (lambda r: lifecycle.processed(r, by=SYSTEM), {State.PROCESSING: State.IN_REVIEW}),
    "take_in_late": (lambda r: lifecycle.take_in_late(r, by=SYSTEM), {State.IN_REVIEW: State.PROCESSING}),
    "share": (lambda r: lifecycle.share(r, by=DORA), {State.IN_REVIEW: State.READY}),
    "doom": (
        lambda r: lifecycle.doom(r, cause=Cause.ERASED, by=SYSTEM),
        {state: State.DELETING for state in State.values if state not in {State.DELETING, State.DELETED}},
    ),
    "deleted": (lambda r: lifecycle.deleted(r, by=SYSTEM), {State.DELETING: State.DELETED}),
}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("name", VERBS)
def test_each_verb_moves_only_along_its_arrows(dora: Browser, name: str, state: str) -> None:
    verb, moves = VERBS[name]
    recording = put_into(dora.recording, state)
    try:
        verb(recording)
    except PlacetError:
        assert state not in moves
    assert dora.fresh().state == moves.get(state, state)


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_twice_does_and_writes_once(dora: Browser, name: str) -> None:
    verb, moves = VERBS[name]
    recording = put_into(dora.recording, next(iter(moves)))
    verb(recording)
    entries = AuditEntry.objects.count()
    verb(recording)  # with the stale object, too
    assert AuditEntry.objects.count() == entries


def test_resume_needs_a_consent_that_is_alive(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()))
    dora.control("pause")
    assert dora.fresh().paused_by_person
    assert dora.control("resume").body["state"] == "recording"
    dora.control("pause")
    MagicLink.objects.filter(pk=dora.recording.link_id).update(state=MagicLink.State.REVOKED)
    assert dora.control("resume").status == 410


# --- The start code -------------------------------------------------------------------------------


def test_a_code_is_spent_by_the_first_exchange() -> None:
    browser = Browser(factories.consent())
    code = lifecycle.start_code(browser.recording, by=DORA)
    first = browser.exchange(code)
    assert first.status == 200
    assert first.body["words"]["pause"] == "Pause"
    assert "#" in first.body["words"]["ask"]
    again = browser.exchange(code)
    assert again.body["detail"] == "This start link was used already. Nothing is recorded here."
    assert (again.status, again.body["error"], again.origin) == (410, "code_spent", wire.ORIGIN)
    assert StartCode.objects.get().digest != code


def test_a_new_code_ends_the_old_one_and_the_grant_of_whoever_used_it(dora: Browser) -> None:
    old_token = dora.token
    code = lifecycle.start_code(dora.recording, by=DORA)
    assert dora.chunk(wire.page_events(wire.now_ms())).body["reason"] == "replaced"
    assert dora.exchange(code).status == 200
    assert dora.token != old_token
    assert dora.chunk(wire.page_events(wire.now_ms())).status == 200
    with pytest.raises(Gone):
        lifecycle.start_code(dora.recording, by=DORA)


def test_a_code_dies_after_five_minutes_and_elsewhere() -> None:
    browser = Browser(factories.consent())
    code = lifecycle.start_code(browser.recording, by=DORA)
    assert browser.post("exchange", {"code": code, "tab": wire.TAB}, origin="https://evil.example").status == 403
    with pytest.raises(OriginRefused):
        lifecycle.exchange(code, origin="null", tab=wire.TAB)
    with time_machine.travel(timezone.now() + limits.CODE_LIVES + timedelta(seconds=2)):
        assert browser.exchange(code).body["error"] == "code_expired"
    assert not DataKey.objects.exists()
    assert browser.exchange(code).status == 200


def test_a_code_that_is_not_ours_starts_nothing_and_guessing_is_slowed() -> None:
    browser = Browser(factories.consent())
    with pytest.raises(CodeRefused):
        lifecycle.exchange("x" * 50, origin=wire.ORIGIN, tab=wire.TAB)
    statuses = [browser.exchange("x" * 50).status for _ in range(limits.GUESSES_A_MINUTE + 1)]
    assert statuses[0] == 410
    assert statuses[-1] == 429


def test_a_code_for_a_doomed_recording_makes_no_key() -> None:
    browser = Browser(factories.consent())
    code = lifecycle.start_code(browser.recording, by=DORA)
    lifecycle.doom(browser.recording, cause=Cause.WITHDRAWN, by=DORA)
    assert browser.exchange(code).body["reason"] == "withdrawn"
    assert not DataKey.objects.exists()


def test_an_exchange_that_died_after_the_key_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(factories.consent())
    code = lifecycle.start_code(browser.recording, by=DORA)
    with monkeypatch.context() as crash:
        crash.setattr(lifecycle, "_spend", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            browser.exchange(code)
    assert DataKey.objects.count() == 1
    assert browser.exchange(code).status == 200


# --- What other apps' verbs do ----------------------------------------------------------------------


def test_not_me_in_the_bar_suspends_the_link_and_dooms_the_recording(dora: Browser) -> None:
    dora.control("not_me")
    assert dora.fresh().state == State.DELETING
    assert dora.recording.link is not None
    assert dora.recording.link.suspended_at is not None


def test_withdrawal_from_the_page_is_the_consents_own(dora: Browser) -> None:
    dora.control("withdraw")
    assert dora.fresh().state == State.DELETING
    assert dora.recording.delete_cause == Cause.WITHDRAWN
    assert dora.recording.receipt is not None
    assert dora.recording.receipt.state == ConsentEvent.State.WITHDRAWN


def test_resolving_the_ticket_ends_a_running_recording(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()))
    assert dora.recording.ticket is not None
    tickets.resolve(dora.recording.ticket, by=SYSTEM)
    assert (dora.fresh().state, dora.recording.ended) == (State.PROCESSING, Ended.RESOLVED)


def test_revoking_dooms_what_has_not_begun_and_ends_what_has(dora: Browser) -> None:
    links.revoke(dora.recording.link, by=SYSTEM)  # type: ignore[arg-type]
    assert (dora.fresh().state, dora.recording.delete_cause) == (State.DELETING, Cause.REVOKED)
    other = Browser(factories.consent())
    other.exchange()
    other.chunk(wire.page_events(wire.now_ms()))
    links.revoke(other.recording.link, by=SYSTEM)  # type: ignore[arg-type]
    assert (other.fresh().state, other.recording.ended) == (State.PROCESSING, Ended.REVOKED)


def test_halting_the_site_ends_all_that_runs(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()))
    sites.halt(dora.recording.site, by=SYSTEM)
    assert (dora.fresh().state, dora.recording.ended) == (State.PROCESSING, Ended.HALTED)


# --- What time does ---------------------------------------------------------------------------------


def later(**delta: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(**delta))


def test_a_consent_that_no_chunk_follows_is_void_and_the_link_works_again(dora: Browser) -> None:
    assert sweeps.void_unstarted() == 0
    with later(minutes=16):
        assert sweeps.void_unstarted() == 1
        assert sweeps.void_unstarted() == 0
    assert (dora.fresh().state, dora.recording.delete_cause) == (State.DELETING, Cause.VOID)
    assert dora.recording.link is not None
    assert dora.recording.link.state == MagicLink.State.ISSUED


def test_a_recording_that_nobody_touched_is_void(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()), flags="s")
    with later(minutes=16):
        assert sweeps.void_unstarted() == 1
    assert dora.fresh().state == State.DELETING


def test_a_recording_with_a_trusted_press_is_not(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()), flags="st")
    with later(minutes=16):
        assert sweeps.void_unstarted() == 0
    assert dora.fresh().state == State.RECORDING


def test_the_time_limit_ends_it_at_the_limit(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()), flags="st")
    with later(minutes=31):
        assert sweeps.end_overdue() == 1
    recording = dora.fresh()
    assert (recording.state, recording.ended) == (State.PROCESSING, Ended.LIMIT)
    assert recording.ended_at == recording.limit_at


def test_closing_the_last_tab_ends_it_after_a_minute(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="st")
    dora.chunk([wire.click(at + 100)], seq=1, flags="lk")
    with later(seconds=50):
        assert sweeps.end_overdue() == 0
    with later(seconds=62):
        assert sweeps.end_overdue() == 1
    assert dora.fresh().ended == Ended.CLOSED


def test_a_page_that_follows_keeps_it_going(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="st")
    dora.chunk([wire.click(at + 100)], seq=1, flags="l")
    dora.post(f"{dora.path}/pages", {"token": dora.token, "tab": wire.TAB})
    with later(seconds=70):
        assert sweeps.end_overdue() == 0
    with later(minutes=11):
        assert sweeps.end_overdue() == 1
    assert dora.fresh().ended == Ended.CLOSED


def test_a_beat_is_a_sign_of_life(dora: Browser) -> None:
    dora.chunk(wire.page_events(wire.now_ms()), flags="st")
    with later(minutes=9):
        assert dora.post(f"{dora.path}/beat", {"token": dora.token, "page": 1}).status == 200
    with later(minutes=11):
        assert sweeps.end_overdue() == 0


def test_processing_waits_for_the_last_chunks_and_not_longer_than_a_minute(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="st")
    dora.control("stop")
    assert sweeps.process_waiting() == 0
    with later(seconds=61):
        assert sweeps.process_waiting() == 1
    assert dora.fresh().state == State.IN_REVIEW


def test_every_page_having_sent_its_last_chunk_is_enough(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="st")
    dora.control("stop")
    dora.chunk([wire.click(at + 100)], seq=1, flags="l")
    assert sweeps.process_waiting() == 1


def test_one_that_cannot_be_packed_keeps_no_other_waiting(recorded: Browser, monkeypatch: Any) -> None:
    broken = Browser(factories.consent())
    broken.exchange()
    at = wire.now_ms()
    broken.chunk(wire.page_events(at), flags="stl")
    broken.control("stop")
    lifecycle.take_in_late(recorded.recording, by=SYSTEM)
    name = Chunk.objects.get(recording=broken.recording).object_name
    vault.remove(broken.recording.pk, name)
    with later(seconds=90):
        assert sweeps.process_waiting() == 1
    assert broken.fresh().state == State.PROCESSING
    assert recorded.fresh().state == State.IN_REVIEW


def test_one_without_a_single_picture_is_removed(dora: Browser) -> None:
    dora.chunk([wire.click(wire.now_ms())], flags="tl")
    dora.control("stop")
    packing.pack(dora.recording, by=SYSTEM)
    assert (dora.fresh().state, dora.recording.delete_cause) == (State.DELETING, Cause.ABANDONED)


@pytest.mark.parametrize(
    ("review", "after", "in_the_end"),
    [
        (Policy.Review.OFF, State.READY, State.READY),
        (Policy.Review.OFFERED, State.IN_REVIEW, State.READY),
        (Policy.Review.REQUIRED, State.IN_REVIEW, State.IN_REVIEW),
    ],
)
def test_review_follows_the_policy_agreed_to(review: str, after: str, in_the_end: str) -> None:
    site = factories.shop(policy_version__review=review)
    browser = Browser(factories.consent(factories.TicketFactory(site=site)))
    browser.exchange()
    browser.chunk(wire.page_events(wire.now_ms()), flags="stl")
    Policy.objects.create(site=site, version=2, review=Policy.Review.OFF)  # what changes later is not agreed to
    browser.control("stop")
    sweeps.process_waiting()
    assert browser.fresh().state == after
    assert sweeps.send_unreviewed() == 0
    with later(minutes=16):
        sweeps.send_unreviewed()
    assert browser.fresh().state == in_the_end


def test_ownerless_keys_go_after_a_day_and_no_others(dora: Browser) -> None:
    orphan = ids.rec()
    keys.create(orphan)
    assert sweeps.sweep_keys() == 0
    with later(hours=25):
        assert sweeps.sweep_keys() == 1
    assert keys.is_shredded(orphan)
    assert not keys.is_shredded(dora.recording.pk)


def test_what_no_hand_touched_is_sent_by_nobody_and_void_after_a_quarter_of_an_hour(dora: Browser) -> None:
    for policy_review in ("off", "offered"):
        Recording.objects.update(
            state=State.PROCESSING, ended=Ended.LIMIT, ended_at=timezone.now(), started_at=timezone.now()
        )
        dora.recording.site.policies.update(review=policy_review)
        recording = lifecycle.processed(dora.fresh(), by=SYSTEM)
        assert (recording.state, recording.review_until) == (State.IN_REVIEW, None)
        with pytest.raises(NobodyThere):
            lifecycle.share(recording, by=DORA)
    Recording.objects.update(review_until=timezone.now())
    assert sweeps.send_unreviewed() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=15), tick=False):
        assert sweeps.void_unstarted() == 1
    assert (dora.fresh().state, dora.fresh().link.state) == (State.DELETING, "issued")


def test_a_hand_on_our_own_page_counts_and_is_written_down_once(dora: Browser) -> None:
    put_into(dora.recording, State.IN_REVIEW)
    Recording.objects.update(trusted_at=None)
    for _twice in range(2):
        lifecycle.note_hand(dora.fresh(), by=DORA)
    assert told(dora.recording).count("recording.hand_seen") == 1
    assert lifecycle.share(dora.fresh(), by=DORA).state == State.READY
