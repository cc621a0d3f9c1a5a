"""Mail that waits in a row. The row promises it, a task sends it, and a doubled task sends it once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from apps.core.errors import PlacetError

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)  # while one worker sends, no other touches the row
BACKOFF = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
BATCH = 200


class Outgoing(models.Model):
    """What every kind of waiting mail has. It names what it is about; address and text are looked up when it goes."""

    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def waits(self) -> bool:
        return self.sent_at is None and self.failed_at is None


Row = TypeVar("Row", bound=Outgoing)


def due(model: type[Row]) -> list[Row]:
    rows = model._default_manager.filter(sent_at=None, failed_at=None, next_try_at__lte=timezone.now())
    return list(rows.order_by("next_try_at")[:BATCH])


def _claim(row: Outgoing) -> bool:
    now = timezone.now()
    waiting = type(row)._default_manager.filter(pk=row.pk, sent_at=None, failed_at=None, next_try_at__lte=now)
    return bool(waiting.update(next_try_at=now + LEASE, attempts=F("attempts") + 1))


def carry(row: Row, compose: Callable[[Row], EmailMessage], *, told: Callable[[Row], None]) -> bool:
    """Send one mail if it is due and nobody else is at it; returns whether it went out.

    `compose` raises `PlacetError` where it must not go any more. `told` hears of a row that went or was given up,
    in the transaction that notes it.
    A worker that dies between the mail server's yes and our note of it sends a second time after `LEASE`:
    a doubled mail is better than none.
    """
    if not _claim(row):
        return False
    row.refresh_from_db()
    try:
        compose(row).send()
    except PlacetError as error:
        _failed(row, error.code, for_good=True)
    except ValidationError:
        _failed(row, "address", for_good=True)
    except Exception as error:  # noqa: BLE001  whatever the mail server does: note its kind, try again later
        _failed(row, type(error).__name__, for_good=False)
    else:
        row.sent_at, row.error = timezone.now(), ""
    _keep(row, told)
    return row.sent_at is not None


@transaction.atomic
def _keep(row: Row, told: Callable[[Row], None]) -> None:
    row.save(update_fields=["error", "sent_at", "failed_at", "next_try_at"])
    if not row.waits:
        told(row)


def _failed(row: Outgoing, why: str, *, for_good: bool) -> None:
    """`why` is a kind, never the server's words: those may repeat the address."""
    row.error = why[:200]
    if for_good or row.attempts > len(BACKOFF):
        row.failed_at = timezone.now()
    else:
        row.next_try_at = timezone.now() + BACKOFF[row.attempts - 1]
    log.warning("%s %s was not sent: %s", row._meta.verbose_name, row.pk, row.error)
