"""What the product is made of, read from the lock files: a CycloneDX 1.6 document, and a list with licences.

Nothing is looked up elsewhere. The licence of a Python package is what its installed metadata says; where it is not
installed, that is said instead of guessed.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from django.conf import settings

UNKNOWN = "not stated"
# What the bundles hold; everything else in package-lock.json builds or tests them.
BUNDLED = ("@fontsource-variable/inter", "@rrweb/record", "@rrweb/replay", "@rrweb/types")


@dataclass(frozen=True, slots=True)
class Component:
    """`is_shipped`: part of what runs; otherwise a tool that builds or tests it."""

    kind: str  # "pypi" or "npm"
    name: str
    version: str
    licence: str
    is_shipped: bool
    sha256: str = ""
    sha512: str = ""

    @property
    def purl(self) -> str:
        """https://github.com/package-url/purl-spec"""
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"


def _python_licence(name: str) -> str:
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return UNKNOWN
    if "License-Expression" in said:
        return str(said["License-Expression"])
    classes = [line.rsplit(" :: ", 1)[1] for line in said.get_all("Classifier") or [] if line.startswith("License :: ")]
    # Some packages put the whole text of the licence into the one field.
    first = (str(said["License"]) if "License" in said else "").strip().partition("\n")[0]
    return ", ".join(classes) or first or UNKNOWN


def _reachable(names: list[str], needs: dict[str, list[str]]) -> set[str]:
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, [])
    return found


def _python() -> Iterator[Component]:
    locked = tomllib.loads((settings.BASE_DIR / "uv.lock").read_text(encoding="utf-8"))["package"]
    needs = {package["name"]: [one["name"] for one in package.get("dependencies", [])] for package in locked}
    for package in locked:
        for group in package.get("optional-dependencies", {}).values():
            needs[package["name"]] += [one["name"] for one in group]
    ours = next(package["name"] for package in locked if "virtual" in package["source"])
    shipped = _reachable(needs[ours], needs)
    for package in locked:
        if package["name"] != ours:
            name, digest = package["name"], package.get("sdist", {}).get("hash", "").removeprefix("sha256:")
            yield Component("pypi", name, package["version"], _python_licence(name), name in shipped, sha256=digest)


def _hex(integrity: str) -> str:
    return base64.b64decode(integrity.removeprefix("sha512-")).hex() if integrity.startswith("sha512-") else ""


def _node() -> Iterator[Component]:
    path = settings.BASE_DIR / "frontend" / "package-lock.json"
    packages: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["packages"]
    named = [(key.rpartition("node_modules/")[2], said) for key, said in packages.items() if key]
    needs = {name: list(said.get("dependencies", {})) for name, said in named}
    shipped = _reachable(list(BUNDLED), needs)
    for name, said in named:
        licence = str(said.get("license") or UNKNOWN)
        digest = _hex(str(said.get("integrity", "")))
        yield Component("npm", name, said["version"], licence, name in shipped, sha512=digest)


def components() -> list[Component]:
    """Every package of both lock files, by kind, name and version; each once."""
    return sorted({*_python(), *_node()}, key=lambda one: (one.kind, one.name, one.version))


def _entry(one: Component) -> dict[str, Any]:
    hashes = [
        {"alg": alg, "content": value} for alg, value in [("SHA-256", one.sha256), ("SHA-512", one.sha512)] if value
    ]
    return {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "scope": "required" if one.is_shipped else "excluded",
        "licenses": [{"license": {"name": one.licence}}],
        **({"hashes": hashes} if hashes else {}),
    }


def cyclonedx() -> dict[str, Any]:
    """CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. The same lock files make the same document."""
    version = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "placet", "name": "placet", "version": version}},
        "components": [_entry(one) for one in components()],
    }
