"""Erasing a person, and the proof of what was deleted, for programs.

Erasure takes two calls: the first shows what will go and gives a stamp, the second does just that or is
refused.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope, Strict
from apps.core.errors import Refused
from apps.core.maintenance import goes_on
from apps.core.queue import hurry
from apps.privacy import tasks
from apps.privacy.models import DeletionReceipt, Erasure
from apps.privacy.services import erasure
from apps.sites.api import SiteList, SiteView
from apps.sites.models import Site
from apps.tickets.models import Requester


class WhoseShape(Strict):
    """One of the two, or both; `site` narrows it to one site."""

    email = serializers.EmailField(required=False)
    external_id = serializers.CharField(required=False, max_length=120)
    site = serializers.CharField(required=False, help_text="A site's id; without it all that the token opens.")

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given.get("email") and not given.get("external_id"):
            raise serializers.ValidationError({"email": ["Give an e-mail address or an external id."]})
        return given


class EraseShape(WhoseShape):
    stamp = serializers.CharField(help_text="Of the preview. Refused (409) if anything has changed since.")


class PreviewShape(serializers.Serializer[Any]):
    requesters = serializers.IntegerField(help_text="How many entries match: one a site.")
    recordings = serializers.ListField(child=serializers.CharField())
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="What is kept, by holder.")
    stamp = serializers.CharField()


class ErasureShape(serializers.ModelSerializer[Erasure]):
    counts = serializers.DictField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Erasure
        fields = ["id", "requested_at", "counts", "finished_at"]
        read_only_fields = fields


class DeletionShape(serializers.ModelSerializer[DeletionReceipt]):
    site = serializers.CharField(source="site_id", read_only=True)
    recording = serializers.CharField(source="recording_id", read_only=True)

    class Meta:
        model = DeletionReceipt
        fields = ["id", "site", "recording", "cause", "due_at", "finished_at", "keep_until"]
        read_only_fields = fields


class SignedDeletionShape(DeletionShape):
    document = serializers.DictField(read_only=True, help_text="As signed; `verify_receipt` checks it offline.")

    class Meta(DeletionShape.Meta):
        fields = [*DeletionShape.Meta.fields, "document"]
        read_only_fields = fields


class ErasureView(SiteView):
    def desk(self) -> QuerySet[Site]:
        """The sites whose privacy this user looks after; raises `Refused` where there is none."""
        ids = [site.pk for site in self.sites() if self.may(site, "privacy.manage")]
        if not ids:
            raise Refused
        return Site.objects.filter(pk__in=ids)

    def people(self, *, site: str = "", email: str = "", external_id: str = "") -> list[Requester]:
        sites = self.desk()
        found = erasure.find(sites.filter(pk=site) if site else sites, email=email, external_id=external_id)
        if not found:
            raise Http404
        return found


@goes_on
class Preview(ErasureView):
    scopes = {"POST": Scope.ERASE}

    @extend_schema(
        request=WhoseShape,
        responses=PreviewShape,
        operation_id="erasures_preview",
        summary="Show what an erasure would remove",
    )
    def post(self, request: Request) -> Response:
        seen = erasure.preview(self.people(**self.body(WhoseShape)))
        return Response(
            PreviewShape(
                {
                    "requesters": len(seen.requester_ids),
                    "recordings": list(seen.recordings),
                    "counts": seen.counts,
                    "stamp": seen.stamp,
                }
            ).data
        )


@goes_on
class Erasures(ErasureView):
    scopes = {"POST": Scope.ERASE}

    @extend_schema(
        request=EraseShape,
        responses={202: ErasureShape},
        operation_id="erasures_order",
        summary="Erase a person: unreadable when this answers, gone soon after",
    )
    def post(self, request: Request) -> Response:
        given = self.body(EraseShape)
        stamp = given.pop("stamp")
        ordered = erasure.erase_subject(self.people(**given), stamp=stamp, by=self.actor)
        hurry(tasks.delete_due)
        return Response(ErasureShape(ordered).data, status=status.HTTP_202_ACCEPTED)


class OneErasure(ErasureView):
    """Those who ordered it see how far it is; its row names nobody, so no site could be asked."""

    scopes = {"GET": Scope.READ}

    @extend_schema(responses=ErasureShape, operation_id="erasures_retrieve", summary="How far an erasure is")
    def get(self, request: Request, pk: str) -> Response:
        mine = Erasure.objects.filter(requested_by=self.actor.id)
        return Response(ErasureShape(self._one(mine, pk=pk)).data)


class DeletionView(SiteView):
    def rows(self) -> QuerySet[DeletionReceipt]:
        return DeletionReceipt.objects.filter(site__in=self.sites())


class Deletions(SiteList, DeletionView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        responses=DeletionShape(many=True),
        operation_id="deletions_list",
        summary="Receipts of deletions, newest first",
    )
    def get(self, request: Request) -> Response:
        self.query(ListQuery)
        return self.page(self.rows(), DeletionShape)


class OneDeletion(DeletionView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=SignedDeletionShape, operation_id="deletions_retrieve", summary="One receipt, as signed")
    def get(self, request: Request, pk: str) -> Response:
        return Response(SignedDeletionShape(self.row(pk=pk)).data)
