"""The links that people were sent. They lead to a person only through their ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from apps.core.personal import Holder, deleted, of_requester, register
from apps.links.models import Delivery, MagicLink, TypedCode

PERSON = "the person who was asked"
KEPT = timedelta(days=30)


def _old_links(now: datetime) -> int:
    """What led nowhere goes 30 days after it expired: never used, declined, or revoked before a consent."""
    old = MagicLink.objects.filter(expires_at__lt=now - KEPT, receipts=None)
    return old.exclude(state=MagicLink.State.CONSENTED).delete()[0]


def _old_deliveries(now: datetime) -> int:
    done = Q(sent_at__lt=now - KEPT) | Q(failed_at__lt=now - KEPT)
    return Delivery.objects.filter(done).delete()[0]


def _old_codes(now: datetime) -> int:
    return TypedCode.objects.filter(expires_at__lt=now).delete()[0]


register(
    Holder(
        name="typed_codes",
        whose=PERSON,
        why="opening the link's page where it cannot be clicked",
        goes="within the hour after it ended; on erasure with its link",
        model="links.TypedCode",
        fields={"link": "which link"},
        impersonal=frozenset({"id", "generation", "digest", "created_at", "expires_at", "tries"}),
        order=73,
        tidy=_old_codes,
        **deleted(of_requester(TypedCode, "link__ticket__requester")),
    )
)
register(
    Holder(
        name="links",
        whose=PERSON,
        why="asking for a recording",
        goes="30 days after it expired where no consent came of it; on erasure, all of them",
        model="links.MagicLink",
        fields={
            "ticket": "the case",
            "landing_url": "where the person was to land",
            "issued_by": "who of the staff asked",
            "issued_at": "when",
            "fetched_at": "when it was first opened",
            "fetches": "how often",
            "consented_at": "when",
            "declined_at": "when",
            "withdrawn_at": "when",
            "revoked_at": "when",
            "voided_at": "when",
            "suspended_at": "when somebody said that it was not theirs",
            "stuck_at": "when the person said that nothing started",
            "asked_again_at": "when the person asked for another link",
        },
        impersonal=frozenset(
            {"id", "site", "state", "generation", "max_minutes", "asks_live", "language", "expires_at", "stuck_why"}
        ),
        order=75,
        tidy=_old_links,
        **deleted(of_requester(MagicLink, "ticket__requester")),
    )
)
register(
    Holder(
        name="deliveries",
        whose=PERSON,
        why="mailing the link",
        goes="30 days after it was sent or given up; on erasure with its link",
        model="links.Delivery",
        fields={
            "link": "which link",
            "sent_at": "when",
            "failed_at": "when",
            "error": "what the mail server said, which may name the address",
        },
        impersonal=frozenset({"id", "generation", "created_at", "attempts", "next_try_at"}),
        order=74,
        tidy=_old_deliveries,
        **deleted(of_requester(Delivery, "link__ticket__requester")),
    )
)
