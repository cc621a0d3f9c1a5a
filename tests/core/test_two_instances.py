"""Two installations on one machine: neither opens, sees or touches what is the other's."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import ROOT, Stack, wait_for

HERE = """
import json
from apps.accounts.models import User
from apps.accounts.services import tokens
from apps.core.actors import Actor
from apps.links import services as links
from tests import factories
alice = User.objects.create_user("alice@example.com", "correct horse battery", name="Alice Example")
by = Actor.system("test")
token = tokens.issue(alice, name="x", scope="read", days=1, by=by)[1]
link = links.issue(factories.TicketFactory(site=factories.shop()), by=by)
print(json.dumps({"token": token, "link": links.url(link)}))
"""
THERE = """
from apps.core.errors import PlacetError
from apps.links import services as links
try:
    print(links.find("LINK").pk)
except PlacetError as error:
    print(error.code)
"""
# Caches of interpreters and tools; and what a helper of the tests or of the build writes.
NOT_AN_INSTANCES = {"__pycache__", ".git", ".venv", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache",
                    ".hypothesis", "dist", ".tools"}  # fmt: skip


def start(folder: Path) -> Stack:
    stack = Stack(folder)
    stack.start("redis")
    stack.manage("migrate", "--verbosity", "0")
    stack.manage("migrate", "--verbosity", "0", "--database", "keys")
    stack.start("web")
    return stack


@pytest.fixture
def two(tmp_path: Path) -> Iterator[list[Stack]]:
    stacks: list[Stack] = []
    try:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            stacks.append(start(tmp_path / name))
        for stack in stacks:
            wait_for(stack.ready, what=f"readyz; see {stack.logs}")
        yield stacks
    finally:
        for stack in stacks:
            stack.__exit__()


def ask(stack: Stack, token: str) -> int:
    request = urllib.request.Request(f"{stack.url}/api/v1/token/", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def files(root: Path) -> set[str]:
    found = set()
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_AN_INSTANCES]
        found |= {str(Path(folder) / name) for name in names}
    return found


def public_keys(stack: Stack) -> set[str]:
    with urllib.request.urlopen(f"{stack.url}/.well-known/placet-keys.json", timeout=20) as answer:
        return {key["id"] for key in json.load(answer)["keys"]}


@pytest.mark.timeout(600)
def test_two_instances_run_side_by_side_and_share_nothing(two: list[Stack]) -> None:
    before = files(ROOT)
    made = [json.loads(stack.python(HERE)) for stack in two]
    for mine, theirs in [(0, 1), (1, 0)]:
        assert ask(two[mine], made[mine]["token"]) == 200
        assert ask(two[mine], made[theirs]["token"]) == 401
        link = made[theirs]["link"].rsplit("/", 1)[1]
        assert two[mine].python(THERE.replace("LINK", link)).strip() == "not_found"
    assert not public_keys(two[0]) & public_keys(two[1])
    secrets = [(stack.folder / "keys" / "secret.key").read_text() for stack in two]
    assert secrets[0] != secrets[1]
    assert files(ROOT) == before, "an instance writes under its own folders only"
