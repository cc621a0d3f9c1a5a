"""Outgoing webhooks: ids and states only, so that there is nothing to erase in them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core import ids
from apps.core.sealed import SealedField
from apps.sites.models import Site


def _whk() -> str:
    return ids.new("whk")


def _msg() -> str:
    return ids.new("msg")


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User) -> WebhookQuerySet:
        return self.filter(site__in=Site.objects.visible_to(user))


class Webhook(models.Model):
    """An endpoint of the customer's, signed as Standard Webhooks 1.0.0 says."""

    id = models.CharField(primary_key=True, max_length=32, default=_whk, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(_("address"), max_length=500)
    # Symmetric, so it must be readable to sign with: "whsec_" and base64 of 32 bytes, one for each endpoint.
    secret = SealedField(max_length=300, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.url


class InstallationCheck(models.Model):
    """One look at a site's landing page in a browser of ours: is the snippet there, and may it work? Kinds only."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="installation_checks")
    ordered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=16, blank=True)
    ok = models.BooleanField(default=False)
    findings = models.JSONField(default=list)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.site} {self.created_at:%Y-%m-%d %H:%M}"


class WebhookDelivery(models.Model):
    """One message to one endpoint. Its id is the `webhook-id`, the same in every try."""

    id = models.CharField(primary_key=True, max_length=32, default=_msg, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=40)
    payload = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    sent_at = models.DateTimeField(null=True, db_index=True)
    failed_at = models.DateTimeField(null=True, db_index=True)  # given up
    status = models.PositiveSmallIntegerField(null=True)  # HTTP, of the last answer
    error = models.CharField(max_length=40, blank=True)  # why the last try got no answer: a word, not a message

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "webhook deliveries"

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook_id}"
