"""One data key a recording, wrapped by a key of the operator's.

The key store is a database of its own, so nothing here can share a transaction with the recording's row. A
key is committed before the first byte that it protects is written, and destroyed before anything else of a
recording is. Its row stays as a tombstone: it refuses to be made again, and it is what is replayed after a
restore.
"""

from __future__ import annotations

import base64
import os
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Gone, PlacetError
from apps.keys.models import DataKey, ErasedRequester

KEY_BYTES = 32
NONCE_BYTES = 12
# A shredded key must not live on in a process for long; a chunk a second must not cost a query each.
CACHE_S = 5.0
CHECKPOINT_PATIENCE_S = 10.0

_opened: dict[str, tuple[bytes, float]] = {}
_opened_lock = threading.Lock()


class KeyShredded(Gone):
    """The key was destroyed on purpose: nothing of the recording can be read any more."""

    def __init__(self, recording_id: str) -> None:
        super().__init__("deleted", str(_("This recording was deleted.")))
        self.recording_id = recording_id


class KeyMissing(PlacetError):
    """There is no key, or none of VAULT_KEYS opens it: a wrong configuration, not a refusal."""

    code = "key_missing"
    status = 503
    sentence = _("The key of this recording cannot be opened. Check VAULT_KEYS and the key store.")


def create(recording_id: str) -> None:
    """Make and commit the key of `recording_id`. Safe to call twice.

    Raises `KeyShredded` when it was destroyed before: a key is never made a second time.
    """
    _assert_no_transaction()
    name, wrapping = _vault_keys()[0]
    try:
        with transaction.atomic(using="keys"):
            DataKey.objects.create(
                recording_id=recording_id,
                wrapped=_wrap(wrapping, recording_id, os.urandom(KEY_BYTES)),
                wrapping_key=name,
            )
    except IntegrityError:
        if is_shredded(recording_id):
            raise KeyShredded(recording_id) from None


def open_key(recording_id: str) -> bytes:
    """Return the 32 bytes of the key; raises `KeyShredded` or `KeyMissing`. Kept in this process for 5 s at
    most.
    """
    now = time.monotonic()
    with _opened_lock:
        key, until = _opened.get(recording_id, (b"", 0.0))
    if until > now:
        return key
    key = _read(recording_id)
    with _opened_lock:
        for stale in [each for each, (_key, until) in _opened.items() if until <= now]:
            del _opened[stale]
        _opened[recording_id] = (key, now + CACHE_S)
    return key


def is_shredded(recording_id: str) -> bool:
    return DataKey.objects.filter(recording_id=recording_id, shredded_at__isnull=False).exists()


def shred(recording_id: str) -> datetime:
    """Destroy the key and return when that was; safe to call twice, and for a recording that never had one.

    Interrupted before its commit, the key is whole and the caller tries again. Interrupted after it, the
    next call finds the tombstone and repeats the checkpoint, without which SQLite keeps the old page in its
    files. On PostgreSQL the dead row version is out of reach of queries at once and off the disk after
    VACUUM; write-ahead log and backups of the key store end by the operator's horizon
    (PLACET_KEY_BACKUP_DAYS).
    """
    _assert_no_transaction()
    gone = DataKey.objects.filter(pk=recording_id, shredded_at__isnull=False).values_list("shredded_at", flat=True)
    if shredded_at := gone.first():
        _put_out_of_reach([recording_id])
        return shredded_at
    with transaction.atomic(using="keys"):
        row, _made = DataKey.objects.select_for_update().get_or_create(
            recording_id=recording_id, defaults={"wrapping_key": "", "shredded_at": timezone.now()}
        )
        if row.shredded_at is None:
            row.shredded_at = _overwrite([recording_id])
    _put_out_of_reach([recording_id])
    return row.shredded_at


def shred_all(recording_ids: Sequence[str]) -> None:
    """Destroy many keys with one commit and one checkpoint, as `shred` does one; which is to be called for each
    afterwards, and finds it done.
    """
    _assert_no_transaction()
    with transaction.atomic(using="keys"):
        alive = DataKey.objects.select_for_update().filter(pk__in=recording_ids, shredded_at=None).order_by("pk")
        _overwrite([row.pk for row in alive])
    _put_out_of_reach(recording_ids)


def _overwrite(recording_ids: Sequence[str]) -> datetime:
    # The same page is written over before it is emptied, for engines that keep what a NULL frees.
    rows, now = DataKey.objects.filter(pk__in=recording_ids), timezone.now()
    rows.update(wrapped=bytes(NONCE_BYTES + KEY_BYTES + 16))
    rows.update(wrapped=None, shredded_at=now)
    return now


def _put_out_of_reach(recording_ids: Sequence[str]) -> None:
    """After the commit: out of this process, and out of SQLite's files."""
    for recording_id in recording_ids:
        forget(recording_id)
    _checkpoint()


def shredded_among(recording_ids: Sequence[str]) -> list[str]:
    """Those of `recording_ids` whose key was destroyed."""
    rows = DataKey.objects.filter(recording_id__in=recording_ids, shredded_at__isnull=False)
    return list(rows.values_list("recording_id", flat=True))


def alive_among(recording_ids: Sequence[str]) -> list[str]:
    """Those of `recording_ids` whose key is there."""
    rows = DataKey.objects.filter(recording_id__in=recording_ids, wrapped__isnull=False)
    return list(rows.values_list("recording_id", flat=True))


def note_erased(requester_ids: Sequence[int]) -> None:
    """Write down that these requesters were erased, where no backup of the main database reaches."""
    rows = [ErasedRequester(requester_id=pk, erased_at=timezone.now()) for pk in requester_ids]
    ErasedRequester.objects.bulk_create(rows, ignore_conflicts=True)


def erased_requesters() -> dict[int, datetime]:
    """Number of the row -> when it was erased."""
    return dict(ErasedRequester.objects.values_list("requester_id", "erased_at"))


def forget(recording_id: str) -> None:
    """Drop the opened key from this process."""
    with _opened_lock:
        _opened.pop(recording_id, None)


def older_than(before: datetime) -> Iterator[str]:
    """Ids of the recordings whose key was made before and is alive; the caller knows which have an owner."""
    rows = DataKey.objects.filter(wrapped__isnull=False, created_at__lt=before)
    return rows.order_by("created_at").values_list("recording_id", flat=True).iterator()


def rotate(*, limit: int = 500) -> int:
    """Wrap up to `limit` keys afresh with the newest of VAULT_KEYS; returns how many. 0: all are.
    Resumable.
    """
    _assert_no_transaction()
    name, wrapping = _vault_keys()[0]
    stale = DataKey.objects.filter(wrapped__isnull=False).exclude(wrapping_key=name)
    ids = list(stale.order_by("recording_id").values_list("recording_id", flat=True)[:limit])
    for recording_id in ids:
        with transaction.atomic(using="keys"):
            row = DataKey.objects.select_for_update().get(pk=recording_id)
            if row.wrapped is None or row.wrapping_key == name:
                continue  # shredded or rotated meanwhile
            row.wrapped = _wrap(wrapping, recording_id, _unwrap(row))
            row.wrapping_key = name
            row.save(update_fields=["wrapped", "wrapping_key"])
    if ids:
        _checkpoint()
    return len(ids)


# --- Inside -----------------------------------------------------------------------------------------


def _vault_keys() -> list[tuple[str, bytes]]:
    keys = [entry.partition(":")[::2] for entry in settings.VAULT_KEYS]
    return [(name, base64.b64decode(value, validate=True)) for name, value in keys]


def _bound(recording_id: str) -> bytes:
    # A wrapped key moved to another recording's row must not open.
    return f"placet.data-key.1|{recording_id}".encode()


def _wrap(wrapping: bytes, recording_id: str, key: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(wrapping).encrypt(nonce, key, _bound(recording_id))


def _unwrap(row: DataKey) -> bytes:
    wrapped = bytes(row.wrapped or b"")
    wrapping = dict(_vault_keys()).get(row.wrapping_key)
    if wrapping is None:
        raise KeyMissing
    try:
        return AESGCM(wrapping).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound(row.recording_id))
    except InvalidTag:
        raise KeyMissing from None


def _read(recording_id: str) -> bytes:
    row = DataKey.objects.filter(pk=recording_id).first()
    if row is None:
        raise KeyMissing
    if row.wrapped is None:
        raise KeyShredded(recording_id)
    return _unwrap(row)


def _assert_no_transaction() -> None:
    """Two databases never commit together, so a verb on keys inside a transaction could be undone by half.

    Django's `durable` sees one alias only; the frame that a TestCase puts round each test is no transaction
    of ours.
    """
    for alias in connections:
        blocks = connections[alias].atomic_blocks
        if any(not getattr(block, "_from_testcase", False) for block in blocks):
            raise RuntimeError(f"A verb on keys was called inside a transaction on {alias!r}.")


def _checkpoint() -> None:
    """SQLite: move the write-ahead log into the file and cut it, until no reader holds it up.

    An UPDATE to NULL alone leaves the old bytes in the main file until a checkpoint writes its pages
    (measured). Raises `RuntimeError` when a reader holds it up for longer than the patience; the sweep
    calls again.
    """
    connection = connections["keys"]
    if connection.vendor != "sqlite" or connection.in_atomic_block:  # in a block only inside a TestCase
        return
    end = time.monotonic() + CHECKPOINT_PATIENCE_S
    while True:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        if busy == 0:
            return
        if time.monotonic() > end:
            raise RuntimeError("The key store's log could not be cut: another process is reading it.")
        time.sleep(0.02)
