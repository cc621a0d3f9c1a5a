"""The scripts that a customer's page may load; nothing else of ours is a script to another origin."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PlacetError, Unknown

_MODULE = re.compile(r"(recorder|extras)-[A-Za-z0-9_-]{6,64}\.js")


class NotBuilt(PlacetError):
    code = "not_built"
    status = 503
    sentence = _("The scripts are not built. Run `make build`.")


@dataclass(frozen=True, slots=True)
class Script:
    content: bytes
    etag: str


def _built() -> Path:
    return Path(settings.FRONTEND_DIST) / "embed"


def _kept() -> Path:
    """Modules of earlier releases: a loader in somebody's cache still names them, with their integrity."""
    return Path(settings.DATA_DIR) / "run" / "embed"


def _script(content: bytes) -> Script:
    return Script(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def loader() -> Script:
    """Return /placet.js; raises `NotBuilt`."""
    try:
        content = (_built() / "placet.js").read_bytes()
    except FileNotFoundError:
        raise NotBuilt from None
    _keep_modules()
    return _script(content)


def recorder_name() -> str:
    """The recorder that the loader of this release names; raises `NotBuilt`."""
    try:
        manifest = json.loads((_built() / "manifest.json").read_bytes())
    except FileNotFoundError:
        raise NotBuilt from None
    return str(manifest["recorder"])


def module(name: str) -> Script:
    """Return a recorder or its extras by the hashed name, of this release or an earlier one; raises `Unknown`."""
    if not _MODULE.fullmatch(name):
        raise Unknown
    for folder in (_built(), _kept()):
        try:
            return _script((folder / name).read_bytes())
        except FileNotFoundError:
            continue
    raise Unknown


def _keep_modules() -> None:
    """Copy what is served now aside, so that the next release still serves it. Whole or not at all."""
    kept = _kept()
    for path in _built().glob("*-*.js"):
        if _MODULE.fullmatch(path.name) and not (kept / path.name).exists():
            kept.mkdir(parents=True, exist_ok=True)
            draft = kept / f".{path.name}.{secrets.token_hex(4)}"
            draft.write_bytes(path.read_bytes())
            os.replace(draft, kept / path.name)
