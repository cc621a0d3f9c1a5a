"""Many tickets and recordings at once, for lists: rows only, spread over a year, as a team would have them."""

from __future__ import annotations

import random
from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.sites.models import Site
from apps.tickets.models import Requester, Tag, Ticket

FIRST = 200_000
SUBJECTS = ["The checkout does not work", "Voucher is refused", "Wrong total", "White page after login", "No invoice"]
# Most are solved, as in any helpdesk that has run for a year.
STATES = ["resolved"] * 6 + ["closed"] * 30 + ["open"] * 3 + ["pending"]
BATCH = 2_000


def fill(site: Site, staff: list[User], *, tickets: int, recordings: int, first: int = FIRST) -> None:
    """Rows as the verbs write them; every `tickets // recordings`-th ticket has a link and a recording."""
    chance, now = random.Random(7), timezone.now()
    people = Requester.objects.bulk_create(
        [
            Requester(site=site, email=f"p{first + n}@example.com", name=f"Person {n}")
            for n in range(max(1, tickets // 4))
        ],
        batch_size=BATCH,
    )
    ages = [timedelta(minutes=chance.randrange(525_600)) for _ in range(tickets)]
    rows = [
        Ticket(
            site=site, number=first + n, subject=f"{chance.choice(SUBJECTS)} ({n})", requester=chance.choice(people),
            state=chance.choice(STATES), assignee=chance.choice([None, *staff]),
            created_at=now - age, touched_at=now - age / 2, resolved_at=now - age / 2,
        )
        for n, age in enumerate(ages)
    ]  # fmt: skip
    for row in rows:
        row.resolved_at = row.resolved_at if row.is_solved else None
    made = Ticket.objects.bulk_create(rows, batch_size=BATCH)
    Tag.objects.bulk_create(
        [Tag(ticket=ticket, name=chance.choice(["checkout", "mobile", "vip"])) for ticket in made[::3]],
        batch_size=BATCH,
    )
    _recordings(made[:: max(1, tickets // recordings)][:recordings], chance)


def _recordings(tickets: list[Ticket], chance: random.Random) -> None:
    links, rows, now = [], [], timezone.now()
    for ticket in tickets:
        asked = ticket.created_at
        link = MagicLink(
            site_id=ticket.site_id, ticket=ticket, max_minutes=30, landing_url="https://shop.example/", issued_at=asked,
            state="consented", consented_at=asked + timedelta(minutes=chance.randrange(1, 600)),
            expires_at=asked + timedelta(hours=72), fetched_at=asked,
        )  # fmt: skip
        links.append(link)
        old = now - asked > timedelta(days=60)
        rows.append(
            Recording(
                site_id=ticket.site_id, ticket=ticket, link=link, max_minutes=30, state="deleted" if old else "ready",
                created_at=asked, started_at=asked, shared_at=asked, ended_at=asked, duration_ms=300_000,
                stored_bytes=1_000_000, latest_at=asked + timedelta(days=180), problem_count=2,
                delete_at=ticket.resolved_at and ticket.resolved_at + timedelta(days=30),
            )
        )  # fmt: skip
    MagicLink.objects.bulk_create(links, batch_size=BATCH)
    Recording.objects.bulk_create(rows, batch_size=BATCH)
