"""All of a person, or one recording of theirs. Shown before it is done; refused when it is not as shown.

    1  the order commits: recordings are doomed, links revoked, an `Erasure` row promises the rest
    2  each recording dies its own death                                deletion.delete
    3  what is left of the person is removed, and checked               _forget

Killed at any point, `finish_waiting` goes on from the row. Step 3 waits for every recording: the ticket and
the requester are the way to them, and that way must not be lost before they are gone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import audit, personal, signing
from apps.core.actors import Actor
from apps.core.errors import NotPossible
from apps.keys import services as keys
from apps.links import services as links
from apps.links.models import MagicLink
from apps.privacy.models import Erasure
from apps.privacy.services import deletion, retention
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle
from apps.sites.models import Site
from apps.tickets.models import Requester

log = logging.getLogger(__name__)
SWEEP = Actor.system("sweep:erasure")


class ChangedSince(NotPossible):
    """What would go is not what was shown. Show it afresh."""

    code = "changed_since"
    sentence = _("Something has changed since you looked. Please look again before you erase.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What will go: `counts` by holder, and the ids of the recordings. `stamp` stands for exactly this."""

    requester_ids: tuple[int, ...]
    recordings: tuple[str, ...]
    counts: dict[str, int]
    stamp: str


def find(sites: QuerySet[Site], *, email: str = "", external_id: str = "") -> list[Requester]:
    """The requesters of `sites` with this address or this id of the customer's; none without either."""
    by = Q(pk__in=())
    if email:
        by |= Q(email__iexact=email.strip())
    if external_id:
        by |= Q(external_id=external_id.strip())
    return list(Requester.objects.filter(by, site__in=sites).order_by("pk"))


def _recordings(ids: Sequence[int]) -> QuerySet[Recording]:
    return Recording.objects.filter(ticket__requester__in=ids).exclude(state=Recording.State.DELETED)


def preview(requesters: Sequence[Requester]) -> Preview:
    """Count what an erasure of `requesters` would remove. Changes nothing."""
    ids = tuple(sorted(requester.pk for requester in requesters))
    recordings = list(_recordings(ids).order_by("pk").values_list("pk", "state", "chunk_count"))
    subjects = [
        personal.Subject(requester_ids=ids),
        *(personal.Subject(recording_id=pk) for pk, _state, _chunks in recordings),
    ]
    counts = {
        holder.name: count
        for holder in personal.holders()
        if (count := sum(holder.find(subject) for subject in subjects))
    }
    stamp = signing.derive("erasure", json.dumps([ids, recordings, sorted(counts.items())]))
    return Preview(ids, tuple(pk for pk, _state, _chunks in recordings), counts, stamp)


def erase_recording(recording: Recording, *, by: Actor) -> Recording:
    """Order the deletion of one recording, whoever asked. It is unreadable when this commits."""
    return lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=by)


@transaction.atomic
def erase_subject(requesters: Sequence[Requester], *, stamp: str, by: Actor) -> Erasure:
    """Order the erasure of all that is kept about `requesters`; `finish` does it.

    Raises `ChangedSince` when `stamp` is not that of a preview made now.
    """
    locked = list(Requester.objects.select_for_update().filter(pk__in=[one.pk for one in requesters]).order_by("pk"))
    seen = preview(locked)
    if seen.stamp != stamp:
        raise ChangedSince
    erasure = Erasure.objects.create(requesters=list(seen.requester_ids), counts=seen.counts, requested_by=by.id)
    # Revoked first, so that nobody agrees to one more recording while these go.
    for link in MagicLink.objects.filter(ticket__requester__in=seen.requester_ids).order_by("pk"):
        if link.can_move_to(MagicLink.State.REVOKED):
            links.revoke(link, by=by)
    for recording in _recordings(seen.requester_ids).order_by("pk"):
        erase_recording(recording, by=by)
    audit.record("erasure.ordered", by=by, subject=erasure, recordings=len(seen.recordings), counts=_plain(seen.counts))
    return erasure


def _plain(counts: dict[str, int]) -> dict[str, int]:
    return {name.replace(" ", "_"): count for name, count in counts.items()}


def finish(erasure: Erasure, *, by: Actor = SWEEP) -> Erasure:
    """Do what was ordered, from wherever the last try ended. Not to be called inside a transaction.

    Raises what the deletion of a recording raises, and `deletion.Unverified`.
    """
    ids = tuple(erasure.requesters)
    for pk in list(_recordings(ids).order_by("pk").values_list("pk", flat=True)):
        recording = Recording.objects.get(pk=pk)
        if recording.state not in retention.GOING:
            erase_recording(recording, by=by)
        deletion.delete(pk, by=by)
    keys.note_erased(ids)
    return _forget(erasure, by=by)


@transaction.atomic
def _forget(erasure: Erasure, *, by: Actor) -> Erasure:
    erasure = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if erasure.finished_at is not None:
        return erasure
    subject = personal.Subject(requester_ids=tuple(erasure.requesters))
    list(Requester.objects.select_for_update().filter(pk__in=subject.requester_ids).order_by("pk"))
    if _recordings(subject.requester_ids).exists():
        raise deletion.Unverified("a recording is left")
    for holder in personal.holders():
        holder.erase(subject)
    deletion.check(subject)
    erasure.finished_at = timezone.now()
    erasure.save(update_fields=["finished_at"])
    audit.record("erasure.finished", by=by, subject=erasure)
    return erasure


def finish_waiting() -> int:
    """Finish what was interrupted. One that fails keeps no other from it."""
    done = 0
    for erasure in Erasure.objects.filter(finished_at=None).order_by("requested_at"):
        try:
            finish(erasure)
        except Exception:
            log.exception("erasure %s failed; it will be tried again", erasure.pk)
        else:
            done += 1
    return done
