"""Small secrets that the server must be able to read again (seeds of one-time codes, keys of webhooks), sealed at rest.

AES-256-GCM under keys derived from VAULT_KEYS, which lie apart from the data: a copy of the database signs in nobody. What
was written before it was sealed is read as it is, and sealed by the migration or the next `rotate_vault_keys`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PlacetError

MARK = "sealed.1."
NONCE_BYTES = 12
_resealers: list[Callable[[], int]] = []


class CannotOpen(PlacetError):
    """None of VAULT_KEYS opens it: a wrong configuration, not a refusal."""

    code = "key_missing"
    status = 503
    sentence = _("A secret of this installation cannot be opened. Check VAULT_KEYS.")


def _key(name: str, purpose: str) -> AESGCM:
    for entry in settings.VAULT_KEYS:
        found, _colon, value = entry.partition(":")
        if found == name:
            secret = base64.b64decode(value, validate=True)
            return AESGCM(hmac.new(secret, f"placet.sealed.1|{purpose}".encode(), hashlib.sha256).digest())
    raise CannotOpen


def _newest() -> str:
    return settings.VAULT_KEYS[0].partition(":")[0]


def seal(purpose: str, text: str) -> str:
    """Return `text` so that only this installation reads it, and only for `purpose`."""
    name, nonce = _newest(), os.urandom(NONCE_BYTES)
    sealed = nonce + _key(name, purpose).encrypt(nonce, text.encode(), name.encode())
    return f"{MARK}{name}.{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(purpose: str, value: str) -> str:
    """Return what was sealed for `purpose`; raises `CannotOpen`. A value that never was sealed is returned as it is."""
    if not value.startswith(MARK):
        return value
    name, _dot, body = value.removeprefix(MARK).rpartition(".")
    sealed = base64.urlsafe_b64decode(body)
    try:
        return _key(name, purpose).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode()).decode()
    except InvalidTag:
        raise CannotOpen from None


def is_fresh(value: str) -> bool:
    """Whether it is sealed, and with the newest key."""
    return value.startswith(f"{MARK}{_newest()}.")


def register(reseal: Callable[[], int]) -> None:
    """`reseal` seals anew all that is not fresh in its place, and returns how many those were."""
    _resealers.append(reseal)


def reseal_all() -> int:
    return sum(reseal() for reseal in _resealers)


class SealedField(models.CharField):  # type: ignore[type-arg]  # Django takes none when it runs
    """Text that is sealed in the database and plain in Python. It cannot be looked for."""

    @property
    def _purpose(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else seal(self._purpose, str(value))

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return value if value is None else unseal(self._purpose, value)
