"""Pictures of the recorded page in real Chromium: from our own address, and from nowhere else."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.recordings.services import assets
from apps.sites import services as sites
from apps.sites.models import Site
from tests.factories import TicketFactory
from tests.player import recorded, story

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
DRAWN = "(images) => images.map((image) => image.naturalWidth)"


def test_a_kept_picture_is_drawn_and_any_other_is_asked_of_nobody(desk: Page, people: dict[str, User]) -> None:
    site = Site.objects.get(slug="shop")
    by = Actor.system("test")
    sites.change_policy(site, reason="Pictures are public.", by=by, asset_origins=["https://cdn.example"])
    shown = [story.node("img", {"src": f"https://{host}/tea.png"}) for host in ("cdn.example", "other.example")]
    recording = recorded.ready(TicketFactory(site=site), [story.still(shown)])
    assets.keep(recording.assets.get(), "image/png", DOT)
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.goto(f"/recordings/{recording.pk}/")
    expect(desk.get_by_test_id("player")).to_have_attribute("data-state", "paused")
    images = desk.frame_locator("iframe[data-current]").locator("img")
    expect(images).to_have_count(2)
    desk.wait_for_function("document.querySelector('iframe[data-current]').contentDocument.images[0].complete")
    assert images.evaluate_all(DRAWN) == [1, 0]
    assert not [url for url in asked if ".example" in url]
