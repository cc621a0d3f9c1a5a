"""The staff's player: the page, what it reads, and the record of who watched what.

Contents are answered only while a watch of the reader is open, and a watch is opened by a POST of the player. So every
reading is on the audit trail, and nothing that was recorded can make an entry there.
"""

from __future__ import annotations

import json
import math
import zlib
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.models import User
from apps.core.actors import Actor
from apps.core.errors import Gone, Invalid, Refused, Unknown
from apps.recordings import replayer
from apps.recordings.errors import Closed
from apps.recordings.models import Recording, Watch
from apps.recordings.services import exports, lifecycle, remarks, replay, watching, wire
from apps.sites import permissions

SPANS_AT_ONCE = 200


class WatchFirst(Refused):
    """Contents were asked for without a watch (403)."""

    code = "watch_first"


def recording_of(request: HttpRequest, recording_id: str) -> Recording:
    """The recording, if this user may watch it. Raises `Unknown`, or `Refused` for a role that may not."""
    user = request.user
    if not user.is_authenticated:
        raise Refused(_("You are signed out. Sign in and open this page again."))
    found = Recording.objects.visible_to(user).select_related("site").filter(pk=recording_id).first()
    if found is None:
        raise Unknown
    permissions.require(user, found.site, "recording.watch")
    return found


def _readable(request: HttpRequest, recording_id: str) -> Recording:
    recording = recording_of(request, recording_id)
    if recording.state != Recording.State.READY:
        raise Gone(recording.state, str(_sentence(recording)))
    since = timezone.now() - watching.OPEN_FOR
    open_now = Watch.objects.filter(recording=recording, user=staff(request), last_beat_at__gte=since, is_glance=False)
    if not open_now.exists():
        raise WatchFirst
    return recording


def staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def acting(request: HttpRequest) -> Actor:
    return Actor.staff(staff(request), door="page")


def _sentence(recording: Recording) -> str:
    """Why there is nothing to see yet, or no more."""
    state = Recording.State
    return {
        state.CREATED: _("The person has agreed, and recording has not begun yet."),
        state.RECORDING: _("Recording is going on. It can be watched once the person has sent it."),
        state.PAUSED: _("The person has paused the recording. It can be watched once they have sent it."),
        state.PROCESSING: _("The recording has ended and is being prepared. The person looks at it first."),
        state.IN_REVIEW: _("The person is looking at the recording and decides whether to send it."),
        state.DELETING: _("This recording is being deleted and can no longer be shown."),
        state.DELETED: _("This recording was deleted."),
    }.get(state(recording.state), "")


def remark_rows(recording: Recording, *, by: Actor) -> list[dict[str, Any]]:
    """What the player lists: when, who, what."""
    return [
        {
            "at_ms": one.at_ms,
            "who": str(one.author or _("somebody who has left")),
            "body": one.body,
        }
        for one in remarks.read([recording], by=by)
    ]


def export_words(recording: Recording) -> list[tuple[str, str]]:
    page = [(exports.PAGE, _("The whole recording, as a page that plays"))]
    return [
        # The least of it first: that is what is taken without a choice.
        ("text", _("Steps and problems, as text")),
        ("requests", _("Requests, as HAR")),
        ("script", _("A Playwright script of the steps")),
        *(page if exports.may_take_page(recording) else []),
    ]


@login_required
@require_GET
def player(request: HttpRequest, recording_id: str) -> HttpResponse:
    recording = recording_of(request, recording_id)
    context: dict[str, Any] = {"recording": recording, "ticket": recording.ticket}
    if recording.state != Recording.State.READY:
        gone = recording.state in {Recording.State.DELETING, Recording.State.DELETED}
        context["sentence"] = _sentence(recording)
        waiting = render(request, "console/player_wait.html", context, status=410 if gone else 200)
        return replayer.never_kept(waiting)
    try:
        lifecycle.require_open_to(recording, by=acting(request))
    except Closed as error:
        context["sentence"] = error.text
        return replayer.never_kept(render(request, "console/player_wait.html", context, status=error.status))
    if watching.needs_reason(recording, staff(request)) and not reason_typed(request, recording):
        return replayer.never_kept(render(request, "console/player_why.html", context))
    watches = list(recording.watches.select_related("user")[:100])
    context |= {
        "receipt": recording.receipt,
        "watches": watches,
        "watched": watching.seen(watches),
        "remarks": remark_rows(recording, by=acting(request)),
        "export_kinds": export_words(recording),
        "assets": replayer.own_assets(request, recording, by=acting(request)),
        "words": replayer.words(),
        "mark": mark(request),
    }
    return replayer.holds_replayer(render(request, "console/player.html", context), context["assets"])


def mark(request: HttpRequest) -> str:
    """What stands over the picture: who looks, and when."""
    return f"{staff(request)} · {timezone.now():%Y-%m-%d %H:%M} UTC"


def reason_typed(request: HttpRequest, recording: Recording) -> str:
    """The reason that they typed for this recording in this session."""
    recording_id, reason = request.session.get("why", ("", ""))
    return str(reason) if recording_id == recording.pk else ""


@login_required
@require_POST
def why(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Take the typed reason; it is written down with the watch that follows."""
    recording = recording_of(request, recording_id)
    if reason := request.POST.get("reason", "").strip()[:200]:
        request.session["why"] = [recording.pk, reason]
    return redirect("player", recording_id=recording.pk)


@require_GET
def index(request: HttpRequest, recording_id: str) -> HttpResponse:
    body = replay.index(_readable(request, recording_id), by=acting(request))
    return replayer.packed_contents(request, zlib.compress(body, 1))


@require_GET
def segment(request: HttpRequest, recording_id: str, number: int) -> HttpResponse:
    packed = replay.packed_segment(_readable(request, recording_id), number, by=acting(request))
    return replayer.packed_contents(request, packed)


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except ValueError:
        raise Invalid from None
    if not isinstance(body, dict):
        raise Invalid
    return body


def _spans(body: dict[str, Any]) -> list[tuple[int, int]]:
    """Pairs of milliseconds of the recording's own time. Raises `Invalid` for anything else."""
    spans = body.get("spans", [])
    if not isinstance(spans, list) or len(spans) > SPANS_AT_ONCE:
        raise Invalid
    for span in spans:
        numbers = isinstance(span, list) and len(span) == 2 and all(type(ms) is int for ms in span)
        if not numbers or not 0 <= span[0] <= span[1]:
            raise Invalid
    return [(start, end) for start, end in spans]


@require_POST
def watch(request: HttpRequest, recording_id: str) -> HttpResponse:
    """Begin a watch (`{"t"}`), or tell what was seen (`{"watch", "spans"}`). Answers the state, which may end it.

    What is begun is answered with the index and the piece that shows the second `t`: one way there and back for the
    first picture, and nothing is read before it is written down.
    """
    recording = recording_of(request, recording_id)
    body = _body(request)
    if recording.state != Recording.State.READY:
        raise Gone(recording.state, str(_sentence(recording)))
    user = staff(request)
    if "watch" not in body:
        second = _second(body.get("t", 0))
        begun = watching.start(
            recording, user=user, live=False, reason=reason_typed(request, recording), by=acting(request)
        )
        return _opened(request, recording, begun, second)
    mine = Watch.objects.filter(
        recording=recording, user=user, is_glance=False, pk=body["watch"] if type(body["watch"]) is int else 0
    )
    seen = watching.beat(mine.first() or _no_watch(), _spans(body))
    return replayer.never_kept(JsonResponse({"watch": seen.pk, "state": recording.state}))


def _second(asked: object) -> float:
    if isinstance(asked, bool) or not isinstance(asked, (int, float)) or not math.isfinite(asked):
        raise Invalid
    return asked


def _opened(request: HttpRequest, recording: Recording, begun: Watch, second: float) -> HttpResponse:
    opening = replay.opening(recording, second, by=acting(request))
    parts = {
        b"watch": wire.dump(begun.pk),
        b"state": wire.dump(recording.state),
        b"index": opening.index,
        b"first": wire.dump(opening.first),
        b"events": opening.events,
    }
    # Put together as they are: reading and writing them anew would take longer than all the rest.
    body = b"{" + b",".join(b'"' + name + b'":' + part for name, part in parts.items()) + b"}"
    return replayer.packed_contents(request, zlib.compress(body, 1))


def _no_watch() -> Watch:
    raise Unknown
