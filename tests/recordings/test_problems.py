"""What went wrong is found in the events alone."""

from __future__ import annotations

from typing import Any

import pytest

from apps.recordings.services import wire
from apps.recordings.services.problems import Finder

Event = dict[str, Any]
Found = list[tuple[int, str, str]]


def custom(at: int, tag: str, **payload: Any) -> Event:
    return {"type": 5, "data": {"tag": f"placet.{tag}", "payload": payload}, "timestamp": at}


def change(at: int, **lists: Any) -> Event:
    return {"type": 3, "data": {"source": 0, **lists}, "timestamp": at}


def click(at: int, node: int = 4) -> Event:
    return {"type": 3, "data": {"source": 2, "type": 2, "id": node}, "timestamp": at}


def press(at: int, label: str = "Pay now", role: str = "button") -> Event:
    return custom(at, "step", kind="click", label=label, role=role)


def text(node_id: int, words: str) -> Event:
    return {"type": 3, "textContent": words, "id": node_id}


def element(node_id: int, *children: Event, tag: str = "div", **attributes: Any) -> Event:
    return {"type": 2, "tagName": tag, "attributes": attributes, "childNodes": list(children), "id": node_id}


def snapshot(at: int, *children: Event) -> Event:
    node = {"type": 0, "childNodes": [element(2, *children, tag="body")], "id": 1}
    return {"type": 2, "data": {"node": node}, "timestamp": at}


def page(at: int, url: str = "https://shop.example/a") -> Event:
    return custom(at, "page", url=url)


def found(*pages: list[Event], was_left: bool = True) -> Found:
    rows: Found = []
    finder = Finder(lambda *row: rows.append(row))
    for events in pages:
        finder.open_page("tab", was_left=was_left)
        for event in events:
            finder.note(event)
    return rows


def test_a_press_after_which_nothing_changes_is_a_dead_click() -> None:
    assert found([press(1_000), custom(4_000, "console")]) == [(1_000, "dead", "Pay now")]


@pytest.mark.parametrize(
    "answer",
    [
        change(2_000, texts=[]),
        {"type": 3, "data": {"source": 3, "id": 1}, "timestamp": 2_000},
        custom(2_000, "network", method="POST", url="/pay", status=200, duration_ms=20),
        custom(2_000, "navigate", url="https://shop.example/b"),
    ],
)
def test_a_press_that_something_answers_is_none(answer: Event) -> None:
    assert found([press(1_000), answer, custom(9_000, "console")]) == []


def test_a_click_on_plain_text_may_do_nothing() -> None:
    assert found([press(1_000, role="p"), custom(9_000, "console")]) == []


def test_three_clicks_on_the_same_thing_within_a_moment_are_rage() -> None:
    assert found([click(1), click(500), click(1_000), click(1_400)]) == [(1_000, "rage", "")]
    assert found([click(1), click(500, node=5), click(1_000)]) == []
    assert found([click(1), click(1_000), click(2_000)]) == []


def test_an_answer_that_takes_four_seconds_is_slow_and_a_failed_one_is_told_elsewhere() -> None:
    call = {"method": "GET", "url": "https://shop.example/api/list?q=x"}
    slow = custom(9_000, "network", **call, status=200, duration_ms=4_200)
    failed = custom(9_000, "network", **call, status=500, duration_ms=4_200)
    assert found([slow, failed]) == [(9_000, "slow", "GET /api/list (4.2 s)")]


def test_a_message_that_comes_later_is_found_where_it_comes() -> None:
    alert = element(5, role="alert")
    add = [
        {"parentId": 2, "nextId": None, "node": alert},
        {"parentId": 5, "nextId": None, "node": text(6, "Payment\n failed")},
    ]
    assert found([snapshot(1), change(500, adds=add)]) == [(500, "message", "Payment failed")]


def test_a_message_that_stood_hidden_is_found_when_it_shows() -> None:
    hidden = element(5, text(6, "Payment failed"), role="alert", hidden="")
    shown = [{"id": 5, "attributes": {"hidden": None}}]
    assert found([snapshot(1, hidden), change(500, attributes=shown)]) == [(500, "message", "Payment failed")]


def test_a_message_that_the_server_drew_is_found_with_its_page_and_not_again_with_later_snapshots() -> None:
    drawn = element(5, element(7, text(6, "Enter a town"), tag="li"), tag="ul", **{"class": "errorlist"})
    assert found([snapshot(1, drawn), snapshot(90_000, drawn)]) == [(1, "message", "Enter a town")]


def test_a_message_that_changes_its_words_is_another_one() -> None:
    alert = element(5, text(6, ""), **{"class": "form-error"})
    texts = [change(at, texts=[{"id": 6, "value": words}]) for at, words in [(10, "No"), (20, ""), (30, "Still no")]]
    assert found([snapshot(1, alert), *texts]) == [(10, "message", "No"), (30, "message", "Still no")]


def test_a_message_reads_in_the_order_of_the_page() -> None:
    """A recording names what was added from the last to the first."""
    events = [
        snapshot(0, element(4, element(5), role="alert")),
        change(
            1_000,
            adds=[
                {"parentId": 5, "nextId": None, "node": text(8, "Try again later.")},
                {"parentId": 4, "nextId": 5, "node": element(6, text(7, "Payment failed."), tag="strong")},
            ],
        ),
    ]
    assert found(events) == [(1_000, "message", "Payment failed. Try again later.")]


def test_what_was_removed_with_what_is_round_it_says_nothing_more() -> None:
    events = [
        snapshot(0, element(4, element(5, text(6, "Card declined"), tag="p"), role="alert")),
        change(
            1_000,
            removes=[{"parentId": 4, "id": 5}],
            adds=[{"parentId": 4, "nextId": None, "node": element(7, text(8, "No answer"), tag="p")}],
        ),
    ]
    assert found(events) == [(0, "message", "Card declined"), (1_000, "message", "No answer")]


def test_the_same_message_for_the_third_time_is_a_loop() -> None:
    alert = element(5, text(6, ""), role="alert")
    texts = [change(at, texts=[{"id": 6, "value": "No" if at % 2 else ""}]) for at in range(1, 7)]
    assert [kind for _, kind, _ in found([snapshot(0, alert), *texts])] == ["message", "message", "message", "loop"]


@pytest.mark.parametrize(
    "node",
    [
        element(5, text(6, "terror"), **{"class": "terrorist"}),
        element(5, text(6, "Sent"), **{"class": "alert alert-success"}),
        element(5, text(6, "x"), tag="input", role="alert"),
    ],
)
def test_other_places_are_no_messages(node: Event) -> None:
    assert found([snapshot(1, node)]) == []


def test_a_page_that_comes_again_without_a_press_was_loaded_again() -> None:
    assert found([page(100_001)], [page(100_900)]) == [(100_900, "reload", "https://shop.example/a")]
    assert found([page(100_001), press(100_700)], [page(100_900)]) == [], "a form that was sent comes back"
    assert found([page(100_001)], [page(109_000)]) == []


def test_there_and_back_within_a_moment() -> None:
    a, b = "https://shop.example/a", "https://shop.example/b"
    ways = [page(1, a), custom(5_000, "navigate", url=b), custom(8_000, "navigate", url=a)]
    assert found(ways) == [(8_000, "back", f"{b} → {a}")]
    assert found([page(1, a), custom(5_000, "navigate", url=b), custom(20_000, "navigate", url=a)]) == []


def test_a_page_that_was_gone_without_having_been_left() -> None:
    assert found([page(1), click(500)], [page(60_000, "https://shop.example/b")], was_left=False) == [
        (500, "crash", "https://shop.example/a")
    ]


@pytest.mark.parametrize(
    "event",
    [
        {"type": 2, "data": {"node": [1]}, "timestamp": 1},
        {"type": 2, "data": {"node": {"id": 1, "attributes": [1], "childNodes": "x"}}, "timestamp": 1},
        {
            "type": 2,
            "data": {"node": {"id": 1, "tagName": ["a"], "attributes": {"role": ["x"], "class": 5}}},
            "timestamp": 1,
        },
        change(1, adds=[{"parentId": [2], "node": None}, 7], removes={}, texts=[{"id": None}], attributes=[{"id": {}}]),
        custom(1, "step", kind=["click"], role={"a": 1}),
        custom(1, "network", url=5, status="x", duration_ms="y"),
        custom(1, "page", url=["x"]),
    ],
)
def test_what_makes_no_sense_is_passed_over(event: Event) -> None:
    found([event, custom(9_000, "console")])
    assert wire.dump(event)
