"""One support case from the ticket to the deleted recording, with every part real.

Two browsers: alice's at Placet and dora's at the shop. The stack runs under libfaketime, so that the days of the
retention pass in a moment.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stack import Stack, free_port, wait_for

pytestmark = pytest.mark.e2e

PASSWORD = "correct horse battery"
CARD = "4242 4242 4242 4242"
SECRET = "Zwetschgenkuchen-77"
STAFF = f"""
from apps.accounts.models import User
from apps.sites.models import Membership, Site
alice = User.objects.create_user("alice@example.com", {PASSWORD!r}, name="Alice Example")
Membership.objects.create(site=Site.objects.get(slug="shop"), user=alice, role="agent")
"""
DUMP = """
import json
from apps.recordings.models import Recording
from apps.recordings.services import replay
from apps.core.actors import Actor
recording = Recording.objects.get()
by = Actor.system("test:dump")
index = json.loads(replay.index(recording, by=by))
segments = [json.loads(replay.segment(recording, one["n"], by=by)) for one in index["segments"]]
print(json.dumps({"index": index, "segments": segments}))
"""


@pytest.fixture(scope="module")
def shop_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, shop_port: int) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("e2e"), faketime=True, env={"DEMO_PASSWORD": PASSWORD}) as stack:
        shop = f"http://localhost:{shop_port}"
        site = stack.json(
            "create_site", "--slug", "shop", "--name", "Harbour Shop", "--origin", shop, "--landing", f"{shop}/"
        )
        stack.python(STAFF)
        env = {"SHOP_PORT": str(shop_port), "PLACET_URL": stack.url, "PLACET_SITE_KEY": site["public_key"]}
        stack.start("shop", [sys.executable, "-m", "tests.demo.shop"], env)
        wait_for(lambda: urllib.request.urlopen(shop, timeout=2).status == 200, what="the shop")
        yield stack


def fact(stack: Stack, expression: str) -> str:
    code = f"from apps.recordings.models import Recording; r = Recording.objects.get(); print({expression})"
    return stack.python(code).strip()


def sign_in(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/")
    page.locator("input[name=login]").fill("alice@example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"{stack.url}/")


def open_a_ticket_and_issue_a_link(page: Page, stack: Stack) -> str:
    page.goto(f"{stack.url}/tickets/new/")
    page.locator("[name=subject]").fill("The checkout does not work")
    page.locator("[name=email]").fill("dora@example.com")
    page.locator("[name=body]").fill("When I press pay, nothing happens.")
    page.locator("form:has([name=subject]) button[type=submit]").first.click()
    page.get_by_role("button", name="Send recording link").click()
    page.get_by_role("button", name="Show the link to copy").click()
    return page.locator("#fresh-url").input_value()


def agree(page: Page, link: str, shop: str) -> None:
    page.goto(link)
    assert page.context.cookies() == [], "nothing is set before an action"
    page.locator("[data-testid=consent-agree]").click()
    page.wait_for_url(f"{shop}/**")
    expect(page.locator("placet-bar")).to_contain_text("Recording", timeout=30_000)
    assert "placet=" not in page.url


def shop_and_meet_the_bug(page: Page, shop: str) -> None:
    page.goto(f"{shop}/p/keeper-lantern")
    page.locator("[data-testid=shop-add]").first.click()
    page.goto(f"{shop}/checkout")
    for field in page.locator("form input:visible").all():
        kind = field.get_attribute("type") or "text"
        if kind in {"text", "tel", "email", "password"} and not field.input_value():
            name = (field.get_attribute("name") or "").lower()
            value = CARD if "number" in name or ("card" in name and "name" not in name) else SECRET
            values = {"email": "dora@example.com", "expiry": "12/29", "cvc": "737", "postcode": "5003"}
            field.fill(next((v for key, v in values.items() if key in name), value))
    page.locator("[data-testid=shop-pay]").click()
    expect(page.locator("[data-testid=shop-pay-error]")).to_contain_text("Payment failed")


def stop_and_send(page: Page, stack: Stack) -> None:
    page.locator("[data-testid=placet-stop]").click()
    page.wait_for_url(f"{stack.url}/me/**")
    page.locator("[data-testid=review-send]").click(timeout=90_000)
    wait_for(lambda: fact(stack, "r.state") == "ready", what="sent")


def replay(page: Page, stack: Stack) -> None:
    recording = fact(stack, "r.pk")
    page.goto(f"{stack.url}/recordings/{recording}/")
    player = page.locator("[data-testid=player]")
    expect(player).to_have_attribute("data-state", "paused", timeout=30_000)
    expect(player.locator("iframe[data-current]")).to_have_count(1)
    expect(page.locator("body")).to_contain_text("/pay")
    expect(page.locator("body")).to_contain_text("500")
    expect(page.locator("body")).to_contain_text("E4021")


def nowhere(stack: Stack, *secrets: str) -> None:
    """Raw files and Redis' memory; what is encrypted has been looked through in the clear before."""
    needles = [secret.encode() for secret in secrets]
    found = [
        f"{path}: {needle!r}"
        for folder in (stack.data, stack.folder / "keys")
        for path in folder.rglob("*")
        if path.is_file() and not path.is_relative_to(stack.data / "run" / "static")
        and "shop" not in path.name
        for needle in needles
        if needle in path.read_bytes()
    ]  # fmt: skip
    assert found == []


def dumped(stack: Stack) -> dict[str, Any]:
    return json.loads(stack.python(DUMP))


def test_a_support_case_from_the_ticket_to_the_deleted_recording(
    stack: Stack, browser: Browser, shop_port: int
) -> None:
    shop = f"http://localhost:{shop_port}"
    staff, person = browser.new_context().new_page(), browser.new_context().new_page()
    sign_in(staff, stack)
    link = open_a_ticket_and_issue_a_link(staff, stack)

    agree(person, link, shop)
    shop_and_meet_the_bug(person, shop)
    stop_and_send(person, stack)

    contents = dumped(stack)
    text = json.dumps(contents, ensure_ascii=False)
    assert "Payment failed" in text
    network = contents["index"]["network"]
    tags = sorted({e["data"]["tag"] for part in contents["segments"] for e in part if e["type"] == 5})
    assert [row["url"] for row in network if row["status"] == 500] == [f"{shop}/pay"], (network, tags)
    for secret in (CARD, CARD.replace(" ", ""), SECRET, "737"):
        assert f'"{secret}"' not in text
    assert SECRET not in text
    assert CARD not in text
    replay(staff, stack)
    nowhere(stack, CARD, CARD.replace(" ", ""), SECRET)

    number = fact(stack, "r.ticket.number")
    staff.goto(f"{stack.url}/tickets/{number}/")
    staff.get_by_role("button", name="Resolve").first.click()
    wait_for(lambda: fact(stack, "r.delete_at is not None") == "True", what="the day is planned")
    objects = list((stack.data / "objects").rglob("*"))
    assert objects, "there is something to delete"
    stack.travel("+31d")
    wait_for(lambda: fact(stack, "r.state") == "deleted", seconds=120, what=f"deleted; see {stack.logs}")

    keys = (
        "from apps.keys.models import DataKey; k = DataKey.objects.get(); print(k.wrapped, k.shredded_at is not None)"
    )
    assert stack.python(keys).strip() == "None True"
    assert [path for path in (stack.data / "objects").rglob("*") if path.is_file()] == []
    assert fact(stack, "r.chunks.count() + r.segments.count()") == "0"
    receipt = stack.folder / "receipt.json"
    receipt.write_text(stack.python("from apps.privacy.models import DeletionReceipt; import json; "
                                    "print(json.dumps(DeletionReceipt.objects.get().document))"))  # fmt: skip
    stack.manage("verify_receipt", str(receipt))
    # All the way nobody was contacted: not by the web process, the worker, beat, or a command.
    assert stack.strangers() == ""
