"""Segments, index and files out and in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core.actors import Actor
from apps.core.errors import Gone
from apps.core.models import AuditEntry
from apps.recordings import limits
from apps.recordings.models import Recording, Segment
from apps.recordings.services import lifecycle, packing, replay, story, sweeps, vault, watching
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db
DORA = Actor.person("rcp_test")


def finish(browser: Browser) -> dict[str, Any]:
    browser.control("stop")
    Recording.objects.filter(pk=browser.recording.pk).update(process_at=browser.fresh().created_at)
    sweeps.process_waiting()
    return dict(json.loads(replay.index(browser.fresh(), by=DORA)))


def test_each_segment_begins_with_a_full_snapshot_and_stays_small(dora: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "SEGMENT_BYTES", 3_000)
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="s")
    for seq in range(1, 6):
        start = at + seq * 1000
        events = [wire.meta(start), wire.snapshot(start + 1, text="x" * 900), wire.click(start + 2)]
        assert dora.chunk(events, seq=seq).status == 200
    index = finish(dora)
    assert len(index["segments"]) > 1
    seen = 0
    for row in index["segments"]:
        events = json.loads(replay.segment(dora.recording, row["n"], by=DORA))
        assert [event["type"] for event in events[:2]] == [4, 2]
        times = [event["timestamp"] for event in events]
        assert times == sorted(times)
        assert (row["start_ms"], row["end_ms"]) == (times[0], times[-1])
        assert row["bytes"] <= 3_000
        seen += sum(event["type"] == 3 for event in events)
    assert seen == 6


def test_a_recording_with_only_its_first_snapshot_is_cut_as_well(dora: Browser, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "CHECKPOINT_BYTES", 3_000)
    at = wire.now_ms()
    dora.chunk(wire.page_events(at), flags="s")
    for seq in range(1, 9):
        words = [{"id": 4, "value": f"{seq} " + "x" * 900}]
        change = {"source": 0, "texts": words, "attributes": [], "removes": [], "adds": []}
        events = [{"type": 3, "data": change, "timestamp": at + seq * 1000}]
        assert dora.chunk(events, seq=seq).status == 200
    index = finish(dora)
    rows = index["segments"]
    assert len(rows) > 1
    for row in rows:
        events = json.loads(replay.segment(dora.recording, row["n"], by=DORA))
        assert [event["type"] for event in events[:2]] == [4, 2]
        assert row["bytes"] <= 6_000
    last = json.loads(replay.segment(dora.recording, rows[-1]["n"], by=DORA))
    assert "x" * 900 in json.dumps(last[1]), "its snapshot shows what came before it"


def test_the_index_tells_the_story(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(
        [
            *wire.page_events(at),
            wire.custom(at + 100, "step", kind="click", label="Pay", role="button"),
            wire.custom(at + 200, "network", kind="fetch", method="POST", url="/api/pay", status=500,
                        start_ms=at + 150, duration_ms=40),
            wire.custom(at + 210, "error", message="Cannot pay", source="app.js", line=3, column=7),
            wire.custom(at + 220, "console", level="error", text="boom", count=2),
            wire.custom(at + 230, "masked", counts={"input": 3}),
            wire.custom(at + 240, "note", text="here"),
            wire.custom(at + 250, "gap", cause="paused", from_ms=at + 241, to_ms=at + 250),
            wire.custom(at + 260, "console", level="log", text="mail dora@example.com"),
        ],
        flags="st",
    )  # fmt: skip
    dora.chunk([wire.click(at + 2000 + number) for number in range(3)], seq=2)
    index = finish(dora)
    assert index["steps"][1]["text"] == "Clicked “Pay”"
    assert [row["kind"] for row in index["markers"]] == [
        "navigate",
        "network",
        "error",
        "console",
        "note",
        "rage",
    ]
    assert index["network"][0] | {"at_ms": 0} == {
        "at_ms": 0, "kind": "fetch", "method": "POST", "url": "/api/pay", "status": 500, "duration_ms": 40,
        "request_bytes": 0, "response_bytes": 0, "error": "",
    }  # fmt: skip
    assert index["errors"][0]["source"] == "app.js:3:7"
    assert index["console"][0]["count"] == 2
    assert index["masked"] == {"input": 3}
    assert index["second_gate"] == {"email": 1}
    assert [gap["cause"] for gap in index["gaps"]] == ["paused", "lost"]  # seq 1 never came
    assert dora.fresh().problem_count == 4
    assert dora.recording.duration_ms == index["duration_ms"] > 0


def test_the_same_trouble_again_is_one_problem_and_a_mark_each_time(dora: Browser) -> None:
    at = wire.now_ms()
    failed: dict[str, Any] = {
        "kind": "fetch",
        "method": "POST",
        "url": f"{wire.ORIGIN}/pay",
        "status": 500,
        "duration_ms": 9,
    }
    again = [wire.custom(at + 100 * number, "network", **failed) for number in range(1, 4)]
    dora.chunk([*wire.page_events(at), *again], flags="st")
    index = finish(dora)
    found = [(row["kind"], row["text"]) for row in index["markers"] if row["kind"] != "navigate"]
    assert found == [("network", "500 POST /pay")] * 3
    assert dora.fresh().problem_count == 1
    assert [line.text for line in story.problems(index)] == ["Failed request: 500 POST /pay (3 times)"]


def test_time_in_which_nobody_did_anything_is_idle(dora: Browser) -> None:
    at = wire.now_ms()
    mutation = {"type": 3, "data": {"source": 0, "adds": []}, "timestamp": at + 9_000}
    dora.chunk([*wire.page_events(at), mutation, wire.click(at + 20_000), wire.click(at + 25_000)], flags="st")
    index = finish(dora)
    assert index["idle"] == [{"from_ms": at + 50, "to_ms": at + 20_000}]


def test_a_snapshot_that_the_recorder_takes_by_itself_is_nothing_that_somebody_did(dora: Browser) -> None:
    at = wire.now_ms()
    later = [wire.meta(at + 9_000), wire.snapshot(at + 9_001)]
    dora.chunk([*wire.page_events(at), *later, wire.click(at + 20_000)], flags="st")
    assert finish(dora)["idle"] == [{"from_ms": at + 50, "to_ms": at + 20_000}]


def test_the_index_says_which_page_the_person_was_on(dora: Browser) -> None:
    at = wire.now_ms()
    dora.chunk(
        [*wire.page_events(at), wire.click(at + 8_000), wire.meta(at + 9_000), wire.snapshot(at + 9_001)], flags="st"
    )
    page = lifecycle.open_page(dora.recording, tab=wire.TAB)
    dora.chunk([*wire.page_events(at + 3_000, page=page), wire.click(at + 4_000)], page=page)
    assert finish(dora)["fronts"] == [
        {"at_ms": at + 1, "page": 1},
        {"at_ms": at + 3_001, "page": page},
        {"at_ms": at + 8_000, "page": 1},
    ]


def test_what_came_before_the_first_picture_moves_behind_it(dora: Browser) -> None:
    at = wire.now_ms()
    early = [wire.custom(at, "console", level="log", text="early"), wire.click(at + 1)]
    dora.chunk([*early, *wire.page_events(at + 10)])
    finish(dora)
    events = json.loads(replay.segment(dora.recording, 0, by=DORA))
    assert [event["type"] for event in events] == [4, 2, 5, 5, 3]


def test_packing_twice_leaves_one_set_of_objects(recorded: Browser) -> None:
    before = set(vault.list_names(recorded.recording.pk))
    lifecycle.take_in_late(recorded.recording, by=DORA)
    packing.pack(recorded.fresh(), by=DORA)
    after = set(vault.list_names(recorded.recording.pk))
    assert len(after) == len(before)
    assert before - after == {name for name in before if name[0] in "si"}
    assert recorded.fresh().epoch == 2
    assert Segment.objects.get().epoch == 2
    packing.pack(recorded.recording, by=DORA)
    assert recorded.fresh().epoch == 2


def test_two_packers_at_once_agree(recorded: Browser, monkeypatch: Any) -> None:
    lifecycle.take_in_late(recorded.recording, by=DORA)
    adopt = packing._adopt
    first = True

    def other_was_faster(*args: Any, **kwargs: Any) -> Any:
        nonlocal first
        if first:
            first = False
            packing.pack(Recording.objects.get(pk=recorded.recording.pk), by=DORA)
        return adopt(*args, **kwargs)

    monkeypatch.setattr(packing, "_adopt", other_was_faster)
    packing.pack(recorded.fresh(), by=DORA)
    assert len([name for name in vault.list_names(recorded.recording.pk) if name[0] in "si"]) == 2
    assert replay.segment(recorded.fresh(), 0, by=DORA)


def test_a_chunk_swapped_in_the_vault_is_not_replayed(recorded: Browser) -> None:
    segment = Segment.objects.get()
    chunk = recorded.recording.chunks.first()
    assert chunk is not None
    path = vault.here()._folder(recorded.recording.pk)  # type: ignore[attr-defined]
    (path / chunk.object_name).replace(path / segment.object_name)
    with pytest.raises(Exception, match="Place"):
        replay.segment(recorded.recording, 0, by=DORA)


def test_after_a_withdrawal_the_next_piece_is_refused(recorded: Browser) -> None:
    assert replay.segment(recorded.recording, 0, by=DORA)
    lifecycle.doom(recorded.recording, cause=Recording.Cause.WITHDRAWN, by=DORA)
    with pytest.raises(Gone) as error:
        replay.segment(recorded.recording, 0, by=DORA)
    assert error.value.reason == "withdrawn"
    with pytest.raises(Gone):
        replay.index(recorded.recording, by=DORA)


def test_a_watch_is_written_down_with_role_and_spans(recorded: Browser) -> None:
    lifecycle.share(recorded.recording, by=DORA)
    alice = factories.MembershipFactory(site=recorded.recording.site).user
    by = Actor.staff(alice, door="page")
    watch = watching.start(recorded.recording, user=alice, live=False, reason="", by=by)
    watching.beat(watch, [(0, 500), (400, 900)])
    watch = watching.beat(watch, [(900, 1000), (2000, 2500)])
    assert watch.spans == [[0, 1000], [2000, 2500]]
    assert watch.role == "agent"
    assert AuditEntry.objects.filter(name="recording.watched", subject_id=recorded.recording.pk).count() == 1


# --- Commands -------------------------------------------------------------------------------------


def export(recording: Recording, out: Path, *, by: str = "alice@example.com") -> None:
    call_command("export_recording", recording.pk, "--by", by, "--reason", "a bug", "--out", str(out), "--json")


def test_an_export_is_audited_and_comes_back_by_import(recorded: Browser, tmp_path: Path, settings: Any) -> None:
    site = recorded.recording.site
    alice = factories.MembershipFactory(site=site, user__email="alice@example.com").user
    out = tmp_path / "events.json"
    with pytest.raises(CommandError, match="being reviewed"):
        export(recorded.recording, out)
    assert not out.exists()
    lifecycle.share(recorded.recording, by=DORA)
    with pytest.raises(CommandError, match="no active member of staff"):
        export(recorded.recording, out, by="nobody@example.com")
    export(recorded.recording, out)
    events = json.loads(out.read_bytes())
    assert [event["type"] for event in events[:2]] == [4, 2]
    entry = AuditEntry.objects.get(name="recording.exported")
    assert (entry.actor_id, entry.facts["reason"]) == (f"usr_{alice.pk}", "a bug")
    with pytest.raises(CommandError, match="exists already"):
        export(recorded.recording, out)

    number = str(recorded.recording.ticket.number)  # type: ignore[union-attr]
    settings.PLACET_ALLOW_IMPORT = False
    with pytest.raises(CommandError, match="PLACET_ALLOW_IMPORT=1"):
        call_command("import_recording", str(out), "--ticket", number)
    settings.PLACET_ALLOW_IMPORT = True
    call_command("import_recording", str(out), "--ticket", number)
    made = Recording.objects.get(is_imported=True)
    assert made.state == Recording.State.READY
    again = tmp_path / "again.json"
    export(made, again)
    assert json.loads(again.read_bytes()) == events


def test_staff_of_another_site_cannot_export(recorded: Browser, tmp_path: Path) -> None:
    lifecycle.share(recorded.recording, by=DORA)
    charlie = factories.MembershipFactory(user__email="charlie@example.com").user
    with pytest.raises(CommandError):
        export(recorded.recording, tmp_path / "x.json", by=charlie.email)
    assert not (tmp_path / "x.json").exists()


def test_what_is_imported_passes_the_second_gate(tmp_path: Path, settings: Any) -> None:
    settings.PLACET_ALLOW_IMPORT = True
    at = wire.now_ms()
    file = tmp_path / "events.json"
    leak = wire.custom(at + 60, "console", level="log", text="4111 1111 1111 1111")
    file.write_text(json.dumps([*wire.page_events(at), leak, *wire.page_events(at + 5000, page=2)]))
    ticket = factories.TicketFactory(site=factories.shop())
    call_command("import_recording", str(file), "--ticket", str(ticket.number), "--json")
    made = Recording.objects.get()
    assert (made.second_gate_hits, made.pages, made.state) == (1, 2, "ready")
    alice = Actor.staff(factories.UserFactory(), door="page")
    contents = b"".join(replay.segment(made, number, by=alice) for number in range(made.segments.count()))
    assert b"4111 1111" not in contents
    file.write_text(json.dumps([wire.click(at)]))
    with pytest.raises(CommandError, match="full snapshot"):
        call_command("import_recording", str(file), "--ticket", str(ticket.number))
