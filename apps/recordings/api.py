"""Recordings, for programs: facts only. What was recorded is seen in the player, which records who looked."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope
from apps.recordings.models import Recording
from apps.recordings.services import lifecycle, previews
from apps.sites.api import SiteList, SiteView

State = Recording.State
# Before the person has sent it, staff know state, times and size; after its end there is nothing to know.
ONLY_WHEN_READY = ("duration_ms", "pages", "problem_count", "second_gate_hits")


class RecordingShape(serializers.ModelSerializer[Recording]):
    site = serializers.CharField(source="site_id", read_only=True)
    ticket = serializers.IntegerField(source="ticket.number", read_only=True, allow_null=True, default=None)
    link = serializers.CharField(source="link_id", read_only=True, allow_null=True)
    consent = serializers.CharField(source="receipt_id", read_only=True, allow_null=True)
    duration_ms = serializers.IntegerField(read_only=True, allow_null=True, help_text="null unless ready")
    pages = serializers.IntegerField(read_only=True, allow_null=True, help_text="null unless ready")
    problem_count = serializers.IntegerField(read_only=True, allow_null=True, help_text="null unless ready")
    second_gate_hits = serializers.IntegerField(read_only=True, allow_null=True, help_text="null unless ready")

    class Meta:
        model = Recording
        fields = [
            "id",
            "site",
            "ticket",
            "link",
            "consent",
            "state",
            "is_imported",
            "live",
            "max_minutes",
            "created_at",
            "started_at",
            "ended_at",
            "ended",
            "shared_at",
            "stored_bytes",
            *ONLY_WHEN_READY,
            "delete_at",
            "latest_at",
            "delete_cause",
            "deleted_at",
        ]
        read_only_fields = fields

    def to_representation(self, recording: Recording) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(recording)
        if recording.state != State.READY:
            shown |= dict.fromkeys(ONLY_WHEN_READY)
        return shown


class RecordingQuery(ListQuery):
    site = serializers.CharField(required=False, help_text="A site's id.")
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    link = serializers.CharField(required=False)
    state = serializers.MultipleChoiceField(required=False, choices=State.choices)


class RecordingView(SiteView):
    model = Recording

    def rows(self) -> QuerySet[Recording]:
        rows: QuerySet[Recording] = super().rows()
        return rows.select_related("ticket", "site")


class Recordings(SiteList, RecordingView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        parameters=[RecordingQuery],
        responses=RecordingShape(many=True),
        operation_id="recordings_list",
        summary="Recordings, newest first: facts, never contents",
    )
    def get(self, request: Request) -> Response:
        query = self.query(RecordingQuery)
        rows = self.rows()
        if states := query.pop("state", None):
            rows = rows.filter(state__in=states)
        if "ticket" in query:
            query["ticket__number"] = query.pop("ticket")
        return self.page(rows.filter(**query), RecordingShape)


class OneRecording(RecordingView):
    scopes = {"GET": Scope.READ, "DELETE": Scope.ERASE}

    @extend_schema(responses=RecordingShape, operation_id="recordings_retrieve", summary="One recording")
    def get(self, request: Request, pk: str) -> Response:
        return Response(RecordingShape(self.row(pk=pk)).data)

    @extend_schema(
        responses={202: RecordingShape},
        operation_id="recordings_delete",
        summary="Delete it before its time: unreadable when this answers, gone soon after",
    )
    def delete(self, request: Request, pk: str) -> Response:
        recording = self.row(pk=pk)
        self.require(recording.site, "recording.delete")
        lifecycle.doom(recording, cause=Recording.Cause.ERASED, by=self.actor)
        return Response(RecordingShape(self.row(pk=pk)).data, status=status.HTTP_202_ACCEPTED)


class SitePreviewShape(serializers.Serializer[Any]):
    url = serializers.CharField(help_text="The landing address with the mark.")
    mark = serializers.CharField(help_text="Put it behind the # of any address of the site.")
    expires_at = serializers.DateTimeField()


class SitePreview(SiteView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=None,
        responses={201: SitePreviewShape},
        operation_id="sites_preview",
        summary="For developers: see in the site's own page what a recording would show, for ten minutes",
    )
    def post(self, request: Request, pk: str) -> Response:
        made = previews.grant(self.site(pk), by=self.actor)
        return Response(SitePreviewShape(made).data, status=status.HTTP_201_CREATED)
