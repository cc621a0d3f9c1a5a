"""Proof of consent. It outlives the recording, without a name, for as long as it may have to be shown."""

from __future__ import annotations

from datetime import datetime

from apps.consents.models import Notice, Receipt
from apps.core.personal import Holder, Subject, blanked, of_requester, register

PERSON = "the person who agreed, by a random id"
KEPT = "12 months after the recording was deleted"


def _unused_notices(now: datetime) -> int:
    return Notice.objects.filter(receipts=None).delete()[0]


def _events(subject: Subject) -> int:
    return 0  # nothing in them leads to a person once the receipt's two links are gone


register(
    Holder(
        name="receipts",
        whose=PERSON,
        why="showing that and what was agreed (GDPR Art. 7(1))",
        goes=f"{KEPT}; on erasure its two links to the person (magic link and ticket) are cut at once",
        model="consents.Receipt",
        fields={
            "record_id": "random id",
            "subject_id": "random id of the person, for this recording only",
            "link": "the magic link",
            "ticket": "the case",
            "nonce_digest": "hash of the page that was agreed on",
            "live": "whether live viewing was agreed to",
            "given_at": "when",
            "latest_deletion_at": "what was promised",
            "document": "the signed receipt",
        },
        impersonal=frozenset({"id", "site", "notice", "policy", "generation", "keep_until"}),
        order=65,
        **blanked(of_requester(Receipt, "ticket__requester"), ticket=None, link=None),
    )
)
register(
    Holder(
        name="consent events",
        whose=PERSON,
        why="what became of the consent",
        goes="with its receipt",
        model="consents.ConsentEvent",
        fields={"state": "what happened", "at": "when", "by": "which side", "cause": "why"},
        impersonal=frozenset({"id", "receipt"}),
        find=_events,
    )
)
register(
    Holder(
        name="notices",
        whose="the member of staff who asked, by first name",
        why="showing again, byte for byte, what was agreed to",
        goes="with the last receipt that refers to it",
        model="consents.Notice",
        fields={"text": "the notice as it was shown", "sha256": "its hash", "wording": "hash of the wording"},
        impersonal=frozenset({"id", "site", "policy", "language", "version", "created_at"}),
        tidy=_unused_notices,
    )
)
