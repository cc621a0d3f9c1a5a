"""Programs sign in with a token: `Authorization: Bearer plc_…`."""

from __future__ import annotations

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from apps.accounts.models import ApiToken, User
from apps.core import signing


class ApiTokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        # Looked up by the digest: nothing secret is compared, so there is no time to measure.
        row = ApiToken.objects.select_related("user").filter(digest=signing.digest(token)).first()
        if row is None or row.revoked_at or row.expires_at <= timezone.now() or not row.user.is_active:
            raise AuthenticationFailed("This token is not valid (any more).")
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
        return row.user, row

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
