"""Facts of recordings, never contents: there is no page here for chunks and segments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Facts
from apps.recordings.models import Recording, Watch
from apps.recordings.services import lifecycle
from apps.sites import permissions


@admin.register(Recording)
class RecordingAdmin(Facts):
    list_display = [
        "id",
        "site",
        "ticket",
        "state",
        "created_at",
        "duration",
        "size",
        "delete_at",
        "latest_at",
    ]
    list_filter = ["state", "ended", "delete_cause", "is_imported"]
    list_select_related = ["site", "ticket"]
    search_fields = ["=id", "=ticket__number"]
    date_hierarchy = "created_at"
    exclude = ["problem_count", "second_gate_hits"]
    actions = ["erase"]

    @admin.display(description=_("duration"), ordering="duration_ms")
    def duration(self, recording: Recording) -> timedelta:
        return timedelta(seconds=recording.duration_ms // 1000)

    @admin.display(description=_("size"), ordering="stored_bytes")
    def size(self, recording: Recording) -> str:
        return filesizeformat(recording.stored_bytes)

    @admin.action(description=_("Delete now: the key first, then everything"))
    def erase(self, request: HttpRequest, rows: QuerySet[Recording]) -> HttpResponse | None:
        user: Any = request.user

        def one(recording: Recording) -> None:
            permissions.require(user, recording.site, "recording.delete")
            lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=self.actor(request))

        says = _("Nobody can read these recordings any more, and nothing brings them back.")
        return self.press_twice(request, rows, one, says=str(says))


@admin.register(Watch)
class WatchAdmin(Facts):
    site_path = "recording__site"
    list_display = ["started_at", "recording", "user", "role", "live", "last_beat_at"]
    list_filter = ["role", "live"]
    list_select_related = ["recording", "user"]
    search_fields = ["=recording__id", "user__email"]
    date_hierarchy = "started_at"
