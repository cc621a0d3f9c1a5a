"""The person's pages in Chromium, in each state: on a phone and at a desk, light and dark, without JavaScript.

Nothing here needs a script, so most of it runs with none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.services import deletion
from apps.recordings.models import Recording, Watch
from apps.sites import services as sites
from tests.browser import axe
from tests.person.conftest import BY

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(
        not (django_settings.FRONTEND_DIST / "static" / "person.css").exists(), reason="needs the built style sheets"
    ),
]
PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 800}


@dataclass
class Case:
    """One link, and the two addresses that its person may open."""

    base: str
    link: MagicLink

    @property
    def link_url(self) -> str:
        return links.url(MagicLink.objects.get(pk=self.link.pk))

    def agree(self, *, live: bool = False) -> Receipt:
        return consents.give(self.link, language="en", live=live, by=Actor.person(self.link.pk))

    def own_url(self) -> str:
        """Opens the own page in a browser that has no cookie yet."""
        return consents.url(Receipt.objects.get())

    def recording(self, state: str, **facts: Any) -> None:
        now = timezone.now()
        began = {"started_at": now, "trusted_at": now} if state != "created" else {}
        Recording.objects.update(state=state, **began, **facts)


@pytest.fixture
def case(live_server: LiveServer, settings: Any, link: MagicLink) -> Case:
    # The origin is compared with BASE_URL; the live server has a port of its own.
    settings.BASE_URL = live_server.url
    sites.change_policy(link.site, reason="so that the choice is on the page", allow_live=True, by=BY)
    return Case(live_server.url, link)


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    yield context
    context.close()


# --- Every state -----------------------------------------------------------------------------------------


def _asks_live(case: Case) -> str:
    case.link = links.issue(case.link.ticket, asks_live=True, by=Actor.system("test"))
    return case.link_url


def _after(verb: Callable[..., Any]) -> Callable[[Case], str]:
    def state(case: Case) -> str:
        verb(case.link, by=BY)
        return case.link_url

    return state


def _used(state: str) -> Callable[[Case], str]:
    def used(case: Case) -> str:
        case.agree()
        case.recording(state)
        return case.link_url

    return used


def _own(state: str, **facts: Any) -> Callable[[Case], str]:
    def own(case: Case) -> str:
        case.agree()
        case.recording(state, **facts)
        return case.own_url()

    return own


def _watched(case: Case) -> str:
    case.agree()
    recording = Recording.objects.get()
    case.recording("ready", shared_at=timezone.now(), delete_at=timezone.now() + timedelta(days=30))
    alice = case.link.issued_by
    Watch.objects.create(recording=recording, user=alice, role="agent", spans=[[0, 41_000]])
    return case.own_url()


def _withdrawn(case: Case) -> str:
    consents.withdraw(case.agree(), by=BY)
    return case.own_url()


def _deleted(case: Case) -> str:
    url = _withdrawn(case)
    deletion.delete(Recording.objects.get().pk)
    assert Recording.objects.get().state == "deleted"
    return url


def _no_way_to_start(case: Case) -> str:
    case.agree()
    case.link.site.origins.update(origin="https://elsewhere.example")
    return case.own_url()


def _stuck(case: Case) -> str:
    links.note_stuck(MagicLink.objects.get(pk=case.agree().link_id), by=BY)
    return case.own_url()


def _asked_again(case: Case) -> str:
    MagicLink.objects.update(expires_at=timezone.now(), asked_again_at=timezone.now())
    return case.link_url


def _past_its_date(case: Case) -> str:
    MagicLink.objects.update(expires_at=timezone.now())
    return case.link_url


STATES: dict[str, Callable[[Case], str]] = {
    "consent": lambda case: case.link_url,
    "consent with live viewing": _asks_live,
    "declined": _after(links.decline),
    "expired": _past_its_date,
    "expired, another one asked for": _asked_again,
    "no cookies": lambda case: f"{case.base}/me/rcp_0/?start=1",
    "revoked": _after(links.revoke),
    "suspended": _after(links.suspend),
    "used": _used("recording"),
    "used and sent": _used("ready"),
    "forged": lambda case: f"{case.base}/l/forged",
    "typed code": lambda case: f"{case.base}/c/",
    "own, before the start": _own("created"),
    "own, no way to start": _no_way_to_start,
    "own, does not start": _stuck,
    "own, recording": _own("recording"),
    "own, paused": _own("paused"),
    "own, in review": _own("in_review"),
    "own, sent and watched": _watched,
    "own, withdrawn": _withdrawn,
    "own, deleted": _deleted,
}
# Where the page would go on to the review, `stay` keeps it here.
STAYS = "?stay=1"


def go(page: Page, url: str) -> None:
    page.goto(url)
    if ("/me/" in page.url and "?start" not in page.url) or page.url.endswith("/review/"):
        page.goto(re.sub(r"(/me/[^/]+/).*", rf"\1{STAYS}", page.url))


@pytest.mark.parametrize("name", STATES)
def test_each_state_is_accessible_light_and_dark_and_never_wider_than_its_window(
    case: Case, browser: Browser, name: str
) -> None:
    url = STATES[name](case)
    found: list[str] = []
    for scheme, size in [("light", DESK), ("dark", PHONE), ("light", {"width": 320, "height": 640})]:
        context = browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        foreign: list[str] = []
        page.on("request", lambda request, seen=foreign: seen.append(request.url))
        go(page, url)
        if page.locator("summary").count():
            for summary in reversed(page.locator("summary").all()):  # the languages, which lie over the rest, last
                summary.click()
        found += axe(page, f"{name} ({scheme}, {size['width']})")
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            found.append(f"{name} is wider than {size['width']}")
        found += [one for one in foreign if not one.startswith((case.base, "data:"))]
        context.close()
    assert found == []


# --- The two answers -------------------------------------------------------------------------------------

LOOK = """button => {
  const s = getComputedStyle(button);
  return [s.fontSize, s.fontWeight, s.fontFamily, s.color, s.backgroundColor, s.borderTopWidth, s.borderTopColor,
          s.borderRadius, s.opacity, button.tagName];
}"""


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_agreeing_and_declining_are_equal_and_on_the_first_screen_of_a_phone(
    case: Case, browser: Browser, scheme: str, live: bool
) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(_asks_live(case) if live else case.link_url)
    agree, decline = (page.locator(f"[data-testid=consent-{name}]") for name in ("agree", "decline"))
    a, d = agree.bounding_box(), decline.bounding_box()
    assert a is not None
    assert d is not None
    for side in ("width", "height", "y"):
        assert abs(a[side] - d[side]) <= 2, (side, a, d)
    assert max(a["y"] + a["height"], d["y"] + d["height"]) <= PHONE["height"]
    assert min(a["height"], d["height"]) >= 44
    assert agree.evaluate(LOOK) == decline.evaluate(LOOK)
    assert agree.inner_text() == "Record and share with support"
    assert decline.inner_text() == "Don't record"
    context.close()


def test_nothing_is_ticked_beforehand_and_nothing_but_a_press_agrees(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.clock.install()
    page.goto(_asks_live(case))
    assert page.locator("[checked], input:checked").count() == 0
    assert page.locator("[name=live]").is_visible()
    page.mouse.wheel(0, 5_000)
    page.clock.run_for(5 * 60_000)
    page.keyboard.press("Escape")
    page.close()
    context.close()
    assert {link.state for link in MagicLink.objects.all()} == {"issued"}


# --- Keyboard, zoom, no script ---------------------------------------------------------------------------


FOCUSED = """(() => {
  const focused = document.activeElement;
  return focused === document.body ? "" : (focused.innerText || focused.name).trim();
})()"""


def _reached(page: Page) -> list[str]:
    """What the Tab key visits, by what it is called."""
    names: list[str] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        name = page.evaluate(FOCUSED)
        if not name or name in names:
            return names
        names.append(name)
    return names


def test_the_consent_page_by_keyboard_alone(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(_asks_live(case))
    order = _reached(page)
    more = [
        "A picture of what they would see",
        "All details",
        "Ask a question first",
        "Continue on another device",
        "This was not me",
    ]
    assert order == ["English", "live", "Record and share with support", "Don't record", *more]
    page.reload()
    for _ in range(3):
        page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You said no to this request.")
    assert MagicLink.objects.get(pk=case.link.pk).state == "declined"
    context.close()


def test_what_a_screen_reader_meets_in_order(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(case.link_url)
    tree = page.locator("body").aria_snapshot()
    wanted = [
        'heading "May support see what you see?" [level=1]', "strong: Alice", "list:", "Recorded:", "Never:",
        'button "Record and share with support"', 'button "Don\'t record"', "You get the same help if you say no.",
    ]  # fmt: skip
    places = [tree.find(one) for one in wanted]
    assert -1 not in places, tree
    assert places == sorted(places)
    context.close()


def test_declining_reconsidering_and_agreeing_without_javascript(case: Case, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(case.link_url)
    page.locator("[data-testid=consent-decline]").click()
    page.locator("[data-testid=link-reconsider]").click()
    page.route("https://shop.example/**", lambda route: route.fulfill(body="<h1>Shop</h1>", content_type="text/html"))
    page.locator("[data-testid=consent-agree]").click()
    page.wait_for_url("https://shop.example/**")
    assert "~placet=" in page.url
    assert Receipt.objects.get().state == "given"


def test_withdrawing_without_javascript(case: Case, phone: BrowserContext) -> None:
    page = phone.new_page()
    case.agree()
    case.recording("recording")
    page.goto(case.own_url())
    page.locator("[data-testid=own-withdraw]").click()
    page.wait_for_selector("text=You took your consent back")
    assert Recording.objects.get().state == "deleting"


def test_all_that_opens_on_the_consent_page_is_accessible_and_fits(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(case.link_url)
    for summary in page.locator("summary").all():
        summary.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert axe(page, f"consent, opened, {scheme}") == []
    assert page.get_by_role("img", name="A drawn page").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_asking_first_without_javascript(case: Case, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(case.link_url)
    page.locator("summary", has_text="Ask a question first").click()
    page.get_by_label("Your question").fill("Will you see my address?")
    page.locator("[data-testid=consent-ask]").click()
    page.wait_for_selector("text=Your question was sent to support.")
    assert case.link.ticket.comments.get(author=None).body == "Will you see my address?"
    assert MagicLink.objects.get().state == "issued"


def test_going_on_at_another_device_without_javascript(case: Case, phone: BrowserContext, browser: Browser) -> None:
    page = phone.new_page()
    page.goto(case.link_url)
    page.locator("summary", has_text="Continue on another device").click()
    page.locator("[data-testid=consent-elsewhere]").click()
    code = page.locator("[data-testid=spelt-code]").inner_text()
    assert page.get_by_role("img", name="to scan with a phone").is_visible()
    laptop = browser.new_context(viewport=DESK)
    other = laptop.new_page()
    other.goto(f"{case.base}/c/")
    other.get_by_label("Number of your request").fill(str(case.link.ticket.number))
    other.get_by_label("Code", exact=True).fill(code)
    other.locator("[data-testid=typed-go]").click()
    assert other.locator("[data-testid=consent-agree]").is_visible()
    laptop.close()


def test_the_page_for_another_device_is_accessible_and_fits(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme="dark")
    page = context.new_page()
    page.goto(case.link_url)
    page.locator("summary", has_text="Continue on another device").click()
    page.locator("[data-testid=consent-elsewhere]").click()
    assert axe(page, "another device") == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_this_was_not_me_without_javascript(case: Case, phone: BrowserContext) -> None:
    page = phone.new_page()
    page.goto(case.link_url)
    page.locator("summary", has_text="This was not me").click()
    page.locator("[data-testid=consent-not-me]").click()
    page.wait_for_selector("text=This link is on hold")
    assert MagicLink.objects.get().suspended_at is not None


def test_the_consent_page_weighs_less_than_30_kb_and_asks_for_two_files(case: Case, browser: Browser) -> None:
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    bodies: dict[str, int] = {}
    page.on("response", lambda answer: bodies.update({answer.url: len(answer.body())}))
    page.goto(case.link_url, wait_until="networkidle")
    assert len(bodies) == 2, bodies
    assert sum(bodies.values()) < 30_000, bodies
    context.close()
