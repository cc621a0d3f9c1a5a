"""Pictures, fonts and style sheets of the site's own, which the recorded page showed.

Only what lies under the origins that the policy names as public is ever asked for, by the server and without cookies
(`apps.integrations.services.assets`), never by the browser of whoever watches. A copy lies beside the recording's
other objects, sealed with its key, and is served from an address of our own that a watch gives out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from apps.core import signing
from apps.core.actors import Actor
from apps.core.errors import Unknown
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.models import Asset, Recording
from apps.recordings.services import lifecycle, replay, vault, wire
from apps.recordings.services.sealing import SMALL, Place, seal, unseal
from apps.recordings.signals import assets_wanted

State = Recording.State
CSS_URL = re.compile(r"""url\(\s*["']?(https?://[^"')\s]+)["']?\s*\)""", re.IGNORECASE)
PICTURE_URL = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|ico)$", re.IGNORECASE)
# Where an element names a file that a browser would fetch by itself to draw it.
FILES = {
    "img": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
    "table": ("background",),
    "body": ("background",),
}
STYLES = ("_cssText", "style")


def origin_of(url: str) -> str:
    """ "https://cdn.example" of "https://cdn.example/a.png"; empty for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


class Wanted:
    """Gathers, as events pass by, which files under these origins the page shows."""

    def __init__(self, origins: Iterable[str]) -> None:
        self.origins = frozenset(origins)
        self.urls: dict[str, None] = {}  # in order

    def note(self, event: wire.Event) -> None:
        if not self.origins:
            return
        data = event["data"]
        if event["type"] == wire.FULL_SNAPSHOT:
            self._node(data.get("node"))
        elif event["type"] == wire.INCREMENTAL:
            for add in data.get("adds") or ():
                self._node(add.get("node"))
                self._css(add.get("rule"))
            for change in data.get("attributes") or ():
                self._changed(change.get("attributes") or {})

    def _node(self, node: Any) -> None:
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if not isinstance(one, dict):
                continue
            attributes, tag = one.get("attributes") or {}, one.get("tagName")
            for name in FILES.get(str(tag), ()):
                self._add(attributes.get(name))
            if tag == "link" and attributes.get("rel") == "stylesheet":
                self._add(attributes.get("href"))
            for name in STYLES:
                self._css(attributes.get(name))
            if tag == "style":
                for text in one.get("childNodes") or ():
                    self._css(text.get("textContent"))
            waiting.extend(one.get("childNodes") or ())

    def _changed(self, attributes: dict[str, Any]) -> None:
        # Of which element is not said, and the `src` of another one is no picture.
        source = attributes.get("src")
        if isinstance(source, str) and PICTURE_URL.search(source):
            self._add(source)
        for name in STYLES:
            self._css(attributes.get(name))

    def _css(self, text: object) -> None:
        if isinstance(text, str) and "url(" in text:
            for url in CSS_URL.findall(text):
                self._add(url)

    def _add(self, url: object) -> None:
        if not isinstance(url, str) or len(self.urls) >= limits.ASSETS:
            return
        plain = url.partition("#")[0]
        # A masked part of an address ("[id]") leads nowhere.
        if len(plain) <= 1000 and "[" not in plain and origin_of(plain) in self.origins:
            self.urls[plain] = None


@transaction.atomic
def settle(recording: Recording, wanted: Wanted) -> None:
    """Order what is shown now, and let go of what is shown no more: a passage may have been taken out."""
    recording = lifecycle.lock(recording.pk)
    if recording.state in {State.DELETING, State.DELETED}:
        return
    rows = Asset.objects.filter(recording=recording)
    stays = Q(url__in=wanted.urls) | Q(sheet__url__in=wanted.urls)
    for gone in rows.exclude(stays):
        vault.remove(recording.pk, gone.object_name)
        gone.delete()
    Asset.objects.bulk_create(
        (Asset(recording=recording, url=url) for url in wanted.urls), ignore_conflicts=True, batch_size=100
    )
    if wanted.urls:
        assets_wanted.send(Recording, recording=recording)


def waiting(most: int) -> Iterator[Asset]:
    """What was never asked for yet, of recordings that are to be seen."""
    rows = Asset.objects.filter(asked_at=None, recording__state__in=[State.IN_REVIEW, State.READY])
    return rows.select_related("recording__receipt__policy", "recording__site")[:most].iterator()


def origins(recording: Recording) -> frozenset[str]:
    return frozenset(lifecycle.policy_of(recording).asset_origins)


@transaction.atomic
def want(sheet: Asset, urls: Iterable[str]) -> dict[str, str]:
    """Order what a style sheet names; returns our name of each."""
    recording = lifecycle.lock(sheet.recording_id)
    names = dict(recording.assets.values_list("url", "name"))
    for url in urls:
        if url not in names and len(names) < limits.ASSETS and len(url) <= 1000:
            names[url] = Asset.objects.create(recording=recording, sheet=sheet, url=url).name
    return names


@transaction.atomic
def keep(asset: Asset, content_type: str, body: bytes) -> Asset:
    """Seal a copy beside the recording's other objects. Keeps nothing of one that is being deleted."""
    recording = lifecycle.lock(asset.recording_id)
    if recording.state in {State.DELETING, State.DELETED}:
        return asset
    held = recording.assets.aggregate(total=Sum("raw_bytes"))["total"] or 0
    if held + len(body) > limits.ASSETS_BYTES:
        return fail(asset, "too_much")
    sealed = seal(keys.open_key(recording.pk), _place(asset), body, level=SMALL)
    vault.put(recording.pk, asset.object_name, sealed)
    asset.content_type, asset.raw_bytes, asset.asked_at = content_type, len(body), timezone.now()
    asset.save(update_fields=["content_type", "raw_bytes", "asked_at"])
    return asset


def fail(asset: Asset, why: str) -> Asset:
    asset.failed, asset.asked_at = why[:20], timezone.now()
    asset.save(update_fields=["failed", "asked_at"])
    return asset


def _place(asset: Asset) -> Place:
    return Place(asset.recording_id, "asset", seq=asset.pk)


# --- Serving ------------------------------------------------------------------------------------------


def token(recording: Recording, *, by: Actor) -> str:
    """Part of the address under which `by` finds this recording's files: no cookie is asked for there."""
    return signing.dumps("asset", [recording.pk, by.kind])


def served(recording_id: str, given: str, name: str) -> tuple[str, bytes]:
    """Return (content type, contents). The recording's state is read anew; raises `Unknown`, `Gone`, `NotReadable`."""
    try:
        owner, kind = signing.loads("asset", given)
    except signing.BadToken:
        raise Unknown from None
    asset = Asset.objects.select_related("recording").filter(recording=recording_id, name=name).first()
    if owner != recording_id or asset is None or not asset.content_type:
        raise Unknown
    replay.readable(asset.recording, by=Actor(kind=kind, id="asset"))
    key = keys.open_key(recording_id)
    return asset.content_type, unseal(key, _place(asset), vault.get(recording_id, asset.object_name))
