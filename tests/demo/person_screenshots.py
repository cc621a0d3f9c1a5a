"""`make person-screenshots`: every state that a recorded person meets, in three languages, on a phone and at a desk.

    python -m tests.demo.person_screenshots           the selection of docs/screenshots/person
    python -m tests.demo.person_screenshots FOLDER    all of them

From a stack of its own; the bar from the built recorder against the fake at the wire. Dates in them are those of the day.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import launch
from tests.stack import ROOT, Stack

DOCS = ROOT / "docs" / "screenshots" / "person"
LANGUAGES = ["en", "de", "ar"]
FORMS: dict[str, Any] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1024, "height": 768}}
QUALITY = 60  # WebP: they are many, and to be looked at, not to be measured
SELECTED = {"consent", "consent-branded", "review", "own-recording", "own-ready", "bar-recording", "bar-tools"}
SELECTED_AT_A_DESK = {"consent", "review-watch", "bar-recording"}
LEADS_ON = {"consent", "review"}  # from them a press leads to others
# One link for each state and language; where it leads to, by the state's name.
MAKE = """
import io
import json
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw
from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.services import deletion
from apps.recordings.models import Recording, Watch
from apps.recordings.services import packing
from apps.sites import services as sites
from apps.sites.models import Site
from apps.tickets import services as tickets
from tests.demo import seed
from tests.player import recorded

BY, NOW = Actor.system("demo"), timezone.now()
shop, other = Site.objects.filter(halted_at=None).order_by("created_at")[:2]
alice = User.objects.get(email="alice@example.com")
ON = {"started_at": NOW, "trusted_at": NOW, "limit_at": NOW + timedelta(minutes=30)}
ENDED = {**ON, "ended_at": NOW, "ended": "stopped"}
OWN = {
    "own-created": {"state": "created"},
    "own-recording": {"state": "recording", **ON},
    "own-paused": {"state": "paused", **ON},
    "review-wait": {"state": "processing", **ENDED},
    "own-ready": {"state": "ready", **ENDED, "shared_at": NOW},
    "own-frozen": {"state": "ready", **ENDED, "shared_at": NOW, "frozen_at": NOW},
}


def link(language, site=shop):
    ticket = tickets.open_ticket(
        site, subject="The order cannot be paid", email="dora@example.com", name="Dora", body="", by=BY
    )
    made = links.issue(ticket, language=language, by=BY)
    MagicLink.objects.filter(pk=made.pk).update(issued_by=alice)
    return MagicLink.objects.get(pk=made.pk)


def agreed(language):
    return consents.give(link(language), language=language, live=False, by=BY)


def closed(language, verb):
    one = link(language)
    verb(one, by=BY)
    return links.url(one)


def in_review(language):
    receipt = agreed(language)
    events = seed.events_from(NOW - timedelta(minutes=10))
    packing.pack(recorded.keep(Recording.objects.get(receipt=receipt), [events]), by=BY)
    return consents.url(receipt)


def give_look(site):
    drawn, out = Image.new("RGBA", (300, 96), (0, 0, 0, 0)), io.BytesIO()
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((8, 8, 88, 88), fill="#0b5cad")
    pen.polygon([(48, 20), (74, 72), (22, 72)], fill="#ffffff")
    pen.rounded_rectangle((108, 34, 290, 62), 14, fill="#0b5cad")
    drawn.save(out, "PNG")
    sites.set_logo(site, out.getvalue(), by=BY)
    sites.brand(site, accent="#0b5cad", accent_dark="", by=BY)


def pages(language):
    found = {"consent": links.url(link(language)), "consent-branded": links.url(link(language, other))}
    for name, verb in [("declined", links.decline), ("on-hold", links.suspend), ("revoked", links.revoke)]:
        found[name] = closed(language, verb)
    late = link(language)
    MagicLink.objects.filter(pk=late.pk).update(expires_at=NOW)
    found["expired"] = links.url(late)
    for name, facts in OWN.items():
        receipt = agreed(language)
        Recording.objects.filter(receipt=receipt).update(**facts)
        found[name] = consents.url(receipt)
        if name == "own-ready":
            Watch.objects.create(recording=receipt.recording, user=alice, role="agent", spans=[[0, 41_000]])
            found["used"] = links.url(receipt.link)
    found["review"] = in_review(language)
    gone = agreed(language)
    consents.withdraw(gone, by=BY)
    deletion.delete(gone.recording.pk)
    found["own-deleted"] = consents.url(gone)
    found["typed-code"] = f"{settings.BASE_URL}/c/?lang={language}"
    found["no-cookies"] = f"{settings.BASE_URL}/me/rcp_0/?start=1&lang={language}"
    found["not-there"] = f"{settings.BASE_URL}/l/nothing?lang={language}"
    return found


give_look(other)
print(json.dumps({language: pages(language) for language in LANGUAGES}))
"""
SHOP = """<style>body { font: 16px/1.5 sans-serif; margin: 0; padding: 2rem; background: #faf7f2; color: #2b2b2b }
input { font: inherit; padding: .5rem; width: 100%; max-width: 20rem; box-sizing: border-box } p { max-width: 34rem }
button { font: inherit; padding: .5rem 1rem }</style><h1>Harbour Shop</h1><p>Two storm lanterns, one coil of rope.</p>
<p><label>Name<br><input value="Dora"></label></p><p><label>Card<br><input></label></p><button>Pay now</button>"""


@dataclass(frozen=True)
class Taker:
    """Keeps the pictures that are wanted; `folder` gets all, the docs a selection."""

    folder: Path
    takes_all: bool
    language: str
    form: str

    def wants(self, name: str) -> bool:
        return self.takes_all or name in (SELECTED if self.form == "phone" else SELECTED_AT_A_DESK)

    def take(self, page: Page, name: str, *, full_page: bool = True) -> None:
        if self.wants(name):
            picture = Image.open(io.BytesIO(page.screenshot(full_page=full_page)))
            picture.save(self.folder / f"{name}-{self.language}-{self.form}.webp", quality=QUALITY, method=6)


def _more_of(page: Page, name: str, taker: Taker) -> None:
    """What comes after a press on the page."""
    if name == "consent":
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")
        taker.take(page, "consent-details")
        page.get_by_test_id("consent-elsewhere").click()
        taker.take(page, "elsewhere")
    if name == "review":
        page.goto(f"{page.url.partition('?')[0]}?watch")
        page.wait_for_selector("[data-testid=player][data-state=paused]")
        taker.take(page, "review-watch")


def _pages(browser: Browser, taker: Taker, pages: dict[str, str]) -> None:
    for name, address in pages.items():
        if not taker.wants(name) and name not in LEADS_ON:
            continue
        context = browser.new_context(viewport=FORMS[taker.form], reduced_motion="reduce")
        page = context.new_page()
        page.goto(address)
        taker.take(page, name)
        _more_of(page, name, taker)
        context.close()


def _bar(browser: Browser, taker: Taker, case: Any) -> None:
    """The bar in a customer's page, in the states to which a few presses lead."""
    context = browser.new_context(viewport=FORMS[taker.form], reduced_motion="reduce", locale=taker.language)
    page = context.new_page()
    page.route("**/exchange", lambda route: route.abort())
    page.goto(case.consented("/"), wait_until="commit")
    page.wait_for_selector("[data-testid=placet-close]")
    taker.take(page, "bar-not-started", full_page=False)
    page.unroute("**/exchange")
    page.goto("about:blank")  # else only the fragment would change
    page.goto(case.landing("/"))
    page.wait_for_selector("[data-testid=placet-start]")
    taker.take(page, "bar-ask", full_page=False)
    page.get_by_test_id("placet-start").click()
    steps = [("more", "bar-recording"), ("tools-note", "bar-tools"), ("note-save", "bar-note")]
    steps += [
        ("tools-back", ""),
        ("pause", ""),
        ("resume", "bar-paused"),
        ("withdraw", ""),
        ("withdraw-confirm", "bar-sure"),
    ]
    for button, name in steps:
        there = page.get_by_test_id(f"placet-{button}")
        there.wait_for()
        if name:
            taker.take(page, name, full_page=False)
        if button != "note-save":
            there.click()
        if button == "resume":
            page.wait_for_selector("placet-bar .bar[data-state=recording]")
    page.wait_for_selector("[data-testid=placet-close]")
    taker.take(page, "bar-deleted", full_page=False)
    context.close()


def _in_django() -> Callable[[str], Any]:
    """A case at the wire, whose bar speaks a language. Django is needed for the words alone."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["PLACET_DATA_DIR"] = tempfile.mkdtemp()
    import django

    django.setup()
    from django.utils import translation

    from apps.recordings import bar
    from tests.recorder.wire import Wire

    wire = Wire()

    def case(language: str) -> Any:
        made = wire.case()
        with translation.override(language):
            made.grant["words"] = bar.spoken(agent="Mara", site="Harbour Shop", ticket=4711)
        made.put("/", SHOP)
        return made

    return case


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as own,
        Stack(Path(own), env={"DEMO_PASSWORD": "a password of the demo"}) as stack,
        sync_playwright() as playwright,
    ):
        for sweeper in ("beat", "worker"):  # they would end what is said to run
            stack.kill(sweeper)
        stack.python("from tests.demo import seed; seed.found_and_tell()")
        pages = stack.python(f"LANGUAGES = {LANGUAGES!r}\n{MAKE}")
        made: dict[str, dict[str, str]] = json.loads(pages.strip().splitlines()[-1])
        browser, case = launch(playwright), _in_django()
        for language in LANGUAGES:
            for form in FORMS:
                taker = Taker(folder, len(sys.argv) > 1, language, form)
                _pages(browser, taker, made[language])
                _bar(browser, taker, case(language))
        browser.close()
    taken = sorted(folder.glob("*.webp"))
    print(f"{len(taken)} pictures, {sum(one.stat().st_size for one in taken) // 1000} kB, in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
