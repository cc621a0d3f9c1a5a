"""Two at the same moment, on real connections."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from apps.core.actors import Actor
from apps.keys.models import DataKey
from apps.recordings import door
from apps.recordings.models import Chunk, Recording, StartCode
from apps.recordings.services import lifecycle, sweeps, vault
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DORA = Actor.person("rcp_test")


@pytest.fixture
def dora(transactional_db: None) -> Browser:
    browser = Browser(factories.consent())
    assert browser.exchange().status == 200
    return browser


def test_one_code_starts_one_grant(transactional_db: None) -> None:
    browser = Browser(factories.consent())
    code = lifecycle.start_code(browser.recording, by=DORA)
    body = {"code": code, "tab": wire.TAB}
    answers = at_once(*[lambda: browser.post("exchange", body)] * 4)
    assert sorted(answer.status for answer in answers) == [200, 410, 410, 410]
    assert DataKey.objects.count() == 1
    assert StartCode.objects.get().spent_at is not None
    assert Recording.objects.get().pages == 1


def test_one_chunk_from_four_processes_is_kept_once(dora: Browser) -> None:
    events = wire.page_events(wire.now_ms())
    answers = at_once(*[lambda: dora.chunk(events)] * 4)
    assert [answer.status for answer in answers] == [200] * 4
    assert Chunk.objects.count() == 1
    assert vault.list_names(dora.recording.pk) == [Chunk.objects.get().object_name]
    assert dora.fresh().chunk_count == 1


def test_many_chunks_at_once_are_all_counted(dora: Browser) -> None:
    at = wire.now_ms()
    works = [lambda seq=seq: dora.chunk(wire.page_events(at + seq), seq=seq) for seq in range(8)]
    assert [answer.status for answer in at_once(*works)] == [200] * 8
    recording = dora.fresh()
    assert recording.chunk_count == Chunk.objects.count() == 8
    assert recording.raw_bytes == sum(Chunk.objects.values_list("raw_bytes", flat=True))


def test_a_withdrawal_among_uploads_leaves_no_acknowledged_byte_after_it(dora: Browser) -> None:
    at = wire.now_ms()
    assert dora.chunk(wire.page_events(at)).status == 200

    def withdraw() -> int:
        dora.control("withdraw")
        return Chunk.objects.count()

    works = [lambda seq=seq: dora.chunk([wire.click(at + seq)], seq=seq) for seq in range(1, 7)]
    kept, *answers = at_once(withdraw, *works)
    assert Chunk.objects.count() == kept
    assert sum(answer.status == 200 for answer in answers) + 1 == kept
    assert {answer.status for answer in answers} <= {200, 410}
    vault.delete_all(dora.recording.pk)
    assert dora.chunk([wire.click(at)], seq=50).status == 410
    assert vault.list_names(dora.recording.pk) == []


def test_two_sweeps_pack_once(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="stl")
    dora.control("stop")
    at_once(sweeps.process_waiting, sweeps.process_waiting)
    recording = dora.fresh()
    assert recording.state == Recording.State.IN_REVIEW
    assert recording.segments.count() == 1
    assert len([name for name in vault.list_names(recording.pk) if name[0] in "si"]) == 2


def test_a_full_queue_says_so_before_memory_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr(door, "_room", threading.BoundedSemaphore(1))
    assert door._room.acquire(blocking=False)
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"method": "POST", "path": "/ingest/v1/exchange", "headers": [], "client": None}
    asyncio.run(door.answer(scope, b"{}", send))
    assert sent[0]["status"] == 503
    assert (b"retry-after", b"2") in sent[0]["headers"]
