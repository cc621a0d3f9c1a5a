"""Fetch the public files that recorded pages show, from the customer's own servers and without a cookie.

Only under origins that the site's policy names, only to addresses that the guard lets through, and to the very address
that it checked; each redirect is checked like the first address. What is no picture, font or style sheet is not kept.
"""

from __future__ import annotations

import http.client
import re
import time
from urllib.parse import urljoin

from django.conf import settings

from apps.core.errors import Gone, Invalid
from apps.integrations.services import addresses
from apps.integrations.services.addresses import UnreachableError
from apps.integrations.services.delivery import Deadline, connect
from apps.recordings import limits
from apps.recordings.models import Asset
from apps.recordings.services import assets

BATCH = 200
RUN_S = 25.0  # what is left waits for the next run, so that the worker gets to other work
REDIRECTS = 3
KINDS = frozenset(
    {
        *(
            f"image/{kind}"
            for kind in ("png", "jpeg", "gif", "webp", "avif", "svg+xml", "x-icon", "vnd.microsoft.icon")
        ),
        *(f"font/{kind}" for kind in ("woff2", "woff", "ttf", "otf", "sfnt")),
        *(
            f"application/{kind}"
            for kind in ("font-woff2", "font-woff", "x-font-ttf", "x-font-woff", "vnd.ms-fontobject")
        ),
        "text/css",
    }
)
SHEET = "text/css"
_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORTS = re.compile(r"@(?:import|charset|[\w-]*\\)[^;{}]*;?", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*(?:"([^"\\]*)"|'([^'\\]*)'|([^"'()\\\s]*))\s*\)""", re.IGNORECASE)


class NotFetchedError(Exception):
    """The file is not to be had; `reason` is a word for the row."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def fetch_waiting() -> int:
    """Fetch what no recording has yet; returns how many files were asked for."""
    ends, asked = time.monotonic() + RUN_S, 0
    for asset in list(assets.waiting(BATCH)):
        if time.monotonic() >= ends:
            break
        fetch(asset)
        asked += 1
    return asked


def fetch(asset: Asset) -> None:
    """Ask once; a file that is not to be had is missing from the replay, and nothing else."""
    origins = assets.origins(asset.recording)
    try:
        kind, body = _get(asset.url, origins)
        if kind == SHEET:
            body = _sheet(asset, body, origins)
        assets.keep(asset, kind, body)
    except NotFetchedError as error:
        assets.fail(asset, error.reason)
    except Gone:
        return  # it is being deleted


def _get(url: str, origins: frozenset[str]) -> tuple[str, bytes]:
    for _ in range(REDIRECTS + 1):
        if assets.origin_of(url) not in origins:
            raise NotFetchedError("origin")
        kind, body, location = _ask(url)
        if not location:
            return kind, body
        url = urljoin(url, location).partition("#")[0]
    raise NotFetchedError("redirects")


def _ask(url: str) -> tuple[str, bytes, str]:
    """One request; returns kind and contents, or where it was sent on to."""
    try:
        endpoint = addresses.parse(url)
        connection = connect(endpoint, addresses.resolve(endpoint, settings.ASSET_NETWORKS))
    except Invalid:
        raise NotFetchedError("address_malformed") from None
    except UnreachableError as error:
        raise NotFetchedError(error.reason) from None
    headers = {"Host": endpoint.authority, "Accept": "image/*, font/*, text/css", "User-Agent": "Placet-Assets/1"}
    try:
        with Deadline(connection):
            connection.request("GET", endpoint.target, headers={**headers, "Accept-Encoding": "identity"})
            return _answer(connection.getresponse())
    except TimeoutError:
        raise NotFetchedError("timeout") from None
    except (OSError, http.client.HTTPException):
        raise NotFetchedError("no_answer") from None
    finally:
        connection.close()


def _answer(answer: http.client.HTTPResponse) -> tuple[str, bytes, str]:
    if answer.status in {301, 302, 303, 307, 308}:
        return "", b"", answer.headers.get("Location", "")
    if answer.status != http.HTTPStatus.OK:
        raise NotFetchedError(f"status_{answer.status}")
    kind = answer.headers.get_content_type()
    if kind not in KINDS or answer.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetchedError("kind")
    body = answer.read(limits.ASSET_BYTES + 1)
    if len(body) > limits.ASSET_BYTES:
        raise NotFetchedError("too_large")
    return kind, body, ""


def _sheet(asset: Asset, body: bytes, origins: frozenset[str]) -> bytes:
    """The sheet with our own names for the files that it names; what may not be fetched is named no more."""
    text = _IMPORTS.sub("", _COMMENTS.sub("", body.decode("utf-8", "replace")))
    targets = {found: _target(asset.url, found) for found in {"".join(parts) for parts in _URL.findall(text)}}
    public = [target for target in targets.values() if assets.origin_of(target) in origins]
    names = assets.want(asset, sorted(set(public)))

    def renamed(match: re.Match[str]) -> str:
        found = next((part for part in match.groups() if part), "")
        if found.startswith(("data:", "#")):
            return match[0]
        # Beside each other under one address, so a bare name finds its neighbour.
        return f'url("{names.get(targets.get(found, ""), "data:,")}")'

    return _URL.sub(renamed, text).encode()


def _target(sheet: str, found: str) -> str:
    try:
        return urljoin(sheet, found).partition("#")[0]
    except ValueError:
        return ""
