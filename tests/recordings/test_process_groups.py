"""Pages and uploads as two groups of processes, and uploads that are refused before memory grows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from config import asgi

CHUNK = "/ingest/v1/recordings/rec_00000000000000000000000000/chunks/1/1"


def ask(path: str, *pieces: bytes, method: str = "POST") -> tuple[int, dict[bytes, bytes]]:
    """The status and headers that the one door answers with."""
    sent: list[Any] = []
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000), "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(asgi.application(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize(
    ("serves", "path", "is_there"),
    [
        ("pages", CHUNK, False),
        ("pages", "/healthz", True),
        ("ingest", "/ingest/v1/nothing", True),
        ("ingest", "/healthz", True),
        ("ingest", "/accounts/login/", False),
        ("ingest", "/metrics", False),
    ],
)
def test_a_group_answers_its_own_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, serves: str, path: str, *, is_there: bool
) -> None:
    monkeypatch.setattr(asgi, "SERVES", serves)
    method = "POST" if path.startswith("/ingest/") else "GET"
    status, headers = ask(path, method=method)
    ours = headers.get(b"content-length") == b"0" and status == 404
    assert ours != is_there


def test_uploads_beyond_what_memory_may_hold_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "HELD_BYTES", 1_000)
    status, headers = ask(CHUNK, b"x" * 600, b"x" * 600)
    assert status == 503
    assert int(headers[b"retry-after"]) > 0
    assert asgi.Held.total == 0  # what was refused is not held
    assert ask("/ingest/v1/nothing", b"x" * 900)[0] == 404
    assert asgi.Held.total == 0
