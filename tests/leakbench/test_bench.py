"""No planted secret leaves the browser, and the recording stays useful: the promise, measured."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.leakbench import MODES, SETS, drive

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.mark.parametrize("mode", MODES)
def test_the_pages_leak_nothing_and_keep_what_support_needs(mode: str) -> None:
    with ThreadPoolExecutor(len(SETS)) as at_once:
        results = list(at_once.map(lambda corpus: drive(mode, corpus), SETS))
    for result in results:
        assert result.good, "\n".join([result.summary, *result.problems])
