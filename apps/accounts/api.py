"""What every view of the JSON API shares: its scopes, how lists are cut, how bodies and the schema read."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import ApiToken, User
from apps.core.actors import Actor

Scope = ApiToken.Scope


class Pages(LimitOffsetPagination):
    """`?limit=` (50, at most 200) and `?offset=`."""

    default_limit = 50
    max_limit = 200


class ApiView(APIView):
    """A view that declares the scope for each of its methods."""

    scopes: ClassVar[dict[str, str]] = {}

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    @property
    def token(self) -> ApiToken:
        return cast(ApiToken, self.request.auth)

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.user, door="api")

    def body(self, kind: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """Return the checked body of the request; raises DRF's `ValidationError`."""
        return self._checked(kind(data=self.request.data))

    def query(self, kind: type[ListQuery]) -> dict[str, Any]:
        """Return the checked query of the request without its pages; raises DRF's `ValidationError`."""
        found = self._checked(kind(data=self.request.query_params))
        return {name: value for name, value in found.items() if name not in {"limit", "offset"}}

    @staticmethod
    def _checked(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Strict(serializers.Serializer[Any]):
    """A body or query in which every name is known: a misspelt filter must not widen what it finds."""

    def to_internal_value(self, data: Any) -> Any:
        if hasattr(data, "keys") and (unknown := set(data.keys()) - set(self.fields)):
            raise serializers.ValidationError({name: ["There is no such field."] for name in sorted(unknown)})
        return super().to_internal_value(data)


class ListQuery(Strict):
    """The query of a list: its pages, and what a subclass adds."""

    limit = serializers.IntegerField(required=False, min_value=1)
    offset = serializers.IntegerField(required=False, min_value=0)


class TokenShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    prefix = serializers.CharField()
    scope = serializers.ChoiceField(choices=Scope.choices)
    site = serializers.CharField(allow_null=True, help_text="The one site it opens; null: all of its user's.")
    expires_at = serializers.DateTimeField()


class MyToken(ApiView):
    scopes = {"GET": Scope.READ}

    @extend_schema(responses=TokenShape, operation_id="token", summary="What this token is and may")
    def get(self, request: Request) -> Response:
        token = self.token
        return Response(
            TokenShape(
                {
                    "name": token.name,
                    "prefix": token.prefix,
                    "scope": token.scope,
                    "site": token.site_public_id or None,
                    "expires_at": token.expires_at,
                }
            ).data
        )


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped library
    target_class = "apps.accounts.authentication.ApiTokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that you made on your account page: `Authorization: Bearer plc_…`. "
            "Its scope is read, write or erase; sessions and cookies open nothing here.",
        }


def describe_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Schema hook: every refusal has one shape."""
    shape = {
        "type": "object",
        "description": "RFC 9457. `code` is for programs, `detail` for people.",
        "required": ["type", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string", "default": "about:blank"},
            "status": {"type": "integer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "fields": {"type": "object", "additionalProperties": {}},
        },
    }
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = shape
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path in result.get("paths", {}).values():
        for operation in path.values():
            operation.setdefault("responses", {})["4XX"] = {"description": "Refused.", "content": content}
    return result
