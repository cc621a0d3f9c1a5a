"""An upload that was acknowledged is played, whatever is killed next. The long run: `make chaos`."""

from __future__ import annotations

import pytest

from tests import chaos

pytestmark = pytest.mark.xdist_group("chaos")


@pytest.mark.timeout(1200)
def test_nothing_that_was_acknowledged_is_lost_while_everything_is_killed() -> None:
    result = chaos.run(chunks=160, kills=3, pause=1.5)
    assert result["lost"] == 0, result
    assert result["acknowledged"] >= 150
    assert result["kills"] >= 3
    assert result["database is locked"] == 0
