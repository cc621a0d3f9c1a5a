"""The player has plain words for whatever the gate counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from apps.recordings import replayer
from tests.stack import ROOT

GATE = ROOT / "frontend/src/privacy"
# How a rule gets its name: `count("block")`, `count?.("mask")`, `beside("bank", …)`, `["token", /…/]`, `name: "unfinished"`.
NAMED = re.compile(
    r"""count(?:\?\.)?\("([\w -]+)"\)|beside\(\s*"([\w -]+)"|\[\s*"([\w -]+)",\s*(?:/|new\s+RegExp)|name:\s"([\w -]+)"\s?\}"""
)
# Its topics stand in the place of what they hide, and are counted by that name too.
TOPIC = re.compile(r'^  "?([A-Za-z][\w -]*)"?:(?=\s)', re.MULTILINE)


def _sources() -> dict[str, str]:
    files = [path for path in Path(GATE).glob("*.ts") if not path.name.endswith((".test.ts", ".fixture.ts"))]
    return {path.name: path.read_text() for path in files}


def _topics(words: str) -> set[str]:
    return set(TOPIC.findall(words.partition("const TERMS = {")[2].partition("\n};")[0]))


def emitted() -> set[str]:
    """Every name that the gate may count under."""
    sources = _sources()
    rules = {next(filter(None, found)) for text in sources.values() for found in NAMED.findall(text)}
    return rules | _topics(sources["words.ts"])


def test_the_names_are_found_in_each_of_the_ways_that_they_are_given() -> None:
    assert {"mask", "block", "bank", "token", "unfinished", "ID number", "health", "private"} <= emitted()
    assert len(emitted()) > 20


@pytest.mark.parametrize("rule", sorted(emitted()))
def test_every_rule_of_the_gate_has_plain_words(rule: str) -> None:
    assert rule in replayer.hidden()
