"""Run inside a stack's own process: many recordings whose day has come, with real keys and objects."""

from __future__ import annotations

import os
from datetime import timedelta

from django.utils import timezone

from apps.keys import services as keys
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import vault
from tests import factories

OBJECTS = 8


def make_due(count: int) -> None:
    site = factories.shop()
    for number in range(count):
        recording = factories.consent(factories.TicketFactory(site=site, number=10_000 + number))
        keys.create(recording.pk)
        vault.prepare(recording.pk)
        chunks = []
        for seq in range(OBJECTS):
            vault.put(recording.pk, f"c-1-{seq}", os.urandom(2000))
            chunks.append(
                Chunk(recording=recording, page=1, seq=seq, digest="", object_name=f"c-1-{seq}",
                      first_ms=0, last_ms=1, raw_bytes=4000, stored_bytes=2000)
            )  # fmt: skip
        Chunk.objects.bulk_create(chunks)
        Recording.objects.filter(pk=recording.pk).update(
            state=Recording.State.READY, started_at=timezone.now(), trusted_at=timezone.now(),
            latest_at=timezone.now() - timedelta(seconds=1),
        )  # fmt: skip
