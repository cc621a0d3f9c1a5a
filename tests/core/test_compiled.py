"""SQL that is built once answers as the ORM does, each time with other values."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.compiled import Added, Compiled, Found, Saved
from apps.recordings.models import Chunk, Recording
from tests import factories

pytestmark = pytest.mark.django_db


def chunk(recording: Recording, seq: int) -> Chunk:
    return Chunk(
        recording=recording, page=1, seq=seq, digest="d", object_name=f"c-1-{seq}", first_ms=1, last_ms=2,
        has_snapshot=True, raw_bytes=3, stored_bytes=4, hits={"card": 1},
    )  # fmt: skip


def test_an_object_is_the_same_as_the_orm_finds() -> None:
    one, two = factories.consent(), factories.consent(factories.TicketFactory())
    found = Found(Recording, lambda pk: Recording.objects.filter(pk=pk).order_by(), pk="?pk")
    for recording in (one, two, one):
        again, plain = found.first(pk=recording.pk), Recording.objects.get(pk=recording.pk)
        assert again is not None
        for field in Recording._meta.concrete_fields:
            value = getattr(again, field.attname)
            assert value == getattr(plain, field.attname)
            assert type(value) is type(getattr(plain, field.attname))
    assert found.first(pk="rec_nobody") is None


def test_a_row_is_locked_where_the_orm_would_lock_it() -> None:
    recording = factories.consent()
    found = Found(Recording, lambda pk: Recording.objects.select_for_update().filter(pk=pk).order_by(), pk="?pk")
    with CaptureQueriesContext(connection) as queries:
        assert found.first(pk=recording.pk) == recording
    assert ("FOR UPDATE" in queries.captured_queries[0]["sql"]) == connection.features.has_select_for_update


def test_a_row_is_added_once_and_reads_back_as_it_was() -> None:
    recording, added = factories.consent(), Added(Chunk, unique=("recording", "page", "seq"))
    assert added.add(chunk(recording, 1)) is True
    assert added.add(chunk(recording, 1)) is False
    assert added.add(chunk(recording, 2)) is True
    row = Chunk.objects.get(seq=1)
    for field in Chunk._meta.concrete_fields:
        if field.name not in {"id", "created_at"}:
            assert getattr(row, field.attname) == getattr(chunk(recording, 1), field.attname)


def test_fields_are_saved_and_others_left_alone() -> None:
    recording = factories.consent()
    Recording.objects.filter(pk=recording.pk).update(max_minutes=7)
    recording.chunk_count, recording.max_minutes = 5, 9
    Saved(Recording, "chunk_count", "last_chunk_at").save(recording)
    recording.refresh_from_db()
    assert (recording.chunk_count, recording.max_minutes, recording.last_chunk_at) == (5, 7, None)


def test_a_value_that_has_no_place_is_refused() -> None:
    query = Compiled(lambda pk: Recording.objects.order_by().values_list("pk"), pk="?pk")
    with pytest.raises(ValueError, match="no place"):
        query.rows(pk="rec_1")
