"""Taking money, or failing to. The failure is the demo's deliberate bug.

A card payment over our own form fails with E4021 when the basket holds the Keeper lantern or when Dora pays:
the stand-in for the card issuer answers late and we answer 500. The provider's frame works for everybody.
"""

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Max

from tests.demo.shop.basket import Basket
from tests.demo.shop.catalogue import CURSED
from tests.demo.shop.models import Order

UNLUCKY = "dora@example.com"
FIRST_NUMBER = 1001


class IssuerTimeoutError(Exception):
    code = "E4021"


def charge(basket: Basket, *, user: User | AnonymousUser) -> None:
    """Take the total from a card. Raises `IssuerTimeoutError`: that is the bug."""
    if basket.holds(CURSED) or getattr(user, "email", "") == UNLUCKY:
        raise IssuerTimeoutError


@transaction.atomic
def place(basket: Basket, *, user: User | AnonymousUser, address: str) -> Order:
    newest = Order.objects.aggregate(newest=Max("number"))["newest"]
    return Order.objects.create(
        number=(newest or FIRST_NUMBER - 1) + 1,
        user=user if isinstance(user, User) else None,
        lines=basket.as_json(),
        total_cents=basket.total_cents,
        address=address,
    )
