"""Consent receipts, for programs: signed documents that name nobody. Consent itself has one door: a page."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope
from apps.consents.models import ConsentEvent, Receipt
from apps.sites.api import SiteList, SiteView


class EventShape(serializers.ModelSerializer[ConsentEvent]):
    class Meta:
        model = ConsentEvent
        fields = ["state", "at", "by", "cause"]
        read_only_fields = fields


class ReceiptShape(serializers.ModelSerializer[Receipt]):
    site = serializers.CharField(source="site_id", read_only=True)
    ticket = serializers.IntegerField(source="ticket.number", read_only=True, allow_null=True, default=None)
    link = serializers.CharField(source="link_id", read_only=True, allow_null=True)
    state = serializers.SerializerMethodField()
    events = EventShape(many=True, read_only=True)

    class Meta:
        model = Receipt
        fields = [
            "id",
            "site",
            "ticket",
            "link",
            "state",
            "live",
            "given_at",
            "latest_deletion_at",
            "events",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=ConsentEvent.State.choices))
    def get_state(self, receipt: Receipt) -> str:
        return receipt.state


class SignedReceiptShape(ReceiptShape):
    document = serializers.DictField(read_only=True, help_text="As signed; `verify_receipt` checks it offline.")

    class Meta(ReceiptShape.Meta):
        fields = [*ReceiptShape.Meta.fields, "document"]
        read_only_fields = fields


class ReceiptQuery(ListQuery):
    site = serializers.CharField(required=False, help_text="A site's id.")
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ReceiptView(SiteView):
    model = Receipt

    def rows(self) -> QuerySet[Receipt]:
        # No `visible_to` of its own: receipts are read through the sites that the token opens.
        return Receipt.objects.filter(site__in=self.sites()).select_related("ticket").prefetch_related("events")


class Receipts(SiteList, ReceiptView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        parameters=[ReceiptQuery],
        responses=ReceiptShape(many=True),
        operation_id="consents_list",
        summary="Consents and what became of them, newest first",
    )
    def get(self, request: Request) -> Response:
        query = self.query(ReceiptQuery)
        if "ticket" in query:
            query["ticket__number"] = query.pop("ticket")
        return self.page(self.rows().filter(**query), ReceiptShape)


class OneReceipt(ReceiptView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=SignedReceiptShape, operation_id="consents_retrieve", summary="One consent, as signed")
    def get(self, request: Request, pk: str) -> Response:
        return Response(SignedReceiptShape(self.row(pk=pk)).data)
