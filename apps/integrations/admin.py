from __future__ import annotations

from django.contrib import admin

from apps.core.admin import Facts
from apps.integrations.models import InstallationCheck, Webhook, WebhookDelivery


@admin.register(Webhook)
class WebhookAdmin(Facts):
    list_display = ["url", "site", "is_active", "created_at"]
    list_filter = ["is_active"]
    list_select_related = ["site"]
    search_fields = ["url"]
    exclude = ["secret"]


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(Facts):
    site_path = "webhook__site"
    list_display = ["event", "webhook", "created_at", "attempts", "sent_at", "failed_at", "status"]
    list_filter = ["event"]
    list_select_related = ["webhook"]
    search_fields = ["webhook__url", "=event"]
    date_hierarchy = "created_at"


@admin.register(InstallationCheck)
class InstallationCheckAdmin(Facts):
    list_display = ["site", "created_at", "finished_at", "ok"]
    list_filter = ["ok"]
    list_select_related = ["site"]
    search_fields = ["site__slug"]
    date_hierarchy = "created_at"
