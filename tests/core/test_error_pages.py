"""What a person reads where there is no page: what is the matter, and a way back."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.views import defaults

from tests import factories

pytestmark = pytest.mark.django_db
BACK = '<a href="/">Back to the start</a>'


def test_an_address_that_is_not_there_says_so() -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.text
    assert BACK in answer.text


def test_what_one_may_not_do_says_so() -> None:
    answer = defaults.permission_denied(RequestFactory().get("/"), Exception())
    assert answer.status_code == 403
    assert "Nothing was changed." in answer.content.decode()


def test_a_form_without_its_token_says_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.UserFactory())
    answer = client.post("/account/name/", {"name": "Alice"})
    assert answer.status_code == 403
    assert "reload the page and send it again" in answer.text


def test_a_failure_of_ours_says_that_it_is_ours() -> None:
    answer = defaults.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "on our side" in answer.content.decode()
    assert BACK in answer.content.decode()
