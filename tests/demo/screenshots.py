"""`make screenshots`: take docs/screenshots again, from a stack of its own with the demo's data.

    python -m tests.demo.screenshots               the few that README and docs show
    python -m tests.demo.screenshots --all FOLDER  every page, light, dark and 390 px wide

Dates in them are those of the day; all else is the demo's.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import launch
from tests.demo import png, record
from tests.stack import ROOT, Stack, free_port

DOCS = ROOT / "docs" / "screenshots"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FORMS = {"light": (WIDE, "light"), "dark": (WIDE, "dark"), "phone": (PHONE, "light")}
# What is committed: the name of a page, and its form.
SHOWN = {
    ("ticket", "light"), ("player", "light"), ("consent", "phone"), ("shop-recorded", "phone"), ("site", "light"),
}  # fmt: skip
PASSWORD = record.PASSWORD  # she types it
BEHIND_ITS_END_S = 600  # the player stops at the last moment: the failed payment
LIST_ADMIN = """
import json
from django.contrib import admin
print(json.dumps([f"{m._meta.app_label}/{m._meta.model_name}" for m in admin.site._registry]))
"""
NUMBERS = """
import json
from apps.tickets.models import Ticket
from apps.recordings.models import Recording
numbers = {ticket.subject: ticket.number for ticket in Ticket.objects.all()}
print(json.dumps({"tickets": numbers, "recording": Recording.objects.get().pk}))
"""


@dataclass
class Camera:
    """Takes a page in its three forms into `folder`; only those of SHOWN unless it takes `everything`."""

    folder: Path
    everything: bool
    taken: list[Path] = field(default_factory=list)

    def wants(self, name: str) -> bool:
        return self.everything or name in {shown for shown, _form in SHOWN}

    def shoot(self, page: Page, name: str) -> None:
        for form, (size, scheme) in FORMS.items():
            if not self.everything and (name, form) not in SHOWN:
                continue
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.wait_for_timeout(250)
            path = self.folder / (f"{name}-{form}.png" if self.everything else f"{name}.png")
            page.screenshot(path=path, full_page=self.everything and "player" not in name)
            self.taken.append(path)
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")


@dataclass
class Walk:
    """What the pages are of: a stack with its shop, a browser, the demo's tickets by their subjects."""

    stack: Stack
    shop: str
    browser: Browser
    camera: Camera
    tickets: dict[str, int]
    recording: str

    @contextmanager
    def as_(self, name: str) -> Iterator[Page]:
        """A browser of its own, signed in as one of the staff; "" is nobody."""
        context = self.browser.new_context(base_url=self.stack.url, viewport=WIDE)  # type: ignore[arg-type]
        page = context.new_page()
        if name:
            page.goto("/accounts/login/")
            page.locator("[name=login]").fill(f"{name}@example.com")
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("[name=password]").press("Enter")
            page.locator(".rail, #header").first.wait_for()
        yield page
        context.close()

    def pages(self, page: Page, **addresses: str) -> None:
        for name, address in addresses.items():
            if self.camera.wants(name.replace("_", "-")):
                page.goto(address)
                self.camera.shoot(page, name.replace("_", "-"))


def nobody(walk: Walk) -> None:
    with walk.as_("") as page:
        walk.pages(page, sign_in="/accounts/login/", reset="/accounts/password/reset/", missing="/nowhere/")
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill("alice@example.com")
        page.locator("[name=password]").fill("wrong")
        page.locator("[name=password]").press("Enter")
        page.wait_for_load_state()
        walk.camera.shoot(page, "sign-in-wrong")
        page.goto("/accounts/password/reset/")
        page.locator("[name=email]").fill("alice@example.com")
        page.locator("[name=email]").press("Enter")
        page.wait_for_url("**/done/")
        walk.camera.shoot(page, "reset-done")
        walk.pages(page, signup="/accounts/signup/", link_wrong="/l/nothing.of.ours", typed="/c/", verify="/verify/")


def agent(walk: Walk) -> None:
    of = walk.tickets
    with walk.as_("alice") as page:
        walk.pages(
            page, tickets="/?state=all", tickets_open="/", tickets_none="/?state=all&q=zeppelin",
            ticket=f"/tickets/{of['Payment fails with E4021']}/",
            ticket_sent=f"/tickets/{of['Parcel page always jumps back to the start']}/",
            ticket_declined=f"/tickets/{of['Size guide does not open on my tablet']}/",
            ticket_expired=f"/tickets/{of['Invoice shows the old address']}/",
            ticket_revoked=f"/tickets/{of['Charged twice for the blanket']}/",
            ticket_plain=f"/tickets/{of['When are the boots in 44 back?']}/",
            ticket_new="/tickets/new/", recordings="/recordings/", recordings_none="/recordings/?show=deleted",
            privacy_agent="/privacy/", sites_agent="/sites/", site_agent="/sites/shop/", reports="/reports/",
            account="/account/", password="/accounts/password/change/", factor="/accounts/2fa/", outbox="/outbox/", sign_out="/accounts/logout/",
            link_form=f"/tickets/{of['Payment fails with E4021']}/link/", news="/news/",
        )  # fmt: skip
        play(walk, page)
        if walk.camera.everything:
            wrong_input(walk, page)


def play(walk: Walk, page: Page) -> None:
    page.goto(f"/recordings/{walk.recording}/?t={BEHIND_ITS_END_S}")
    page.locator("[data-testid=player][data-state=paused]").wait_for()
    walk.camera.shoot(page, "player")
    if walk.camera.everything:
        for tab in ["Console", "Network", "Errors", "Privacy", "About"]:
            page.get_by_role("tab", name=tab).click()
            walk.camera.shoot(page, f"player-{tab.lower()}")


def wrong_input(walk: Walk, page: Page) -> None:
    page.goto("/tickets/new/")
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    page.locator("[name=email]").fill("dora at example")
    page.locator("[name=body]").fill("It says that the payment failed.")
    page.get_by_role("button", name="Open the ticket").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "ticket-new-wrong")
    page.goto(f"/tickets/{walk.tickets['Paddle arrived with a crack']}/")
    page.get_by_role("button", name="Send recording link").click()
    walk.camera.shoot(page, "ticket-link-panel")
    page.locator("#send-link [name=landing_url]").fill("https://elsewhere.example/")
    page.get_by_role("button", name="Show the link to copy").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "link-form-wrong")


def privacy_officer(walk: Walk) -> None:
    with walk.as_("erin") as page:
        walk.pages(
            page, privacy="/privacy/", reports_privacy="/reports/", site_privacy="/sites/shop/",
            requests="/privacy/requests/", audit="/privacy/audit/", papers="/privacy/papers/",
            paper_records="/privacy/papers/shop/records", paper_dpia="/privacy/papers/shop/dpia",
            hold=f"/recordings/{walk.recording}/hold/", watching=f"/recordings/{walk.recording}/",
        )  # fmt: skip
    with walk.as_("bob") as page:
        walk.pages(page, recording_delete=f"/recordings/{walk.recording}/delete/")


def admin_of_the_site(walk: Walk) -> None:
    with walk.as_("frank") as page:
        walk.pages(
            page, sites="/sites/", site="/sites/shop/", policy="/sites/shop/policy/", facts="/sites/shop/facts/",
            origins="/sites/shop/origins/", masking="/sites/shop/masking/", mail="/sites/shop/mail/",
            notice_words="/sites/shop/notice/", player_not_his=f"/recordings/{walk.recording}/",
        )  # fmt: skip
        if walk.camera.everything:
            wrong_policy(walk, page)


def wrong_policy(walk: Walk, page: Page) -> None:
    page.goto("/sites/shop/policy/")
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    page.locator("[name=retention_days]").fill("400")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "policy-wrong")


def operator(walk: Walk) -> None:
    with walk.as_("grace") as page:
        walk.pages(page, tickets_no_site="/", admin="/admin/")
        for model in json.loads(walk.stack.python(LIST_ADMIN)):
            name = f"admin-{model.replace('/', '-')}"
            page.goto(f"/admin/{model}/")
            walk.camera.shoot(page, name)
            first = page.locator("#result_list tbody th a").first
            if walk.camera.everything and first.count():
                first.click()
                page.wait_for_load_state()
                walk.camera.shoot(page, f"{name}-one")


def invited(walk: Walk) -> None:
    with walk.as_("frank") as page:
        page.goto("/sites/shop/")
        page.locator("#member-email").fill("hanna@example.com")
        page.get_by_role("button", name="Add or invite").click()
        page.wait_for_load_state()
        walk.camera.shoot(page, "site-invited")


def link_for(walk: Walk, person: str, subject: str) -> str:
    of = ["--site", "shop", "--requester", person, "--ticket", str(walk.tickets[subject])]
    return str(walk.stack.json("create_link", *of, "--landing", f"{walk.shop}/")["url"])


def link_for_dora(walk: Walk) -> str:
    return link_for(walk, "dora@example.com", "Payment fails with E4021")


def who_declines(walk: Walk) -> None:
    with walk.as_("") as page:
        # Not Dora's: who said no is not asked again for a day.
        page.goto(link_for(walk, "kofi.mensah@example.org", "Paddle arrived with a crack"))
        page.get_by_test_id("consent-decline").click()
        page.wait_for_load_state()
        walk.camera.shoot(page, "consent-declined")


def who_agrees(walk: Walk) -> None:
    """Only as far as the page that goes on to the shop by itself."""
    with walk.as_("") as page:
        page.goto(link_for_dora(walk))
        page.route(f"{walk.shop}/**", lambda route: route.fulfill(status=204))
        page.get_by_test_id("consent-agree").click()
        page.get_by_test_id("go-on").wait_for()
        walk.camera.shoot(page, "going-on")


def person(walk: Walk) -> None:
    with walk.as_("") as page:
        page.goto(link_for_dora(walk))
        walk.camera.shoot(page, "consent")
        for more in page.locator("details > summary").all():
            more.click()
        walk.camera.shoot(page, "consent-details")
        page.get_by_test_id("consent-agree").click()
        page.wait_for_url(f"{walk.shop}/**")
        page.locator("placet-bar").wait_for(state="attached")
        walk.camera.shoot(page, "shop-recorded")
        if walk.camera.everything:
            shop_and_stop(walk, page)


def shop_and_stop(walk: Walk, page: Page) -> None:
    record.sign_in(page)
    walk.camera.shoot(page, "shop-account")
    for address in ["messages", "orders", "tracker#/orders/1007", "tides", "stores", "catalogue", "p/ebb-boots"]:
        page.goto(f"{walk.shop}/{address}")
        walk.camera.shoot(page, f"shop-{address.split('#')[0].replace('/', '-')}")
    page.goto(f"{walk.shop}/")
    record.choose_the_lantern(page)
    record.try_to_pay(page)
    walk.camera.shoot(page, "shop-failed")
    page.goto(f"{walk.shop}/checkout/secure")
    page.frame_locator("iframe").locator("input").first.wait_for()
    walk.camera.shoot(page, "shop-secure")
    page.get_by_test_id("placet-stop").click()
    page.get_by_test_id("review-send").wait_for(timeout=90_000)
    page.wait_for_timeout(1_500)
    walk.camera.shoot(page, "review")
    page.get_by_test_id("review-send").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "own")
    page.get_by_role("link", name="All of it, word for word").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "own-notice")
    page.go_back()
    page.get_by_role("link", name="to read and print").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "own-receipt")
    page.go_back()
    for more in page.locator("details > summary").all()[1:]:
        more.click()
    walk.camera.shoot(page, "own-details")
    page.get_by_role("button", name="Take back my consent").click()
    page.wait_for_load_state()
    walk.camera.shoot(page, "own-withdrawn")


STOPS = [nobody, agent, privacy_officer, admin_of_the_site, operator, invited, who_declines, who_agrees, person]
SHORT = [agent, admin_of_the_site, person]  # where all of SHOWN are


@contextmanager
def demo(folder: Path) -> Iterator[tuple[Stack, str]]:
    ports = {"SHOP_PORT": str(free_port()), "PROVIDER_PORT": str(free_port())}
    with Stack(folder, env={**ports, "DEMO_PASSWORD": PASSWORD}) as stack:
        shop = f"http://localhost:{ports['SHOP_PORT']}"
        stack.env |= {"PLACET_URL": stack.url, "SHOP_URL": shop}
        stack.python("from tests.demo import seed; seed.main()")
        stack.start("shop", [sys.executable, "-m", "tests.demo.shop"])
        yield stack, shop


def take(camera: Camera, only: list[str]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="placet-shots-"))
    try:
        with demo(folder) as (stack, shop), sync_playwright() as playwright:
            browser = launch(playwright)
            found = json.loads(stack.python(NUMBERS))
            walk = Walk(stack, shop, browser, camera, found["tickets"], found["recording"])
            for stop in STOPS if camera.everything else SHORT:
                if not only or stop.__name__ in only:
                    print(f"· {stop.__name__.replace('_', ' ')}", flush=True)
                    stop(walk)
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every form, into FOLDER")
    names = [stop.__name__ for stop in STOPS]
    parser.add_argument("--only", nargs="+", default=[], choices=names, help="these parts of the walk")
    options = parser.parse_args()
    camera = Camera(options.all or DOCS, everything=options.all is not None)
    camera.folder.mkdir(parents=True, exist_ok=True)
    take(camera, options.only)
    bytes_ = sum(png.shrink(path) for path in camera.taken)
    print(f"{len(camera.taken)} pictures, {bytes_ // 1000} kB, in {camera.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
