"""The review: what was recorded, in words first, and the choice to send or to discard it.

The page of words has forms and no picture. The picture comes after a press, on a page of its own under the Replayer's
policy, which allows no form: there the script posts the same two forms.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.actors import Actor
from apps.person import access, doors
from apps.recordings import replayer
from apps.recordings.models import Recording
from apps.recordings.services import replay

State = Recording.State
STEPS = 1_000  # on one page; the picture has the rest


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list; `seconds` from the start is where its picture begins."""

    seconds: int
    clock: str
    text: str
    is_problem: bool


def _problem(marker: dict[str, Any]) -> str:
    text = marker["text"]
    sentence: str = {
        "error": _("An error appeared: “%s”"),
        "console": _("The page reported: “%s”"),
        "network": _("A request failed: %s"),
        "note": _("Your note: %s"),
    }.get(marker["kind"], "%s")
    return str(sentence % text)


def steps(index: dict[str, Any]) -> list[Step]:
    """What the person did and what went wrong, in order of time."""
    start = index["start_ms"]
    lines = [(row["at_ms"], row["text"], False) for row in index["steps"]]
    told = {"error", "console", "network", "rage", "note"}
    lines += [(row["at_ms"], _problem(row), row["kind"] != "note") for row in index["markers"] if row["kind"] in told]
    lines.sort(key=lambda line: line[0])
    found = []
    for at_ms, text, is_problem in lines[:STEPS]:
        seconds = max(0, at_ms - start) // 1000
        found.append(Step(seconds, f"{seconds // 60:02}:{seconds % 60:02}", text, is_problem))
    return found


@doors.person_page
@require_safe
def page(request: HttpRequest, public_id: str) -> HttpResponse:
    """The words; with `?watch` the picture as well. Waits while the recording is prepared."""
    receipt = access.receipt_of(request, public_id)
    recording = access.recording_of(receipt)
    context: dict[str, Any] = {"receipt": receipt, "recording": recording, "site": receipt.site}
    if recording.state == State.PROCESSING:
        return render(request, "person/review_wait.html", context)
    if recording.state != State.IN_REVIEW:
        return HttpResponseRedirect(f"{reverse('person:own', args=[receipt.pk])}?stay=1")
    index = json.loads(replay.index(recording, by=Actor.person(receipt.pk)))
    minutes, seconds = divmod(recording.duration_ms // 1000, 60)
    context |= {
        "steps": steps(index),
        "minutes": minutes,
        "seconds": seconds,
        "masked": sum(index["masked"].values()),
        "watches": "watch" in request.GET,
    }
    if "watch" not in request.GET:
        return render(request, "person/review.html", context)
    context |= {"words": replayer.words(), "assets": replayer.assets(request, recording)}
    return replayer.holds_replayer(render(request, "person/review.html", context), request, recording)


@doors.person_page
@require_safe
def index(request: HttpRequest, public_id: str) -> HttpResponse:
    receipt = access.receipt_of(request, public_id)
    return replayer.contents(replay.index(access.recording_of(receipt), by=Actor.person(receipt.pk)))


@doors.person_page
@require_safe
def segment(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    receipt = access.receipt_of(request, public_id)
    packed = replay.packed_segment(access.recording_of(receipt), number, by=Actor.person(receipt.pk))
    return replayer.packed_contents(request, packed)
