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
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.consents.models import Receipt
from apps.core.actors import Actor
from apps.core.errors import Invalid
from apps.person import access, doors, paths
from apps.person.views import own
from apps.recordings import limits, replayer
from apps.recordings.models import Cut, Recording
from apps.recordings.services import cutting, lifecycle, passages, replay
from apps.recordings.services.passages import Passage

State = Recording.State
STEPS = 1_000  # on one page; the picture has the rest


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the list; `seconds` from the start is where its picture begins."""

    at_ms: int
    seconds: int
    clock: str
    text: str
    is_problem: bool
    is_removed: bool


def _problem(marker: dict[str, Any]) -> str:
    text = marker["text"]
    sentence: str = {
        "error": _("An error appeared: “%s”"),
        "console": _("The page reported: “%s”"),
        "network": _("A request failed: %s"),
        "note": _("Your note: %s"),
        "rage": _("Clicked again and again: %s"),
    }.get(marker["kind"], "%s")
    return str(sentence % text)


def _step(row: dict[str, Any], from_page: str) -> str:
    """The index keeps kind and name; its own sentence is for staff."""
    if row["kind"] == "navigate":
        return _("Went to %(where)s") % {"where": paths.in_words(row["label"], from_page=from_page)}
    sentence: str = {
        "click": _("Clicked: %(what)s"),
        "input": _("Typed into: %(what)s"),
        "choose": _("Chose in: %(what)s"),
        "submit": _("Sent: %(what)s"),
        "key": _("Pressed: %(what)s"),
    }.get(row["kind"], _("Used: %(what)s"))
    return sentence % {"what": f"“{row['label']}”" if row["label"] else _("a part of the page")}


def _lines(index: dict[str, Any]) -> list[tuple[int, str, bool]]:
    """What the person did and what went wrong: when, in words, whether it is a problem; in order of time."""
    from_page = index["pages"][0]["url"] if index["pages"] else ""
    lines = [(row["at_ms"], _step(row, from_page), False) for row in index["steps"]]
    told = {"error", "console", "network", "rage", "note"}
    lines += [(row["at_ms"], _problem(row), row["kind"] != "note") for row in index["markers"] if row["kind"] in told]
    return sorted(lines, key=lambda line: line[0])


def steps(index: dict[str, Any], removed: list[Passage]) -> list[Step]:
    found = []
    for at_ms, text, is_problem in _lines(index)[:STEPS]:
        seconds = max(0, at_ms - index["start_ms"]) // 1000
        clock = f"{seconds // 60:02}:{seconds % 60:02}"
        found.append(Step(at_ms, seconds, clock, text, is_problem, passages.holds(removed, at_ms)))
    return found


def passage(index: dict[str, Any], recording: Recording, at_ms: int) -> Passage:
    """The time of one line: from the line before to the line after, both left out.

    A line is written when something is done, so what led to it lies before it. The first and the last are open, so
    that nothing of theirs can still arrive. Raises `Invalid` where no line has this time.
    """
    times = sorted({at for at, _text, _is_problem in _lines(index)})
    if at_ms not in times:
        raise Invalid
    place = times.index(at_ms)
    first = recording.created_at - limits.CLOCK_BEFORE
    last = (recording.ended_at or timezone.now()) + limits.SLACK
    start = times[place - 1] + 1 if place else int(first.timestamp() * 1000)
    end = times[place + 1] - 1 if place + 1 < len(times) else int(last.timestamp() * 1000)
    return start, end


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
    marked = passages.marked(recording)
    minutes, seconds = divmod(recording.duration_ms // 1000, 60)
    context |= {
        "steps": steps(index, marked),
        "marked": Cut.objects.filter(recording=recording, ordered_at=None).count(),
        "minutes": minutes,
        "seconds": seconds,
        "masked": sum(index["masked"].values()),
        "watches": "watch" in request.GET,
    }
    if "watch" not in request.GET:
        return render(request, "person/review.html", context)
    assets_at = replayer.own_assets(request, recording, by=Actor.person(receipt.pk))
    # Under the Replayer's policy no picture is fetched but the recording's own.
    context |= {"words": replayer.words(), "assets": assets_at, "no_logo": True}
    return replayer.holds_replayer(render(request, "person/review.html", context), assets_at)


@doors.person_page
@require_safe
def index(request: HttpRequest, public_id: str) -> HttpResponse:
    """With what is marked as a gap already: what they play is what support would get."""
    receipt = access.receipt_of(request, public_id)
    recording = access.recording_of(receipt)
    body = replay.index(recording, by=Actor.person(receipt.pk))
    cuts = [{"from_ms": start, "to_ms": end, "cause": "cut"} for start, end in passages.marked(recording)]
    if not cuts:
        return replayer.contents(body)
    document = json.loads(body)
    document["gaps"] = sorted([*document["gaps"], *cuts], key=lambda gap: int(gap["from_ms"]))
    return replayer.contents(json.dumps(document).encode())


@doors.person_page
@require_safe
def segment(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    receipt = access.receipt_of(request, public_id)
    packed = replay.packed_segment(access.recording_of(receipt), number, by=Actor.person(receipt.pk))
    return replayer.packed_contents(request, packed)


# --- Taking passages out ------------------------------------------------------------------------------


def _at_ms(request: HttpRequest) -> int:
    at_ms = request.POST.get("at", "")
    if not at_ms.isascii() or not at_ms.isdigit() or len(at_ms) > 15:
        raise Invalid
    return int(at_ms)


def _back(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """To the same line, with the picture or without, as it was."""
    picture = "?watch" if request.POST.get("watch") else ""
    return own.see_other(f"{reverse('person:review', args=[receipt.pk])}{picture}#at-{_at_ms(request)}")


def _remove(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    by = Actor.person(receipt.pk)
    index = json.loads(replay.index(recording, by=by))
    cutting.mark(recording, passage(index, recording, _at_ms(request)), by=by)
    return _back(request, receipt)


def _put_back(request: HttpRequest, receipt: Receipt, recording: Recording) -> HttpResponse:
    cutting.put_back(recording, _at_ms(request), by=Actor.person(receipt.pk))
    return _back(request, receipt)


def _cut(request: HttpRequest, receipt: Receipt, recording: Recording) -> None:
    lifecycle.cut(recording, by=Actor.person(receipt.pk))


remove = own.action(_remove)
put_back = own.action(_put_back)
cut = own.action(_cut)
