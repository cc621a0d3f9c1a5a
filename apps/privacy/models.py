"""What stays when a recording is gone: the receipt of its deletion. And holds, which keep one from going."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from apps.accounts.models import User
from apps.core import ids
from apps.recordings.models import Recording
from apps.sites.models import Site


class DeletionReceipt(models.Model):
    """Signed proof of what was deleted, how, and what was checked. Claims no more than that."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.dlr, editable=False)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="deletion_receipts")
    recording = models.OneToOneField(Recording, on_delete=models.PROTECT, related_name="deletion_receipt")
    cause = models.CharField(max_length=12)
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(default=timezone.now)
    document = models.JSONField()  # as signed
    keep_until = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-finished_at"]

    def __str__(self) -> str:
        return self.id


class Hold(models.Model):
    """A reason to keep a recording past its date, with an end and a second person; the person sees it."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=300)
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.recording_id} until {self.ends_at:%Y-%m-%d}"
