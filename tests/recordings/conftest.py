"""A person who agreed, and the bare wire to the door, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from apps.core.actors import Actor
from apps.keys import services as keys
from apps.recordings import door
from apps.recordings.models import Recording
from apps.recordings.services import ingest, lifecycle, sweeps
from tests import factories
from tests.recordings import wire


@dataclass
class Browser:
    """The recorder of one person, as far as the server can tell."""

    recording: Recording
    token: str = ""
    page: int = 0
    granted: dict[str, Any] = field(default_factory=dict)
    origin: str = wire.ORIGIN

    def post(self, path: str, body: bytes | dict[str, Any], *, origin: str | None = None) -> door.Answer:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        origin = self.origin if origin is None else origin
        call = door.Call(f"/ingest/v1/{path}", origin, "192.0.2.1", content)
        return door._route(call)

    @property
    def path(self) -> str:
        return f"recordings/{self.recording.pk}"

    def exchange(self, code: str | None = None) -> door.Answer:
        code = code or lifecycle.start_code(self.recording, by=Actor.person("rcp_test"))
        answer = self.post("exchange", {"code": code, "tab": wire.TAB})
        if answer.status == 200:
            self.granted, self.token, self.page = answer.body, answer.body["token"], answer.body["page"]
        return answer

    def chunk(self, events: Any, *, seq: int = 0, page: int | None = None, **kwargs: Any) -> door.Answer:
        origin = kwargs.pop("origin", None)
        token = kwargs.pop("token", self.token)
        body = wire.body(token, events, **kwargs)
        return self.post(f"{self.path}/chunks/{page or self.page}/{seq}", body, origin=origin)

    def control(self, action: str, **more: object) -> door.Answer:
        return self.post(f"{self.path}/control", {"token": self.token, "action": action, **more})

    def fresh(self) -> Recording:
        self.recording = Recording.objects.get(pk=self.recording.pk)
        return self.recording


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    ingest._buckets.clear()
    ingest._require_page.cache_clear()
    keys._opened.clear()


def agreed() -> Browser:
    """The browser of somebody who agreed, with its code exchanged."""
    browser = Browser(factories.consent())
    assert browser.exchange().status == 200
    return browser


def uploading() -> Browser:
    """A browser whose recording is under way: its first page has arrived."""
    browser = agreed()
    assert browser.chunk(wire.page_events(wire.now_ms()), flags="st").status == 200
    return browser


@pytest.fixture
def dora() -> Browser:
    """Dora agreed, and her browser has exchanged its code."""
    return agreed()


@pytest.fixture
def recorded(dora: Browser) -> Browser:
    """Dora recorded one page, pressed stop, and it was packed: she reviews."""
    at = wire.now_ms()
    assert dora.chunk(wire.page_events(at), flags="st").status == 200
    assert dora.chunk([wire.click(at + 900)], seq=1, flags="l").status == 200
    assert dora.control("stop").status == 200
    assert sweeps.process_waiting() == 1
    dora.fresh()
    return dora
