"""An upload: checked, scanned, sealed, kept, and only then acknowledged.

The object is on disk (fsync) before its row commits, and the row commits before the answer. Killed between
the two, an object without a row is left in the recording's folder: it is sealed, nobody was told that it
was kept, the recorder sends it again, and it goes with the folder.
"""

from __future__ import annotations

import functools
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.core import audit, room
from apps.core.actors import Actor
from apps.core.compiled import Added, Compiled, Found, Saved
from apps.core.errors import Gone, Unknown
from apps.keys import services as keys
from apps.recordings import limits
from apps.recordings.errors import (
    Malformed,
    NotNow,
    OriginRefused,
    OtherContent,
    SlowDown,
)
from apps.recordings.models import Chunk, RecordedPage, Recording
from apps.recordings.services import lifecycle, passages, second_gate, vault, wire
from apps.recordings.services.grouping import writer
from apps.recordings.services.sealing import QUICK, Place, content_digest, seal
from apps.recordings.signals import recording_started

State, Ended = Recording.State, Recording.Ended


@dataclass(frozen=True, slots=True)
class Status:
    """What every answer carries."""

    state: str
    watchers: int
    seconds_left: int
    flush_ms: int
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Upload:
    """A chunk that passed every check and lies in the vault, before its row."""

    page: int
    seq: int
    name: str
    digest: str
    first_ms: int
    last_ms: int
    flags: frozenset[str]
    has_snapshot: bool
    raw_bytes: int
    stored_bytes: int
    hits: dict[str, int]


# --- What every upload asks, built once --------------------------------------------------------------

_of_origin = Found(
    Recording,
    lambda recording, origin: Recording.objects.filter(pk=recording, site__origins__origin=origin).order_by(),
    recording="?recording",
    origin="?origin",
)
_locked = Found(
    Recording,
    lambda recording: Recording.objects.select_for_update().filter(pk=recording).order_by(),
    recording="?recording",
)
_digests = Compiled(
    lambda recording, page, seq: (
        Chunk.objects.filter(recording=recording, page=page, seq=seq).order_by().values_list("digest")
    ),
    recording="?recording",
    page=1_900_000_001,
    seq=1_900_000_002,
)
_chunks = Added(Chunk, unique=("recording", "page", "seq"))
_counts = Saved(
    Recording,
    "chunk_count", "raw_bytes", "stored_bytes", "second_gate_hits",
    "last_chunk_at", "trusted_at", "started_at", "limit_at",
)  # fmt: skip

# --- Who may speak ----------------------------------------------------------------------------------


def admitted(recording_id: str, origin: str) -> Recording:
    """Return the recording when `origin` is one of its site's; raises `Unknown` or `OriginRefused`."""
    recording = _of_origin.first(recording=recording_id, origin=origin)
    if recording is not None:
        return recording
    raise OriginRefused if Recording.objects.filter(pk=recording_id).exists() else Unknown


def authorise(recording: Recording, token: str) -> None:
    """Raises `TokenWrong`, or `Gone("replaced")` for the token of an older grant."""
    if wire.token_grant(token, recording.pk) != recording.grant:
        raise Gone("replaced")


def status(recording: Recording) -> Status:
    """What the page is told: where the recording stands, and how often to send."""
    now = timezone.now()
    live = recording.live and recording.state in Recording.RUNNING
    since = now - limits.WATCHER_BEAT
    watchers = recording.watches.filter(live=True, last_beat_at__gte=since).count() if live else 0
    left = (recording.limit_at - now).total_seconds() if recording.limit_at else recording.max_minutes * 60
    return Status(
        state=recording.state,
        watchers=watchers,
        seconds_left=max(0, int(left)),
        flush_ms=limits.FLUSH_LIVE_MS if watchers else limits.FLUSH_MS,
    )


# --- A chunk ----------------------------------------------------------------------------------------


def accept(recording_id: str, page: int, seq: int, *, origin: str, head: wire.Head, payload: bytes) -> Status:
    """Keep one upload for good and return the status; the same content again changes nothing.

    Raises, and leaves nothing behind: `Unknown`, `OriginRefused`, `TokenWrong`, `Gone` with the reason,
    `Malformed`, `TooLarge`, `OtherContent`, `SlowDown`, `NotNow`.
    """
    recording = admitted(recording_id, origin)
    return keep(recording, page, seq, head=head, payload=payload)


def keep(recording: Recording, page: int, seq: int, *, head: wire.Head, payload: bytes) -> Status:
    """`accept` for a recording that `admitted` returned."""
    authorise(recording, head.token)
    _require_page(recording.pk, page)
    _within_rate(recording.pk)
    raw = wire.inflate(payload)
    key = keys.open_key(recording.pk)
    digest = content_digest(key, raw)
    if _kept_before(recording, page, seq, digest):
        return status(recording)
    if room.state() == "full":  # what is left is for deleting, and for taking passages out
        raise vault.StoreDown
    recording = _past_limit(recording)
    _may_take(recording, head.first_ms)
    upload = _prepare(recording, page, seq, head=head, raw=raw, key=key, digest=digest)
    try:
        recording = _written(recording, upload)
    except BaseException:
        vault.remove(recording.pk, upload.name)
        raise
    return status(recording)


@functools.lru_cache(maxsize=10_000)
def _require_page(recording_id: str, page: int) -> None:
    """Raise `Malformed` for a number that nobody gave out. One that was stays given out, so it is asked once."""
    if not RecordedPage.objects.filter(recording=recording_id, number=page).exists():
        raise Malformed


def _kept_before(recording: Recording, page: int, seq: int, digest: str) -> bool:
    kept = _digests.rows(recording=recording.pk, page=page, seq=seq)
    if not kept:
        return False
    if kept[0][0] != digest:
        raise OtherContent
    if reason := _forbidden(recording):
        raise Gone(reason)
    return True


def _forbidden(recording: Recording) -> str:
    """Why not even the tail is taken; read anew."""
    if recording.state in {State.DELETING, State.DELETED, State.READY} or recording.chosen_at is not None:
        return lifecycle.gone_reason(recording) or "stopped"
    return lifecycle.consent_reason(recording)


def _past_limit(recording: Recording) -> Recording:
    """The sweep ends a recording within its period; a chunk does not wait for it."""
    if recording.state in Recording.RUNNING:
        by = Actor.system("ingest")
        if recording.limit_at and recording.limit_at <= timezone.now():
            return lifecycle.end(recording, ended=Ended.LIMIT, by=by, at=recording.limit_at)
        if recording.raw_bytes >= limits.RECORDING_RAW_BYTES:
            return lifecycle.end(recording, ended=Ended.BUDGET, by=by)
    return recording


def _at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _may_take(recording: Recording, first_ms: int) -> None:
    """Raises unless a chunk that begins at `first_ms` may be kept in the recording's present state."""
    if reason := _forbidden(recording):
        raise Gone(reason)
    began = _at(first_ms)
    if recording.state == State.PAUSED and recording.paused_at and began > recording.paused_at + limits.SLACK:
        raise NotNow("paused")
    if recording.state in {State.PROCESSING, State.IN_REVIEW}:
        ended = recording.ended_at or timezone.now()
        if began > ended + limits.SLACK or timezone.now() > ended + limits.LATE_TAIL:
            raise Gone(lifecycle.gone_reason(recording) or "stopped")


def _prepare(
    recording: Recording, page: int, seq: int, *, head: wire.Head, raw: bytes, key: bytes, digest: str
) -> Upload:
    """Scan, parse, cut off what came after the stop, seal, and put into the vault."""
    looked = second_gate.look(raw)
    events = _in_time(recording, wire.events(looked.raw))
    hits = second_gate.scrub(events) if looked.needs_tree else looked.hits
    hits += second_gate.scrub_own(events, _expressions(recording.pk))
    clean = wire.dump(events)
    place = Place(recording.pk, "chunk", page=page, seq=seq)
    sealed = seal(key, place, clean, level=QUICK)
    # Random, so that two processes with the same chunk never write one name.
    name = f"c-{page}-{seq}-{secrets.token_hex(4)}"
    vault.put(recording.pk, name, sealed)
    times = [event["timestamp"] for event in events] or [head.first_ms]
    return Upload(
        page=page,
        seq=seq,
        name=name,
        digest=digest,
        first_ms=min(times),
        last_ms=max(times),
        flags=head.flags,
        has_snapshot=any(event["type"] == wire.FULL_SNAPSHOT for event in events),
        raw_bytes=len(clean),
        stored_bytes=len(sealed),
        hits=dict(hits),
    )


@functools.lru_cache(maxsize=1_024)  # what the person agreed to stays, and every upload asks
def _expressions(recording_pk: str) -> list[str]:
    """The site's own expressions, as the policy of this recording has them."""
    recording = Recording.objects.select_related("receipt__policy", "site").get(pk=recording_pk)
    return list(lifecycle.policy_of(recording).text_patterns)


def _in_time(recording: Recording, events: list[wire.Event]) -> list[wire.Event]:
    """Refuse times that cannot be, and drop what was captured after the end or in a passage that was removed."""
    earliest_ms = (recording.created_at - limits.CLOCK_BEFORE).timestamp() * 1000
    latest_ms = (timezone.now() + limits.CLOCK_AFTER).timestamp() * 1000
    for event in events:
        if not earliest_ms <= event["timestamp"] <= latest_ms:
            raise Malformed
    if recording.ended_at is None:
        return events
    events = passages.without(events, passages.ordered(recording))
    end_ms = (recording.ended_at + limits.SLACK).timestamp() * 1000
    return [event for event in events if event["timestamp"] <= end_ms]


def _written(recording: Recording, upload: Upload) -> Recording:
    """Add the row. While it records that is a matter of its own row alone, and many are written together."""
    if recording.state in Recording.RUNNING:
        return writer.do(lambda: _insert(recording, upload), order=recording.pk)
    return _insert(recording, upload)


@transaction.atomic
def _insert(recording: Recording, upload: Upload) -> Recording:
    """Add the row, unless consent, link or state have changed since the chunk was looked at."""
    if recording.state == State.CREATED:  # the first chunk touches the ticket, which is locked first
        lifecycle.lock_ticket(recording.ticket_id)
    grant, epoch = recording.grant, recording.epoch
    recording = _required(_locked.first(recording=recording.pk))
    if recording.grant != grant:
        raise Gone("replaced")
    if recording.epoch != epoch:  # a passage may have been removed since it was looked at
        raise NotNow
    _may_take(recording, upload.first_ms)
    is_new = _chunks.add(_row(recording, upload))
    if not is_new and _kept_before(recording, upload.page, upload.seq, upload.digest):
        transaction.on_commit(lambda: vault.remove(recording.pk, upload.name))
        return recording
    return _count(recording, upload)


def _required(recording: Recording | None) -> Recording:
    if recording is None:
        raise Unknown
    return recording


def _row(recording: Recording, upload: Upload) -> Chunk:
    return Chunk(
        recording=recording,
        page=upload.page,
        seq=upload.seq,
        digest=upload.digest,
        object_name=upload.name,
        first_ms=upload.first_ms,
        last_ms=upload.last_ms,
        has_snapshot=upload.has_snapshot,
        raw_bytes=upload.raw_bytes,
        stored_bytes=upload.stored_bytes,
        hits=upload.hits,
    )


def _count(recording: Recording, upload: Upload) -> Recording:
    now = timezone.now()
    recording.last_chunk_at = now
    recording.chunk_count += 1
    recording.raw_bytes += upload.raw_bytes
    recording.stored_bytes += upload.stored_bytes
    recording.second_gate_hits += sum(upload.hits.values())
    if "t" in upload.flags and recording.trusted_at is None:
        recording.trusted_at = now
    if recording.state == State.CREATED:
        _begin(recording, now)
    _counts.save(recording)
    if "l" in upload.flags:
        RecordedPage.objects.filter(recording=recording, number=upload.page).update(ended_at=now)
    if recording.state == State.PROCESSING:
        lifecycle.tail_complete(recording)
    elif recording.state == State.IN_REVIEW:
        recording = lifecycle.take_in_late(recording, by=Actor.system("ingest"))
    return recording


def _begin(recording: Recording, now: datetime) -> None:
    by = Actor.person(str(recording.receipt_id))
    recording.started_at = now
    recording.limit_at = now + timedelta(minutes=recording.max_minutes)
    recording.move_to(State.RECORDING)
    audit.record("recording.started", by=by, subject=recording)
    lifecycle.touch(recording)
    recording_started.send(Recording, recording=recording)


# --- How often --------------------------------------------------------------------------------------

# One bucket a recording in this process; several processes multiply the limit, which is a guard against a
# flood from one page and not a quota. Nothing about a person is in it.
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
_BUCKETS = 10_000


def _within_rate(recording_id: str) -> None:
    now = time.monotonic()
    level, at = _buckets.pop(recording_id, (float(limits.CHUNKS_AT_ONCE), now))
    level = min(float(limits.CHUNKS_AT_ONCE), level + (now - at) * limits.CHUNKS_A_SECOND)
    if level < 1:
        _buckets[recording_id] = (level, now)
        raise SlowDown
    _buckets[recording_id] = (level - 1, now)
    while len(_buckets) > _BUCKETS:
        _buckets.popitem(last=False)
