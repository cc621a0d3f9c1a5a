"""Clients of staff who have just typed their password, as dangerous actions ask for it."""

from __future__ import annotations

import time

from django.test import Client

from apps.accounts.models import User


def sign_in(user: User) -> Client:
    client = Client()
    again(client, user)
    return client


def again(client: Client, user: User) -> None:
    """Sign `user` in, who has been asked again a moment ago."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session.save()
