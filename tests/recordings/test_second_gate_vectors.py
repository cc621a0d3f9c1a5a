"""The examples that the browser's gate and the server's share: `tests/vectors/text_rules.json`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.recordings.gate import passed

VECTORS = json.loads((Path(__file__).resolve().parent.parent / "vectors/text_rules.json").read_text())
PLACEHOLDER = re.compile(r"\[[^\]]*\]")


def _named(row: dict[str, Any]) -> str:
    return f"{row['class']} {ascii(row['given'])[:32]}"


@pytest.mark.parametrize("row", VECTORS["rules"], ids=_named)
@pytest.mark.parametrize("ascii_only", [False, True], ids=["letters", "escapes"])
def test_what_both_gates_hide_leaves_as_the_vector_says(row: dict[str, Any], ascii_only: bool) -> None:
    label = f"{row['context']['label']}: " if "context" in row else ""
    left, hits = passed(label + row["given"], ascii_only=ascii_only)
    shown = PLACEHOLDER.sub("[*]", left)
    if row["leaves"] is None:
        assert not re.search(r"\w", shown.replace("[*]", ""))
    else:
        assert shown == label + row["leaves"]
    assert hits[row["class"]] >= 1


@pytest.mark.parametrize("text", VECTORS["keeps"], ids=lambda text: ascii(text)[:32])
def test_what_support_needs_stays_as_it_is(text: str) -> None:
    assert passed(text) == (text, {})


def test_every_class_of_the_rules_has_an_example() -> None:
    from apps.recordings.services.second_gate.rules import RULES

    assert {rule.name for rule in RULES} == {row["class"] for row in VECTORS["rules"]}
