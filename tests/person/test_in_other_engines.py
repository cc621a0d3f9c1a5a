"""Firefox and WebKit: consent and withdrawal, and the review, with real presses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from apps.consents import services as consents
from apps.consents.models import Receipt
from apps.recordings.models import Recording
from tests.engines import ENGINES
from tests.person.test_in_the_browser import Case, case, pytestmark  # noqa: F401
from tests.player import recorded
from tests.player.conftest import pages, recorded_pages  # noqa: F401


@pytest.fixture(scope="module", params=ENGINES)
def dora(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with request.param(tmp_path_factory.mktemp("engine")) as window:
        yield window


def button(name: str) -> str:
    return f"document.querySelector('[data-testid={name}]')"


def test_she_reads_agrees_and_takes_it_back(dora: Any, case: Case) -> None:  # noqa: F811
    dora.go(case.link_url)
    assert dora.evaluate("document.querySelector('h1').textContent") == "May support see what you see?"
    sizes = "['agree', 'decline'].map((name) => document.querySelector(`[data-testid=consent-${name}]`).offsetWidth)"
    assert dora.evaluate(f"new Set({sizes}).size") == 1
    dora.press(button("consent-agree"))
    dora.until("location.pathname.startsWith('/me/')")
    assert "going on to the site" in dora.evaluate("document.body.textContent").lower()
    dora.go(f"{case.base}/me/{Receipt.objects.get().pk}/")
    dora.press(button("own-withdraw"))
    dora.until("document.body.textContent.includes('You took your consent back')")
    assert Recording.objects.get().state == "deleting"


def test_she_watches_removes_a_line_and_sends(dora: Any, case: Case, pages: Any) -> None:  # noqa: F811
    recording = recorded.in_review(case.link.ticket, pages)
    dora.go(f"{case.base}/a/{consents.token(recording.receipt)}")
    dora.go(f"{case.base}/me/{recording.receipt_id}/review/?watch")
    dora.until("document.querySelector('[data-testid=player]').dataset.state === 'paused'")
    dora.until("document.querySelector('iframe[data-current]').contentDocument.querySelector('h1') !== null")
    dora.press(button("review-remove"))
    dora.until(f"{button('review-put-back')} !== null")
    dora.press(button("review-put-back"))
    dora.until(f"{button('review-put-back')} === null && {button('review-send')} !== null")
    dora.press(button("review-send"))
    dora.until("location.search === '?stay=1'")
    assert Recording.objects.get(pk=recording.pk).state == "ready"
