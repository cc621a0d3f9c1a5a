"""The demo's mail, which lands in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.mail import send_mail
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client, settings: Any, tmp_path: Path) -> Client:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    settings.PLACET_DEMO = True
    client.force_login(factories.MembershipFactory(role="agent").user)
    return client


def test_shows_each_mail_with_its_time_and_its_link(alice: Client) -> None:
    send_mail("The link you asked for", "Open https://placet.example/l/abc", None, ["dora@example.com"])
    page = alice.get("/outbox/").content.decode()
    assert "The link you asked for" in page
    assert "To dora@example.com" in page
    assert 'href="https://placet.example/l/abc"' in page
    assert "just now" in page


def test_says_how_to_fill_it_while_it_is_empty(alice: Client) -> None:
    assert "Send a recording link from a ticket" in alice.get("/outbox/").content.decode()


def test_is_not_there_outside_the_demo(alice: Client, settings: Any) -> None:
    settings.PLACET_DEMO = False
    assert alice.get("/outbox/").status_code == 404
