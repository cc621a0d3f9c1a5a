"""Run inside a stack's own process: many recordings whose day comes soon, with real keys and objects."""

from __future__ import annotations

import json
import os
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.keys import services as keys
from apps.privacy.models import DeletionReceipt
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import vault
from tests import factories

OBJECTS = 8
BATCH = 200


def _fill(recording_id: str, objects: int) -> list[Chunk]:
    keys.create(recording_id)
    vault.prepare(recording_id)
    folder = vault.here()._folder(recording_id)  # type: ignore[attr-defined]  # without a flush each: it is not tested
    for seq in range(objects):
        (folder / f"c-1-{seq}").write_bytes(os.urandom(2000))
    return [
        Chunk(recording_id=recording_id, page=1, seq=seq, digest="", object_name=f"c-1-{seq}",
              first_ms=0, last_ms=1, raw_bytes=4000, stored_bytes=2000)
        for seq in range(objects)
    ]  # fmt: skip


def make_due(count: int, *, over_s: int = 0, objects: int = OBJECTS) -> None:
    """`count` recordings that become due one after the other in the next `over_s` seconds; at once without it."""
    site, made = factories.shop(), []
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        with transaction.atomic():  # a commit each is most of the time that this takes
            batch = [factories.consent(factories.TicketFactory(site=site, number=10_000 + n)).pk for n in numbers]
        Chunk.objects.bulk_create([chunk for pk in batch for chunk in _fill(pk, objects)])
        made += batch
    now = timezone.now()
    rows = [
        Recording(
            pk=pk, state=Recording.State.READY, started_at=now, trusted_at=now,
            latest_at=now + timedelta(seconds=over_s * place / count - 1),
        )
        for place, pk in enumerate(made)
    ]  # fmt: skip
    Recording.objects.bulk_update(rows, ["state", "started_at", "trusted_at", "latest_at"], batch_size=BATCH)


def tell() -> None:
    """Of each deletion, when it was due, when its key was gone and when its receipt was signed (seconds since 1970)."""
    rows = DeletionReceipt.objects.values_list("recording__latest_at", "recording__key_shredded_at", "finished_at")
    print(json.dumps([[moment.timestamp() for moment in row] for row in rows]))
