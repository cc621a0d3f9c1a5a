"""The audit trail: plain rows, never changed; their chain is sealed afterwards."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from apps.core import ids


class AuditEntry(models.Model):
    """One thing that was done. Holds kinds and random ids, never a name, an address or a title."""

    id = models.CharField(primary_key=True, max_length=32, default=ids.aud, editable=False)
    chain = models.CharField(max_length=40, db_index=True)  # a site's id, or "installation"
    at = models.DateTimeField(db_index=True)
    name = models.CharField(max_length=64, db_index=True)  # registered in apps.core.audit
    actor_kind = models.CharField(max_length=8)
    actor_id = models.CharField(max_length=64)
    door = models.CharField(max_length=8)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True, db_index=True)
    facts = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.name}"


class AuditSeal(models.Model):
    """One link of a chain: the hash of an entry and of the seal before it."""

    chain = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["chain", "number"]
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_seal_a_number")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.number}"


class AuditCheckpoint(models.Model):
    """A signed statement of where a chain stood. A copy kept elsewhere shows whether the end was cut off since."""

    chain = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    document = models.JSONField()  # as signed
    pushed_at = models.DateTimeField(null=True, db_index=True)  # to every anchor that is configured

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_checkpoint_a_number")]

    def __str__(self) -> str:
        return f"{self.chain} #{self.number}"


class AuditCut(models.Model):
    """A signed statement that a chain begins after `number`: what was older has gone by its rule.

    The one thing that lets the database remove entries, and only a whole beginning of a chain, up to a checkpoint.
    """

    id = models.CharField(primary_key=True, max_length=32, default=ids.act, editable=False)
    chain = models.CharField(max_length=40)
    number = models.PositiveBigIntegerField()  # of the last entry that goes
    hash = models.CharField(max_length=64)  # of its seal: what the chain goes on from
    at = models.DateTimeField(default=timezone.now)
    document = models.JSONField()  # as signed

    class Meta:
        ordering = ["chain", "-number"]
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_cut_a_number")]

    def __str__(self) -> str:
        return f"{self.chain} to #{self.number}"
