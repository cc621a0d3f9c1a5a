"""Random pages with random secrets of every class in every place: none may leave the browser."""

from __future__ import annotations

import os
import secrets

import pytest

from tests.leakbench import fuzz


def _seed() -> int:
    return int(os.environ.get("FUZZ_SEED") or secrets.randbelow(10**9))


def _run(documents: int) -> None:
    seed = _seed()
    print(f"seed {seed}; FUZZ_SEED={seed} gives the same pages again")
    found = fuzz(seed, documents)
    assert not found["missing"], f"seed {seed}: documents {found['missing']} did not arrive"
    assert not found["leaked"], "\n".join([f"seed {seed}:", *found["leaked"]])


@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_no_secret_leaves_two_hundred_random_pages() -> None:
    _run(20)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_no_secret_leaves_five_thousand_random_pages() -> None:
    _run(500)
