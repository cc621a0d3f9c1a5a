"""Debian's Chromium as the tests start it, and the check that they ask of each page."""

from __future__ import annotations

import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
# As root there is no sandbox; the rest keeps it from calling hosts that nobody asked for.
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def launch(playwright: Playwright, *args: str) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGS, *args])


def axe(page: Page, what: str) -> list[str]:
    """What axe finds wrong with the page as it stands, one line a finding."""
    response: dict[str, Any] = Axe().run(page).response
    return [f"{what}: {violation['id']}: {violation['nodes'][0]['html'][:120]}" for violation in response["violations"]]
