from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Facts
from apps.links import services as links
from apps.links.models import Delivery, MagicLink


@admin.register(MagicLink)
class MagicLinkAdmin(Facts):
    list_display = ["id", "site", "ticket", "state", "issued_by", "issued_at", "fetched_at", "expires_at"]
    list_filter = ["state", "asks_live"]
    list_select_related = ["site", "ticket", "issued_by"]
    search_fields = ["=id", "=ticket__number"]
    date_hierarchy = "issued_at"
    actions = ["revoke"]

    @admin.action(description=_("Revoke, and stop what they started"))
    def revoke(self, request: HttpRequest, rows: QuerySet[MagicLink]) -> None:
        self.press(request, rows, lambda link: links.revoke(link, by=self.actor(request)))


@admin.register(Delivery)
class DeliveryAdmin(Facts):
    site_path = "link__site"
    list_display = ["link", "created_at", "attempts", "next_try_at", "sent_at", "failed_at", "error"]
    list_select_related = ["link"]
    search_fields = ["=link__id"]
    date_hierarchy = "created_at"
