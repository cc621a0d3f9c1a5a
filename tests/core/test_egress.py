"""A running installation contacts nobody; see `tests.egress` for how every test is held to it."""

from __future__ import annotations

import socket

import pytest

from tests.egress import is_outside


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "placet.example", "10.0.0.1", b"sentry.example"])
def test_a_test_reaches_nobody(host: str | bytes) -> None:
    assert is_outside(host)
    with pytest.raises((PermissionError, socket.gaierror), match="tests go nowhere"):
        socket.create_connection((host, 443), timeout=1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams, pytest.raises(PermissionError):
        datagrams.sendto(b"x", ("192.0.2.1", 53))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", None])
def test_a_test_reaches_this_machine(host: str | None) -> None:
    assert not is_outside(host)
