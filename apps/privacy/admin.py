"""What stays when a recording is gone: to look at, and never to change."""

from __future__ import annotations

from django.contrib import admin

from apps.core.admin import Facts
from apps.privacy.models import DeletionReceipt, Hold


@admin.register(DeletionReceipt)
class DeletionReceiptAdmin(Facts):
    list_display = ["id", "site", "recording", "cause", "due_at", "finished_at", "keep_until"]
    list_filter = ["cause"]
    list_select_related = ["site", "recording"]
    search_fields = ["=id", "=recording__id"]
    date_hierarchy = "finished_at"


@admin.register(Hold)
class HoldAdmin(Facts):
    site_path = "recording__site"
    list_display = ["recording", "ends_at", "set_by", "confirmed_by", "ended_at"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["recording", "set_by", "confirmed_by"]
    search_fields = ["=recording__id"]
    date_hierarchy = "created_at"
