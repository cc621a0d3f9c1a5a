"""Nobody is contacted but this machine: an audit hook of Python's that refuses every other connection and writes it down.

pytest's own processes have it from `tests/conftest.py`, those of a stack from `tests/inside/sitecustomize.py`. Chromium is
no Python; it is started with `tests.browser.ARGS`, and reaches what a page names.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from typing import Any

LOG = "PLACET_TEST_EGRESS_LOG"


def is_outside(host: Any) -> bool:
    """Whether `host` is anything but this machine; a name other than "localhost" is, before it is looked up."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name not in {"localhost", socket.gethostname()}
    return not (address.is_loopback or address.is_unspecified)


def _target(event: str, args: tuple[Any, ...]) -> Any:
    """The host that is asked for or connected to; None where it can be nobody else's."""
    if event == "socket.getaddrinfo":
        try:
            ipaddress.ip_address(str(args[0]))
        except ValueError:
            return args[0] or None
        return None  # a number is looked up nowhere
    return args[1][0] if isinstance(args[1], tuple) else None  # a path is a socket of this machine


def _hook(event: str, args: tuple[Any, ...]) -> None:
    if event not in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        return
    host = _target(event, args)
    if host is None or not is_outside(host):
        return
    if log := os.environ.get(LOG):
        with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123  in every process, as early as can be
            file.write(f"{event} {host} by {' '.join(sys.argv[:3])}\n")
    if event == "socket.getaddrinfo":
        raise socket.gaierror(socket.EAI_NONAME, f"{host}: tests go nowhere")
    raise PermissionError(f"{host}: tests go nowhere")


def keep_inside() -> None:
    sys.addaudithook(_hook)
