"""Programs of alice (agent), bob (supervisor), frank (admin of the site) and charlie (agent elsewhere)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import tokens
from apps.core.actors import Actor
from apps.sites.models import Site
from apps.tickets import services as tickets
from apps.tickets.models import Ticket
from tests.factories import SiteFactory, people, shop

BY = Actor.system("test")


@dataclass
class Program:
    """A client of the API with one token; it speaks JSON and sends no cookie."""

    token: str

    def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> HttpResponse:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        # The question mark is the test client's way to a query on any method.
        return Client(raise_request_exception=False).generic(
            method,
            f"/api/v1/{path}",
            data=json.dumps(body) if body is not None else b"",
            content_type="application/json",
            headers=headers,
            query_params=query or None,
        )

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self("GET", path, **query)

    def post(self, path: str, body: Any = None) -> HttpResponse:
        return self("POST", path, {} if body is None else body)


def program(user: User, scope: str = "write", *, site: Site | None = None, days: int = 30) -> Program:
    site_id = site.pk if site else ""
    _, token = tokens.issue(user, name="crm", scope=scope, site_public_id=site_id, days=days, by=BY)
    return Program(token)


@pytest.fixture
def site(db: None) -> Site:
    return shop()


@pytest.fixture
def other(db: None) -> Site:
    return SiteFactory(slug="elsewhere", name="Elsewhere")


@pytest.fixture
def staff(site: Site, other: Site) -> dict[str, User]:
    return people(site, other)


@pytest.fixture
def alice(staff: dict[str, User]) -> Program:
    return program(staff["alice"])


@pytest.fixture
def reader(staff: dict[str, User]) -> Program:
    return program(staff["alice"], "read")


@pytest.fixture
def charlie(staff: dict[str, User]) -> Program:
    return program(staff["charlie"], "erase")


@pytest.fixture
def frank(staff: dict[str, User]) -> Program:
    return program(staff["frank"])


@pytest.fixture
def ticket(site: Site) -> Ticket:
    return tickets.open_ticket(
        site, subject="The checkout does not work", email="dora@home.example", name="Dora Duck",
        external_id="customer-9", body="It says 500.", by=BY,
    )  # fmt: skip


def expired(user: User) -> Program:
    row, token = tokens.issue(user, name="old", scope="erase", days=1, by=BY)
    row.expires_at = timezone.now() - timedelta(seconds=1)
    row.save()
    return Program(token)


def revoked(user: User) -> Program:
    row, token = tokens.issue(user, name="lost", scope="erase", days=1, by=BY)
    tokens.revoke(row, by=BY)
    return Program(token)


def problem(answer: HttpResponse, status: int, code: str = "") -> dict[str, Any]:
    """Check that `answer` is a refusal of the one shape, and return it."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.content)
    assert set(body) <= {"type", "status", "code", "detail", "fields"}
    assert body["status"] == status
    assert body["detail"]
    if code:
        assert body["code"] == code
    return body
