"""Sites, as a program sees them; and the one place where the API decides whose rows a token reaches."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.api import ApiView, ListQuery, Pages, Scope
from apps.sites import permissions, services
from apps.sites.models import Site

M = TypeVar("M", bound=Model)


class SiteView(ApiView):
    """A view whose rows belong to sites.

    `rows` starts from what the model's `visible_to` gives the token's user, and narrows it to the token's own
    site. Whatever is not in it answers 404, the same as what does not exist.
    """

    model: ClassVar[Any]

    def sites(self) -> QuerySet[Site]:
        sites = Site.objects.visible_to(self.user)
        return sites.filter(pk=self.token.site_public_id) if self.token.site_public_id else sites

    def site(self, pk: str) -> Site:
        """Return the site, or raise `Http404`."""
        return self._one(self.sites(), pk=pk)

    def rows(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model.objects.visible_to(self.user)
        return rows.filter(site__in=self.sites()) if self.token.site_public_id else rows

    def row(self, **lookup: object) -> Any:
        """Return the one row, or raise `Http404`."""
        return self._one(self.rows(), **lookup)

    def require(self, site: Site, act: str) -> None:
        """Raise `Refused` unless the user's role allows `act`. For reads; verbs ask for themselves."""
        permissions.require(self.user, site, act)

    def may(self, site: Site, act: str) -> bool:
        return permissions.may(self.user, site, act)

    def page(self, rows: QuerySet[M], shape: type[serializers.BaseSerializer[Any]]) -> Response:
        pages = Pages()
        some = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(shape(some, many=True).data)

    @staticmethod
    def _one(rows: QuerySet[M], **lookup: object) -> M:
        found = rows.filter(**lookup).first()
        if found is None:
            raise Http404
        return found


class SiteList(SiteView):
    """A list, cut into pages."""

    pagination_class = Pages


class SiteShape(serializers.ModelSerializer[Site]):
    origins = serializers.SerializerMethodField()

    class Meta:
        model = Site
        fields = ["id", "slug", "name", "public_key", "landing_url", "origins", "halted_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_origins(self, site: Site) -> list[str]:
        return [origin.origin for origin in site.origins.all()]


class Sites(SiteList):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=SiteShape(many=True), operation_id="sites_list", summary="The sites this token opens")
    def get(self, request: Request) -> Response:
        self.query(ListQuery)
        return self.page(self.sites().prefetch_related("origins"), SiteShape)


class OneSite(SiteView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=SiteShape, operation_id="sites_retrieve", summary="One site")
    def get(self, request: Request, pk: str) -> Response:
        return Response(SiteShape(self.site(pk)).data)


class Halt(SiteView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=None,
        responses=SiteShape,
        operation_id="sites_halt",
        summary="Stop everything: links are revoked, recordings end",
    )
    def post(self, request: Request, pk: str) -> Response:
        return Response(SiteShape(services.halt(self.site(pk), by=self.actor)).data)


class Resume(SiteView):
    scopes = {"POST": Scope.WRITE}

    @extend_schema(
        request=None,
        responses=SiteShape,
        operation_id="sites_resume",
        summary="Allow new links again; what was revoked stays so",
    )
    def post(self, request: Request, pk: str) -> Response:
        return Response(SiteShape(services.resume(self.site(pk), by=self.actor)).data)
