from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from apps.accounts.models import User
from apps.core import audit
from apps.core.actors import Actor


@receiver(user_logged_in)
def note_sign_in(sender: Any, user: User, **kwargs: Any) -> None:
    audit.record("user.signed_in", by=Actor.staff(user, door="page"), subject=user)
