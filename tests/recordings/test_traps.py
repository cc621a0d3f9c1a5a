"""What libraries let through, each measured once: a defined answer for every one of them."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from typing import Any

import pytest
from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete, pre_delete

from apps.keys import services as keys
from apps.recordings.models import Chunk, Recording, Segment
from apps.recordings.services import sealing, sweeps, vault
from apps.recordings.services.sealing import Place, seal, unseal
from tests.recordings import wire as bare
from tests.recordings.conftest import Browser

pytestmark = pytest.mark.django_db
SECRET = "ridden-along-in-the-header"


def body() -> bytes:
    return json.dumps(bare.page_events(bare.now_ms())).encode()


def with_header_fields(raw: bytes) -> bytes:
    """A gzip stream whose header carries a name and a comment, which no inflater hands out."""
    plain = gzip.compress(raw, mtime=0)
    flags = bytes([plain[3] | 0x08 | 0x10])
    return plain[:3] + flags + plain[4:10] + SECRET.encode() + b"\0" + SECRET.encode() + b"\0" + plain[10:]


def stored(dora: Browser) -> bytes:
    row = Chunk.objects.get()
    place = Place(dora.recording.pk, "chunk", page=row.page, seq=row.seq)
    return unseal(keys.open_key(dora.recording.pk), place, vault.get(dora.recording.pk, row.object_name))


def test_what_a_gzip_header_carries_is_not_kept(dora: Browser) -> None:
    zipped = with_header_fields(body())
    assert zlib.decompress(zipped, 31)  # it is a stream like any other
    assert dora.chunk(zipped, zipped=False).status == 200
    assert SECRET.encode() not in stored(dora)


@pytest.mark.parametrize("missing", range(1, 12))
def test_a_stream_without_its_end_is_refused(dora: Browser, missing: int) -> None:
    assert dora.chunk(gzip.compress(body())[:-missing], zipped=False).status == 400
    assert not Chunk.objects.exists()


@pytest.mark.parametrize("place", [-8, -4], ids=["checksum", "length"])
def test_a_stream_with_a_wrong_end_is_refused(dora: Browser, place: int) -> None:
    zipped = bytearray(gzip.compress(body()))
    zipped[place] ^= 1
    assert dora.chunk(bytes(zipped), zipped=False).status == 400


@pytest.mark.parametrize(
    ("instead", "name"),
    [("1e999", "beyond a double"), ("9" * 5000, "five thousand digits"), ("NaN", "NaN"), ("-Infinity", "infinity")],
)
def test_a_number_that_not_every_parser_reads_is_refused(dora: Browser, instead: str, name: str) -> None:
    raw = body().replace(b'"width": 1200', f'"width": {instead}'.encode())
    assert instead.encode() in raw
    assert dora.chunk(raw).status == 400


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", "\ufeff".encode("utf-16-le")])
def test_a_byte_order_mark_is_refused(dora: Browser, mark: bytes) -> None:
    assert dora.chunk(mark + body()).status == 400


def test_bytes_that_are_no_text_are_refused_even_inside_a_value(dora: Browser) -> None:
    assert dora.chunk(body().replace(b"Harbour", b"Harb\xff\xfeur")).status == 400


def test_of_two_values_for_a_key_the_one_that_a_browser_reads_is_kept_and_no_other(dora: Browser) -> None:
    raw = body().replace(b'"textContent": "Harbour Shop"', b'"textContent": "first", "textContent": "second"')
    assert dora.chunk(raw).status == 200
    assert b"second" in stored(dora)
    assert b"first" not in stored(dora)


@pytest.mark.parametrize("depth", [60, 126, 127, 200])
def test_what_is_taken_can_be_packed_however_deep(dora: Browser, depth: int) -> None:
    """orjson writes 254 levels, a page of 126; what is deeper takes another way, at ingest and at packing."""
    events = bare.page_events(bare.now_ms())
    node: dict[str, Any] = {"type": 3, "textContent": "the bottom", "id": 999}
    for number in range(depth):
        node = {"type": 2, "tagName": "div", "attributes": {}, "childNodes": [node], "id": 1000 + number}
    events[2]["data"]["node"]["childNodes"].append(node)
    assert dora.chunk(events, flags="stl").status == 200
    dora.control("stop")
    assert sweeps.process_waiting() == 1
    assert dora.fresh().state == Recording.State.IN_REVIEW


@pytest.mark.parametrize("level", [sealing.QUICK, sealing.SMALL])
def test_both_ways_of_compressing_are_read_back_by_either_library(level: int) -> None:
    key, place, raw = bytes(32), Place("rec_00000000000000000000000000", "chunk"), body() * 50
    sealed = seal(key, place, raw, level=level)
    assert unseal(key, place, sealed) == raw
    assert len(sealed) < len(raw) / 5


def test_nothing_listens_to_the_deletion_of_a_row_of_which_there_are_thousands() -> None:
    """One listener makes Django fetch each row and delete it alone: ten times slower (measured)."""
    for model in (Chunk, Segment):
        assert not post_delete.has_listeners(model)
        assert not pre_delete.has_listeners(model)


def test_what_was_recorded_is_in_no_column() -> None:
    for model in (Recording, Chunk, Segment):
        for field in model._meta.get_fields():
            assert not isinstance(field, models.BinaryField | models.TextField), field


def test_connections_are_kept_and_sqlite_takes_turns_from_the_first_statement() -> None:
    for alias in ("default", "keys"):
        config = settings.DATABASES[alias]
        assert config["CONN_MAX_AGE"] >= 60
        if config["ENGINE"].endswith("sqlite3"):
            assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
            assert "secure_delete=ON" in config["OPTIONS"]["init_command"]


def test_a_bomb_takes_no_more_memory_than_the_limit(dora: Browser) -> None:
    """A stream that names no size, in many members' stead: zeros without end."""
    squeezed = io.BytesIO()
    with gzip.GzipFile(fileobj=squeezed, mode="wb", compresslevel=9) as file:
        for _ in range(64):
            file.write(bytes(4_000_000))
    assert dora.chunk(squeezed.getvalue(), zipped=False).status == 413
    assert not Chunk.objects.exists()
