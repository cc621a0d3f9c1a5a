"""Staff see where something came through the browser's gate, and never what."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.recordings.models import Recording
from apps.recordings.replayer import caught
from apps.recordings.services import second_gate, sweeps
from apps.recordings.services.places import ROWS, Places
from apps.recordings.services.second_gate.rules import RULES
from tests.recordings import wire
from tests.recordings.conftest import Browser
from tests.recordings.gate import let_in

CARD = "4929 3813 3266 4295"


def _kept(events: list[Any]) -> list[dict[str, Any]]:
    events, _hits = let_in(json.dumps(events).encode())
    places = Places()
    places.open_page()
    for event in events:
        places.note(event, page=3)
    assert "4929" not in json.dumps(places.rows)
    return places.rows


def _cell(text: str, **attributes: str) -> dict[str, Any]:
    cell = {
        "type": 2,
        "tagName": "td",
        "attributes": attributes,
        "id": 9,
        "childNodes": [{"type": 3, "textContent": text, "id": 10}],
    }
    row = {"type": 2, "tagName": "tr", "attributes": {}, "id": 8, "childNodes": [cell]}
    event = wire.snapshot(50)
    event["data"]["node"]["childNodes"][0]["childNodes"] = [row]
    return event


def test_a_place_is_named_by_its_element_moment_and_class() -> None:
    row = {"at_ms": 50, "page": 3, "class": "card", "place": "text", "element": "html > tr > td.total"}
    assert _kept([_cell(f"paid {CARD}", **{"class": "1a7f total"})]) == [row]


def test_a_change_of_an_element_is_named_as_the_snapshot_knew_it() -> None:
    change = {
        "type": 3,
        "data": {
            "source": 0,
            "texts": [{"id": 10, "value": CARD}],
            "attributes": [{"id": 9, "attributes": {"title": CARD}}],
        },
        "timestamp": 60,
    }
    assert [(row["place"], row["element"]) for row in _kept([_cell("paid"), change])] == [
        ("text", "html > tr > td"),
        ("attribute title", "html > tr > td"),
    ]


def test_what_is_no_part_of_the_page_says_what_it_is() -> None:
    events = [
        wire.meta(1, f"https://shop.example/{CARD.replace(' ', '')}"),
        wire.custom(2, "console", level="log", text=CARD, count=1),
        wire.custom(3, "network", kind="fetch", method="GET", url="https://shop.example/?password=orchid7"),
        wire.custom(4, "error", kind="error", message=CARD),
        wire.custom(5, "step", kind="click", label=CARD, role="button"),
        wire.custom(6, "note", text=CARD),
    ]
    assert [row["place"] for row in _kept(events)] == ["address", "console", "network", "error", "step", "other"]


def test_the_list_of_places_is_bounded() -> None:
    events = [wire.custom(n, "console", level="log", text=f"{CARD} {n}", count=1) for n in range(ROWS + 50)]
    assert len(_kept(events)) == ROWS


def test_each_class_has_words_for_people() -> None:
    assert {rule.name for rule in RULES} | {"many", "secret_key"} <= set(caught())


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_the_index_of_a_recording_says_where_and_never_what(dora: Browser) -> None:
    at = wire.now_ms()
    assert (
        dora.chunk([*wire.page_events(at)[:2], wire.snapshot(at + 2, f"paid with {CARD}")], flags="stl").status == 200
    )
    assert dora.control("stop").status == 200
    assert sweeps.process_waiting() == 1
    from apps.core.actors import Actor
    from apps.recordings.services import replay

    index = json.loads(replay.index(dora.fresh(), by=Actor.person(str(dora.recording.receipt_id))))
    assert index["second_gate"] == {"card": 1}
    assert index["caught"] == [
        {"at_ms": at + 2, "page": dora.page, "class": "card", "place": "text", "element": "html"}
    ]
    assert dora.recording.state == Recording.State.IN_REVIEW
    assert second_gate.classes("[redacted card] [redacted]") == ["card", "many"]
