"""The shop's customers, orders and messages. Seeding again changes nothing that is there."""
# ruff: noqa: E501  (a table of texts)

from datetime import UTC, date, datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from tests.demo.shop.catalogue import BY_SLUG
from tests.demo.shop.models import Customer, Message, Order

CONVERSATION = [
    (False, "Hello! I would like to give the lantern to my father for his birthday. He has trouble with his eyes "
            "since the operation in March. Is the flame bright enough to read by?"),
    (True, "Hello Dora, how kind of you. It gives about as much light as four candles, so it is more for company "
           "than for small print. We could add the reading glass from the chandlery, at no extra cost."),
    (False, "That would be lovely. Please leave it with my neighbour Mrs Lindqvist, the door code is 4417."),
    (True, "Noted. We will ask the courier to ring there. Just write here if anything does not work."),
]  # fmt: skip
ORDERS = [
    (1001, "delivered", datetime(2026, 8, 14, 9, 12, tzinfo=UTC), [("tide-mug", "", 2), ("harbour-blanket", "", 1)]),
    (1004, "delivered", datetime(2026, 10, 2, 17, 40, tzinfo=UTC), [("gansey-jumper", "M", 1)]),
    (1007, "sent", datetime(2026, 11, 19, 8, 5, tzinfo=UTC), [("ebb-boots", "40", 1), ("watch-cap", "", 1)]),
]  # fmt: skip


@transaction.atomic
def seed() -> None:
    dora, is_new = User.objects.get_or_create(
        username="dora@example.com",
        defaults={"email": "dora@example.com", "first_name": "Dora", "last_name": "Example"},
    )
    # Only when it differs: a new hash would end the sessions that are open.
    if not dora.check_password(settings.DEMO_PASSWORD):
        dora.set_password(settings.DEMO_PASSWORD)
        dora.save()
    if is_new:
        _furnish(dora)


def _furnish(dora: User) -> None:
    Customer.objects.create(
        user=dora,
        phone="+47 412 34 567",
        born_on=date(1984, 5, 17),
        passport="C01X00T478",
        national_id="17058432182",
        street="12 Rope Lane",
        postcode="5003",
        town="Bergen",
    )
    for is_from_shop, text in CONVERSATION:
        Message.objects.create(user=dora, is_from_shop=is_from_shop, text=text)
    for number, state, placed_at, goods in ORDERS:
        lines = [
            {
                "slug": slug,
                "name": BY_SLUG[slug].name,
                "size": size,
                "quantity": quantity,
                "cents": BY_SLUG[slug].cents * quantity,
            }
            for slug, size, quantity in goods
        ]
        Order.objects.create(
            number=number,
            user=dora,
            state=state,
            placed_at=placed_at,
            lines=lines,
            total_cents=sum(BY_SLUG[slug].cents * quantity for slug, _, quantity in goods),
            address="Dora Example, 12 Rope Lane, 5003 Bergen",
        )
