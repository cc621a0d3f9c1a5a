"""Origins and landing addresses, as browsers read them.

Server and browser must never read one address in two ways: whatever parsers are known to disagree about
(backslashes, userinfo, control characters, percent signs in a host, numbers that become addresses) is
refused, and only what is left is brought into the form in which browsers write it (WHATWG URL Standard).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

if TYPE_CHECKING:
    from apps.sites.models import Site

LONGEST = 1000
START_MARK = "~placet="  # the loader's; an address that brings its own would start somebody else's recording
DEFAULT_PORTS = {"http": 80, "https": 443}
# Authority ends at the first of / ? #; everything unusual in it is refused below.
_ADDRESS = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]*)(?P<rest>[/?#].*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:\[\]@%\\]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# Controls, spaces of all kinds and invisible marks: browsers drop some of them, other parsers do not.
_ODD = re.compile(
    r"[\x00-\x20\x7f-\xa0\u00ad\u034f\u061c\u115f-\u1160\u17b4-\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff]"
)
_PATH_SAFE = "%/:@!$&'()*+,;=~-._[]|^?#"


def _refuse(why: str) -> Invalid:
    return Invalid(_("That address cannot be used: %(why)s") % {"why": why})


def _ipv4(host: str) -> str:
    """A browser reads 127.1, 0x7f.1 and 2130706433 as addresses; only the plain form is taken."""
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError as error:
        raise _refuse(_("write numbers of a host as four decimal parts.")) from error


def _ipv6(host: str) -> str:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError as error:
        raise _refuse(_("this IPv6 address is not complete.")) from error
    if address.ipv4_mapped is not None or "." in host:
        raise _refuse(_("write the IPv4 address itself."))
    return f"[{address.compressed}]"


def _host(text: str) -> str:
    if text.startswith("["):
        return _ipv6(text[1:-1])
    try:
        # UTS 46, nontransitional, as browsers do (ß stays a letter of its own).
        host = idna.encode(text, uts46=True, transitional=False).decode() if not text.isascii() else text.lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise _refuse(_("this host name is not allowed.")) from error
    labels = host.split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refuse(_("this host name is not allowed."))
    _check_punycode(labels)
    # "Ends in a number": such a host is an IPv4 address to a browser, or nothing.
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return _ipv4(host)
    return host


def _check_punycode(labels: list[str]) -> None:
    for label in labels:
        if label.startswith("xn--"):
            try:
                idna.decode(label)
            except (idna.IDNAError, UnicodeError) as error:
                raise _refuse(_("this host name is not allowed.")) from error


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _split(text: str) -> tuple[str, str]:
    """Return (origin, the rest as written) of an absolute http(s) address; raises `Invalid` for all else."""
    text = text.strip(" ")
    if len(text) > LONGEST:
        raise _refuse(_("it is too long."))
    if _ODD.search(text) or "\\" in text:
        raise _refuse(_("it holds characters that do not belong in an address."))
    whole = _ADDRESS.fullmatch(text)
    if whole is None:
        raise _refuse(_("it must begin with https://"))
    authority = _AUTHORITY.fullmatch(whole["authority"])
    if authority is None:
        raise _refuse(_("write only a host name and, where it needs one, a port."))
    scheme, host = whole["scheme"].lower(), _host(authority["host"])
    if scheme == "http" and settings.SECURE and not _is_loopback(host):
        raise _refuse(_("it must begin with https://"))
    port = int(authority["port"]) if authority["port"] else DEFAULT_PORTS[scheme]
    if not 0 < port <= 65535:
        raise _refuse(_("there is no such port."))
    suffix = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    return f"{scheme}://{host}{suffix}", whole["rest"] or ""


def normalise(text: str) -> str:
    """Return the origin as a browser writes it (`location.origin`); raises `Invalid` for anything else."""
    origin, rest = _split(text)
    if rest not in {"", "/"}:
        raise _refuse(_("an origin has no path."))
    return origin


def of(address: str) -> str:
    """Return the origin of an absolute http(s) address; raises `Invalid`."""
    return _split(address)[0]


def landing(site: Site, url: str) -> str:
    """Return `url` as the browser will write it, if it lies on one of the site's origins; raises `Invalid`.

    Checked when a link is issued and again before anybody is sent there. An empty `url` means the site's own.
    """
    return landing_on(site.origins.values_list("origin", flat=True), url or site.landing_url)


def landing_on(origins: Iterable[str], url: str) -> str:
    """Return `url` as the browser will write it, if it lies on one of `origins`; raises `Invalid`."""
    origin, rest = _split(url)
    if START_MARK in rest:
        raise _refuse(_("it carries a start code of its own."))
    if origin not in origins:
        raise _refuse(_("%(origin)s is not an origin of this site.") % {"origin": origin})
    if not rest.startswith("/"):
        rest = f"/{rest}"
    written = origin + quote(rest, safe=_PATH_SAFE)
    if len(written) > LONGEST:
        raise _refuse(_("it is too long."))
    return written
