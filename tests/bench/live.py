"""How far behind a live viewer is: the whole real path, from a change in the recorded page to the agent's screen.

    uv run python -m tests.bench.live [--seconds 30]

Two browsers of one machine, so that both read the same clock. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.player import PASSWORD, sign_in
from tests.browser import launch
from tests.stack import Stack, free_port, wait_for

PEOPLE = f"""
from apps.accounts.models import User
from apps.core.actors import Actor
from apps.sites import services as sites
from apps.sites.models import Membership, Site
from allauth.account.models import EmailAddress
user = User.objects.create_user("alice@example.com", "{PASSWORD}", name="Alice")
EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
site = Site.objects.get(slug="shop")
Membership.objects.create(site=site, user=user, role="agent")
sites.change_policy(site, reason="bench", allow_live=True, by=Actor.system("bench"))
"""
# A width passes the gate as it is, and says which change it was.
CHANGE = """
(n) => {
  let box = document.getElementById("placet-lag") ?? document.createElement("div");
  box.id = "placet-lag";
  box.style.width = `${n}px`;
  if (!box.isConnected) document.body.append(box);
  return Date.now();
}
"""
SEEN = """
() => {
  const document_ = document.querySelector("iframe[data-current]")?.contentDocument;
  return [Date.now(), parseInt(document_?.getElementById("placet-lag")?.style.width ?? "0", 10)];
}
"""


def lags(dora: Page, alice: Page, seconds: int) -> list[int]:
    changed: dict[int, int] = {}
    seen: dict[int, int] = {}
    end = time.monotonic() + seconds
    number, next_change = 0, 0.0
    while time.monotonic() < end:
        if time.monotonic() >= next_change:
            number, next_change = number + 1, time.monotonic() + 0.5
            changed[number] = dora.evaluate(CHANGE, number)
        now, shown = alice.evaluate(SEEN)
        for each in range(1, shown + 1):
            seen.setdefault(each, now)
        time.sleep(0.03)
    # The first ones wait for the recorder to hear that somebody watches.
    return sorted(seen[n] - changed[n] for n in seen if n > 12)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="placet-live-"))
    port = free_port()
    shop = f"http://localhost:{port}"
    try:
        with Stack(folder, env={"SHOP_PORT": str(port)}) as stack, sync_playwright() as playwright:
            site = stack.json(
                "create_site", "--slug", "shop", "--name", "Shop", "--origin", shop, "--landing", f"{shop}/"
            )
            stack.python(PEOPLE)
            env = {"PLACET_URL": stack.url, "PLACET_SITE_KEY": site["public_key"]}
            stack.start("shop", [sys.executable, "-m", "tests.demo.shop"], env)
            wait_for(lambda: urllib.request.urlopen(shop, timeout=2).status == 200, what="the shop")  # noqa: S310
            link = stack.json(
                "create_link", "--site", "shop", "--requester", "dora@example.com", "--landing", f"{shop}/", "--live"
            )
            dora = launch(playwright).new_page()
            dora.goto(link["url"])
            dora.get_by_label("watch live").check()
            dora.get_by_test_id("consent-agree").click()
            dora.wait_for_url(f"{shop}/**")
            dora.mouse.move(200, 300)
            dora.mouse.wheel(0, 100)
            running = "from apps.recordings.models import Recording as R; r = R.objects.get(); print(r.pk, r.state)"
            wait_for(lambda: "recording" in stack.python(running), what="the recording")
            recording = stack.python(running).split()[0]
            context = launch(playwright).new_context()
            sign_in(context, stack.url)
            alice = context.new_page()
            alice.goto(f"{stack.url}/recordings/{recording}/live/")
            wait_for(lambda: alice.locator("iframe[data-current]").count(), what="the picture")
            found = lags(dora, alice, given.seconds)
            print(json.dumps({
                "changes": len(found), "median_ms": round(statistics.median(found)),
                "p95_ms": found[round(len(found) * 0.95) - 1], "worst_ms": found[-1], "load": os.getloadavg()[0],
            }))  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
