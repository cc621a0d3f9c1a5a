"""Keys for programs. The token is shown once; only its SHA-256 is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiToken, User
from apps.core import audit, signing
from apps.core.actors import Actor
from apps.core.errors import Invalid

MOST_DAYS = 366


@transaction.atomic
def issue(user: User, *, name: str, scope: str, site_public_id: str = "", days: int, by: Actor) -> tuple[ApiToken, str]:
    """Return the row and the token, which nobody can read again.

    `site_public_id`: the one site that it opens, or empty for all of the user's; the caller has checked that it
    is one of theirs, for sites stand above accounts. Raises `Invalid` for an unknown scope or a lifetime outside
    1 to 366 days.
    """
    if scope not in ApiToken.Scope.values:
        raise Invalid(str(_("There is no such scope.")))
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(str(_("A token lives between 1 and 366 days.")))
    token = f"plc_{secrets.token_urlsafe(32)}"
    row = ApiToken.objects.create(
        user=user,
        name=" ".join(name.split())[:80] or str(_("API token")),
        prefix=token[:12],
        digest=signing.digest(token),
        scope=scope,
        site_public_id=site_public_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record("api_token.issued", by=by, subject=row, scope=scope, days=days)
    return row, token


@transaction.atomic
def revoke(token: ApiToken, *, by: Actor) -> ApiToken:
    """Make the token useless at once. Safe to call twice."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at:
        return token
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    audit.record("api_token.revoked", by=by, subject=token)
    return token
