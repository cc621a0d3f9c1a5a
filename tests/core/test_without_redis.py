"""A whole case up to its first upload while Redis is gone, or says nothing: it goes on, and nobody waits long."""

from __future__ import annotations

import contextlib
import logging
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import Client

from apps.accounts import guessing
from apps.core import cache as core_cache
from apps.core import queue, ratelimit
from apps.core.errors import TooMany
from apps.recordings.models import Chunk, Recording
from config.celery import app
from tests import factories
from tests.factories import PASSWORD
from tests.recordings import wire
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db(transaction=True)
# Half a second each for queue and cache, as often as they are tried again while a busy machine does the rest.
LONGEST_S = 10.0


@contextlib.contextmanager
def nothing_there() -> Iterator[str]:
    yield "redis://127.0.0.1:1/0"


@contextlib.contextmanager
def silence() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture(params=[nothing_there, silence])
def dead_redis(request: pytest.FixtureRequest, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with request.param() as url:
        backend = "apps.core.cache.RedisOrMemory"
        patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
        settings.REDIS_URL = url
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": url, "OPTIONS": patience}}
        monkeypatch.setitem(app.conf, "broker_url", url)
        monkeypatch.setitem(app.conf, "broker_write_url", url)
        yield url
        cache.clear()
        core_cache._breakers.pop(url, None)


def csrf(client: Client, path: str) -> str:
    return str(re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get(path).text)[1])


def test_the_settings_use_this_cache() -> None:
    """What these tests try is what an installation runs; the other tests count in memory."""
    text = (configured.BASE_DIR / "config" / "settings.py").read_text()
    assert '"BACKEND": "apps.core.cache.RedisOrMemory"' in text
    assert '"OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}' in text


def test_a_case_goes_from_sign_in_to_its_first_upload(dead_redis: str) -> None:
    site = factories.shop()
    factories.people(site, factories.SiteFactory())
    client, began = Client(enforce_csrf_checks=True), time.monotonic()

    token = csrf(client, "/accounts/login/")
    data = {"login": "alice@example.com", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post("/accounts/login/", data)["Location"] == "/"

    data = {"site": site.pk, "subject": "It is broken", "email": "dora@example.com"}
    page = client.post("/tickets/new/", {**data, "csrfmiddlewaretoken": csrf(client, "/tickets/new/")})["Location"]
    data = {"landing_url": "https://shop.example/", "hours": 72, "minutes": 30}
    answer = client.post(f"{page}link/", {**data, "csrfmiddlewaretoken": csrf(client, page)}, follow=True)
    link = site.links.get()
    answer = client.post(f"/links/{link.pk}/copy/", {"csrfmiddlewaretoken": csrf(client, page)}, follow=True)
    url = re.search(r"/l/[\w.-]+", answer.text)[0]

    dora = Client()
    nonce = re.search(r'name="nonce" value="([^"]+)"', dora.get(url).text)[1]
    agreed = dora.post(url, {"answer": "agree", "nonce": nonce}, headers={"Origin": configured.BASE_URL})
    assert agreed.status_code == 303
    code = re.search(r"~placet=([\w.-]+)", dora.get(agreed["Location"]).text)[1]

    browser = Browser(Recording.objects.get())
    assert browser.exchange(code).status == 200
    assert browser.chunk(wire.page_events(wire.now_ms()), flags="st").status == 200
    assert browser.control("stop").status == 200
    assert Chunk.objects.count() == 1
    assert time.monotonic() - began < LONGEST_S

    parts = client.get("/readyz").json()["parts"]
    assert parts["broker"].startswith("down")
    assert parts["database"] == "ok"


def test_guessing_is_slowed_down_by_each_process_for_itself(dead_redis: str) -> None:
    factories.UserFactory(email="alice@example.com")
    client = Client()
    for _ in range(guessing.STRANGERS_AN_HOUR + 1):
        page = client.post("/accounts/login/", {"login": "alice@example.com", "password": "wrong wrong wrong"})
    assert "Too many" in page.text
    with pytest.raises(TooMany):
        for _ in range(4):
            ratelimit.limit("walk", "192.0.2.1", most=3, seconds=60)


def test_one_caller_waits_and_the_log_says_so_once(dead_redis: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        began = time.monotonic()
        for number in range(50):
            cache.set(f"one-{number}", number)
        assert cache.get("one-49") == 49
        assert cache.add("one-49", 1) is False
        assert time.monotonic() - began < 3
    assert caplog.text.count("Redis does not answer") == 1


def test_what_stopped_is_asked_again_after_a_rest(dead_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set("x", 1)
    breaker = core_cache._breakers[dead_redis]
    assert breaker.is_open()
    breaker.reset()
    asked: list[str] = []
    monkeypatch.setattr(core_cache.RedisCache, "get", lambda self, key: asked.append(key) or "from Redis")
    assert cache.get("x") == "from Redis"
    assert asked == ["x"]


def test_many_bells_wait_for_a_silent_broker_once(dead_redis: str) -> None:
    from apps.core.tasks import seal_audit

    began = time.monotonic()
    for _ in range(40):
        queue._ring(seal_audit, ())
    assert time.monotonic() - began < LONGEST_S
