"""Webhooks, for programs: who is told, and what became of it."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ListQuery, Scope, Strict
from apps.integrations import services as integrations
from apps.integrations.models import Webhook, WebhookDelivery
from apps.sites.api import SiteList, SiteView


class WebhookShape(serializers.ModelSerializer[Webhook]):
    site = serializers.CharField(source="site_id", read_only=True)

    class Meta:
        model = Webhook
        fields = ["id", "site", "url", "is_active", "created_at"]
        read_only_fields = fields


class NewWebhookShape(WebhookShape):
    class Meta(WebhookShape.Meta):
        fields = [*WebhookShape.Meta.fields, "secret"]
        read_only_fields = fields


class DeliveryShape(serializers.ModelSerializer[WebhookDelivery]):
    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "event",
            "created_at",
            "attempts",
            "next_try_at",
            "sent_at",
            "failed_at",
            "status",
            "error",
        ]
        read_only_fields = fields


class AddWebhook(Strict):
    site = serializers.CharField(help_text="A site's id.")
    url = serializers.CharField(max_length=500)


class WebhookView(SiteView):
    """For those who manage the site: an endpoint's address may itself be a secret."""

    model = Webhook

    def rows(self) -> QuerySet[Webhook]:
        managed = [site.pk for site in self.sites() if self.may(site, "site.manage")]
        rows: QuerySet[Webhook] = super().rows()
        return rows.filter(site__in=managed)

    def webhook(self, pk: str) -> Webhook:
        webhook: Webhook = self.row(pk=pk)
        return webhook


class Webhooks(SiteList, WebhookView):
    scopes = {"GET": Scope.READ, "POST": Scope.WRITE}

    @extend_schema(responses=WebhookShape(many=True), operation_id="webhooks_list", summary="Endpoints")
    def get(self, request: Request) -> Response:
        self.query(ListQuery)
        return self.page(self.rows(), WebhookShape)

    @extend_schema(
        request=AddWebhook,
        responses={201: NewWebhookShape},
        operation_id="webhooks_add",
        summary="Add an endpoint; its secret is shown here and nowhere else",
    )
    def post(self, request: Request) -> Response:
        given = self.body(AddWebhook)
        webhook = integrations.create(self.site(given["site"]), url=given["url"], by=self.actor)
        return Response(NewWebhookShape(webhook).data, status=status.HTTP_201_CREATED)


class OneWebhook(WebhookView):
    scopes = {"GET": Scope.READ, "DELETE": Scope.WRITE}

    @extend_schema(responses=WebhookShape, operation_id="webhooks_retrieve", summary="One endpoint")
    def get(self, request: Request, pk: str) -> Response:
        return Response(WebhookShape(self.webhook(pk)).data)

    @extend_schema(responses={204: None}, operation_id="webhooks_remove", summary="Remove it, and what waits for it")
    def delete(self, request: Request, pk: str) -> Response:
        integrations.remove(self.webhook(pk), by=self.actor)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Deliveries(SiteList, WebhookView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        responses=DeliveryShape(many=True),
        operation_id="webhooks_deliveries",
        summary="What was sent to it, newest first",
    )
    def get(self, request: Request, pk: str) -> Response:
        self.query(ListQuery)
        return self.page(self.webhook(pk).deliveries.all(), DeliveryShape)
