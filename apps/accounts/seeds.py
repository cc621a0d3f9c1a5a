"""The seeds of one-time codes and recovery codes: sealed at rest, by allauth's hooks for it."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from apps.core import sealed

PURPOSE = "accounts.seed"
FIELDS = ("secret", "seed")


class Sealed(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    def encrypt(self, text: str) -> str:
        return sealed.seal(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealed.unseal(PURPOSE, encrypted_text)


def reseal_in(authenticators: type[Authenticator]) -> int:
    """Seal anew what is not fresh in this table, which a migration hands over as it was then; returns how many rows."""
    changed = 0
    for row in authenticators.objects.all():
        stale = [name for name in FIELDS if isinstance(row.data.get(name), str) and not sealed.is_fresh(row.data[name])]
        for name in stale:
            row.data[name] = sealed.seal(PURPOSE, sealed.unseal(PURPOSE, row.data[name]))
        if stale:
            row.save(update_fields=["data"])
            changed += 1
    return changed


def reseal() -> int:
    return reseal_in(Authenticator)
