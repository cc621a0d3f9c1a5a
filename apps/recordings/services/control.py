"""What the recorded page may say, all by its ingest token: narrow at once, widen by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

from django.utils import timezone

from apps.consents import services as consents
from apps.core.actors import Actor
from apps.core.errors import Gone
from apps.links import services as links
from apps.recordings.errors import Malformed
from apps.recordings.models import Recording
from apps.recordings.services import cutting, lifecycle

State = Recording.State
TAKES_MORE = {State.CREATED, *Recording.RUNNING, State.PROCESSING, State.IN_REVIEW}


def _pause(recording: Recording, by: Actor) -> None:
    lifecycle.pause(recording, by=by)


def _resume(recording: Recording, by: Actor) -> None:
    lifecycle.resume(recording, by=by)


def _stop(recording: Recording, by: Actor) -> None:
    lifecycle.stop(recording, by=by)


def _signed_out(recording: Recording, by: Actor) -> None:
    lifecycle.end(recording, ended=Recording.Ended.SIGNED_OUT, by=by)


def _withdraw(recording: Recording, by: Actor) -> None:
    if recording.receipt is not None:
        consents.withdraw(recording.receipt, by=by)


def _not_me(recording: Recording, by: Actor) -> None:
    """The bar asked "is this for you?" in a browser that did not agree, and the answer was no."""
    if recording.link is not None:
        links.suspend(recording.link, by=Actor.person(recording.link.pk))


ACTIONS: dict[str, Callable[[Recording, Actor], None]] = {
    "pause": _pause,
    "resume": _resume,
    "stop": _stop,
    "sign_out": _signed_out,
    "withdraw": _withdraw,
    "not_me": _not_me,
}


def take_out(recording: Recording, from_ms: object) -> Recording:
    """Have what was recorded since `from_ms` taken out; raises `Malformed` for what is no time, `Gone` once it ended."""
    if not isinstance(from_ms, (int, float)) or isinstance(from_ms, bool) or not math.isfinite(from_ms):
        raise Malformed
    cutting.take_out(recording, int(from_ms), by=Actor.person(str(recording.receipt_id)))
    return Recording.objects.get(pk=recording.pk)


def act(recording: Recording, action: str) -> Recording:
    """Do `action` for the person; raises `Malformed` for a word that is none, `Gone` where it comes too
    late.
    """
    verb = ACTIONS.get(action)
    if verb is None:
        raise Malformed
    verb(recording, Actor.person(str(recording.receipt_id)))
    return Recording.objects.get(pk=recording.pk)


def beat(recording: Recording) -> Recording:
    """The page is there and visible. A recording that has just ended answers with its state, so that the page
    stops and sends its tail; raises `Gone` with the reason once nothing more is taken."""
    recording = Recording.objects.get(pk=recording.pk)
    if recording.state not in TAKES_MORE and (reason := lifecycle.gone_reason(recording)):
        raise Gone(reason)
    if reason := lifecycle.consent_reason(recording):
        raise Gone(reason)
    Recording.objects.filter(pk=recording.pk).update(last_beat_at=timezone.now())
    return recording
