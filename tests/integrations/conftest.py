"""A real endpoint on this machine, which remembers what it was sent."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from apps.integrations.models import Webhook
from apps.integrations.services import webhooks
from apps.sites.models import Site
from tests.factories import shop


@dataclass
class Endpoint:
    """`answers`: the statuses to answer with, in turn; the last one stays."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    location: str = ""
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    before_answer: Callable[[BaseHTTPRequestHandler], None] | None = None


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    there = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.received.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if there.before_answer:
                there.before_answer(self)
            status = there.answers.pop(0) if len(there.answers) > 1 else there.answers[0]
            self.send_response(status)
            if there.location:
                self.send_header("Location", there.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}/hooks?from=placet"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def local_network(settings: object) -> None:
    """The operator allows webhooks to this machine; without it nothing here would be called."""
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]  # type: ignore[attr-defined]


@pytest.fixture
def site(db: None) -> Site:
    return shop()


@pytest.fixture
def webhook(site: Site, endpoint: Endpoint, local_network: None) -> Webhook:
    return Webhook.objects.create(site=site, url=endpoint.url, secret=webhooks.new_secret())
