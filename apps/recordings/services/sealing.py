"""Seal and open the objects of a recording.

AES-256-GCM with a fresh random 96-bit nonce for each object written: counters repeat when the same chunk
reaches two processes. The associated data binds an object to its place, so that a swapped file does not
open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from isal import isal_zlib

NONCE_BYTES = 12
FORMAT = b"\x01"
QUICK, SMALL = 2, 6


class Tampered(Exception):
    """The object is not what was sealed for this place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object belongs: chunk (page, seq), segment (page, seq = its number, epoch), index (epoch)."""

    recording_id: str
    kind: str
    page: int = 0
    seq: int = 0
    epoch: int = 0

    def bound(self) -> bytes:
        parts = ("placet.object.1", self.recording_id, self.kind, self.page, self.seq, self.epoch)
        return "|".join(map(str, parts)).encode()


def seal(key: bytes, place: Place, raw: bytes, *, level: int) -> bytes:
    """Compress and encrypt `raw`: `QUICK` where somebody waits for it, `SMALL` for what is kept."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, _compressed(raw, level), place.bound())


def _compressed(raw: bytes, level: int) -> bytes:
    # One format from two libraries: up to its best level ISA-L is five times faster for the same size (measured).
    return isal_zlib.compress(raw, level) if level <= isal_zlib.ISAL_BEST_COMPRESSION else zlib.compress(raw, level)


def unseal(key: bytes, place: Place, sealed: bytes) -> bytes:
    """Return what was sealed for `place`; raises `Tampered`."""
    return isal_zlib.decompress(unseal_packed(key, place, sealed))


def unseal_packed(key: bytes, place: Place, sealed: bytes) -> bytes:
    """The same, still compressed (zlib: what HTTP calls "deflate")."""
    if sealed[:1] != FORMAT:
        raise Tampered(place)
    body = sealed[1:]
    try:
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place.bound())
    except InvalidTag:
        raise Tampered(place) from None


def content_digest(key: bytes, raw: bytes) -> str:
    """Keyed on purpose: a bare hash of a small page could be guessed."""
    return hmac.new(key, raw, hashlib.sha256).hexdigest()
