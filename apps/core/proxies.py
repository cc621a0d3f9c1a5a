"""Who asks, and how, behind the proxies that the operator named (`TRUSTED_PROXIES`). Nobody else is believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_trusted(peer: str, networks: Sequence[Network]) -> bool:
    address = _address(peer)
    return address is not None and any(address in network for network in networks)


def client(peer: str, forwarded: str, networks: Sequence[Network]) -> str:
    """Return the address that asks: `peer`, or whom `peer` names where it is a proxy of ours.

    X-Forwarded-For is read from the right: each proxy adds whom it saw at the end, and what stands further left
    than the first stranger is what that stranger wrote. What is no address ends the reading.
    """
    nearest = peer
    for hop in reversed(forwarded.split(",")):
        if not is_trusted(nearest, networks):
            break
        address = _address(_without_port(hop.strip()))
        if address is None:
            break
        nearest = str(address)
    return nearest


def scheme(forwarded: str, otherwise: str) -> str:
    """Return what a trusted proxy says of its own client's connection; the last word is the nearest proxy's."""
    said = forwarded.rpartition(",")[2].strip().lower()
    return said if said in {"http", "https"} else otherwise


def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket for both families names an IPv4 client ::ffff:192.0.2.1.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _without_port(hop: str) -> str:
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
