"""Where the machine has a Chromium, for what looks at pages with one."""

from __future__ import annotations

from shutil import which


def chromium(named: str = "") -> str | None:
    """The path of the one that is `named`, else of the first that is there; None where there is none."""
    return which(named or "chromium") or which("chromium-browser") or which("google-chrome")
