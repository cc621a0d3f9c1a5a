"""Where a webhook may go. An endpoint is named by a customer, and called from inside their network:
without this guard it could be used to knock on doors that only the server can reach (SSRF)."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


class UnreachableError(Exception):
    """The name has no address, or one where no webhook may go; `reason` is a word for the row."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A parsed address of a webhook: `host` is what TLS and the Host header name."""

    scheme: str
    host: str
    port: int
    target: str  # path and query

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def parse(url: str) -> Endpoint:
    """Parse `url`; raises `Invalid` unless it is http(s) with a host and no user, password or fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid(_("This is not a web address.")) from None
    # http.client writes the target as it is, so no character may end the line early.
    if not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise Invalid(_("This address holds characters that must be percent-encoded."))
    if parts.scheme not in PORTS or not parts.hostname:
        raise Invalid(_("A webhook's address starts with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise Invalid(_("A webhook's address holds no user name and no password."))
    if "#" in url or port == 0:
        raise Invalid(_("This address cannot be called."))
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    return Endpoint(parts.scheme, parts.hostname, port or PORTS[parts.scheme], target)


def _inner(address: Address) -> Address:
    """What an IPv6 address that wraps an IPv4 one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    wrapped = address.ipv4_mapped or address.sixtofour
    if wrapped is None and (address in _NAT64 or (address in _COMPATIBLE and int(address) > 1)):
        wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return wrapped or address


def may_go(address: Address, networks: Sequence[Network] | None = None) -> bool:
    """Public unicast addresses, and the networks that the operator named (PLACET_WEBHOOK_NETWORKS)."""
    inner = _inner(address)
    named = settings.WEBHOOK_NETWORKS if networks is None else networks
    if any(inner in network for network in named if network.version == inner.version):
        return True
    return inner.is_global and not inner.is_multicast and not inner.is_reserved


def resolve(endpoint: Endpoint, networks: Sequence[Network] | None = None) -> list[str]:
    """Return the addresses to connect to, each checked, in the order to try them; raises `UnreachableError`.

    The caller connects to what is returned (`dial`) and does not look the name up again: a second answer could differ
    from the one that was checked. One bad address among several spoils them all.
    """
    try:
        answers = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError("no_address") from None
    # A scope ("fe80::1%eth0") is never public; ip_address would take it, so it is cut for the check only.
    addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
    if not addresses:
        raise UnreachableError("no_address")
    if not all(may_go(ipaddress.ip_address(text.partition("%")[0]), networks) for text in addresses):
        raise UnreachableError("address_not_allowed")
    return addresses


def dial(checked: Sequence[str], port: int, *, within_s: float) -> socket.socket:
    """Connect to the first of the checked addresses that takes the call; raises the last one's `OSError`.

    A name often has an address that nothing listens on: `localhost` is `::1` first. They share the time.
    """
    *others, last = checked
    for address in others:
        with contextlib.suppress(OSError):
            return socket.create_connection((address, port), within_s / len(checked))
    return socket.create_connection((last, port), within_s / len(checked))
