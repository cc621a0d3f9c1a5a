"""A forgotten password, from the form to the mail to the new one; and what an address without an account gets."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from apps.accounts.models import User

pytestmark = pytest.mark.django_db


def ask(email: str) -> tuple[str, mail.EmailMessage]:
    """Returns the page that the browser then shows, and the mail."""
    page = Client().post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()
    return re.sub(r"\s+", " ", page), mail.outbox[-1]


def test_alice_sets_a_new_password_by_the_mail(staff: dict[str, User]) -> None:
    _page, sent = ask("alice@example.com")
    assert sent.subject == "Set a new password"
    assert "for your account at placet" in sent.body
    path = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", sent.body)
    assert path is not None
    client = Client()
    form = client.get(path[1], follow=True)
    there = form.redirect_chain[-1][0]
    given = {"password1": "a quiet lighthouse", "password2": "a quiet lighthouse"}
    assert client.post(there, given).status_code == 302
    assert User.objects.get(email="alice@example.com").check_password("a quiet lighthouse")


def test_an_address_without_an_account_gets_the_same_page_and_is_told_to_ask_an_admin(staff: dict[str, User]) -> None:
    page, sent = ask("nobody@example.com")
    known, _sent = ask("alice@example.com")
    assert page == known
    assert sent.to == ["nobody@example.com"]
    assert sent.subject == "No account with this address"
    assert "ask the admin of your site to invite you" in sent.body
    assert "http" not in sent.body
