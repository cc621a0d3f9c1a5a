"""The document that describes the API, and its page."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_and_without_a_warning(tmp_path: object) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", f"{tmp_path}/schema.yaml")


def test_the_schema_is_served_and_says_how_to_sign_in() -> None:
    answer = Client().get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    schema = answer.json()
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "/api/v1/tickets/{number}/links/" in schema["paths"]
    for path in schema["paths"].values():
        for operation in path.values():
            assert "4XX" in operation["responses"]


def test_the_page_has_no_inline_script_or_style_and_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/v1/docs/")
    html = answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|style=|\son\w+=", html)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r"(src|href)=\"(https?:)?//", html)
