"""A copy of a recording for its person: nine parts in one ZIP (GDPR Art. 15 and 20), as staff can see it and no more.

It is made by a task, sealed with the recording's own key and kept in its folder, so that whatever ends the recording
ends the copy with it. After 72 hours it goes by itself.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import Gone, NotPossible
from apps.core.queue import hurry
from apps.keys import services as keys
from apps.privacy.models import Export
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, vault
from apps.recordings.services.sealing import Place, seal, unseal
from apps.sites import permissions

log = logging.getLogger(__name__)
LIVES = timedelta(hours=72)
TRIES = 5
State = Export.State
SWEEP = Actor.system("sweep:make_copies")
READABLE = {Recording.State.IN_REVIEW, Recording.State.READY}


@transaction.atomic
def order(recording: Recording, *, by: Actor) -> Export:
    """Ask for a copy; one that is waiting or ready is returned instead of a second.

    Raises `NotPossible` before there is anything to copy and once it is being deleted.
    """
    from apps.privacy import tasks  # tasks import this

    recording = lifecycle.lock(recording.pk)
    permissions.require_of(by, recording.site, "privacy.manage")
    if recording.state not in READABLE:
        raise NotPossible
    present = Export.objects.filter(recording=recording, state__in=[State.WAITING, State.READY]).first()
    if present is not None:
        return present
    export = Export.objects.create(recording=recording, requested_by=by.id)
    audit.record("access.ordered", by=by, subject=recording, export=export.pk)
    hurry(tasks.make_copies)
    return export


def _place(export: Export) -> Place:
    return Place(export.recording_id, "export", seq=export.pk)


def _name(export: Export) -> str:
    return f"x-{export.pk}"


def make(export: Export) -> Export:
    """Write the ZIP, seal it, keep it. Safe to repeat; raises what reading the recording raises."""
    from apps.privacy.services import copying

    export.attempts += 1
    export.save(update_fields=["attempts"])
    packed = copying.build(export)
    vault.put(
        export.recording_id, _name(export), seal(keys.open_key(export.recording_id), _place(export), packed, level=0)
    )
    export = _made(export, packed)
    if export.state == State.EXPIRED:  # a passage was taken out meanwhile, and this copy still had it
        vault.remove(export.recording_id, _name(export))
    return export


@transaction.atomic
def _made(export: Export, packed: bytes) -> Export:
    recording = lifecycle.lock(export.recording_id)
    export = Export.objects.select_for_update().get(pk=export.pk)
    if export.state != State.WAITING:
        return export
    export.state = State.READY
    export.ready_at = timezone.now()
    export.expires_at = export.ready_at + LIVES
    export.bytes = len(packed)
    export.sha256 = hashlib.sha256(packed).hexdigest()
    export.save()
    audit.record("access.made", by=SWEEP, subject=recording, export=export.pk, bytes=len(packed))
    return export


def make_waiting() -> int:
    """Make what was asked for; one that fails keeps no other waiting, and is given up after some tries."""
    made = 0
    for export in Export.objects.filter(state=State.WAITING).order_by("requested_at"):
        try:
            make(export)
            made += 1
        except Exception:
            log.exception("the copy %s could not be made", export.pk)
            if export.attempts >= TRIES:
                Export.objects.filter(pk=export.pk, state=State.WAITING).update(state=State.FAILED)
    return made


def download(export: Export, *, by: Actor) -> bytes:
    """The ZIP, to whoever may have it; raises `Gone` once it has expired. Each download is on the trail."""
    export = Export.objects.select_related("recording").get(pk=export.pk)
    permissions.require_of(by, export.recording.site, "privacy.manage")
    if export.state != State.READY or export.expires_at is None or export.expires_at <= timezone.now():
        raise Gone("expired")
    sealed = vault.get(export.recording_id, _name(export))
    packed = unseal(keys.open_key(export.recording_id), _place(export), sealed)
    audit.record("access.downloaded", by=by, subject=export.recording, export=export.pk)
    return packed


def end_copies(recording: Recording) -> int:
    """What was copied so far holds passages that were taken out; the files go with the cutting. Returns how many."""
    present = Export.objects.filter(recording=recording, state__in=[State.WAITING, State.READY])
    return present.update(state=State.EXPIRED, bytes=0)


def expire(now: datetime) -> int:
    """Remove the files whose time is over. Returns how many."""
    over = Export.objects.filter(state=State.READY, expires_at__lte=now)
    for export in over:
        vault.remove(export.recording_id, _name(export))
        Export.objects.filter(pk=export.pk).update(state=State.EXPIRED, bytes=0)
    return len(over)
