"""Every operation of the schema is called with odd values: refused in the one shape, never an error of ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from apps.accounts.models import User
from apps.tickets.models import Ticket
from tests.api.conftest import Program, program

pytestmark = pytest.mark.django_db
ODD = ["", "-1", "99999999999999999999", "NaN", "💣", "a\x00b", "\ud83d", "../..", "x" * 5_000, "javascript:alert(1)"]
BODIES = [None, [], "x", True, {"nobody": "knows"}]
RAW = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"limit": 1e999}']


def schema() -> dict[str, Any]:
    accept = {"Accept": "application/vnd.oai.openapi+json"}
    return dict(Client().get("/api/v1/schema/", headers=accept).json())


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in schema()["paths"].items()
        for method, operation in methods.items()
    ]


def fields(operation: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = content.get("$ref", "").rpartition("/")[2]
    return list(whole["components"]["schemas"].get(name, {}).get("properties", {}))


@pytest.fixture
def erin(staff: dict[str, User], ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> Program:
    """All roles in one, so that the call comes as far as its values let it."""
    from apps.accounts.access import PerToken
    from tests.factories import MembershipFactory

    monkeypatch.setattr(PerToken, "allow_request", lambda *_: True)
    for role in ("agent", "supervisor", "admin"):
        MembershipFactory(site=ticket.site, user=staff["erin"], role=role)
    return program(staff["erin"], "erase")


def strange(answer: Any) -> str:
    """What is wrong with the answer, or nothing."""
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code >= 400:
        if answer.headers["Content-Type"] != "application/problem+json":
            return f"{answer.status_code} {answer.headers['Content-Type']}"
        body = json.loads(answer.content)
        if body["status"] != answer.status_code or not body["code"]:
            return f"{body}"
    return ""


def call(program: Program, method: str, path: str, **kwargs: Any) -> str:
    with transaction.atomic():  # an error that poisons the transaction is found by the next call
        answer = program(method, path.removeprefix("/api/v1/"), **kwargs)
        transaction.set_rollback(True)
    return strange(answer)


def test_odd_values_in_the_address_and_the_query(erin: Program, ticket: Ticket) -> None:
    found = {}
    for method, path, operation in operations():
        names = [one["name"] for one in operation.get("parameters", [])]
        for odd in ODD:
            odd_path = path
            for name in names:
                odd_path = odd_path.replace(f"{{{name}}}", odd.encode("utf-8", "replace").decode().strip("./ ") or "0")
            query = {one["name"]: odd.encode("utf-8", "replace").decode()
                     for one in operation.get("parameters", []) if one["in"] == "query"}  # fmt: skip
            body = {} if method != "GET" else None
            if "\n" not in odd_path and (wrong := call(erin, method, odd_path, body=body, **query)):
                found[(method, odd_path[:80])] = wrong
    # An address that no pattern of ours matches is Django's own page.
    assert {key: wrong for key, wrong in found.items() if not wrong.startswith("404 text/html")} == {}


def test_odd_values_in_every_field(erin: Program, ticket: Ticket) -> None:
    whole, found = schema(), {}
    for method, path, operation in operations():
        real = path.replace("{number}", str(ticket.number)).replace("{id}", "x").replace("{pk}", "x")
        for name in fields(operation, whole):
            for value in [*ODD, *BODIES, 10**30]:
                if wrong := call(erin, method, real, body={name: value}):
                    found[(method, real, name, str(value)[:30])] = wrong
    assert found == {}


def test_bodies_that_are_no_object(erin: Program, ticket: Ticket) -> None:
    found = {}
    for method, path, _operation in operations():
        real = path.replace("{number}", str(ticket.number)).replace("{id}", "x").replace("{pk}", "x")
        if method == "GET":
            continue
        for body in BODIES:
            if wrong := call(erin, method, real, body=body):
                found[(method, real, str(body))] = wrong
        for raw in RAW:
            headers = {"Authorization": f"Bearer {erin.token}"}
            client = Client(raise_request_exception=False)
            answer = client.generic(method, real, raw, content_type="application/json", headers=headers)
            if wrong := strange(answer):
                found[(method, real, str(raw[:20]))] = wrong
    assert found == {}


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
FORMATS = {
    "email": st.emails(),
    "uri": st.sampled_from(["https://shop.example/", "https://shop.example:1/x#y", "http://[", "//x"]),
    "date-time": st.sampled_from(["2026-01-01T00:00:00Z", "2026-02-30T25:00:00Z", "0001-01-01T00:00:00+23:59"]),
}


def shaped(shape: dict[str, Any], whole: dict[str, Any]) -> SearchStrategy[Any]:
    """Values such as the schema describes; some fields are left out, and now and then one is anything at all."""
    if "$ref" in shape:
        return shaped(whole["components"]["schemas"][shape["$ref"].rpartition("/")[2]], whole)
    if several := shape.get("oneOf") or shape.get("allOf") or shape.get("anyOf"):
        return st.one_of([shaped(each, whole) for each in several])
    if "enum" in shape:
        return st.sampled_from(shape["enum"]) | JUNK
    match shape.get("type"):
        case "object":
            inner = {name: shaped(each, whole) for name, each in shape.get("properties", {}).items()}
            return st.fixed_dictionaries({}, optional=inner)
        case "array":
            return st.lists(shaped(shape.get("items", {}), whole), max_size=4) | JUNK
        case "integer":
            return st.integers() | JUNK
        case "boolean":
            return st.booleans() | JUNK
        case "string":
            return FORMATS.get(shape.get("format", ""), st.text(max_size=60)) | JUNK
    return JUNK


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_bodies_as_the_schema_describes_them_and_a_little_beside(
    erin: Program, ticket: Ticket, data: st.DataObject
) -> None:
    whole, found = schema(), {}
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        real = path.replace("{number}", str(ticket.number)).replace("{id}", "x").replace("{pk}", "x")
        body = data.draw(shaped(content["schema"], whole), label=f"{method} {path}")
        if wrong := call(erin, method, real, body=body):
            found[(method, real, json.dumps(body)[:300])] = wrong
    assert found == {}
