"""The player and its panels: axe finds nothing, light and dark, and nothing is wider than a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from apps.recordings.models import Recording
from tests.browser import axe

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True, databases=["default", "keys"])]
TABS = ["Steps", "Console", "Network", "Errors", "Privacy", "About"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1360), ("dark", 390)])
def test_the_player_and_each_of_its_panels_is_accessible(
    desk: Page, recording: Recording, scheme: str, width: int
) -> None:
    desk.set_viewport_size({"width": width, "height": 800})
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    desk.goto(f"/recordings/{recording.pk}/")
    desk.locator("[data-testid=player][data-state=paused]").wait_for()
    found = []
    for tab in TABS:
        desk.get_by_role("tab", name=tab).click()
        found += axe(desk, f"{tab} ({scheme}, {width})")
        if desk.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{tab} is wider than {width}")
    assert found == []
