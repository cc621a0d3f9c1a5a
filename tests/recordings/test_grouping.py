"""Many writes, one commit: nobody is answered before it, and nobody pays for another's refusal."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, transaction

from apps.core.errors import Gone
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import grouping
from apps.recordings.services.grouping import Job, Writer
from apps.tickets.models import Ticket
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser
from tests.recordings.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dora(transactional_db: None) -> Browser:
    browser = Browser(factories.consent())
    assert browser.exchange().status == 200
    assert browser.chunk(wire.page_events(wire.now_ms())).status == 200
    return browser


def together(writer: Writer, works: list[Callable[[], Any]]) -> list[Any]:
    """Do all works in one group: the first holds the thread until the others wait."""
    go = threading.Event()
    jobs = [Job(str(number), work) for number, work in enumerate([lambda: go.wait(30), *works])]
    for job in jobs:
        writer._jobs.put(job)
    go.set()
    with contextlib.suppress(OperationalError):
        writer.do(lambda: None, order="9")
    writer.stop()
    return [job.done.exception() or job.done.result() for job in jobs[1:]]


def test_one_transaction_holds_them_all_and_a_refusal_undoes_its_own_alone(
    transactional_db: None,
) -> None:
    site = factories.shop()

    def make(number: int) -> int:
        factories.TicketFactory(site=site, number=number)
        return number

    def refuse() -> None:
        make(2)
        raise Gone("withdrawn")

    outcomes = together(Writer(), [lambda: make(1), refuse, lambda: make(3)])
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], Gone)
    assert outcomes[2] == 3
    assert sorted(Ticket.objects.values_list("number", flat=True)) == [1, 3]


def test_nobody_is_told_of_success_when_the_commit_fails(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = factories.shop()

    def lost(self: Any) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr("django.db.backends.base.base.BaseDatabaseWrapper.commit", lost)
        outcomes = together(Writer(), [lambda: factories.TicketFactory(site=site).pk] * 2)
    assert all(isinstance(outcome, OperationalError) for outcome in outcomes)
    assert Ticket.objects.count() == 0


def test_what_waits_at_the_end_is_still_written(transactional_db: None) -> None:
    writer, done = Writer(), []
    for number in range(20):
        writer._jobs.put(Job("x", lambda number=number: done.append(number)))
    writer.do(lambda: None, order="z")
    writer.stop()
    assert done == list(range(20))
    assert writer._thread is None
    assert writer.do(lambda: "again", order="x") == "again"
    writer.stop()


def test_a_thread_that_nobody_needs_goes_and_the_next_comes(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "IDLE_S", 0.05)
    writer = Writer()
    for _ in range(3):
        assert writer.do(lambda: 7, order="x") == 7
        thread = writer._thread
        if thread is not None:
            thread.join(20)
        assert writer._thread is None


def test_a_caller_with_a_transaction_of_its_own_writes_there(transactional_db: None) -> None:
    site, writer = factories.shop(), Writer()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        writer.do(lambda: factories.TicketFactory(site=site), order="x")
        _ = 1 / 0
    assert writer._thread is None
    assert Ticket.objects.count() == 0


def test_many_uploads_of_many_people_are_each_kept_once_and_counted(dora: Browser) -> None:
    eric = Browser(factories.consent(factories.TicketFactory(site=dora.recording.site)))
    eric.exchange()
    eric.chunk(wire.page_events(wire.now_ms()))
    at = wire.now_ms()
    works = [
        lambda who=who, seq=seq: who.chunk([wire.click(at + seq)], seq=seq).status
        for seq in (1, 2, 3, 1, 2, 3)
        for who in (dora, eric)
    ]
    assert at_once(*works) == [200] * 12
    assert Chunk.objects.count() == 8
    assert list(Recording.objects.values_list("chunk_count", flat=True)) == [4, 4]
