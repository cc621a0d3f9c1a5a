"""The engines beside Chromium that Debian has: `firefox(folder)` and `webkit(folder)` give a window alike.

CI installs both, and fails without them; on another machine a test without its engine is skipped and says what it needs.
"""

from __future__ import annotations

import os

import pytest

from tests.firefox import FIREFOX, firefox
from tests.webkit import BROWSERS, DRIVER, SCREEN, webkit


def _unless(is_there: bool, needs: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not is_there and not os.environ.get("CI"), reason=f"needs {needs}")


ENGINES = [
    pytest.param(firefox, id="firefox", marks=_unless(bool(FIREFOX), "firefox-esr")),
    pytest.param(
        webkit, id="webkit", marks=_unless(bool(DRIVER and SCREEN and BROWSERS), "webkit2gtk-driver and xvfb")
    ),
]
