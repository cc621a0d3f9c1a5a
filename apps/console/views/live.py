"""Live viewing: a page, the watch that opens it, and what is new. It ends with the recording."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from apps.console.views.player import acting, mark, reason_typed, recording_of, staff
from apps.core.errors import Invalid, Unknown
from apps.recordings import replayer
from apps.recordings.models import Watch
from apps.recordings.services import live, watching, wire


@login_required
@require_GET
def show(request: HttpRequest, recording_id: str) -> HttpResponse:
    recording = recording_of(request, recording_id)
    if not recording.live or recording.state not in recording.RUNNING:
        return redirect("player", recording_id=recording.pk)
    if watching.needs_reason(recording, staff(request)) and not reason_typed(request, recording):
        asked = {"recording": recording, "ticket": recording.ticket}
        return replayer.never_kept(render(request, "console/player_why.html", asked))
    context: dict[str, Any] = {
        "recording": live.readable(recording, by=acting(request)),
        "ticket": recording.ticket,
        "assets": replayer.own_assets(request, recording, by=acting(request)),
        "words": replayer.words(),
        "mark": mark(request),
    }
    return replayer.holds_replayer(render(request, "console/live.html", context), context["assets"])


@require_POST
def start(request: HttpRequest, recording_id: str) -> HttpResponse:
    recording = recording_of(request, recording_id)
    reason = reason_typed(request, recording)
    begun = watching.start(recording, user=staff(request), live=True, reason=reason, by=acting(request))
    return replayer.never_kept(JsonResponse({"watch": begun.pk, "state": recording.state}))


def _number(request: HttpRequest, name: str) -> int:
    given = request.GET.get(name, "0")
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise Invalid
    return int(given)


@require_GET
def news(request: HttpRequest, recording_id: str) -> HttpResponse:
    """What was recorded since `after`, to whoever has begun the watch `watch`."""
    recording = recording_of(request, recording_id)
    number, after = _number(request, "watch"), _number(request, "after")
    mine = Watch.objects.select_related("recording__site").filter(recording=recording, user=staff(request), live=True)
    watch = mine.filter(pk=number).first()
    if watch is None:
        raise Unknown
    found = live.read(watch, after=after, by=acting(request))
    return replayer.contents(wire.dump(asdict(found)))
