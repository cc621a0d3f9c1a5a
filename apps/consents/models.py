"""What was shown, what was agreed to, and what became of it. Receipts and events are never changed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core import ids
from apps.links.models import MagicLink
from apps.sites.models import Policy, Site
from apps.tickets.models import Ticket


class Notice(models.Model):
    """One notice as it was rendered, by content: the same words twice are one row."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.ntc, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="notices")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    wording = models.CharField(max_length=64)  # SHA-256 of the same words without this case's names and dates
    text = models.TextField()  # the rendered notice, byte for byte
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "sha256"], name="one_notice_a_content")]

    def __str__(self) -> str:
        return f"{self.site} v{self.version} {self.language}"


class Receipt(models.Model):
    """Proof of one consent: a signed document (ISO/IEC TS 27560 fields) without name, address or device."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.rcp, editable=False)
    record_id = models.CharField(max_length=32, unique=True, default=ids.cns, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="receipts")
    # The two links to a person; they die with an erasure, and the receipt stays.
    link = models.ForeignKey(MagicLink, null=True, on_delete=models.SET_NULL, related_name="receipts")
    ticket = models.ForeignKey(Ticket, null=True, on_delete=models.SET_NULL, related_name="receipts")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="receipts")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    subject_id = models.CharField(max_length=32, default=ids.sub, editable=False)  # random, for this recording only
    generation = models.PositiveIntegerField(default=1)  # of the receipt's token; a new one ends the old
    # Of the page that was agreed on: pressing twice is one consent.
    nonce_digest = models.CharField(max_length=64, blank=True, editable=False)
    live = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    latest_deletion_at = models.DateTimeField()  # promised; never moves later
    document = models.JSONField()  # as signed
    keep_until = models.DateTimeField(null=True, db_index=True)  # set when the recording is deleted

    class Meta:
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return self.id

    @property
    def state(self) -> str:
        """The state that the events add up to: the newest one's."""
        newest = self.events.order_by("-at", "-id").first()
        return newest.state if newest else ConsentEvent.State.REQUESTED


class ConsentEvent(models.Model):
    """What happened to a consent. Rows are only added."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        INVALIDATED = "invalidated", _("invalidated")  # void, or "that was not me"
        TERMINATED = "terminated", _("terminated")  # the recording is deleted
        EXPIRED = "expired", _("expired")

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(max_length=12, choices=State.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(_("who caused it"), max_length=10)  # principal, staff, system
    cause = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.state}"
