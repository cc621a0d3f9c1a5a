"""The JSON Schemas (2020-12) of the documents that Placet signs, published at `/schemas/{name}/{version}`.

What is mandatory in a document is required in its schema, and a document that lacks it is refused before it is signed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

FOLDER = Path(__file__).parent
BASE = "https://placet.example/schemas/"  # an identifier, not an address: it outlives every installation


class NotAsPublished(Exception):
    """A document lacks what its published schema requires, or says what it forbids."""


@functools.cache
def _validators() -> dict[str, Draft202012Validator]:
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {schema["$id"]: Draft202012Validator(schema) for schema in found}


def names() -> list[str]:
    """Such as "consent-receipt/1"."""
    return [name.removeprefix(BASE) for name in _validators()]


def schema(name: str) -> dict[str, Any] | None:
    """The schema called `name`, or None."""
    found = _validators().get(f"{BASE}{name}")
    return dict(found.schema) if found else None


def check(document: Mapping[str, Any]) -> None:
    """Raise `NotAsPublished` where `document` names one of our schemas and is not as that says."""
    validator = _validators().get(str(document.get("schema", "")))
    if validator is None:
        return
    try:
        validator.validate(document)
    except ValidationError as error:
        raise NotAsPublished(f"{error.json_path}: {error.message}") from None
