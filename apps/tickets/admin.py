from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import Facts
from apps.tickets import services as tickets
from apps.tickets.models import Comment, Requester, Tag, Ticket


@admin.register(Ticket)
class TicketAdmin(Facts):
    list_display = ["number", "subject", "site", "requester", "state", "priority", "assignee", "touched_at"]
    list_filter = ["state", "priority"]
    list_select_related = ["site", "requester", "assignee"]
    search_fields = ["=number", "subject", "requester__email", "requester__name"]
    date_hierarchy = "created_at"
    actions = ["resolve", "reopen"]

    @admin.action(description=_("Resolve"))
    def resolve(self, request: HttpRequest, rows: QuerySet[Ticket]) -> None:
        self.press(request, rows, lambda ticket: tickets.resolve(ticket, by=self.actor(request)))

    @admin.action(description=_("Reopen"))
    def reopen(self, request: HttpRequest, rows: QuerySet[Ticket]) -> None:
        self.press(request, rows, lambda ticket: tickets.reopen(ticket, by=self.actor(request)))


@admin.register(Requester)
class RequesterAdmin(Facts):
    list_display = ["email", "name", "external_id", "site", "created_at"]
    list_select_related = ["site"]
    search_fields = ["email", "name", "=external_id"]


@admin.register(Comment)
class CommentAdmin(Facts):
    site_path = "ticket__site"
    list_display = ["created_at", "ticket", "author", "is_internal"]
    list_filter = ["is_internal"]
    list_select_related = ["ticket", "author"]
    search_fields = ["=ticket__number"]
    date_hierarchy = "created_at"


@admin.register(Tag)
class TagAdmin(Facts):
    site_path = "ticket__site"
    list_display = ["name", "ticket"]
    list_select_related = ["ticket"]
    search_fields = ["name", "=ticket__number"]
