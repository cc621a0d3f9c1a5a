"""The list of components is what the lock files say, and nothing is shipped that it does not name."""

from __future__ import annotations

import io
import json
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.core.services import components

FRONTEND = Path(settings.BASE_DIR) / "frontend"
IMPORTED = re.compile(r"""(?:from|import\(|@import) ?"(@?[a-z][^"]*)\"""")


def test_every_package_of_both_lock_files_is_in_it_once() -> None:
    out = io.StringIO()
    call_command("sbom", stdout=out)
    listed = [(one["name"], one["version"]) for one in json.loads(out.getvalue())["components"]]
    locked = tomllib.loads((Path(settings.BASE_DIR) / "uv.lock").read_text())["package"]
    python = {(package["name"], package["version"]) for package in locked if package["name"] != "placet"}
    node = {
        (key.rpartition("node_modules/")[2], said["version"])
        for key, said in json.loads((FRONTEND / "package-lock.json").read_text())["packages"].items()
        if key
    }
    assert set(listed) == python | node
    assert len(listed) == len(set(listed))


def test_the_document_is_the_same_each_time_and_each_part_has_its_own_reference() -> None:
    made = components.cyclonedx()
    assert made == components.cyclonedx()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    refs = [one["bom-ref"] for one in made["components"]]
    assert len(refs) == len(set(refs))


def test_what_the_browser_gets_is_named_as_shipped() -> None:
    shipped = {one.name for one in components.components() if one.is_shipped and one.kind == "npm"}
    sources = [*FRONTEND.glob("src/**/*.ts"), *FRONTEND.glob("styles/*.css")]
    texts = [path.read_text() for path in sources if not {".test", ".fixture"} & set(path.suffixes)]
    imported = {name for text in texts for name in IMPORTED.findall(text)}
    packages = {"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in imported}
    assert packages - shipped == set()
    assert {"@rrweb/record", "@rrweb/replay"} <= packages


@pytest.mark.parametrize("name", ["django", "granian", "cryptography"])
def test_what_the_server_runs_is_named_with_its_licence(name: str) -> None:
    (found,) = [one for one in components.components() if one.name == name]
    assert found.is_shipped
    assert found.licence != components.UNKNOWN


def test_what_only_tests_it_is_not_called_shipped() -> None:
    tools = {one.name for one in components.components() if not one.is_shipped}
    assert {"pytest", "ruff", "vitest", "esbuild"} <= tools
