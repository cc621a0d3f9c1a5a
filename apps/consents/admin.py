"""Proof of what was agreed to: to look at, and never to change."""

from __future__ import annotations

from django.contrib import admin

from apps.consents.models import ConsentEvent, Notice, Receipt
from apps.core.admin import Facts


@admin.register(Receipt)
class ReceiptAdmin(Facts):
    list_display = ["id", "site", "ticket", "given_at", "live", "latest_deletion_at", "keep_until"]
    list_filter = ["live"]
    list_select_related = ["site", "ticket"]
    search_fields = ["=id", "=record_id", "=subject_id", "=ticket__number"]
    date_hierarchy = "given_at"


@admin.register(ConsentEvent)
class ConsentEventAdmin(Facts):
    site_path = "receipt__site"
    list_display = ["at", "receipt", "state", "by", "cause"]
    list_filter = ["state", "by"]
    list_select_related = ["receipt"]
    search_fields = ["=receipt__id"]
    date_hierarchy = "at"


@admin.register(Notice)
class NoticeAdmin(Facts):
    list_display = ["id", "site", "version", "language", "sha256", "created_at"]
    list_filter = ["language"]
    list_select_related = ["site"]
    search_fields = ["=id", "=sha256"]
