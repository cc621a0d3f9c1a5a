"""How long the audit trail stays: a set number of days, and longer where something is left that it speaks of.

Receipts count from it what had left the system, and people are told from it who looked. So nothing of a site's chain goes
while a recording, or the tombstone beside its receipt, is as old as that.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from apps.core.models import AuditCheckpoint
from apps.core.services import cuts
from apps.recordings.models import Recording


def kept_from(chain: str, now: datetime) -> datetime:
    """What was written into `chain` before this moment may go."""
    horizon = now - timedelta(days=settings.AUDIT_DAYS)
    oldest = Recording.objects.filter(site=chain).order_by("created_at").values_list("created_at", flat=True).first()
    return min(horizon, oldest) if oldest else horizon


def tidy(now: datetime) -> int:
    """Cut each chain where its oldest entries have outlived their purpose. Returns how many entries went."""
    if not settings.AUDIT_DAYS:
        return 0
    gone = 0
    for chain in list(AuditCheckpoint.objects.order_by().values_list("chain", flat=True).distinct()):
        cut = cuts.cut(chain, before=kept_from(chain, now))
        gone += cuts.remove(cut) if cut else 0
    return gone
