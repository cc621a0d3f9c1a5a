"""Who may call the JSON API, and how often. Apart from `api`: DRF reads these while its views are loading."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from apps.accounts.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

log = logging.getLogger(__name__)
Scope = ApiToken.Scope
# Each scope holds those before it.
_ORDER = [Scope.READ, Scope.WRITE, Scope.ERASE]


class HasScope(BasePermission):
    """The token's scope covers what the view declares for the method; one that declares nothing is closed."""

    message = "This token's scope does not allow that."

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = "GET" if request.method == "HEAD" else str(request.method)
        if not isinstance(request.auth, ApiToken):
            return False
        scopes: dict[str, str] = getattr(view, "scopes", {})
        if method not in scopes:
            # No such method here: let the view say so (405). A handler without a scope stays closed.
            return method == "OPTIONS" or not hasattr(view, method.lower())
        return _ORDER.index(Scope(request.auth.scope)) >= _ORDER.index(Scope(scopes[method]))


class PerToken(SimpleRateThrottle):
    """So many requests a minute for each token.

    It counts in the cache, and a cache that is gone stops nobody: the limit protects the machine, not data.
    """

    scope = "token"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        return f"api-throttle-{request.auth.pk}" if isinstance(request.auth, ApiToken) else None

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except Exception:  # whatever the cache's client raises
            log.warning("the cache is gone; this request is not counted", exc_info=True)
            return True
