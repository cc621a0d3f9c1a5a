"""One file that plays a recording without a connection: for its person, and for an engineer. It loads and sends nothing."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from apps.core.actors import Actor
from apps.recordings import replayer
from apps.recordings.models import Recording
from apps.recordings.services import replay

Segments = list[tuple[int, bytes]]


def segments(recording: Recording, *, by: Actor) -> Segments:
    """Return (number, events) of each piece, in order; raises what `replay.readable` raises."""
    fresh = replay.readable(recording, by=by)
    numbers = fresh.segments.filter(epoch=fresh.epoch).order_by("number").values_list("number", flat=True)
    return [(number, replay.segment(fresh, number, by=by)) for number in numbers]


def page(template: str, recording: Recording, index: bytes, pieces: Segments, **said: Any) -> bytes:
    """Return the page that `template` makes of `recordings/offline.html`; `said` is what else it says."""
    script = _script()
    context = {
        "site": recording.site,
        "script": script,
        "style": _style(),
        "digest": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        "index": _packed(index),
        "segments": [(number, _packed(body)) for number, body in pieces],
        "words": replayer.words(),
        "made": timezone.now(),
        "copy_of": recording.pk,
        **said,
    }
    return render_to_string(template, context).encode()


def _static(name: str) -> str:
    return (Path(settings.FRONTEND_DIST) / "static" / name).read_text(encoding="utf-8")


def _script() -> str:
    """Of one line of ours; "</script" in it would end the element that holds it."""
    return re.sub(r"</(script)", r"<\\/\1", _static("offline.js"), flags=re.IGNORECASE)


def _style() -> str:
    """Without fonts: there is nothing to load them from."""
    return re.sub(r"@font-face\s*\{[^}]*\}", "", _static("review.css")).replace("</", "<\\/")


def _packed(raw: bytes) -> str:
    # Base64 is the only thing made of recorded bytes in the page: no spelling of it ends an element.
    return base64.b64encode(gzip.compress(raw, mtime=0)).decode()
