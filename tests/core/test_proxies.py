"""Whose word is taken for who asks. What a stranger writes into a header changes nothing."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory

from apps.core import proxies, ratelimit

OURS = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "asks"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        # Nobody of ours stands before us: the header is the client's own invention.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("192.168.1.4", "198.51.100.1", "192.168.1.4"),  # a neighbour is not a proxy of ours for being near
        # Our proxy adds whom it saw; what stands left of that was sent along.
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.7, 198.51.100.1, 203.0.113.9", "203.0.113.9"),
        # Two of ours, one behind the other.
        ("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        # Only ours: the farthest.
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # What is no address ends the reading at the last that was one.
        ("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
        ("10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ",,,", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.1", "[2001:db8::5]:4711", "2001:db8::5"),
        ("fd00::1", "2001:db8::5", "2001:db8::5"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", ""),  # a socket without an address
    ],
)
def test_who_asks_is_whom_our_own_nearest_proxy_saw(peer: str, forwarded: str, asks: str) -> None:
    assert proxies.client(peer, forwarded, OURS) == asks


@pytest.mark.parametrize(
    ("forwarded", "scheme"),
    [("https", "https"), ("http", "http"), ("https, http", "http"), ("", "http"), ("javascript", "http")],
)
def test_the_last_word_on_the_scheme_is_the_nearest_proxys(forwarded: str, scheme: str) -> None:
    assert proxies.scheme(forwarded, "http") == scheme


FORGED = [
    (b"x-forwarded-for", b"198.51.100.1"),
    (b"x-forwarded-for", b"203.0.113.9"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"evil.example"),
    (b"forwarded", b"for=198.51.100.1"),
    (b"x-real-ip", b"198.51.100.1"),
    (b"accept", b"*/*"),
]


def through_the_door(settings: Any, monkeypatch: pytest.MonkeyPatch, peer: str) -> dict[str, Any]:
    """The scope that Django is given for a request from `peer`."""
    from config import asgi

    settings.TRUSTED_PROXIES = OURS
    given: dict[str, Any] = {}

    async def django(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given.update(scope)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    monkeypatch.setattr(asgi, "_pool", django)
    scope = {"type": "http", "path": "/", "client": (peer, 4711), "scheme": "http", "headers": FORGED}
    asyncio.run(asgi.application(scope, receive, send))
    return given


@pytest.mark.parametrize(
    ("peer", "asks", "scheme"), [("203.0.113.50", "203.0.113.50", "http"), ("10.0.0.1", "203.0.113.9", "https")]
)
def test_nothing_behind_the_door_sees_what_was_claimed(
    settings: Any, monkeypatch: pytest.MonkeyPatch, peer: str, asks: str, scheme: str
) -> None:
    given = through_the_door(settings, monkeypatch, peer)
    assert given["client"] == (asks, 4711)
    assert given["scheme"] == scheme
    assert [name for name, _ in given["headers"]] == [b"accept", b"content-length"]


def test_a_household_is_counted_as_one_and_a_header_makes_no_other() -> None:
    def who(address: str) -> str:
        request = RequestFactory().get("/", REMOTE_ADDR=address, headers={"X-Forwarded-For": "198.51.100.1"})
        return ratelimit.address(request)

    assert who("127.0.0.1") == "127.0.0.1"
    assert who("2001:db8:1:2::9") == who("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert who("2001:db8:1:3::9") != who("2001:db8:1:2::9")
    assert who("nonsense") == "unknown"
