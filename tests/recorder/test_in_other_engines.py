"""Firefox and WebKit: the same recording, from the start to the stop, with real presses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines import ENGINES
from tests.recorder.wire import Case, Wire
from tests.stack import wait_for

pytestmark = pytest.mark.e2e
BAR = "document.querySelector('placet-bar')?.shadowRoot"
SHOP = "<h1>Basket</h1><p id='open'>Free returns within thirty days</p><label>Card <input id='card'></label><button>Pay</button>"


def button(name: str) -> str:
    return f"{BAR}?.querySelector('[data-testid=placet-{name}]')"


@pytest.mark.parametrize("engine", ENGINES)
def test_it_records_masks_pauses_hides_and_stops(tmp_path: Path, case: Case, wire: Wire, engine: Any) -> None:
    policy = f"default-src 'none'; script-src {wire.base}; connect-src {wire.base}; style-src 'none'"
    case.put("/", SHOP, {"Content-Security-Policy": policy})
    with engine(tmp_path) as dora:
        dora.go(case.consented("/"), wait="none")
        dora.until(f"{BAR}?.querySelector('.bar').dataset.state === 'recording'")
        assert dora.evaluate("location.hash") == ""
        dora.press("document.querySelector('button')")
        dora.evaluate("document.querySelector('#card').value = '4111 1111 1111 1111'")
        wait_for(lambda: case.tagged("step"), what="the step arrives")
        assert "Free returns within thirty days" in case.text()
        assert "4111" not in case.text()
        dora.press(button("pause"))
        wait_for(lambda: case.actions == ["pause"], what="the pause is told")
        dora.press(button("resume"))
        wait_for(lambda: case.actions == ["pause", "resume"], what="so is going on")
        dora.until(f"{button('more')} !== null")
        dora.press(button("more"))
        dora.until(f"{button('tools-hide')} !== null")
        dora.press(button("tools-hide"))
        dora.press("document.querySelector('#open')")
        dora.until(f"{BAR}.textContent.includes('Hidden from now on')")
        dora.press(button("hide-keep"))
        dora.evaluate("placet.flush()")
        assert "Free returns" not in str(case.snapshots()[-1])
        dora.press(button("stop"))
        wait_for(lambda: case.actions[-1] == "stop", what="the stop is told")
