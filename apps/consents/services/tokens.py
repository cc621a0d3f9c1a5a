"""The token of a receipt opens the person's own pages, and nothing of the customer's."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import transaction

from apps.consents.models import Receipt
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.errors import Unknown

NONCE_HEX = 32  # 128 bits


def _nonce(receipt: Receipt, key: str) -> str:
    return signing.derive("receipt", receipt.pk, receipt.generation, key=key)[:NONCE_HEX]


def token(receipt: Receipt) -> str:
    return signing.dumps("receipt", [receipt.pk, _nonce(receipt, settings.SECRET_KEYS[0])])


def url(receipt: Receipt) -> str:
    """The address that opens the person's own page in any browser."""
    return f"{settings.BASE_URL}/a/{token(receipt)}"


def find(token: str) -> Receipt:
    """Return the receipt that `token` proves possession of; raises `Unknown`, always the same."""
    try:
        public_id, nonce = signing.loads("receipt", token)
        receipt = Receipt.objects.select_related("site", "notice", "policy").get(pk=public_id)
        given = str(nonce).encode()
    except (signing.BadToken, Receipt.DoesNotExist, TypeError, ValueError) as error:
        raise Unknown from error
    matches = [hmac.compare_digest(given, _nonce(receipt, key).encode()) for key in settings.SECRET_KEYS]
    if not any(matches):
        raise Unknown
    return receipt


@transaction.atomic
def replace_token(receipt: Receipt, *, by: Actor) -> Receipt:
    """End every token and cookie of this receipt; the next `token` is of a new generation."""
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    receipt.generation += 1
    receipt.save(update_fields=["generation"])
    audit.record("consent.token_replaced", by=by, subject=receipt)
    return receipt
