"""What staff take from a recording besides watching it: what went wrong, remarks, files. All by POST: each is a read."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from apps.console.views.player import acting, recording_of, staff
from apps.core.again import ask_again
from apps.core.errors import Invalid
from apps.recordings import replayer
from apps.recordings.models import Recording
from apps.recordings.services import exports, remarks, story, watching

SHOWN = 6


@require_POST
def glance(request: HttpRequest, recording_id: str) -> HttpResponse:
    """What went wrong, for the ticket, before anybody opens the player."""
    recording = recording_of(request, recording_id)
    watching.glance(recording, user=staff(request), by=acting(request))
    index = story.index(recording, by=acting(request))
    found = story.problems(index)
    context: dict[str, Any] = {
        "recording": recording,
        "problems": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "first": story.first_problem(found),
        "lines": story.lines(index),
    }
    return replayer.never_kept(render(request, "console/_glance.html", context))


def _known(request: HttpRequest, recording_id: str) -> Recording:
    recording = recording_of(request, recording_id)
    watching.require_known(recording, staff(request))
    return recording


def _moment(request: HttpRequest) -> int | None:
    given = request.POST.get("at_ms", "")
    if not given:
        return None
    if not given.isascii() or not given.isdecimal():
        raise Invalid
    return int(given)


@require_POST
def remark(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Write `body` at the moment `at_ms`."""
    recording = _known(request, recording_id)
    body = request.POST.get("body", "")
    written = remarks.write(recording, body=body, at_ms=_moment(request), user=staff(request), by=acting(request))
    return replayer.never_kept(JsonResponse({"number": written.number}, status=201))


@require_POST
def copy_story(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Put steps and problems into the case, as a remark that goes with the recording."""
    recording = _known(request, recording_id)
    written = remarks.copy_story(recording, user=staff(request), by=acting(request))
    return replayer.never_kept(JsonResponse({"number": written.number}, status=201))


@require_POST
def export(request: HttpRequest, recording_id: str, kind: str) -> HttpResponse:
    recording = _known(request, recording_id)
    ask_again(request)
    made = exports.export(recording, kind, reason=request.POST.get("reason", ""), by=acting(request))
    response = replayer.contents(made.body)
    response["Content-Type"] = made.content_type
    response["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return response
