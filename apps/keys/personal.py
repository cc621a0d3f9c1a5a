"""The key of a recording. It goes first; without it nothing else of the recording can be read."""

from __future__ import annotations

from apps.core.personal import Holder, Subject, register
from apps.keys import services as keys
from apps.keys.models import DataKey


def _alive(subject: Subject) -> int:
    return DataKey.objects.filter(recording_id=subject.recording_id, wrapped__isnull=False).count()


def _shred(subject: Subject) -> int:
    if not subject.recording_id:
        return 0
    keys.shred(subject.recording_id)
    return 1


def _left(subject: Subject) -> int:
    if not subject.recording_id:
        return 0
    return 0 if keys.is_shredded(subject.recording_id) and not _alive(subject) else 1


register(
    Holder(
        name="keys",
        whose="the recorded person",
        why="reading the recording",
        goes="first of all, when the recording goes; the row stays as a tombstone without the key",
        model="keys.DataKey",
        fields={"wrapped": "the recording's key, wrapped by the operator's"},
        impersonal=frozenset({"recording_id", "wrapping_key", "created_at", "shredded_at"}),
        order=10,
        method="cryptographic erase by software: AES-256-GCM, one key for each recording, overwritten",
        checked="the key store holds no key of this recording, and refuses to make one again",
        find=_alive,
        erase=_shred,
        verify=_left,
    )
)
register(
    Holder(
        name="erased requesters",
        whose="people who were erased, by the number of an empty row",
        why="erasing them again after a backup of the main database was restored",
        goes="stays; it leads to nothing",
        model="keys.ErasedRequester",
        impersonal=frozenset({"requester_id", "erased_at"}),
    )
)
