"""The demo shop as it is served: two processes on ports of their own, spoken to over HTTP."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tests.stack import ROOT, free_port, wait_for

SITE_KEY = "pk_of_the_tests"
PLACET = "http://localhost:9999"
PASSWORD = "correct horse battery"


@dataclass
class Answer:
    status: int
    headers: Message
    text: str
    url: str

    def json(self) -> Any:
        return json.loads(self.text)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


class Browser:
    """Keeps cookies and follows redirects; knows the shop's CSRF field, and nothing else of browsers."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        keep = urllib.request.HTTPCookieProcessor(self.cookies)
        self.follow = urllib.request.build_opener(keep)
        self.stay = urllib.request.build_opener(keep, NoRedirects)

    def _open(self, opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Answer:
        try:
            answer = opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return Answer(answer.status, answer.headers, answer.read().decode(), answer.url)

    def get(self, path: str, *, follow: bool = True) -> Answer:
        url = urllib.parse.urljoin(self.base, path)
        return self._open(self.follow if follow else self.stay, urllib.request.Request(url))

    def post(self, path: str, data: dict[str, str], *, form: str | None = None, follow: bool = True) -> Answer:
        """Post `data` with the token of the page `form` (by default the page posted to)."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(form or path).text)
        body = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": found[1] if found else ""}).encode()
        request = urllib.request.Request(
            urllib.parse.urljoin(self.base, path),
            data=body,
            headers={"Origin": self.base, "Accept": "application/json"},
        )
        return self._open(self.follow if follow else self.stay, request)

    def sign_in(self) -> Browser:
        self.post("/sign-in", {"email": "dora@example.com", "password": PASSWORD})
        return self

    def buy(self, slug: str, **choice: str) -> Browser:
        self.post(f"/p/{slug}/add", {"quantity": "1", **choice}, form=f"/p/{slug}")
        return self


@dataclass
class Shop:
    url: str
    provider_url: str
    data: Path

    def browser(self) -> Browser:
        return Browser(self.url)

    def at_provider(self) -> Browser:
        return Browser(self.provider_url)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    data = tmp_path_factory.mktemp("shop")
    (data / "run").mkdir()
    (data / "run" / "shop-site-key").write_text(SITE_KEY + "\n")
    port, provider_port = free_port(), free_port()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PLACET_", "DJANGO_", "SHOP_"))}
    env = inherited | {
        "PLACET_DATA_DIR": str(data),
        "PLACET_URL": PLACET,
        "SHOP_PORT": str(port),
        "PROVIDER_PORT": str(provider_port),
        "DEMO_PASSWORD": PASSWORD,
    }
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.demo.shop"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    served = Shop(f"http://localhost:{port}", f"http://localhost:{provider_port}", data)
    try:
        wait_for(lambda: served.browser().get("/").status == 200, seconds=30, what="the shop")
        wait_for(lambda: served.at_provider().get("/frame").status == 200, seconds=30, what="the provider")
        yield served
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=15)


@pytest.fixture
def browser(shop: Shop) -> Browser:
    return shop.browser()
