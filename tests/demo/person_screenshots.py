"""`make screenshots`: every state that a recorded person meets, in three languages, on a phone and at a desk.

    python -m tests.demo.person_screenshots [FOLDER]

From a stack of its own, into docs/screenshots/person. Dates in them are those of the day.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import launch
from tests.stack import ROOT, Stack

DOCS = ROOT / "docs" / "screenshots" / "person"
LANGUAGES = ["en", "de", "ar"]
FORMS: dict[str, Any] = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1024, "height": 768}}
QUALITY = 55  # JPEG: they are many, and to be looked at, not to be measured
# One link for each state and language; where it leads to, by the state's name.
MAKE = """
import json
from datetime import timedelta
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from apps.accounts.models import User
from apps.consents import services as consents
from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.services import deletion
from apps.recordings.models import Recording, Watch
from apps.sites.models import Site
from apps.tickets import services as tickets

BY, NOW = Actor.system("demo"), timezone.now()
site = Site.objects.filter(halted_at=None).order_by("created_at")[0]
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


def link(language):
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


def pages(language):
    found = {"consent": links.url(link(language))}
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
    gone = agreed(language)
    consents.withdraw(gone, by=BY)
    deletion.delete(gone.recording.pk)
    found["own-deleted"] = consents.url(gone)
    found["typed-code"] = f"{settings.BASE_URL}/c/?lang={language}"
    found["not-there"] = f"{settings.BASE_URL}/l/nothing?lang={language}"
    return found


print(json.dumps({language: pages(language) for language in LANGUAGES}))
"""


def _take(page: Page, path: Path) -> int:
    page.screenshot(path=path, full_page=True, type="jpeg", quality=QUALITY)
    return path.stat().st_size


def _consent_in_full(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true })")


def _language(browser: Browser, language: str, pages: dict[str, str], folder: Path) -> int:
    taken = 0
    for form, size in FORMS.items():
        for name, address in pages.items():
            context = browser.new_context(viewport=size, reduced_motion="reduce")
            page = context.new_page()
            page.goto(address)
            taken += _take(page, folder / f"{name}-{language}-{form}.jpg")
            if name == "consent":
                _consent_in_full(page)
                taken += _take(page, folder / f"consent-details-{language}-{form}.jpg")
            context.close()
    return taken


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as own,
        Stack(Path(own), env={"DEMO_PASSWORD": "a password of the demo"}) as stack,
        sync_playwright() as playwright,
    ):
        stack.python("from tests.demo import seed; seed.found_and_tell()")
        pages = stack.python(f"LANGUAGES = {LANGUAGES!r}\n{MAKE}")
        made: dict[str, dict[str, str]] = json.loads(pages.strip().splitlines()[-1])
        browser = launch(playwright)
        taken = sum(_language(browser, language, made[language], folder) for language in LANGUAGES)
        browser.close()
    print(f"{len(list(folder.glob('*.jpg')))} pictures, {taken // 1000} kB, in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
