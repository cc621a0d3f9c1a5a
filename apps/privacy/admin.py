"""What stays when a recording is gone: to look at, and never to change."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.core.admin import Facts, happened
from apps.privacy.models import DeletionReceipt, Hold
from apps.privacy.services import retention
from apps.sites.admin import PolicyAdmin, PolicyForm
from apps.sites.models import Policy


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
    list_filter = [happened("ended_at", _lazy("state"), yes=_lazy("ended"), no=_lazy("in force"))]
    list_select_related = ["recording", "set_by", "confirmed_by"]
    search_fields = ["=recording__id"]
    date_hierarchy = "created_at"


class ShownPolicyForm(PolicyForm):
    """Says what a lower policy deletes, and is saved once that was read."""

    confirmed = forms.BooleanField(label=_lazy("I have read what this deletes sooner"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        days, cap = data.get("retention_days"), data.get("cap_days")
        if "_try" in self.data or data.get("confirmed") or days is None or cap is None:
            return data
        change = retention.preview(self.instance.site, retention_days=days, cap_days=cap)
        if change.tonight or change.sooner:
            self.add_error("confirmed", _(
                "%(tonight)d recordings go tonight, and %(sooner)d sooner than planned. Nothing brings them back."
            ) % {"tonight": change.tonight, "sooner": change.sooner})  # fmt: skip
        return data


admin.site.unregister(Policy)


@admin.register(Policy)
class ShownPolicyAdmin(PolicyAdmin):
    """Apps below know nothing of what is held, so the preview is put in here."""

    form = ShownPolicyForm
