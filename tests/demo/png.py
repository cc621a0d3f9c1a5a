"""Make a PNG smaller without changing a pixel: Chromium packs them fast rather than well."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IEND"}


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """PNG (third edition), section 5.3: length, type, data, checksum."""
    at = len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def shrink(path: Path) -> int:
    """Pack the picture again as well as zlib can, without its notes. Return its bytes."""
    data = path.read_bytes()
    chunks = list(_chunks(data))
    pixels = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    packed = zlib.compressobj(9, zlib.DEFLATED, 15, 9)
    idat = _chunk(b"IDAT", packed.compress(pixels) + packed.flush())
    kept = [_chunk(kind, body) for kind, body in chunks if kind in NEEDED]
    smaller = SIGNATURE + b"".join([*kept[:-1], idat, kept[-1]])
    if len(smaller) < len(data):
        path.write_bytes(smaller)
    return path.stat().st_size
