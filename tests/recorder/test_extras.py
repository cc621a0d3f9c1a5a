"""The second file of the recorder, with the words of a strict site: asked for only where it is needed, and whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.recorder.steps import bar, land
from tests.recorder.wire import Case, Wire

pytestmark = pytest.mark.e2e

SHOP = "<p>Free returns within 30 days</p><p>Kept for Ada until Monday</p><img alt='Our shop' src='/x.png'>"
LINE = " ".join(["▇▇▇▇▇▇"] * 6)
MASKED = [LINE, LINE]


def strict(wire: Wire, headers: dict[str, str] | None = None) -> Case:
    case = wire.strict("Free returns within 0 days", "Our shop")
    case.put("/", SHOP, headers)
    return case


def paragraphs(case: Case) -> list[str]:
    """The texts of the page's paragraphs, as they left the browser."""
    found: list[str] = []

    def walk(node: dict, inside: bool = False) -> None:  # type: ignore[type-arg]
        if inside and node["type"] == 3:
            found.append(node["textContent"])
        for kid in node.get("childNodes", []):
            walk(kid, node.get("tagName") == "p")

    walk(case.snapshots()[0]["data"]["node"])
    return found


def test_a_recording_that_does_not_need_it_does_not_ask_for_it(page: Page, wire: Wire) -> None:
    case = wire.case(network=False)
    case.put("/", SHOP)
    before = len(wire.requests)
    land(page, case)
    assert [path for _, path, _ in wire.requests[before:] if "extras" in path] == []


def test_an_ordinary_recording_begins_without_it(page: Page, case: Case) -> None:
    page.route("**/r/extras-*", lambda _route: None)
    land(page, case)


def test_a_strict_page_shows_the_words_of_the_site_from_its_first_snapshot(page: Page, wire: Wire) -> None:
    case = strict(wire)
    land(page, case)
    assert paragraphs(case) == ["Free returns within 30 days", LINE]
    assert '"alt": "Our shop"' in case.text()
    assert "Ada" not in case.text()


def test_a_policy_of_the_site_that_names_only_our_origin_is_enough(page: Page, wire: Wire) -> None:
    policy = f"default-src 'self'; script-src {wire.base}; connect-src {wire.base}; style-src 'none'"
    case = strict(wire, {"Content-Security-Policy": policy})
    land(page, case)
    assert paragraphs(case)[0] == "Free returns within 30 days"


def _changed(route: Route) -> None:
    body = "window.evil = 1; export const fetchVocabulary = async () => () => true"
    route.fulfill(body=body, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})


def _other(route: Route) -> None:
    route.fulfill(body=b"PLV1" + bytes(60), headers={"Access-Control-Allow-Origin": "*"})


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("extras-*", lambda route: route.abort()),
        ("extras-*", _changed),
        ("vocab-*", lambda route: route.fulfill(status=404)),
        ("vocab-*", _other),
        ("vocab-*", lambda _route: None),
    ],
    ids=["no extras", "changed extras", "no words", "changed words", "words that never come"],
)
def test_what_does_not_come_whole_shows_nothing_more(
    page: Page, wire: Wire, path: str, answer: Callable[[Route], None]
) -> None:
    page.route(f"**/r/{path}", answer)
    case = strict(wire)
    land(page, case)
    assert paragraphs(case) == MASKED
    expect(bar(page)).to_contain_text("Almost all text is hidden")
    assert page.evaluate("window.evil") is None
    page.get_by_test_id("placet-pause").click()
    expect(bar(page)).to_contain_text("Paused. Nothing is recorded.")


def test_a_bar_without_words_of_the_server_still_says_what_it_must(page: Page, case: Case) -> None:
    del case.grant["words"]
    land(page, case)
    expect(bar(page)).to_contain_text("Recording")
    for said in ("pause", "stop", "withdraw"):
        expect(page.get_by_role("button", name=said)).to_be_visible()
    page.get_by_test_id("placet-pause").click()
    expect(page.get_by_role("button", name="resume")).to_be_visible()
    page.get_by_test_id("placet-withdraw").click()
    page.get_by_test_id("placet-withdraw-confirm").click()
    expect(bar(page)).to_have_attribute("data-state", "over")
    assert case.actions[-1] == "withdraw"
