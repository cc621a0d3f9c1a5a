"""Somebody leaves: what they could open is closed at once, and what they had is given back."""

from __future__ import annotations

from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from apps.accounts import signals
from apps.accounts.models import User
from apps.accounts.services import tokens
from apps.core import audit
from apps.core.actors import Actor
from apps.core.errors import NotPossible


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> User:
    """Take `user` out: sessions and API tokens end at once, memberships and assigned tickets are given back.

    Safe to call twice. Raises `NotPossible` for one's own account, so that nobody locks the last door behind them.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return user
    if by.user is not None and by.user.pk == user.pk:
        raise NotPossible(str(_("You cannot take yourself out. Ask a colleague.")))
    user.is_active = False
    # A new password changes the hash that every session carries, so none comes back to life with the account.
    user.set_password(get_random_string(40))
    user.save(update_fields=["is_active", "password"])
    for token in user.api_tokens.filter(revoked_at=None):
        tokens.revoke(token, by=by)
    audit.record("user.deactivated", by=by, subject=user)
    signals.user_deactivated.send(User, user=user, by=by)
    return user


@transaction.atomic
def reactivate(user: User, *, by: Actor) -> User:
    """Let `user` sign in again, after a password reset by mail; memberships are given anew."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("user.reactivated", by=by, subject=user)
    return user
