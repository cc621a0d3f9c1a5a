"""The person's pages in a site's own look: still readable, still light, still nobody else's."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from apps.sites import branding
from apps.sites import services as sites
from tests.browser import axe
from tests.person.conftest import BY
from tests.person.test_in_the_browser import PHONE, STATES, Case, case, go, pytestmark  # noqa: F401
from tests.sites.test_brand import picture

ACCENT = "#0b5cad"


def _look(case: Case) -> None:  # noqa: F811
    sites.brand(case.link.site, accent=ACCENT, accent_dark="", by=BY)
    sites.set_logo(case.link.site, picture(), by=BY)


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"


@pytest.mark.parametrize("name", ["consent", "own, sent and watched"])
def test_its_logo_and_colour_are_there_and_everything_can_be_read(case: Case, browser: Browser, name: str) -> None:  # noqa: F811
    _look(case)
    url = STATES[name](case)
    for scheme, accent in [("light", ACCENT), ("dark", branding.nearest(ACCENT, ground=branding.DARK_GROUND))]:
        context = browser.new_context(viewport=PHONE, color_scheme=scheme)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, seen=asked: seen.append(request.url))
        go(page, url)
        page.wait_for_load_state("networkidle")
        assert page.locator("img.logo").evaluate("each => each.naturalHeight") > 0
        button = page.locator("main button:not(.quiet), main a.button:not(.quiet), main a").first
        name_of = "background-color" if name == "consent" else "color"
        assert button.evaluate("(each, of) => getComputedStyle(each).getPropertyValue(of)", name_of) == _rgb(accent)
        assert axe(page, f"{name} ({scheme})") == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert [one for one in asked if not one.startswith((case.base, "data:"))] == []
        context.close()


def test_the_consent_page_stays_below_30_kb_sets_no_cookie_and_shows_both_answers_at_once(
    case: Case,  # noqa: F811
    browser: Browser,  # noqa: F811
) -> None:
    _look(case)
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    bodies: dict[str, int] = {}
    page.on("response", lambda answer: bodies.update({answer.url: len(answer.body())}))
    page.goto(case.link_url, wait_until="networkidle")
    assert len(bodies) == 4, bodies
    assert sum(bodies.values()) < 30_000, bodies
    assert context.cookies() == []
    boxes = [page.locator(f"[data-testid=consent-{name}]").bounding_box() for name in ("agree", "decline")]
    assert all(box and box["y"] + box["height"] <= PHONE["height"] for box in boxes)
    context.close()
