"""The one door, as a real granian: bodies, limits, deadlines, and who waits for whom."""

from __future__ import annotations

import contextlib
import json
import socket
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.recordings import wire
from tests.stack import Stack, wait_for

pytestmark = pytest.mark.xdist_group("door")


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    yield from web_alone(tmp_path_factory.mktemp("door"))


def web_alone(folder: Path, env: dict[str, str] | None = None) -> Iterator[Stack]:
    """No Redis, no worker. Nothing here may need them."""
    stack = Stack(folder, env=env)
    try:
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("migrate", "--verbosity", "0", "--database", "keys")
        stack.start("web")
        wait_for(lambda: get(stack, "/healthz")[0] == 200, what=f"healthz; see {stack.logs}")
        yield stack
    finally:
        stack.stop("web")


def get(web: Stack, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(web.url + path, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def raw(web: Stack, *parts: bytes, wait: float = 8, pause: float = 0) -> bytes:
    with socket.create_connection(("127.0.0.1", web.port), timeout=wait) as sock:
        for part in parts:
            sock.sendall(part)
            time.sleep(pause)
        answer = b""
        with contextlib.suppress(OSError):
            while b"\r\n\r\n" not in answer:
                piece = sock.recv(4096)
                if not piece:
                    break
                answer += piece
        return answer


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize("path", ["/accounts/login/", "/ingest/v1/exchange"])
def test_an_announced_gigabyte_is_refused_before_it_is_read(web: Stack, path: str) -> None:
    began = time.monotonic()
    assert status(raw(web, head(path, f"Content-Length: {1 << 30}"))) == 413
    assert time.monotonic() - began < 2


def test_a_chunked_body_beyond_the_limit_is_cut_off(web: Stack) -> None:
    piece = b"%x\r\n%s\r\n" % (65_536, b"x" * 65_536)
    with socket.create_connection(("127.0.0.1", web.port), timeout=8) as sock:
        sock.sendall(head("/accounts/login/", "Transfer-Encoding: chunked"))
        with contextlib.suppress(OSError):
            for _ in range(40):
                sock.sendall(piece)
        assert status(sock.recv(4096)) == 413


def test_a_chunked_body_reaches_ingest_whole(web: Stack) -> None:
    body = json.dumps({"code": "x" * 40, "tab": wire.TAB}).encode()
    encoded = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    answer = raw(web, head("/ingest/v1/exchange", "Transfer-Encoding: chunked", "Connection: close"), encoded)
    assert status(answer) == 410


def test_a_body_that_stops_coming_is_given_up(web: Stack) -> None:
    began = time.monotonic()
    answer = raw(web, head("/accounts/login/", "Content-Length: 100"), b"half", wait=12)
    assert status(answer) == 408
    assert 4 < time.monotonic() - began < 9


def test_beside_forty_stalled_clients_everybody_else_is_answered_in_milliseconds(web: Stack) -> None:
    with contextlib.ExitStack() as stalled:
        for number in range(40):
            sock = stalled.enter_context(socket.create_connection(("127.0.0.1", web.port)))
            path = "/ingest/v1/exchange" if number % 2 else "/accounts/login/"
            sock.sendall(head(path, "Content-Length: 1000") + b"x")
        time.sleep(0.2)
        times = []
        for _ in range(30):
            began = time.monotonic()
            assert get(web, "/healthz")[0] == 200
            times.append(time.monotonic() - began)
    assert statistics.median(times) < 0.1, times


def test_ingest_answers_without_cors_to_strangers_and_only_to_post(web: Stack) -> None:
    code, headers, _body = get(web, "/ingest/v1/exchange")
    assert (code, headers["allow"]) == (405, "POST")
    answer = raw(
        web,
        head("/ingest/v1/recordings/rec_00000000000000000000000000/beat", "Origin: https://evil.example",
             "Content-Length: 2", "Connection: close"),
        b"{}",
    ).lower()  # fmt: skip
    assert status(answer) == 404
    assert b"access-control-allow-origin" not in answer
    assert b"content-type: application/json" in answer
    assert b"x-content-type-options: nosniff" in answer


def test_a_header_spelt_with_an_underscore_does_not_reach_django(web: Stack) -> None:
    plain = raw(
        web,
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX_Forwarded_Host: evil\r\nConnection: close\r\n\r\n",
    )
    assert status(plain) == 200


def test_the_scripts_are_the_only_ones_for_other_origins(web: Stack, tmp_path: Path) -> None:
    embed = Path(__file__).parents[2] / "frontend" / "dist" / "embed"
    code, headers, body = get(web, "/placet.js")
    if not (embed / "placet.js").exists():
        assert code == 503
        assert b"make build" in body
        return
    assert code == 200
    assert headers["content-type"].startswith("text/javascript")
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers
    assert get(web, "/placet.js", {"If-None-Match": headers["etag"]})[0] == 304
    built = json.loads((embed / "manifest.json").read_text())
    for name in (built["recorder"], built["extras"]):
        code, headers, body = get(web, f"/r/{name}")
        assert code == 200
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cross-origin-resource-policy"] == "cross-origin"
        assert "immutable" in headers["cache-control"]
        assert body == (embed / name).read_bytes()
        # What is served now is still served after the next release has replaced the folder.
        assert (web.data / "run" / "embed" / name).read_bytes() == body


@pytest.mark.django_db
def test_no_other_file_of_that_folder_is_served(client: Client) -> None:
    for path in (
        "/r/recorder-0000000000000000.js",
        "/r/extras-0000000000000000.js",
        "/r/manifest.json",
        "/r/placet.js",
        "/r/..%2fplacet.js",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "javascript" not in answer.headers["Content-Type"]
    assert client.post("/placet.js").status_code == 405


def guess(web: Stack, forwarded: str) -> int:
    """One wrong start code from `forwarded`, as a proxy on this host says; the answer's status."""
    body = json.dumps({"code": "x" * 40, "tab": wire.TAB}).encode()
    lines = [f"X-Forwarded-For: {forwarded}", f"Content-Length: {len(body)}", "Connection: close"]
    return status(raw(web, head("/ingest/v1/exchange", *lines), body))


def test_behind_a_proxy_of_ours_each_client_has_guesses_of_its_own(web: Stack) -> None:
    assert {guess(web, f"198.51.100.1, 192.0.2.{number}") for number in range(40)} == {410}
    # What the client writes in front makes nobody else of it.
    one = [guess(web, f"198.51.100.{number}, 203.0.113.7") for number in range(40)]
    assert one == [410] * 30 + [429] * 10
    assert guess(web, "203.0.113.8") == 410


def test_where_no_proxy_of_ours_stands_before_us_a_forged_address_buys_no_guess(stranger: Stack) -> None:
    assert [guess(stranger, f"192.0.2.{number}") for number in range(40)] == [410] * 30 + [429] * 10


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Web alone, which trusts a proxy elsewhere and not one on this host."""
    yield from web_alone(tmp_path_factory.mktemp("stranger"), {"TRUSTED_PROXIES": "10.20.30.0/24"})
