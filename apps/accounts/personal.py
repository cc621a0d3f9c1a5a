"""Staff accounts. Recorded people have none."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from apps.accounts.models import ApiToken, Invitation
from apps.core.personal import Holder, register

STAFF = "staff"
WITH_ACCOUNT = "with the account"
KEPT = timedelta(days=30)


def _old_invitations(now: datetime) -> int:
    over = Q(accepted_at__lt=now - KEPT) | Q(withdrawn_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT)
    return Invitation.objects.filter(over).delete()[0]


def _old_tokens(now: datetime) -> int:
    over = Q(revoked_at__lt=now - KEPT) | Q(expires_at__lt=now - KEPT)
    return ApiToken.objects.filter(over).delete()[0]


def _old_sessions(now: datetime) -> int:
    return Session.objects.filter(expire_date__lt=now).delete()[0]


register(
    Holder(
        name="users",
        whose=STAFF,
        why="signing in, and saying who did what",
        goes="when the account is removed; taking somebody out ends all that it opens at once",
        model="accounts.User",
        fields={
            "email": "address",
            "name": "name",
            "password": "hash",
            "last_login": "when",
            "date_joined": "when",
            "is_active": "whether they work here",
            "is_staff": "what they may",
            "is_operator": "what they may",
            "is_superuser": "what they may",
            "groups": "what they may",
            "user_permissions": "what they may",
        },
        impersonal=frozenset({"id", "notify_by_mail"}),
    )
)
register(
    Holder(
        name="invitations",
        whose=STAFF,
        why="letting somebody in",
        goes="30 days after it was accepted, withdrawn or expired",
        model="accounts.Invitation",
        fields={
            "email": "address",
            "name": "name",
            "invited_by": "who invited",
            "accepted_by": "who accepted",
            "accepted_at": "when",
            "withdrawn_at": "when",
            "sent_at": "when",
            "created_at": "when",
        },
        impersonal=frozenset({"id", "generation", "expires_at", "attempts", "next_try_at"}),
        tidy=_old_invitations,
    )
)
register(
    Holder(
        name="API tokens",
        whose=STAFF,
        why="programs that act for somebody",
        goes="30 days after it was revoked or expired; with the account",
        model="accounts.ApiToken",
        fields={"user": "whose", "name": "what for", "last_used_at": "when", "digest": "hash of the token"},
        impersonal=frozenset({"id", "site_public_id", "prefix", "scope", "created_at", "expires_at", "revoked_at"}),
        tidy=_old_tokens,
    )
)
register(
    Holder(
        name="addresses",
        whose=STAFF,
        why="signing in",
        goes=WITH_ACCOUNT,
        model="account.EmailAddress",
        fields={"user": "whose", "email": "address", "verified": "whether it is theirs", "primary": "which"},
        impersonal=frozenset({"id"}),
    )
)
register(
    Holder(
        name="address confirmations",
        whose=STAFF,
        why="signing in",
        goes=WITH_ACCOUNT,
        model="account.EmailConfirmation",
        fields={"email_address": "address", "created": "when", "sent": "when", "key": "a token"},
        impersonal=frozenset({"id"}),
    )
)
register(
    Holder(
        name="second factors",
        whose=STAFF,
        why="signing in",
        goes=WITH_ACCOUNT,
        model="mfa.Authenticator",
        fields={
            "user": "whose",
            "data": "secret",
            "type": "kind",
            "created_at": "when",
            "last_used_at": "when",
        },
        impersonal=frozenset({"id"}),
    )
)
register(
    Holder(
        name="sessions",
        whose=STAFF,
        why="staying signed in",
        goes="an hour after it expired, at the latest; at once when somebody is taken out",
        model="sessions.Session",
        fields={"session_key": "a token", "session_data": "who is signed in"},
        impersonal=frozenset({"expire_date"}),
        tidy=_old_sessions,
    )
)
for _name, _model, _fields in [
    ("groups", "auth.Group", {"id", "name", "permissions"}),
    ("permissions", "auth.Permission", {"id", "name", "content_type", "codename"}),
    ("content types", "contenttypes.ContentType", {"id", "app_label", "model"}),
]:
    register(
        Holder(
            name=_name,
            whose="nobody",
            why="what may be done with which table",
            goes="never",
            model=_model,
            impersonal=frozenset(_fields),
        )
    )
