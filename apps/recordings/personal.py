"""What is kept of a recording: objects in the vault, under its key, and rows that describe them."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from apps.core.personal import Holder, Subject, blanked, deleted, of_recording, of_requester, register
from apps.recordings.models import (
    Asset,
    Chunk,
    Cut,
    Cutting,
    RecordedPage,
    Recording,
    Remark,
    Segment,
    StartCode,
    Watch,
)
from apps.recordings.services import vault

WITH_IT = "with the recording"
PERSON = "the recorded person"


def _objects(subject: Subject) -> int:
    return len(vault.list_names(subject.recording_id)) if subject.recording_id else 0


def _remove_objects(subject: Subject) -> int:
    return vault.delete_all(subject.recording_id) if subject.recording_id else 0


def _old_codes(now: datetime) -> int:
    return StartCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _rows(model: type[Model], *, impersonal: Set[str] = frozenset(), **said: Any) -> Holder:
    """A holder of rows that belong to one recording and are deleted with it; `said` is what sets it apart."""
    alike = {
        "whose": PERSON,
        "goes": WITH_IT,
        "order": 30,
        "method": "rows deleted",
        "checked": "0 rows",
        **deleted(of_recording(model)),
    }
    own = {"model": model._meta.label, "impersonal": frozenset({"id", "recording"} | impersonal)}
    return register(Holder(**(alike | own | said)))


register(
    Holder(
        name="objects",
        whose=PERSON,
        why="replay of the problem that the person reported",
        goes=WITH_IT,
        order=20,
        method="every object deleted, with all versions and unfinished uploads",
        checked="the listing is empty",
        find=_objects,
        erase=_remove_objects,
        verify=_objects,
    )
)
_rows(
    Chunk,
    name="chunks",
    why="which uploads belong to the recording",
    fields={
        "digest": "keyed digest of an upload",
        "object_name": "where it lies",
        "first_ms": "when it was captured",
        "last_ms": "when it was captured",
        "hits": "how often the second gate redacted, by class",
        "raw_bytes": "size",
        "stored_bytes": "size",
        "has_snapshot": "whether a page begins in it",
        "page": "which page load",
        "seq": "which upload of it",
        "epoch": "of which cut",
        "created_at": "when it arrived",
    },
)
_rows(
    Segment,
    name="segments",
    why="the pieces that are replayed",
    fields={
        "object_name": "where it lies",
        "start_ms": "from when",
        "end_ms": "to when",
        "raw_bytes": "size",
        "stored_bytes": "size",
        "page": "which page load",
        "number": "which piece",
        "epoch": "of which packing",
    },
)
_rows(
    Asset,
    name="assets",
    why="which public pictures, fonts and style sheets the pages showed",
    fields={
        "url": "where the site keeps it",
        "name": "where it lies",
        "content_type": "what it is",
        "raw_bytes": "size",
        "asked_at": "when it was fetched",
        "failed": "why it is not there",
        "sheet": "the style sheet that names it",
    },
)
_rows(
    Cut,
    name="passages",
    why="what the person took out before it was sent",
    fields={
        "from_ms": "from when",
        "to_ms": "to when",
        "marked_at": "when they marked it",
        "ordered_at": "when they said so for good",
        "done_at": "when it was taken out",
    },
)
_rows(
    Cutting,
    name="cut receipts",
    why="proof to the person that a passage was taken out",
    fields={
        "passages": "from when to when",
        "inventory": "how much was written anew",
        "old_names": "where the old objects lay",
        "began_at": "when it began",
        "finished_at": "when it was done",
        "document": "the signed receipt",
    },
)
_rows(
    RecordedPage,
    name="pages",
    why="which page loads take part",
    fields={
        "number": "which page load",
        "tab": "a random name of the tab",
        "created_at": "when it began",
        "ended_at": "when it ended",
    },
)
_rows(
    StartCode,
    name="start codes",
    why="the hand-over to the person's browser",
    goes="a day after they expire, or with the recording",
    fields={
        "digest": "hash of the code",
        "created_at": "when it was made",
        "spent_at": "when it was used",
        "grant": "which code it was",
    },
    impersonal={"expires_at"},
    tidy=_old_codes,
)
_rows(
    Remark,
    name="remarks",
    why="what staff noted about a moment, and the steps that they copied into the case",
    fields={
        "author": "who wrote it",
        "at_ms": "about which moment",
        "sealed": "what was written, under the recording's key",
        "created_at": "when",
    },
    impersonal={"number"},
    method="rows deleted; their text cannot be read once the key is gone",
)
register(
    Holder(
        name="watches",
        whose="staff, and the recorded person who sees them",
        why="the person can see who looked",
        goes="the typed reason with the recording; the rest with the consent record",
        model="recordings.Watch",
        fields={
            "user": "who watched",
            "role": "as what",
            "reason": "what they typed",
            "started_at": "from when",
            "last_beat_at": "to when",
            "spans": "which parts",
        },
        impersonal=frozenset({"id", "recording", "live", "is_glance"}),
        order=40,
        method="typed reasons removed; who watched and when is kept with the consent record",
        checked="0 reasons",
        **blanked(
            lambda subject: of_recording(Watch)(subject).exclude(reason=""),
            reason="",
        ),
    )
)
register(
    Holder(
        name="recordings",
        whose=PERSON,
        why="the life of the recording: states and times",
        goes="sizes and counts with the recording; the rest stays as a tombstone until the receipts go",
        model="recordings.Recording",
        fields={
            "ticket": "the case; goes when the person is erased",
            "link": "the way in; goes when the person is erased",
            "receipt": "the consent record",
            "started_at": "when it began",
            "ended_at": "when it ended",
            "ended": "why",
            "paused_by_person": "whether the person paused",
            "paused_at": "when it was paused",
            "trusted_at": "when a hand was seen first",
            "last_chunk_at": "last sign",
            "last_beat_at": "last sign",
            "chosen_at": "when sending it was chosen",
            "shared_at": "when it was sent to support",
            "pages": "how many page loads",
            "duration_ms": "how long",
            "problem_count": "how many problems",
            "second_gate_hits": "how much was redacted",
            "chunk_count": "how much there is",
            "raw_bytes": "size",
            "stored_bytes": "size",
            "index_name": "where its index lies",
            "frozen_at": "when the person froze it",
            "held_until": "how long a legal hold keeps it",
        },
        impersonal=frozenset(
            {
                "id",
                "site",
                "state",
                "is_imported",
                "live",
                "max_minutes",
                "grant",
                "created_at",
                "limit_at",
                "process_at",
                "review_until",
                "epoch",
                "delete_at",
                "latest_at",
                "delete_cause",
                "delete_started_at",
                "key_shredded_at",
                "deleted_at",
            }
        ),
        order=60,
        # Of a person: only the tombstones are left by then, and they forget whose they were.
        **blanked(of_requester(Recording, "ticket__requester"), ticket=None, link=None),
    )
)
