"""Run inside a checkout of an earlier release: an installation as that release left it, with four recordings.

    python fill.py FOLDER        (PLACET_DATA_DIR and PLACET_KEYS_DIR lie in FOLDER; see make.py)

`plays` was sent to support. `due` was, too, and its ticket is solved. `half` was being deleted when its worker was
killed, after its key was gone. `running` is being recorded: `upload.bin` is what that release's recorder, in a real
browser, sends next. `facts.json` says which is which.
"""

import json
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from apps.core.actors import Actor  # noqa: E402
from apps.keys import services as keys  # noqa: E402
from apps.recordings.models import Recording  # noqa: E402
from apps.recordings.services import lifecycle, sweeps  # noqa: E402
from apps.tickets import services as tickets  # noqa: E402
from apps.tickets.models import Ticket  # noqa: E402
from tests import browser as chromium  # noqa: E402
from tests import factories  # noqa: E402
from tests.recorder import wire as fake  # noqa: E402
from tests.recordings import wire  # noqa: E402
from tests.recordings.conftest import Browser  # noqa: E402

SYSTEM = Actor.system("command:fill")
PAGE = "<h1>Harbour Shop</h1><label>Name <input id=name></label><button id=buy>Buy</button><p id=said></p>"


def upload_of_a_browser() -> bytes:
    """The body of the first upload, as this release's recorder sends it."""
    bodies: list[bytes] = []
    taken = fake._Handler._chunk

    def take(self, case, page, seq, body):  # noqa: ANN001, ANN202
        bodies.append(body)
        return taken(self, case, page, seq, body)

    fake._Handler._chunk = take
    with fake.serving() as server, sync_playwright() as playwright:
        started = chromium.launch(playwright)
        page = started.new_page()
        case = server.case()
        case.put("/", PAGE)
        page.goto(case.consented("/"))
        page.wait_for_selector("placet-bar")
        page.fill("#name", "Dora Example")
        page.click("#buy")
        case.wait(lambda: bodies)
        started.close()
    return bodies[0]


def begun(number: int) -> Browser:
    site = factories.Site.objects.get(slug="shop")
    dora = Browser(factories.consent(factories.TicketFactory(site=site, number=number)))
    assert dora.exchange().status == 200
    assert dora.chunk(wire.page_events(wire.now_ms()), flags="st").status == 200
    return dora


def sent(number: int) -> Recording:
    dora = begun(number)
    assert dora.chunk([wire.click(wire.now_ms())], seq=1, flags="l").status == 200
    assert dora.control("stop").status == 200
    assert sweeps.process_waiting() == 1
    return lifecycle.share(dora.fresh(), by=Actor.person(dora.recording.receipt_id))


def main(folder: Path) -> None:
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0, database="keys")
    factories.people(factories.shop(), factories.SiteFactory())
    plays, due, half, running = sent(4711), sent(4712), sent(4713), begun(4714)
    tickets.resolve(Ticket.objects.get(number=4712), by=SYSTEM)
    lifecycle.doom(half, cause=Recording.Cause.ERASED, by=SYSTEM)
    keys.shred(half.pk)
    due.refresh_from_db()
    _token, _tab, rest = upload.partition(b"\t")
    (folder / "upload.bin").write_bytes(f"1 {running.token}\t".encode() + rest)
    facts = {
        "made": time.time(), "due_at": due.delete_at.timestamp(), "page": running.page,
        "plays": plays.pk, "due": due.pk, "half": half.pk, "running": running.recording.pk,
    }  # fmt: skip
    (folder / "facts.json").write_text(json.dumps(facts, indent=2))


if __name__ == "__main__":
    # Before the database: Playwright's loop and Django's connections do not share a thread.
    upload = upload_of_a_browser()
    main(Path(sys.argv[1]))
