"""What was recorded may be hostile: it runs nothing and fetches nothing where it is replayed."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, Request, expect

from apps.accounts.models import User
from tests import factories
from tests.player import hostile, recorded

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def asked(desk: Page) -> list[Request]:
    requests: list[Request] = []
    desk.context.on("request", lambda request: requests.append(request))  # noqa: PLW0108  playwright marks handlers
    return requests


def reached(requests: list[Request]) -> list[str]:
    """Those that left the browser; what the policy refuses is announced, but never sent."""
    return [one.url for one in requests if one.failure != "csp"]


def test_a_hostile_recording_runs_nothing_and_fetches_nothing(
    desk: Page, people: dict[str, User], asked: list[Request], live_server: object
) -> None:
    own = live_server.url  # type: ignore[attr-defined]
    site = people["alice"].memberships.get().site
    pages = [hostile.events(int(time.time() * 1000) - 60_000, own)]
    recording = recorded.ready(factories.TicketFactory(site=site), pages)
    desk.goto(f"/recordings/{recording.pk}/")
    player = desk.get_by_test_id("player")
    expect(player).to_have_attribute("data-state", "paused")
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Hostile")
    desk.keyboard.press("k")
    expect(player).to_have_attribute("data-state", "paused", timeout=15_000)
    desk.keyboard.press("5")
    desk.wait_for_timeout(500)

    assert desk.evaluate("window.__ran") is None
    left = reached(asked)
    assert not [url for url in left if not url.startswith((own, "data:", "about:"))]
    allowed = (f"{own}/recordings/{recording.pk}/", f"{own}/static/player.", f"{own}/static/begin.")
    assert not [url for url in left if url.startswith(own) and not url.startswith(allowed)]


def test_the_policy_alone_keeps_everything_out_as_well(
    desk: Page, people: dict[str, User], asked: list[Request], live_server: object
) -> None:
    """The second lock without the first: the same document, written into a frame unwashed."""
    own = live_server.url  # type: ignore[attr-defined]
    site = people["alice"].memberships.get().site
    pages = [hostile.events(int(time.time() * 1000) - 60_000, own)]
    recording = recorded.ready(factories.TicketFactory(site=site), pages)
    desk.goto(f"/recordings/{recording.pk}/")
    expect(desk.get_by_test_id("player")).to_have_attribute("data-state", "paused")
    asked.clear()
    desk.evaluate(
        """(away) => {
          const frame = document.createElement("iframe");
          frame.sandbox = "allow-same-origin";
          document.body.append(frame);
          frame.contentDocument.body.innerHTML = `<img src="${away}/a.png" onerror="top.__ran=1">
            <link rel="stylesheet" href="${away}/a.css"><style>body{background:url(${away}/b.png)}</style>
            <iframe src="${away}/f"></iframe><video src="${away}/v" autoplay></video><object data="${away}/o"></object>`;
        }""",
        hostile.AWAY,
    )
    desk.wait_for_timeout(500)
    assert desk.evaluate("window.__ran") is None
    assert len(asked) >= 3, "the browser was asked to fetch, so the policy is what refused"
    assert not [url for url in reached(asked) if hostile.AWAY in url]
