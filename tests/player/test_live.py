"""Watching while it happens: agreed to, seen by the person, and gone with the end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Request, expect

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.models import AuditEntry
from apps.recordings.models import Recording, Watch
from apps.recordings.services import lifecycle
from apps.sites import services as sites
from tests import factories
from tests.player import hostile
from tests.recordings import wire
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    return factories.people(factories.shop(), factories.SiteFactory(slug="other"))


def recording_browser(people: dict[str, User], *, live: bool = True, ago_ms: int = 1_000) -> Browser:
    """Dora's browser, of which the first page was kept."""
    site = people["alice"].memberships.get().site
    sites.change_policy(site, reason="a test", by=Actor.system("test"), allow_live=True)
    site.refresh_from_db()
    browser = Browser(factories.consent(factories.TicketFactory(site=site), live=live))
    assert browser.exchange().status == 200
    assert browser.chunk(wire.page_events(wire.now_ms() - ago_ms), flags="st").status == 200
    browser.fresh()
    return browser


def changed(words: str) -> dict[str, Any]:
    data = {"source": 0, "texts": [{"id": 4, "value": words}], "attributes": [], "removes": [], "adds": []}
    return {"type": 3, "data": data, "timestamp": wire.now_ms()}


def begin(client: Client, browser: Browser) -> Any:
    return client.post(f"/recordings/{browser.recording.pk}/live/watch", headers={"accept": "application/json"})


def news(client: Client, browser: Browser, watch: int, after: int = 0) -> Any:
    path = f"/recordings/{browser.recording.pk}/live/news?watch={watch}&after={after}"
    return client.get(path, headers={"accept": "application/json"})


@pytest.fixture
def alice(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["alice"])
    return client


def test_what_was_acknowledged_is_read_once_and_the_person_is_told(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    watch = begin(alice, dora).json()["watch"]
    first = news(alice, dora, watch).json()
    assert [event["type"] for event in first["chunks"][0]["events"]][:3] == [5, 4, 2]
    assert news(alice, dora, watch, first["cursor"]).json()["chunks"] == []
    answer = dora.chunk([changed("Now")], seq=1)
    assert (answer.body["watchers"], answer.body["flush_ms"]) == (1, 400)
    assert len(news(alice, dora, watch, first["cursor"]).json()["chunks"]) == 1
    assert AuditEntry.objects.get(name="recording.watched").facts["live"] is True


def test_whoever_joins_late_begins_at_the_last_snapshot(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    at = wire.now_ms()
    dora.chunk([changed("Then")], seq=1)
    dora.chunk([wire.meta(at), wire.snapshot(at + 1, text="Later")], seq=2, flags="s")
    chunks = news(alice, dora, begin(alice, dora).json()["watch"]).json()["chunks"]
    assert len(chunks) == 1
    assert "Later" in json.dumps(chunks)


def test_without_its_own_consent_nobody_watches_live(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people, live=False)
    assert begin(alice, dora).status_code in {403, 404, 409}
    assert not Watch.objects.exists()
    assert alice.get(f"/recordings/{dora.recording.pk}/live/").status_code == 302


@pytest.mark.parametrize(("name", "status"), [("charlie", 404), ("erin", 403), ("frank", 403)])
def test_only_those_who_may_watch(client: Client, people: dict[str, User], name: str, status: int) -> None:
    dora = recording_browser(people)
    assert begin(client, dora).status_code == 403
    client.force_login(people["alice"])
    watch = begin(client, dora).json()["watch"]
    client.force_login(people[name])
    assert client.get(f"/recordings/{dora.recording.pk}/live/").status_code == status
    assert begin(client, dora).status_code == status
    assert news(client, dora, watch).status_code == status


def test_nobody_reads_on_somebody_elses_watch(client: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    client.force_login(people["alice"])
    watch = begin(client, dora).json()["watch"]
    client.force_login(people["bob"])
    assert news(client, dora, watch).status_code == 404
    assert news(client, dora, 0).status_code == 404


@pytest.mark.parametrize("query", ["watch=x", "watch=1&after=-1", "watch=1&after=1e9", "watch=99999999999999999999"])
def test_malformed_questions_are_refused(alice: Client, people: dict[str, User], query: str) -> None:
    dora = recording_browser(people)
    path = f"/recordings/{dora.recording.pk}/live/news?{query}"
    assert alice.get(path, headers={"accept": "application/json"}).status_code == 400


def test_with_the_end_nothing_more_is_read(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    watch = begin(alice, dora).json()["watch"]
    assert dora.control("stop").status == 200
    assert news(alice, dora, watch).status_code in {403, 404, 409}
    assert begin(alice, dora).status_code in {403, 404, 409}


def test_a_withdrawal_ends_it_at_once(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    watch = begin(alice, dora).json()["watch"]
    assert dora.control("withdraw").status < 300
    assert news(alice, dora, watch).status_code == 410


def test_a_live_watch_opens_nothing_of_what_was_packed(alice: Client, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    begin(alice, dora)
    for path in ["index.json", "segments/0"]:
        assert alice.get(f"/recordings/{dora.recording.pk}/{path}").status_code == 410


# --- In the browser ---------------------------------------------------------------------------------


@pytest.mark.e2e
def test_the_picture_follows_looks_back_and_is_gone_with_the_end(desk: Page, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    desk.goto(f"/tickets/{dora.recording.ticket.number}/")  # type: ignore[union-attr]
    desk.get_by_role("link", name="Watch live").first.click()
    player = desk.get_by_test_id("player")
    shown = desk.frame_locator("iframe[data-current]").locator("html")
    expect(player).to_have_attribute("data-state", "playing")
    expect(shown).to_contain_text("Harbour Shop")
    dora.chunk([changed("The next thing")], seq=1)
    expect(shown).to_contain_text("The next thing")
    desk.get_by_role("button", name="10 seconds back").click()
    expect(shown).to_contain_text("Harbour Shop")
    dora.chunk([changed("Meanwhile")], seq=2)
    expect(shown).to_contain_text("Harbour Shop")
    desk.get_by_role("button", name="Return to live").click()
    expect(shown).to_contain_text("Meanwhile")
    assert Watch.objects.get().live
    dora.control("stop")
    expect(player).to_have_attribute("data-state", "error", timeout=10_000)
    expect(desk.get_by_role("alert").first).to_contain_text("once the person has sent it")
    assert desk.locator("iframe").count() == 0


@pytest.mark.e2e
def test_whoever_joins_after_a_long_pause_is_not_behind_by_it(desk: Page, people: dict[str, User]) -> None:
    dora = recording_browser(people, ago_ms=300_000)
    desk.goto(f"/recordings/{dora.recording.pk}/live/")
    expect(desk.get_by_test_id("player")).to_have_attribute("data-state", "playing")
    dora.chunk([changed("The next thing")], seq=1)
    shown = desk.frame_locator("iframe[data-current]").locator("html")
    expect(shown).to_contain_text("The next thing", timeout=30_000)


@pytest.mark.e2e
def test_a_withdrawal_takes_the_picture_away(desk: Page, people: dict[str, User]) -> None:
    dora = recording_browser(people)
    desk.goto(f"/recordings/{dora.recording.pk}/live/")
    expect(desk.get_by_test_id("player")).to_have_attribute("data-state", "playing")
    lifecycle.doom(dora.recording, cause=Recording.Cause.WITHDRAWN, by=Actor.person("rcp_test"))
    expect(desk.get_by_role("alert").first).to_contain_text("withdrawn by the person", timeout=10_000)
    assert desk.locator("iframe").count() == 0


@pytest.mark.e2e
def test_a_hostile_page_runs_nothing_and_fetches_nothing_live(
    desk: Page, people: dict[str, User], live_server: object
) -> None:
    own = live_server.url  # type: ignore[attr-defined]
    dora = recording_browser(people)
    asked: list[Request] = []
    desk.on("request", lambda request: asked.append(request))  # noqa: PLW0108  playwright marks handlers
    desk.goto(f"/recordings/{dora.recording.pk}/live/")
    events = [event for event in hostile.events(wire.now_ms(), own) if event["type"] != 5]
    assert dora.chunk(events, seq=1, flags="s").status == 200
    expect(desk.frame_locator("iframe[data-current]").locator("h1")).to_have_text("Hostile")
    desk.wait_for_timeout(2_500)
    assert desk.evaluate("window.__ran") is None
    allowed = (f"{own}/recordings/{dora.recording.pk}/live/", f"{own}/static/", "data:", "about:")
    # What the policy refuses is announced, but never sent.
    left = [one.url for one in asked if one.failure != "csp"]
    assert [url for url in left if not url.startswith(allowed)] == []
