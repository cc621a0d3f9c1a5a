"""Run inside a stack's own process: many recordings whose day comes soon, with real keys and objects."""

from __future__ import annotations

import json
import os
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from apps.consents.models import ConsentEvent, Receipt
from apps.core import ids
from apps.keys import services as keys
from apps.links.models import MagicLink
from apps.privacy.models import DeletionReceipt
from apps.recordings.models import Chunk, Recording
from apps.recordings.services import vault
from apps.tickets.models import Ticket
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


def _again(row: Model, **change: object) -> Model:
    """The same row under another id, not yet saved."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**(values | change))


def _cases(one: Recording, count: int) -> list[Recording]:
    """`count` cases as that of `one`, which came about by the real verbs: ten thousand of those would take hours."""
    ticket, link, receipt = one.ticket, one.link, one.receipt
    assert ticket is not None
    assert link is not None
    assert receipt is not None
    tickets = Ticket.objects.bulk_create([_again(ticket, number=20_000 + n) for n in range(count)], batch_size=BATCH)
    links = MagicLink.objects.bulk_create([_again(link, ticket_id=t.pk) for t in tickets], batch_size=BATCH)
    receipts = Receipt.objects.bulk_create(
        [_again(receipt, record_id=ids.cns(), ticket_id=of.ticket_id, link_id=of.pk, nonce_digest="") for of in links],
        batch_size=BATCH,
    )
    events = list(receipt.events.all())
    ConsentEvent.objects.bulk_create(
        [_again(event, receipt_id=of.pk) for of in receipts for event in events], batch_size=BATCH
    )
    return Recording.objects.bulk_create(
        [_again(one, ticket_id=of.ticket_id, link_id=of.link_id, receipt_id=of.pk) for of in receipts],
        batch_size=BATCH,
    )


def make_due(count: int, *, over_s: int = 0, objects: int = OBJECTS) -> None:
    """`count` recordings that become due one after the other in the next `over_s` seconds; at once without it."""
    first = factories.consent(factories.TicketFactory(site=factories.shop()))
    made = [first, *_cases(first, count - 1)]
    for start in range(0, count, BATCH):
        rows = made[start : start + BATCH]
        Chunk.objects.bulk_create([chunk for row in rows for chunk in _fill(row.pk, objects)])
    now = timezone.now()
    for place, row in enumerate(made):
        row.state, row.started_at, row.trusted_at = Recording.State.READY, now, now
        row.latest_at = now + timedelta(seconds=over_s * place / count - 1)
    Recording.objects.bulk_update(made, ["state", "started_at", "trusted_at", "latest_at"], batch_size=BATCH)


def tell() -> None:
    """Of each deletion, when it was due, when its key was gone and when its receipt was signed (seconds since 1970)."""
    rows = DeletionReceipt.objects.values_list("recording__latest_at", "recording__key_shredded_at", "finished_at")
    print(json.dumps([[moment.timestamp() for moment in row] for row in rows]))
