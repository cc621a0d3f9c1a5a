"""Uploads: what is kept, and every way to be refused, which leaves nothing behind."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from apps.consents import services as consents
from apps.core import signing
from apps.core.actors import Actor
from apps.keys import services as keys
from apps.links import services as links
from apps.recordings import limits
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import ingest, lifecycle, packing, replay, vault, wire
from apps.recordings.services.sealing import Place, unseal
from apps.sites.models import Site
from tests import factories
from tests.recordings import wire as bare
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db
DORA = Actor.person("rcp_test")


def nothing_kept(browser: Browser) -> bool:
    return not Chunk.objects.exists() and vault.list_names(browser.recording.pk) == []


def stored(browser: Browser, seq: int = 0) -> list[dict[str, Any]]:
    row = Chunk.objects.get(recording=browser.recording, seq=seq)
    place = Place(browser.recording.pk, "chunk", page=row.page, seq=seq)
    data = vault.get(browser.recording.pk, row.object_name)
    return list(json.loads(unseal(keys.open_key(browser.recording.pk), place, data)))


def test_the_first_chunk_begins_the_recording_and_its_clock(dora: Browser) -> None:
    answer = dora.chunk(bare.page_events(bare.now_ms()), flags="st")
    assert answer.status == 200
    assert answer.body["state"] == "recording"
    assert answer.origin == bare.ORIGIN
    recording = dora.fresh()
    assert recording.started_at is not None
    assert recording.limit_at is not None
    assert recording.limit_at - recording.started_at == timedelta(minutes=30)
    assert recording.trusted_at is not None


def test_the_same_chunk_twice_is_kept_once_and_another_content_is_refused(dora: Browser) -> None:
    events = bare.page_events(bare.now_ms())
    assert dora.chunk(events).status == 200
    assert dora.chunk(events, zipped=False).status == 200
    other = dora.chunk([*events, bare.click(events[-1]["timestamp"])])
    assert (other.status, other.body["error"]) == (409, "other_content")
    assert Chunk.objects.count() == 1
    assert len(vault.list_names(dora.recording.pk)) == 1


def test_chunks_may_come_out_of_order(dora: Browser) -> None:
    at = bare.now_ms()
    assert dora.chunk([bare.click(at + 100)], seq=1).status == 200
    assert dora.chunk(bare.page_events(at), seq=0).status == 200
    assert Chunk.objects.count() == 2


BAD_BODIES = [
    b"",
    b"1 token",
    b"2 " + b"a" * 40 + b"\t1 2 -\n[]",
    b"\xff" * 40 + b"\n[]",
]
BAD_PAYLOADS = [
    (b"", "empty"),
    (b"[]", "no event"),
    (b"{}", "no array"),
    (b"[1]", "no object"),
    (b'[{"type":7,"data":{},"timestamp":1}]', "unknown type"),
    (b'[{"type":true,"data":{},"timestamp":1}]', "bool"),
    (b'[{"type":3,"data":[],"timestamp":1}]', "data"),
    (b'[{"type":3,"data":{},"timestamp":"1"}]', "text time"),
    (b'[{"type":3,"data":{},"timestamp":NaN}]', "NaN"),
    (b'[{"type":3,"data":{},"timestamp":1e999}]', "huge"),
    (b'[{"type":5,"data":{"tag":1,"payload":{}},"timestamp":1}]', "tag"),
    (b"[" * 100_000, "deep"),
    (b'[{"type":3,"data":{"a":' + b"[" * 3000 + b"]" * 3000 + b'},"timestamp":1}]', "deep data"),
    (b"\xff\xfe[]", "not utf-8"),
    (gzip.compress(b"[]")[:-1], "truncated"),
    (gzip.compress(b"[1]") + b"x", "trailing bytes"),
    (gzip.compress(b"[1") + gzip.compress(b"]"), "two members"),
    (b"\x1f\x8b\x08\x00garbage", "garbage"),
]


@pytest.mark.parametrize("body", BAD_BODIES)
def test_a_body_without_a_head_is_malformed(dora: Browser, body: bytes) -> None:
    answer = dora.post(f"{dora.path}/chunks/1/0", body)
    assert answer.status == 400
    assert nothing_kept(dora)


@pytest.mark.parametrize("payload", [pair[0] for pair in BAD_PAYLOADS], ids=[pair[1] for pair in BAD_PAYLOADS])
def test_a_payload_that_is_no_array_of_events_is_malformed(dora: Browser, payload: bytes) -> None:
    answer = dora.chunk(payload, zipped=False)
    assert (answer.status, answer.body["error"]) == (400, "malformed")
    assert nothing_kept(dora)


def test_a_bomb_is_stopped_while_it_inflates(dora: Browser) -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    assert len(bomb) < 1_000_000
    assert dora.chunk(bomb, zipped=False).status == 413
    assert nothing_kept(dora)


def test_times_that_cannot_be_are_refused(dora: Browser) -> None:
    for at in (1, bare.now_ms() + 3_600_000, bare.now_ms() - 7_200_000):
        assert dora.chunk(bare.page_events(at)).status == 400
    assert nothing_kept(dora)


def test_a_cut_emoji_is_repaired(dora: Browser) -> None:
    at = bare.now_ms()
    raw = json.dumps(bare.page_events(at)).replace("Harbour Shop", "Shop \\ud83d!").encode()
    assert dora.chunk(raw, first=at).status == 200
    assert "Shop \ufffd!" in json.dumps(stored(dora), ensure_ascii=False)


def test_a_real_emoji_beside_a_cut_one_survives(dora: Browser) -> None:
    at = bare.now_ms()
    raw = json.dumps(bare.page_events(at)).replace("Harbour Shop", "\\ud83d\\ude00 \\ude00").encode()
    assert dora.chunk(raw, first=at).status == 200
    assert "\U0001f600 \ufffd" in json.dumps(stored(dora), ensure_ascii=False)


def test_a_deep_page_is_kept(dora: Browser) -> None:
    at = bare.now_ms()
    events = bare.page_events(at)
    node: dict[str, Any] = {"type": 3, "textContent": "deep dora@example.com", "id": 999}
    for number in range(200):
        node = {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [node], "id": 10 + number}
    events[2]["data"]["node"]["childNodes"].append(node)
    assert dora.chunk(events).status == 200
    assert "dora@" not in json.dumps(stored(dora))
    assert dora.fresh().second_gate_hits == 1


def test_what_is_not_an_event_of_ours_is_dropped(dora: Browser) -> None:
    at = bare.now_ms()
    events = bare.page_events(at)
    events[0] = {**events[0], "delay": 5, "extra": "ridden along"}
    events.append({"type": 0, "data": {"secret": 1}, "timestamp": at})
    raw = json.dumps(events).replace('"href"', '"href": "dropped", "href"').encode()
    assert dora.chunk(raw, first=at).status == 200
    kept = json.dumps(stored(dora))
    assert "ridden along" not in kept
    assert "dropped" not in kept
    assert {event["type"] for event in stored(dora)} == {2, 3, 4, 5}


def test_a_secret_is_redacted_before_it_is_stored_and_counted(dora: Browser) -> None:
    at = bare.now_ms()
    dora.chunk([*bare.page_events(at), bare.custom(at, "console", level="log", text="4111 1111 1111 1111")])
    assert "4111" not in json.dumps(stored(dora)).replace(str(at), "")
    assert Chunk.objects.get().hits == {"card": 1}
    assert dora.fresh().second_gate_hits == 1


def test_what_a_sites_own_expression_matches_is_redacted_too(dora: Browser) -> None:
    policy = lifecycle.policy_of(dora.fresh())
    type(policy).objects.filter(pk=policy.pk).update(text_patterns=["CUST-[0-9]+"])
    at = bare.now_ms()
    said = bare.custom(at, "console", level="log", text="no CUST-77 found for CUST\u200b-78")
    dora.chunk([*bare.page_events(at), said])
    kept = json.dumps(stored(dora))
    assert "no [redacted own rule] found for [redacted own rule]" in kept
    assert Chunk.objects.get().hits == {"own_rule": 2}


def test_numbers_and_pictures_come_through_unharmed(dora: Browser) -> None:
    at = bare.now_ms()
    events = bare.page_events(at)
    picture = "data:image/png;base64," + "iVBORw0KGgo" * 2000
    events[2]["data"]["node"]["childNodes"][0]["attributes"] = {"src": picture}
    positions = [{"x": 1.5, "y": 2, "id": 3, "timeOffset": -40}]
    events.append({"type": 3, "data": {"source": 1, "positions": positions}, "timestamp": at + 60})
    assert dora.chunk(events).status == 200
    assert stored(dora) == events


# --- Who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "https://shop.example.evil.example", "http://shop.example"]
)
def test_another_origin_is_refused_without_cors(dora: Browser, origin: str) -> None:
    answer = dora.chunk(bare.page_events(bare.now_ms()), origin=origin)
    assert (answer.status, answer.origin) == (403, "")
    assert nothing_kept(dora)


def test_another_recordings_token_and_every_other_kind_are_refused(dora: Browser) -> None:
    other = Browser(factories.consent())
    other.exchange()
    wrong = [other.token, "x" * 60, dora.token[:-8] + "A" * 8]
    wrong += [
        signing.dumps(kind, [dora.recording.pk, dora.recording.grant]) for kind in signing.KINDS if kind != "ingest"
    ]
    for token in wrong:
        assert dora.chunk(bare.page_events(bare.now_ms()), token=token).status == 401, token
        beat = dora.post(f"{dora.path}/beat", {"token": token})
        assert beat.status == 401
    assert nothing_kept(dora)


def test_a_token_outlives_the_rotation_of_the_secret(dora: Browser, settings: Any) -> None:
    settings.SECRET_KEYS = ["a new secret of fifty characters, first in the list", *settings.SECRET_KEYS]
    assert dora.chunk(bare.page_events(bare.now_ms())).status == 200
    settings.SECRET_KEYS = settings.SECRET_KEYS[:1]
    assert dora.chunk([bare.click(bare.now_ms())], seq=1).status == 401


def test_a_page_number_that_nobody_gave_out_is_refused(dora: Browser) -> None:
    assert dora.chunk(bare.page_events(bare.now_ms()), page=2).status == 400
    assert nothing_kept(dora)
    answer = dora.post(f"{dora.path}/pages", {"token": dora.token, "tab": bare.TAB})
    assert answer.body["page"] == 2
    assert dora.chunk(bare.page_events(bare.now_ms()), page=2).status == 200


def test_an_unknown_recording_is_a_404_without_cors(dora: Browser) -> None:
    answer = dora.post("recordings/rec_00000000000000000000000000/beat", {"token": dora.token})
    assert (answer.status, answer.origin) == (404, "")


# --- When -----------------------------------------------------------------------------------------


def test_withdrawal_refuses_at_once(dora: Browser) -> None:
    dora.chunk(bare.page_events(bare.now_ms()))
    assert dora.control("withdraw").status in {200, 410}
    answer = dora.chunk([bare.click(bare.now_ms())], seq=1)
    assert (answer.status, answer.body["reason"]) == (410, "withdrawn")
    assert dora.fresh().state == Recording.State.DELETING
    assert Chunk.objects.count() == 1


def test_a_revoked_link_and_a_halted_site_refuse_at_once(dora: Browser) -> None:
    dora.chunk(bare.page_events(bare.now_ms()))
    Site.objects.filter(pk=dora.recording.site_id).update(halted_at=timezone.now())
    assert dora.chunk([bare.click(bare.now_ms())], seq=1).body["reason"] == "revoked"
    Site.objects.filter(pk=dora.recording.site_id).update(halted_at=None)
    links.revoke(dora.recording.link, by=Actor.system("test"))  # type: ignore[arg-type]
    assert dora.chunk([bare.click(bare.now_ms())], seq=1).body["reason"] == "revoked"
    assert dora.fresh().state == Recording.State.PROCESSING


def test_a_consent_taken_back_between_check_and_row_leaves_nothing(dora: Browser, monkeypatch: Any) -> None:
    put = vault.put

    def withdraws_meanwhile(recording_id: str, name: str, data: bytes) -> None:
        put(recording_id, name, data)
        consents.withdraw(dora.recording.receipt, by=DORA)  # type: ignore[arg-type]

    monkeypatch.setattr(vault, "put", withdraws_meanwhile)
    assert dora.chunk(bare.page_events(bare.now_ms())).body["reason"] == "withdrawn"
    assert nothing_kept(dora)


def test_a_chunk_never_makes_the_folder_again(dora: Browser) -> None:
    vault.delete_all(dora.recording.pk)
    answer = dora.chunk(bare.page_events(bare.now_ms()))
    assert (answer.status, answer.body["reason"]) == (410, "deleted")
    assert nothing_kept(dora)


def test_a_crash_between_object_and_row_loses_no_acknowledged_chunk(dora: Browser, monkeypatch: Any) -> None:
    at = bare.now_ms()
    with monkeypatch.context() as crash:
        crash.setattr(ingest, "_insert", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        crash.setattr(vault, "remove", lambda *_: None)  # kill -9: nobody tidies
        with pytest.raises(KeyboardInterrupt):
            dora.chunk(bare.page_events(at))
    assert not Chunk.objects.exists()
    assert dora.chunk(bare.page_events(at)).status == 200
    assert stored(dora) == bare.page_events(at)
    vault.delete_all(dora.recording.pk)
    assert vault.list_names(dora.recording.pk) == []


def test_the_tail_is_taken_after_the_stop_and_what_was_captured_later_is_not(dora: Browser) -> None:
    at = bare.now_ms()
    dora.chunk(bare.page_events(at))
    dora.control("stop")
    assert dora.chunk([bare.click(at + 500)], seq=1).status == 200
    late = dora.chunk([bare.click(at + 60_000)], seq=2)
    assert (late.status, late.body["reason"]) == (410, "stopped")
    mixed = dora.chunk([bare.click(at + 600), bare.click(at + 60_000)], seq=3)
    assert mixed.status == 200
    assert [event["timestamp"] for event in stored(dora, 3)] == [at + 600]


def test_a_late_tail_is_taken_for_a_day_during_review_and_the_person_sees_it(recorded: Browser) -> None:
    at = Chunk.objects.get(seq=1).last_ms
    answer = recorded.chunk([bare.click(at + 1)], seq=2)
    assert (answer.status, answer.body["state"]) == (200, "processing")
    packing.pack(recorded.fresh(), by=DORA)
    assert recorded.fresh().state == Recording.State.IN_REVIEW
    assert str(at + 1) in replay.segment(recorded.recording, 0, by=DORA).decode()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert recorded.chunk([bare.click(at + 2)], seq=3).status == 410


def test_nothing_is_taken_once_it_was_sent(recorded: Browser) -> None:
    at = Chunk.objects.get(seq=1).last_ms
    lifecycle.share(recorded.recording, by=DORA)
    answer = recorded.chunk([bare.click(at + 1)], seq=2)
    assert (answer.status, answer.body["reason"]) == (410, "stopped")


def test_what_is_captured_during_a_pause_waits(dora: Browser) -> None:
    at = bare.now_ms()
    dora.chunk(bare.page_events(at))
    dora.control("pause")
    assert dora.chunk([bare.click(at + 10)], seq=1).status == 200
    held = dora.chunk([bare.click(at + 30_000)], seq=2)
    assert (held.status, held.body["error"], held.headers["Retry-After"]) == (503, "paused", "2")
    dora.control("resume")
    assert dora.chunk([bare.click(at + 30_000)], seq=2).status == 200


# --- How much -------------------------------------------------------------------------------------


def test_a_flood_is_told_to_slow_down(dora: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHUNKS_AT_ONCE", 3)
    monkeypatch.setattr(limits, "CHUNKS_A_SECOND", 0.001)
    at = bare.now_ms()
    statuses = [dora.chunk([bare.click(at)], seq=seq).status for seq in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert dora.chunk([bare.click(at)], seq=9).headers["Retry-After"] == "1"


def test_too_many_bytes_and_too_many_minutes_end_it(dora: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    at = bare.now_ms()
    dora.chunk(bare.page_events(at))
    Recording.objects.filter(pk=dora.recording.pk).update(limit_at=timezone.now() - timedelta(minutes=1))
    answer = dora.chunk([bare.click(at + 100)], seq=1)
    assert (answer.status, answer.body["reason"]) == (410, "limit")
    recording = dora.fresh()
    assert (recording.state, recording.ended) == (Recording.State.PROCESSING, Recording.Ended.LIMIT)

    other = Browser(factories.consent())
    other.exchange()
    other.chunk(bare.page_events(at))
    monkeypatch.setattr(limits, "RECORDING_RAW_BYTES", 10)
    other.chunk([bare.click(at + 100)], seq=1)
    assert other.fresh().ended == Recording.Ended.BUDGET


def test_inflating_stops_at_the_limit() -> None:
    exactly = gzip.compress(b" " * limits.RAW_BYTES)
    assert len(wire.inflate(exactly)) == limits.RAW_BYTES
    with pytest.raises(Exception, match="too large"):
        wire.inflate(gzip.compress(b" " * (limits.RAW_BYTES + 1)))
