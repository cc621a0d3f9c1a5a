"""A passage that the person takes out is nowhere any more, and nothing else is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.core import documents
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.keys import services as keys
from apps.recordings.errors import NotReadable
from apps.recordings.models import Chunk, Cut, Cutting, Recording, Segment
from apps.recordings.services import cutting, ingest, lifecycle, packing, passages, replay, sweeps, vault
from apps.recordings.services import wire as upload
from apps.recordings.services.sealing import Place, unseal
from tests import factories
from tests.recordings import wire
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db
DORA = Actor.person("rcp_test")
SECRET = "MAGNOLIA-7781"


def words(at: int, text: str, node: int = 4) -> wire.Event:
    change = {"source": 0, "texts": [{"id": node, "value": text}], "attributes": [], "removes": [], "adds": []}
    return {"type": 3, "data": change, "timestamp": at}


def step(at: int, label: str) -> wire.Event:
    return wire.custom(at, "step", kind="click", label=label, role="button")


def said(at: int) -> list[list[wire.Event]]:
    """Three uploads. From 2 s to 4 s the secret is on the page, in a step, in the console and in an address."""
    return [
        [*wire.page_events(at), step(at + 1000, "Basket")],
        [
            step(at + 2000, f"Show {SECRET}"),
            words(at + 2001, SECRET),
            wire.custom(at + 2500, "console", level="error", text=f"saw {SECRET}"),
            wire.custom(at + 2600, "navigate", url=f"https://shop.example/{SECRET}"),
            words(at + 3900, "Thank you"),
            wire.custom(at + 3950, "navigate", url="https://shop.example/thanks"),
        ],
        [
            wire.custom(at + 4500, "network", kind="fetch", method="GET", url=f"/{SECRET}", start_ms=at + 2700),
            step(at + 5000, "Pay"),
            wire.click(at + 5001),
        ],
    ]


@pytest.fixture
def at() -> int:
    return wire.now_ms() - 60_000


@pytest.fixture
def told(dora: Browser, at: int) -> Browser:
    """Dora's three uploads are packed and she reviews them."""
    for seq, events in enumerate(said(at)):
        assert dora.chunk(events, seq=seq, flags="st").status == 200
    dora.control("stop")
    process(dora)
    assert dora.fresh().state == "in_review"
    return dora


def process(browser: Browser) -> None:
    Recording.objects.filter(pk=browser.recording.pk).update(process_at=timezone.now() - timedelta(seconds=1))
    sweeps.process_waiting()


def stored(recording: Recording) -> str:
    """Every byte of the recording that anybody can still read, after looking that rows name all that is there."""
    key = keys.open_key(recording.pk)
    recording = Recording.objects.get(pk=recording.pk)
    places = {
        row.object_name: Place(recording.pk, "chunk", page=row.page, seq=row.seq, epoch=row.epoch)
        for row in Chunk.objects.filter(recording=recording)
    }
    for row in Segment.objects.filter(recording=recording):
        places[row.object_name] = Place(recording.pk, "segment", page=row.page, seq=row.number, epoch=row.epoch)
    places[recording.index_name] = Place(recording.pk, "index", epoch=recording.epoch)
    assert sorted(places) == vault.list_names(recording.pk)
    return "".join(unseal(key, place, vault.get(recording.pk, name)).decode() for name, place in places.items())


def cut(browser: Browser, at: int, start: int = 1500, end: int = 4000) -> None:
    cutting.mark(browser.fresh(), (at + start, at + end), by=DORA)
    lifecycle.cut(browser.fresh(), by=DORA)
    process(browser)


def test_a_secret_inside_the_passage_is_in_no_stored_byte_afterwards(told: Browser, at: int) -> None:
    assert stored(told.recording).count(SECRET) > 5
    cut(told, at)
    assert told.fresh().state == "in_review"
    left = stored(told.recording)
    assert SECRET not in left
    assert "Thank you" in left, "what lasted beyond the passage is drawn anew behind it"
    assert "Basket" in left
    assert "Pay" in left


def test_the_index_has_a_gap_and_neither_its_steps_nor_its_problems(told: Browser, at: int) -> None:
    cut(told, at)
    index = json.loads(replay.index(told.fresh(), by=DORA))
    assert index["gaps"] == [{"from_ms": at + 1500, "to_ms": at + 4000, "cause": "cut"}]
    assert [row["text"] for row in index["steps"]][1:] == ["Clicked “Basket”", "Clicked “Pay”"]
    assert index["console"] == []
    assert index["network"] == []
    assert {row["kind"] for row in index["markers"]}.isdisjoint({"console", "network", "error"})


def test_a_press_whose_answer_was_removed_is_not_called_a_dead_click(dora: Browser, at: int) -> None:
    quiet = wire.click(at + 9000)
    dora.chunk([*wire.page_events(at), step(at + 1000, "Pay"), words(at + 1600, SECRET), quiet], flags="st")
    dora.control("stop")
    process(dora)
    cut(dora, at)
    index = json.loads(replay.index(dora.fresh(), by=DORA))
    assert [row["kind"] for row in index["markers"]] == ["navigate"]
    assert dora.recording.problem_count == 0


def test_the_page_behind_the_passage_has_the_address_that_it_then_had(told: Browser, at: int) -> None:
    cut(told, at)
    events = json.loads(replay.segment(told.fresh(), 0, by=DORA))
    assert [event["data"]["href"] for event in events if event["type"] == 4] == [
        "https://shop.example/",
        "https://shop.example/thanks",
    ]
    times = [event["timestamp"] for event in events]
    assert times == sorted(times)


def test_what_was_typed_in_the_passage_is_not_drawn_behind_it(dora: Browser, at: int) -> None:
    field = {"type": 2, "tagName": "input", "attributes": {}, "childNodes": [], "id": 5}
    picture = wire.snapshot(at + 2)
    picture["data"]["node"]["childNodes"][0]["childNodes"].append(field)
    typed = {"type": 3, "data": {"source": 5, "id": 5, "text": SECRET, "isChecked": False}, "timestamp": at + 2000}
    dora.chunk([wire.meta(at + 1), picture, typed, step(at + 2001, "Name"), wire.click(at + 5000)], flags="st")
    dora.control("stop")
    process(dora)
    assert SECRET in stored(dora.recording)
    cut(dora, at)
    assert SECRET not in stored(dora.recording)


def test_an_upload_that_comes_again_changes_nothing_and_another_content_is_refused(told: Browser, at: int) -> None:
    cut(told, at)
    before = vault.list_names(told.recording.pk)
    assert told.chunk(said(at)[1], seq=1, flags="st").status == 200
    assert told.chunk([wire.click(at + 2100)], seq=1).status == 409
    assert vault.list_names(told.recording.pk) == before


def test_a_late_upload_leaves_what_was_inside_the_passage_behind(told: Browser, at: int) -> None:
    cut(told, at)
    late = [words(at + 3000, SECRET), step(at + 3001, SECRET), step(at + 5500, "Later")]
    assert told.chunk(late, seq=3, flags="l").status == 200
    process(told)
    assert told.fresh().state == "in_review"
    left = stored(told.recording)
    assert SECRET not in left
    assert "Later" in left


def test_an_upload_under_way_while_the_passage_goes_is_refused_and_comes_again(
    told: Browser, at: int, monkeypatch: Any
) -> None:
    insert, was_cut = ingest._insert, []

    def cut_first(*args: Any) -> Recording:
        if not was_cut:
            was_cut.append(True)
            cut(told, at)
        return insert(*args)

    monkeypatch.setattr(ingest, "_insert", cut_first)
    late = [words(at + 3000, SECRET), step(at + 5500, "Later")]
    assert told.chunk(late, seq=3).status == 503
    assert SECRET not in stored(told.recording)
    assert told.chunk(late, seq=3).status == 200
    process(told)
    assert SECRET not in stored(told.fresh())


def test_marking_changes_nothing_that_is_stored_and_can_be_taken_back(told: Browser, at: int) -> None:
    before = vault.list_names(told.recording.pk)
    for _twice in range(2):
        cutting.mark(told.recording, (at + 1500, at + 4000), by=DORA)
    assert Cut.objects.count() == 1
    assert AuditEntry.objects.filter(name="recording.passage_marked").count() == 1
    for _twice in range(2):
        cutting.put_back(told.recording, at + 2000, by=DORA)
    assert AuditEntry.objects.filter(name="recording.passage_put_back").count() == 1
    lifecycle.share(told.recording, by=DORA)
    assert told.fresh().state == "ready"
    assert vault.list_names(told.recording.pk) == before


def test_taking_out_twice_is_once(told: Browser, at: int) -> None:
    cut(told, at)
    epoch, names = told.fresh().epoch, vault.list_names(told.recording.pk)
    lifecycle.cut(told.recording, by=DORA)
    cutting.mark(told.fresh(), (at + 1500, at + 4000), by=DORA)
    lifecycle.cut(told.fresh(), by=DORA)
    assert told.fresh().state == "in_review"
    assert (told.recording.epoch, vault.list_names(told.recording.pk)) == (epoch, names)
    assert Cutting.objects.count() == 1


@pytest.mark.parametrize("who", ["person", "time"])
def test_what_is_marked_goes_before_it_is_sent_whoever_sends_it(told: Browser, at: int, who: str) -> None:
    alice = Actor.staff(factories.UserFactory(), door="page")
    cutting.mark(told.recording, (at + 1500, at + 4000), by=DORA)
    if who == "person":
        lifecycle.share(told.recording, by=DORA)
    else:
        Recording.objects.filter(pk=told.recording.pk).update(review_until=timezone.now())
        sweeps.send_unreviewed()
    assert told.fresh().state == "processing"
    for reading in (
        lambda: replay.index(told.recording, by=alice),
        lambda: replay.segment(told.recording, 0, by=alice),
    ):
        with pytest.raises(NotReadable):
            reading()
    assert told.chunk([step(at + 5500, "Unseen")], seq=3).status == 410, "she has not seen it"
    process(told)
    assert told.fresh().state == "ready"
    assert told.recording.shared_at is not None
    assert SECRET not in stored(told.recording)
    assert SECRET not in replay.segment(told.recording, 0, by=alice).decode()


def test_sending_twice_while_it_is_taken_out_is_once(told: Browser, at: int) -> None:
    cutting.mark(told.recording, (at + 1500, at + 4000), by=DORA)
    for _twice in range(2):
        lifecycle.share(told.fresh(), by=DORA)
    process(told)
    lifecycle.share(told.fresh(), by=DORA)
    assert AuditEntry.objects.filter(name="recording.cut").count() == 1


def test_killed_before_the_rows_change_the_old_whole_stands_and_the_next_try_cuts(
    told: Browser, at: int, monkeypatch: Any
) -> None:
    cutting.mark(told.recording, (at + 1500, at + 4000), by=DORA)
    lifecycle.share(told.recording, by=DORA)
    with monkeypatch.context() as dying:
        dying.setattr(cutting, "_adopt", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            packing.pack(told.fresh(), by=DORA)
    assert told.fresh().state == "processing"
    assert Segment.objects.filter(recording=told.recording).exists()
    process(told)
    assert told.fresh().state == "ready"
    assert SECRET not in stored(told.recording), "and what the dead try wrote is gone as well"


def test_killed_before_the_old_objects_go_nothing_is_sent_until_they_have(
    told: Browser, at: int, monkeypatch: Any
) -> None:
    cutting.mark(told.recording, (at + 1500, at + 4000), by=DORA)
    lifecycle.share(told.recording, by=DORA)
    with monkeypatch.context() as dying:
        dying.setattr(vault, "remove", lambda *args: 1 / 0)
        process(told)
    assert told.fresh().state == "processing"
    assert Cutting.objects.get().document is None, "no receipt before it was looked at"
    with monkeypatch.context() as stuck:
        stuck.setattr(vault, "remove", lambda *args: None)
        with pytest.raises(cutting.StillThere):
            packing.pack(told.fresh(), by=DORA)
    process(told)
    assert told.fresh().state == "ready"
    assert SECRET not in stored(told.recording)


def test_the_receipt_is_signed_and_says_what_was_done(told: Browser, at: int) -> None:
    cut(told, at)
    document = Cutting.objects.get().document
    assert document is not None
    assert documents.verify(document, documents.public_keys())
    assert not documents.verify({**document, "passages": []}, documents.public_keys())
    assert document["inventory"] | {"bytes_before": 0, "bytes_after": 0} == {
        "events": 7, "chunks": 2, "objects": 4, "bytes_before": 0, "bytes_after": 0,
    }  # fmt: skip
    assert SECRET not in json.dumps(document)


def test_a_recording_of_which_everything_was_removed_is_discarded(told: Browser, at: int) -> None:
    cut(told, at, start=-1000, end=100_000)
    assert (told.fresh().state, told.recording.delete_cause) == ("deleting", "discarded")


def test_a_page_that_was_all_inside_the_passage_is_gone_from_the_list(told: Browser, at: int) -> None:
    page = lifecycle._next_page(told.fresh(), wire.TAB)
    assert told.chunk(wire.page_events(at + 3000, page=page), page=page).status == 200
    process(told)
    assert len(json.loads(replay.index(told.fresh(), by=DORA))["pages"]) == 2
    cut(told, at)
    assert [row["page"] for row in json.loads(replay.index(told.fresh(), by=DORA))["pages"]] == [1]


def test_only_what_is_being_reviewed_can_be_marked(told: Browser, at: int) -> None:
    lifecycle.share(told.recording, by=DORA)
    with pytest.raises(NotReadable):
        cutting.mark(told.recording, (at, at + 1), by=DORA)
    with pytest.raises(NotReadable):
        cutting.put_back(told.recording, at, by=DORA)
    with pytest.raises(NotReadable):
        lifecycle.cut(told.recording, by=DORA)


def test_without_a_picture_nothing_is_kept_on_a_page_that_is_not_there(
    dora: Browser, at: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr("apps.recordings.limits.PICTURE_STEPS", 1)
    for seq, events in enumerate(said(at)):
        dora.chunk(events, seq=seq, flags="st")
    dora.control("stop")
    process(dora)
    cut(dora, at)
    events = upload.load(replay.segment(dora.fresh(), 0, by=DORA))
    assert [event["timestamp"] for event in events if event["type"] == 3] == [at + 50]


@pytest.mark.parametrize(
    ("event", "left"),
    [
        (wire.click(9), "all"),
        (wire.click(10), "nothing"),
        (wire.click(20), "nothing"),
        (wire.click(21), "all"),
        (wire.custom(30, "network", start_ms=15), "nothing"),
        (wire.custom(30, "network", start_ms=25), "all"),
        (wire.custom(30, "network", start_ms="15"), "all"),
        ({"type": 3, "timestamp": 30, "data": {"source": 1, "positions": [{"timeOffset": -15}]}}, "nothing"),
        ({"type": 3, "timestamp": 30, "data": {"source": 1, "positions": [{"timeOffset": -5}, {"x": 1}]}}, "all"),
        ({"type": 3, "timestamp": 30, "data": {"source": 1, "positions": ["odd"]}}, "all"),
    ],
)
def test_what_is_left_of_an_event(event: wire.Event, left: str) -> None:
    assert passages.rest(event, [(10, 20)]) == (event if left == "all" else None)


def test_a_way_of_the_pointer_loses_only_its_points_in_the_passage() -> None:
    points = [{"timeOffset": -25, "x": 1}, {"timeOffset": -15, "x": 2}, {"timeOffset": 0, "x": 3}]
    event = {"type": 3, "timestamp": 30, "data": {"source": 1, "positions": points}}
    left = passages.rest(event, [(10, 20)])
    assert left is not None
    assert [point["x"] for point in left["data"]["positions"]] == [1, 3]


def test_passages_that_touch_are_one() -> None:
    assert passages.merged([(5, 9), (1, 3), (4, 4), (20, 30), (25, 26)]) == [(1, 9), (20, 30)]


def test_what_she_takes_out_while_it_records_is_in_no_stored_byte_afterwards(dora: Browser, at: int) -> None:
    for seq, events in enumerate(said(at)):
        assert dora.chunk(events, seq=seq, flags="st").status == 200
    assert dora.control("take_out", from_ms=at).status == 200
    after = wire.now_ms() + 1
    assert dora.chunk(wire.page_events(after), seq=3, flags="st").status == 200
    dora.control("stop")
    process(dora)
    assert dora.fresh().state == "in_review"
    assert SECRET not in stored(dora.recording)
    assert Cutting.objects.get().document is not None
    assert AuditEntry.objects.filter(name="recording.take_out_ordered").count() == 1


@pytest.mark.parametrize("from_ms", [None, "1", True, float("nan"), float("inf"), 9e15, []])
def test_a_time_that_is_none_takes_nothing_out(dora: Browser, at: int, from_ms: object) -> None:
    dora.chunk([step(at, "Pay")], seq=0, flags="st")
    assert dora.control("take_out", from_ms=from_ms).status == 400
    assert not Cut.objects.exists()


def test_after_the_end_the_review_takes_out_and_the_page_no_more(told: Browser, at: int) -> None:
    assert told.control("take_out", from_ms=at).status == 410
