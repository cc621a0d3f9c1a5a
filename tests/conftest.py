"""Shared by all tests. Their data folder is a throw-away; `config/settings.py` makes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from apps.core import queue
from apps.recordings.services import grouping
from tests import browser as chromium
from tests.append_only import let_tests_flush
from tests.egress import keep_inside
from tests.s3 import serve

let_tests_flush()
keep_inside()


@pytest.fixture(autouse=True)
def _quiet_surroundings(settings: object, tmp_path: Path) -> Iterator[None]:
    """Each test has its own vault and mailbox, counts its rate limits in memory, and leaves no writer behind."""
    settings.VAULT_URL = f"file://{tmp_path}/objects"  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    queue._broker.reset()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    yield
    grouping.writer.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; each test opens contexts of its own. A second Playwright cannot start."""
    # Playwright's loop runs in this thread; Django would take every query beside it for one from a coroutine.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = chromium.launch(playwright)
        yield started
        started.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--of-the-database", action="store_true", help="only tests that use a database of their own")


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """A bucket with versioning, in an S3 server on the wire."""
    with serve("placet") as url:
        yield url


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`django_db` means both databases: the key store is part of nearly every verb.

    And whoever asks for a browser is `e2e`: Playwright's loop stays in its process, where no other can start then.
    """
    if config.getoption("--of-the-database"):
        items[:] = [item for item in items if _uses_a_database(item)]
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", ["default", "keys"])


def _uses_a_database(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or "db" in fixtures or "transactional_db" in fixtures
