"""A receipt is checked in the browser; nothing but the public keys goes over the wire."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from apps.core import documents
from tests.browser import axe

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True, databases=["default", "keys"]),
    pytest.mark.skipif(not (settings.FRONTEND_DIST / "static" / "verify.js").exists(), reason="needs the built bundle"),
]
BODY = {"receipt_id": "del_1", "cause": "withdrawn", "ä": [1, 0.5, None, True, "\u2028€😀"], "b": {"z": {}, "a": []}}


def verdict(page: Page) -> str:
    page.click("[data-testid=verify]")
    page.wait_for_selector("[data-testid=verdict]:visible")
    return str(page.get_attribute("[data-testid=verdict]", "data-verdict"))


def test_a_genuine_one_is_told_from_a_changed_one_and_nothing_is_uploaded(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    page = browser.new_page()
    sent: list[tuple[str, str]] = []
    said: list[str] = []
    page.on("request", lambda request: sent.append((request.method, request.url)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/verify/")
    assert axe(page, "verify") == []
    receipt = documents.sign(BODY)
    file = tmp_path / "receipt.json"
    file.write_text(json.dumps(receipt, indent=2))
    page.set_input_files("[data-part=file]", file)
    assert verdict(page) == "good"
    assert receipt["signature"]["key_id"] in page.inner_text("[data-testid=verdict]")
    assert "withdrawn" in page.inner_text("[data-part=facts]")
    file.write_text(json.dumps({**receipt, "cause": "retention"}))
    page.set_input_files("[data-part=file]", file)
    page.click("[data-testid=verify]")
    page.wait_for_selector("[data-testid=verdict][data-verdict=bad]")
    assert "changed" in page.inner_text("[data-testid=verdict]")
    assert page.inner_text("[data-part=facts]") == ""
    assert {method for method, _url in sent} == {"GET"}
    assert not any("receipt" in url or "withdrawn" in url for _method, url in sent)
    assert [text for text in said if "favicon" not in text] == []
    page.close()


def test_another_installations_receipt_needs_that_ones_keys(
    live_server: LiveServer, browser: Browser, tmp_path: Path, settings: Any
) -> None:
    ours = settings.SIGNING_KEYS
    settings.SIGNING_KEYS = [f"elsewhere:{base64.b64encode(secrets.token_bytes(32)).decode()}"]
    receipt, published = documents.sign(BODY), {"keys": documents.public_keys()}
    settings.SIGNING_KEYS = ours
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(published))
    page = browser.new_page()
    page.goto(f"{live_server.url}/verify/")
    page.fill("[data-part=text]", json.dumps(receipt))
    assert verdict(page) == "bad"
    assert "not in this list" in page.inner_text("[data-testid=verdict]")
    page.click("summary")
    page.set_input_files("[data-part=keys]", keys)
    page.click("[data-testid=verify]")
    page.wait_for_selector("[data-testid=verdict][data-verdict=good]")
    page.close()


@pytest.mark.parametrize("text", ["", "nonsense", "[1]", "{}"])
def test_what_is_no_receipt_is_called_so(text: str, live_server: LiveServer, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{live_server.url}/verify/")
    page.fill("[data-part=text]", text)
    assert verdict(page) in {"unsure", "bad"}
    page.close()
