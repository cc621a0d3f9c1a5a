"""Dora's browser, as far as the server can tell: it opens links, reads nonces and presses buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from apps.core.actors import Actor
from apps.links import services as links
from apps.links.models import MagicLink
from apps.recordings.models import Recording
from apps.tickets.models import Ticket
from tests.console.conftest import as_, other, shop, staff, ticket  # noqa: F401

BY = Actor.system("test")
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass
class Visitor:
    """`own` headers are what a browser sends from a page of ours; a test changes them for tricks."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def open(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=headers)

    def nonce(self, path: str) -> str:
        found = NONCE.search(self.open(path).content.decode())
        assert found, "no form on the page"
        return found[1]

    def post(self, path: str, data: dict[str, str], headers: dict[str, str] | None = None) -> HttpResponse:
        own = {"Origin": settings.BASE_URL, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(path, data, headers=own if headers is None else headers)

    def answer(self, path: str, answer: str, **data: str) -> HttpResponse:
        """Open the page and press one of its buttons."""
        return self.post(path, {"nonce": self.nonce(path), "answer": answer, **data})

    def press(self, path: str) -> HttpResponse:
        """Press a button of the person's own page, with the token that its form carries."""
        own = path.rsplit("/", 1)[0] + "/"
        self.client.get(f"{own}?stay=1")
        cookie = self.client.cookies[settings.CSRF_COOKIE_NAME].value
        return self.post(path, {"csrfmiddlewaretoken": cookie})


@pytest.fixture
def link(ticket: Ticket, staff: dict[str, Any]) -> MagicLink:  # noqa: F811
    return links.issue(ticket, by=Actor.staff(staff["alice"], door="page"))


@pytest.fixture
def path(link: MagicLink) -> str:
    return links.url(link).removeprefix(settings.BASE_URL)


@pytest.fixture
def dora() -> Visitor:
    return Visitor()


def state(link: MagicLink) -> str:
    return MagicLink.objects.get(pk=link.pk).state


def recordings(link: MagicLink) -> list[str]:
    return list(Recording.objects.filter(link=link).order_by("created_at").values_list("state", flat=True))
