"""Which receipt a request may open: the cookie says, never the address alone."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.consents.models import Receipt
from apps.core.errors import Gone, Unknown
from apps.person import cookies, doors
from apps.recordings.models import Recording

AFTER_DELETION = timedelta(days=30)


def receipt_of(request: HttpRequest, public_id: str) -> Receipt:
    """Return the receipt `public_id` if this browser holds it.

    Raises `Unknown`, always the same, for everybody else, and `Gone` 30 days after its recording was deleted.
    """
    receipt = next((one for one in cookies.receipts(request) if one.pk == public_id), None)
    if receipt is None:
        raise Unknown
    doors.speak(request, receipt.notice.language)
    require_open(receipt)
    return receipt


def require_open(receipt: Receipt) -> None:
    deleted_at = Recording.objects.filter(receipt=receipt).values_list("deleted_at", flat=True).first()
    if deleted_at is not None and deleted_at + AFTER_DELETION <= timezone.now():
        raise Gone("closed", _("This page has closed: the recording was deleted more than 30 days ago."))


def recording_of(receipt: Receipt) -> Recording:
    return Recording.objects.select_related("site", "ticket", "link").get(receipt=receipt)
