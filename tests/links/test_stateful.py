"""Any order of verbs, at any time: the link and its consents are never of two minds.

Hypothesis calls the verbs; a small model of DESIGN's table says what must have come of each call.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from apps.consents import services as consents
from apps.consents.models import ConsentEvent, Receipt
from apps.core.actors import Actor
from apps.core.errors import PlacetError
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.recordings.services import sweeps
from tests.factories import TicketFactory, shop
from tests.trail import told, written

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
START = datetime(2026, 11, 23, 10, tzinfo=UTC)
GIVEN = ConsentEvent.State.GIVEN


class OneLink(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.atom = transaction.atomic()
        self.atom.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.link = links.issue(TicketFactory(site=shop()), by=BY)
        self.state, self.on_hold = "issued", False
        self.entries = written()

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.atom.__exit__(None, None, None)

    def fresh(self) -> MagicLink:
        return MagicLink.objects.get(pk=self.link.pk)

    def expired(self) -> bool:
        return self.fresh().has_expired()

    def is_open(self) -> bool:
        return self.state == "issued" and not self.on_hold and not self.expired()

    def attempt(self, may: bool, verb: object, *args: object, **kwargs: object) -> None:
        """Call the verb: it must do what it may, and where it may not, refuse and leave no trace."""
        before = written()
        try:
            verb(*args, **kwargs)  # type: ignore[operator]
        except PlacetError:
            assert not may
            assert written() == before
        else:
            assert may

    @rule(hours=st.integers(0, 40))
    def time_passes(self, hours: int) -> None:
        self.now.shift(timedelta(hours=hours, minutes=1))

    @rule()
    def dora_agrees(self) -> None:
        may = self.is_open()
        self.attempt(may, consents.give, self.link, language="en", live=False, by=BY)
        self.state = "consented" if may else self.state

    @rule()
    def dora_declines(self) -> None:
        may = self.is_open()
        self.attempt(may or self.state == "declined", links.decline, self.link, by=BY)
        self.state = "declined" if may else self.state

    @rule()
    def dora_reconsiders(self) -> None:
        may = self.state == "declined" and not self.expired()
        self.attempt(may or self.state == "issued", links.reconsider, self.link, by=BY)
        self.state = "issued" if may else self.state

    @rule()
    def dora_says_it_was_not_her(self) -> None:
        is_over = self.state in {"expired", "revoked"} or (self.state != "consented" and self.expired())
        self.attempt(self.on_hold or not is_over, links.suspend, self.link, by=BY)
        if not is_over and not self.on_hold:
            given = any(receipt.state == GIVEN for receipt in self.link.receipts.all())
            assert not given, "a stranger's consent was kept"
            self.on_hold = True
            self.state = self.fresh().state if self.state == "consented" else self.state

    @rule()
    def alice_answers(self) -> None:
        self.attempt(True, links.answer, self.link, by=BY)
        self.on_hold = False

    @rule()
    def alice_revokes(self) -> None:
        may = self.state != "expired"
        self.attempt(may, links.revoke, self.link, by=BY)
        self.state = "revoked" if may else self.state

    @rule()
    def the_sweep_tidies(self) -> None:
        due = self.state in {"issued", "declined"} and self.expired()
        assert links.expire_due(by=BY, most=10) == int(due)
        self.state = "expired" if due else self.state

    @rule()
    def nothing_was_recorded(self) -> None:
        given = next((one for one in self.link.receipts.all() if one.state == GIVEN), None)
        due = given is not None and given.given_at + timedelta(minutes=15) <= datetime.now(UTC)
        assert sweeps.void_unstarted() == int(due)
        if due and self.state == "consented":
            self.state = "issued"

    @rule()
    def dora_withdraws(self) -> None:
        given = any(receipt.state == GIVEN for receipt in self.link.receipts.all())
        for receipt in self.link.receipts.all():
            self.attempt(True, consents.withdraw, receipt, by=BY)
        if given and self.state == "consented":  # no hand was in it, so it was perhaps a machine's
            self.state = "issued"

    @invariant()
    def the_row_says_what_happened(self) -> None:
        link = self.fresh()
        assert (link.state, link.suspended_at is not None) == (self.state, self.on_hold)
        moves = {"consented": "link.consented", "declined": "link.declined", "expired": "link.expired"}
        if self.state in moves:
            assert moves[self.state] in told(link)

    @invariant()
    def at_most_one_consent_is_alive_and_only_of_a_spent_link(self) -> None:
        alive = [receipt for receipt in Receipt.objects.all() if receipt.state == GIVEN]
        assert len(alive) <= 1
        assert not alive or self.state in {"consented", "revoked"}

    @invariant()
    def every_recording_has_its_own_consent_and_goes_with_it(self) -> None:
        for recording in Recording.objects.select_related("receipt"):
            assert recording.receipt is not None
            if recording.receipt.state != GIVEN:
                assert recording.state == "deleting"
        assert Recording.objects.count() == Receipt.objects.count()


def test_a_link_in_any_order_of_hands_and_hours() -> None:
    often = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(OneLink, settings=often)
