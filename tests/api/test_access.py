"""Who gets in: every address of the API is walked with every kind of token that must not open it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from apps.accounts.models import ApiToken, User
from apps.core.models import AuditEntry
from apps.sites.models import Site
from apps.tickets.models import Ticket
from config import api_urls
from tests.api.conftest import Program, expired, problem, program, revoked

pytestmark = pytest.mark.django_db
PUBLIC = {"api-schema", "api-docs"}
METHODS = ["get", "post", "put", "patch", "delete"]
SAMPLES = {"number": "1001", "pk": "lnk_00000000000000000000000000"}


def _flat(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found = []
    for pattern in patterns:
        found += _flat(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return found


def _path(pattern: URLPattern) -> str:
    assert isinstance(pattern.pattern, RoutePattern)
    path = str(pattern.pattern)
    for name, sample in SAMPLES.items():
        path = path.replace(f"<int:{name}>", sample).replace(f"<str:{name}>", sample)
    assert "<" not in path, f"give a sample for {path}"
    return path


ROUTES = [pattern for pattern in _flat(api_urls.urlpatterns) if pattern.name not in PUBLIC]
CALLS = [
    (method, _path(route), route.callback.view_class.scopes[method.upper()])
    for route in ROUTES
    for method in METHODS
    if hasattr(route.callback.view_class, method)
]


def test_there_is_something_to_walk() -> None:
    assert len(CALLS) > 25


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_view_declares_the_scope_of_each_of_its_methods(route: URLPattern) -> None:
    view = route.callback.view_class
    handlers = {method.upper() for method in METHODS if hasattr(view, method)}
    assert set(view.scopes) == handlers
    assert set(view.scopes.values()) <= set(ApiToken.Scope.values)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_only_reading_asks_for_no_more_than_the_scope_to_read(route: URLPattern) -> None:
    for method, scope in route.callback.view_class.scopes.items():
        assert (scope == "read") == (method == "GET")


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_nobody_gets_in_without_a_good_token(method: str, path: str, scope: str, staff: dict[str, User]) -> None:
    left = staff["bob"]
    gone = program(left, "erase")
    left.is_active = False
    left.save()
    bad = [
        Program(""),
        Program("plc_guess"),
        Program("plc_" + "é"),
        expired(staff["alice"]),
        revoked(staff["alice"]),
        gone,
    ]
    before = AuditEntry.objects.count()
    for caller in bad:
        answer = caller(method.upper(), path, {})
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("method", "path", "scope"), [call for call in CALLS if call[2] != "read"])
def test_a_token_that_reads_changes_nothing(
    method: str, path: str, scope: str, reader: Program, ticket: Ticket
) -> None:
    before = AuditEntry.objects.count()
    problem(reader(method.upper(), path, {}), 403, "permission_denied")
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(("method", "path", "scope"), [call for call in CALLS if call[2] == "erase"])
def test_a_token_that_writes_erases_nothing(method: str, path: str, scope: str, staff: dict[str, User]) -> None:
    problem(program(staff["erin"], "write")(method.upper(), path, {}), 403, "permission_denied")


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_session_opens_nothing(method: str, path: str, scope: str, staff: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff["frank"], backend="django.contrib.auth.backends.ModelBackend")
    problem(client.generic(method.upper(), f"/api/v1/{path}"), 401)  # type: ignore[arg-type]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_methods_that_a_view_does_not_have_are_refused(route: URLPattern, alice: Program) -> None:
    view = route.callback.view_class
    for method in [*METHODS, "options", "trace"]:
        if method.upper() not in view.scopes:
            answer = alice(method.upper(), _path(route))
            problem(answer, 405, "method_not_allowed")
            assert set(answer.headers["Allow"].split(", ")) >= set(view.scopes)


def test_another_scheme_is_no_token(staff: dict[str, User]) -> None:
    token = program(staff["alice"]).token
    for header in [f"Basic {token}", f"Token {token}", token, "Bearer", "Bearer  "]:
        answer = Client().get("/api/v1/token/", headers={"Authorization": header})
        problem(answer, 401)  # type: ignore[arg-type]


def test_a_token_in_the_address_is_no_token(staff: dict[str, User]) -> None:
    token = program(staff["alice"]).token
    answer = Client().get("/api/v1/token/", query_params={"token": token, "access_token": token})
    problem(answer, 401)  # type: ignore[arg-type]


def test_a_token_tells_what_it_is(staff: dict[str, User], site: Site) -> None:
    caller = program(staff["alice"], "read", site=site)
    body = caller.get("token/").json()
    assert body["scope"] == "read"
    assert body["site"] == site.pk
    assert caller.token.startswith(body["prefix"])
    assert caller.token not in str(body)


def test_the_limit_is_a_tokens_own(staff: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    from apps.accounts.access import PerToken

    monkeypatch.setattr(PerToken, "rate", "3/min", raising=False)
    one, two = program(staff["alice"]), program(staff["alice"])
    assert [one.get("token/").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = one.get("token/")
    problem(refused, 429, "throttled")
    assert int(refused.headers["Retry-After"]) > 0
    assert two.get("token/").status_code == 200


def test_a_stopped_redis_stops_no_program(alice: Program, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert alice.get("token/").status_code == 200


def test_there_is_no_browsable_page(alice: Program) -> None:
    answer = Client().get("/api/v1/token/", headers={"Authorization": f"Bearer {alice.token}", "Accept": "text/html"})
    assert answer.headers["Content-Type"] in {"application/json", "application/problem+json"}
