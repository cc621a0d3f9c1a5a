"""The installation check: a real browser against real pages on this machine, and what it must not reach."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.core.actors import Actor
from apps.core.errors import Refused
from apps.integrations.models import InstallationCheck
from apps.integrations.services import installation, looking
from apps.integrations.services.looking import Finding, Target
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import Ticket
from tests import factories

KEY = "pk_shop"


@dataclass
class Server:
    """Answers each GET with `page`; remembers the paths that it was asked for."""

    page: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200
    asked: list[str] = field(default_factory=list)
    origin: str = ""


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    running = []

    def start(**given: Any) -> Server:
        there = Server(**given)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                there.asked.append(self.path)
                self.send_response(there.status)
                kind = "text/javascript" if self.path.endswith(".js") else "text/html"
                for name, value in {"Content-Type": kind, "Access-Control-Allow-Origin": "*", **there.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if kind == "text/javascript" else there.page.encode())

            do_POST = do_GET  # noqa: N815  as http.server names it

            def log_message(self, *args: object) -> None:
                """Quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        there.origin = f"http://localhost:{server.server_port}"
        return there

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def ours(serve: Callable[..., Server], settings: Any, local_network: None) -> Server:
    import ipaddress

    settings.WEBHOOK_NETWORKS = [*settings.WEBHOOK_NETWORKS, ipaddress.ip_network("::1/128")]
    server = serve()
    settings.BASE_URL = server.origin
    return server


def snippet(ours: Server, key: str = KEY) -> str:
    return f'<!doctype html><script async src="{ours.origin}/placet.js" data-site="{key}"></script>'


def found(shop: Server) -> dict[str, str | bool]:
    """What was wrong by the question, and True where nothing was."""
    target = Target(landing=f"{shop.origin}/", origins=(shop.origin,), key=KEY, recorder="/r/recorder-1.js")
    steps: list[str] = []
    return {one.what: one.ok or one.detail for one in looking.look(target, steps.append)}


FINE = {"opens": True, "origin": True, "snippet": True, "script": True, "connect": True}


def test_a_page_with_the_snippet_passes(serve: Callable[..., Server], ours: Server) -> None:
    assert found(serve(page=snippet(ours))) == FINE
    assert "/r/recorder-1.js" in ours.asked


@pytest.mark.parametrize(
    ("policy", "script", "connect"),
    [
        ("script-src 'self'", "script-src", True),
        ("script-src {ours}; connect-src 'self'", True, "connect-src"),
        ("default-src 'self'", "script-src", "connect-src"),
        ("default-src 'self'; script-src {ours}; connect-src {ours}", True, True),
    ],
)
def test_the_directive_that_is_in_the_way_is_named(
    serve: Callable[..., Server], ours: Server, policy: str, script: str | bool, connect: str | bool
) -> None:
    policy = policy.format(ours=ours.origin)
    shop = serve(page=snippet(ours), headers={"Content-Security-Policy": policy})
    assert found(shop) == {**FINE, "script": script, "connect": connect}


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<!doctype html><p>Shop", "missing"),
        ('<script src="https://other.example/placet.js" data-site="pk_shop"></script>', "other_server"),
        ("{other key}", "other_key"),
    ],
)
def test_what_is_wrong_with_the_snippet_is_said(
    serve: Callable[..., Server], ours: Server, page: str, why: str
) -> None:
    page = snippet(ours, "pk_other") if page == "{other key}" else page
    assert found(serve(page=page)) == {"opens": True, "origin": True, "snippet": why}


def test_a_page_that_wants_a_sign_in_is_said_to(serve: Callable[..., Server], ours: Server) -> None:
    assert found(serve(page=snippet(ours), status=401)) == {"opens": "401"}


def test_neither_a_redirect_nor_the_page_itself_reaches_another_door(
    serve: Callable[..., Server], ours: Server
) -> None:
    """The other server stands on an address that is allowed: only the site's own origins are called all the same."""
    inner = serve(page="secret")
    assert found(serve(status=302, headers={"Location": f"{inner.origin}/admin"})) == {"opens": "no_answer"}
    tricks = f"""{snippet(ours)}<img src="{inner.origin}/i"><iframe src="{inner.origin}/f"></iframe>
    <iframe src="{inner.origin.replace("localhost", "127.0.0.1")}/f"></iframe>
    <script>fetch("{inner.origin}/x", {{mode: "no-cors"}}); new WebSocket("{inner.origin.replace("http", "ws")}/w");
    navigator.sendBeacon("{inner.origin}/b"); open("{inner.origin}/o")</script>"""
    assert found(serve(page=tricks))["opens"] is True
    assert inner.asked == []


def test_a_private_address_is_not_even_opened(serve: Callable[..., Server], ours: Server, settings: Any) -> None:
    shop = serve(page=snippet(ours))
    settings.WEBHOOK_NETWORKS = []
    assert found(shop) == {"address": "address_not_allowed"}
    assert shop.asked == []


def test_without_a_browser_it_says_so(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "chromium", lambda: None)
    assert found(Server(origin="http://localhost:1")) == {"browser": ""}


# --- The order and its end --------------------------------------------------------------------------


@pytest.fixture
def checked(site: Site) -> dict[str, Any]:
    return factories.people(site, factories.SiteFactory(slug="clinic"))


def as_(staff: dict[str, Any], name: str) -> Client:
    client = Client()
    client.force_login(staff[name])
    return client


@pytest.mark.django_db
def test_a_check_is_ordered_once_and_followed_on_the_page(site: Site, checked: dict[str, Any]) -> None:
    alice = as_(checked, "alice")
    for _ in range(2):
        assert alice.post("/sites/shop/check/").status_code == 302
    check = InstallationCheck.objects.get()
    part = alice.post("/sites/shop/check/", headers={"HX-Request": "true"}).text
    assert 'hx-get="/sites/shop/check/state/"' in part
    InstallationCheck.objects.filter(pk=check.pk).update(
        finished_at=timezone.now(), findings=[Finding("connect", ok=False, detail="connect-src").kept()]
    )
    part = alice.get("/sites/shop/check/state/").text
    assert "to connect-src." in part
    assert "hx-get" not in part
    assert "the last check found something" in alice.get(f"/tickets/{_ticket(site)}/link/").text


def _ticket(site: Site) -> int:
    return factories.TicketFactory(site=site).number


@pytest.mark.django_db
def test_only_who_may_send_links_or_manage_the_site_orders_one(site: Site, checked: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        installation.order(site, by=Actor.staff(checked["erin"], door="page"))
    assert "Check the installation" not in as_(checked, "erin").get("/sites/shop/").text
    assert "Check the installation" in as_(checked, "frank").get("/sites/shop/").text


@pytest.mark.django_db(transaction=True)
def test_its_test_recording_is_thrown_away_and_counts_for_nobody(
    site: Site, checked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is told by the wire here; tests/e2e has the real one."""
    from apps.consents import services as consents
    from apps.links import services as links

    def look(target: Target, say: Callable[[str], None]) -> list[Finding]:
        assert "/l/" in target.trial
        return [Finding("recording", ok=True)]

    def agreed(pk: int, site: Site, trial: Any) -> list[Finding]:
        consents.give(links.find(links.token(trial)), language="en", live=False, by=Actor.person(trial.pk))
        Recording.objects.filter(link=trial).update(state="recording", chunk_count=1, started_at=timezone.now())
        return look(Target("", (), "", "", links.url(trial)), str)

    monkeypatch.setattr(installation, "_look", agreed)
    check = installation.order(site, by=Actor.staff(checked["alice"], door="page"))
    assert installation.run(check.pk)
    assert not installation.run(check.pk)
    check.refresh_from_db()
    assert (check.ok, check.findings) == (True, [{"what": "recording", "ok": True, "detail": ""}])
    assert Recording.objects.get().state in {"deleting", "deleted"}
    assert Ticket.objects.get().state == "closed"
    assert "<dt>links issued</dt><dd>0</dd>" in as_(checked, "alice").get("/reports/").text


@pytest.mark.django_db(transaction=True)
def test_a_check_that_breaks_off_ends_with_a_finding(
    site: Site, checked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def burst(*args: object) -> list[Finding]:
        raise RuntimeError("no")

    monkeypatch.setattr(installation, "_look", burst)
    check = installation.order(site, by=Actor.staff(checked["alice"], door="page"))
    assert installation.run_waiting(timezone.now()) == 1
    check.refresh_from_db()
    assert (check.ok, check.findings[0]["detail"]) == (False, "crashed")
