"""Public files of recorded pages: fetched from a real server, without cookies, and from nowhere else."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from apps.core.actors import Actor
from apps.integrations.services import addresses, assets
from apps.keys import services as keys
from apps.privacy.services import deletion
from apps.recordings import limits
from apps.recordings.models import Asset, Recording
from apps.recordings.services import assets as kept
from apps.recordings.services import lifecycle, packing, replay, vault, wire
from apps.sites import services as sites
from tests.factories import TicketFactory, UserFactory, shop
from tests.player import recorded, story

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
TEST = Actor.system("test")


@dataclass
class Server:
    """`files`: path -> (status, headers, contents)."""

    origin: str = ""
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, body: bytes, kind: str = "image/png", status: int = 200, **headers: str) -> str:
        self.files[path] = (status, {"Content-Type": kind, **headers}, body)
        return self.origin + path


@pytest.fixture
def server(settings) -> Iterator[Server]:
    settings.ASSET_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    there = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  the library's name
            there.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = there.files.get(self.path, (404, {"Content-Type": "text/html"}, b"gone"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *given: object) -> None:
            """Quiet."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.origin = f"http://127.0.0.1:{httpd.server_port}"
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield there
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def recording(server: Server) -> Recording:
    """One page that shows a picture, a picture on a background, a sheet of its own, and things of other sites."""
    site = shop()
    sites.change_policy(site, reason="Pictures are public.", by=TEST, asset_origins=[server.origin])
    shown = [
        story.node("img", {"src": f"{server.origin}/tea.png"}),
        story.node("img", {"src": "https://other.example/face.png"}),
        story.node("a", {"href": f"{server.origin}/logout"}),
        story.node("div", {"style": f"background: url('{server.origin}/wall.png')"}),
        story.node("link", {"rel": "stylesheet", "href": f"{server.origin}/site.css"}),
    ]
    return recorded.ready(TicketFactory(site=site), [story.still(shown)])


def fetched(recording: Recording) -> dict[str, str]:
    """What is there, and why the rest is not, by path."""
    return {asset.url.rpartition("/")[2]: asset.content_type or asset.failed for asset in recording.assets.all()}


def test_only_what_lies_under_a_public_origin_and_is_drawn_is_asked_for(server: Server, recording: Recording) -> None:
    server.put("/tea.png", PNG)
    assert assets.fetch_waiting() == 3
    assert sorted(path for path, _ in server.asked) == ["/site.css", "/tea.png", "/wall.png"]
    assert fetched(recording) == {"tea.png": "image/png", "wall.png": "status_404", "site.css": "status_404"}
    assert assets.fetch_waiting() == 0, "what is not to be had is asked for once"


def test_nothing_that_tells_who_somebody_is_goes_along(server: Server, recording: Recording) -> None:
    assets.fetch_waiting()
    for _path, headers in server.asked:
        assert not {"cookie", "authorization", "referer", "origin"} & set(headers)


def test_a_site_that_names_no_public_origin_is_asked_for_nothing(server: Server) -> None:
    page = story.still([story.node("img", {"src": f"{server.origin}/tea.png"})])
    recorded.ready(TicketFactory(site=shop()), [page])
    assert assets.fetch_waiting() == 0
    assert not Asset.objects.exists()


@pytest.mark.parametrize(
    ("kind", "body", "why"),
    [
        ("text/html", b"<script>alert(1)</script>", "kind"),
        ("application/javascript", b"alert(1)", "kind"),
        ("image/png", bytes(limits.ASSET_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_picture_font_or_sheet_of_bearable_size_is_not_kept(
    server: Server, recording: Recording, kind: str, body: bytes, why: str
) -> None:
    server.put("/tea.png", body, kind)
    assets.fetch_waiting()
    assert fetched(recording)["tea.png"] == why


def test_private_addresses_are_refused_unless_the_operator_names_them(
    server: Server, recording: Recording, settings
) -> None:
    settings.ASSET_NETWORKS = []
    settings.WEBHOOK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    assets.fetch_waiting()
    assert set(fetched(recording).values()) == {"address_not_allowed"}
    assert server.asked == []


def test_a_redirect_is_checked_like_the_first_address(server: Server, recording: Recording) -> None:
    port = server.origin.rpartition(":")[2]
    server.put("/tea.png", b"", status=302, Location=f"http://localhost:{port}/elsewhere.png")
    server.put("/wall.png", b"", status=302, Location="/real.png")
    server.put("/site.css", b"", status=302, Location="/site.css")
    server.put("/real.png", PNG)
    assets.fetch_waiting()
    assert fetched(recording) == {"tea.png": "origin", "wall.png": "image/png", "site.css": "redirects"}


def test_the_connection_goes_to_an_address_that_was_checked_be_it_the_second(
    server: Server, recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing listens on the first one, as on the `::1` of a `localhost`; no name is looked up to connect."""
    looked_up: list[str] = []
    called: list[str] = []

    def resolve(endpoint: addresses.Endpoint, networks: object = None) -> list[str]:
        looked_up.append(endpoint.host)
        return ["127.0.0.2", "127.0.0.1"]

    create = socket.create_connection

    def connected(address: tuple[str, int], *given: float) -> socket.socket:
        called.append(address[0])
        return create(address, *given)

    monkeypatch.setattr(addresses, "resolve", resolve)
    monkeypatch.setattr(socket, "create_connection", connected)
    server.put("/tea.png", PNG)
    assets.fetch_waiting()
    assert len(looked_up) == 3
    assert called == ["127.0.0.2", "127.0.0.1"] * 3
    assert fetched(recording)["tea.png"] == "image/png"


def test_a_sheet_brings_its_own_files_and_names_nothing_else(server: Server, recording: Recording) -> None:
    css = '@import "other.css"; @font-face{src:url(fonts/a.woff2)} p{background:url("https://other.example/x.png")}'
    server.put("/site.css", css.encode(), "text/css")
    server.put("/fonts/a.woff2", b"wOF2", "font/woff2")
    assets.fetch_waiting()
    assets.fetch_waiting()
    assert fetched(recording)["a.woff2"] == "font/woff2"
    font = recording.assets.get(url__endswith="a.woff2")
    body = _served(recording, recording.assets.get(url__endswith=".css")).content.decode()
    assert f'url("{font.name}")' in body
    assert "import" not in body
    assert "other.example" not in body


# --- What is there ------------------------------------------------------------------------------------


def _served(recording: Recording, asset: Asset, token: str = "", client: Client | None = None):
    token = token or kept.token(recording, by=Actor.staff(UserFactory(), door="page"))
    return (client or Client()).get(f"/assets/{recording.pk}/{token}/{asset.name}")


@pytest.fixture
def tea(server: Server, recording: Recording) -> Asset:
    server.put("/tea.png", PNG)
    assets.fetch_waiting()
    return recording.assets.get(content_type="image/png")


def test_a_file_is_served_without_a_cookie_and_can_do_nothing(recording: Recording, tea: Asset) -> None:
    answer = _served(recording, tea)
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")
    assert not answer.cookies


def test_what_lies_in_the_vault_is_sealed(recording: Recording, tea: Asset) -> None:
    assert PNG[:8] not in vault.get(recording.pk, tea.object_name)


def test_a_token_opens_the_files_of_its_own_recording_only(recording: Recording, tea: Asset) -> None:
    other = recorded.ready(TicketFactory(site=recording.site), [story.still([])])
    token = kept.token(other, by=TEST)
    assert _served(recording, tea, token).status_code == 404
    assert _served(recording, tea, token[:-1] + "x").status_code == 404
    assert Client().get(f"/assets/{other.pk}/{token}/{tea.name}").status_code == 404


def test_after_a_withdrawal_it_is_served_no_more_and_deleted_with_the_recording(
    recording: Recording, tea: Asset
) -> None:
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=TEST)
    assert _served(recording, tea).status_code == 410
    assert tea.object_name in vault.list_names(recording.pk)
    deletion.delete(recording.pk, by=TEST)
    assert not Asset.objects.filter(recording=recording).exists()
    assert vault.list_names(recording.pk) == []


def test_a_file_that_arrives_after_the_withdrawal_is_not_kept(server: Server, recording: Recording) -> None:
    waiting = recording.assets.get(url__endswith="tea.png")
    server.put("/tea.png", PNG)
    lifecycle.doom(recording, cause=Recording.Cause.WITHDRAWN, by=TEST)
    keys.shred(recording.pk)
    assets.fetch(waiting)
    assert waiting.object_name not in vault.list_names(recording.pk)


def test_the_index_names_what_is_there(recording: Recording, tea: Asset) -> None:

    document = wire.load_object(replay.index(recording, by=TEST))
    assert document["assets"] == {tea.url: tea.name}


def test_what_is_shown_no_more_goes(recording: Recording, tea: Asset) -> None:
    kept.settle(recording, kept.Wanted([]))
    assert not recording.assets.exists()
    assert tea.object_name not in vault.list_names(recording.pk)


def test_a_recording_packed_again_asks_for_nothing_twice(recording: Recording, tea: Asset) -> None:
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.PROCESSING)
    recording.refresh_from_db()
    packing.pack(recording, by=TEST)
    assert recording.assets.get(pk=tea.pk).content_type == "image/png"
    assert recording.assets.count() == 3
