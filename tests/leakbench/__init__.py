"""The leak bench: pages with planted values, driven in Chromium with the real loader and recorder on them.

`corpus.mjs`, `values.mjs` and `run.mjs` come from the bench that every recorder is measured with; the adapters are ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import playwright

from apps.sites import vocabulary

HERE = Path(__file__).resolve().parent
SETS = ("first", "second")
# Adapter, and the least of 82 useful strings that it keeps.
MODES = {
    "standard": ("placet", 81),
    "strict": ("placet-strict", 50),
    "strict-unmarked": ("placet-strict-unmarked", 50),
    "strict-words": ("placet-strict-words", 68),
}
# The browser's driver comes with Playwright's Python package.
DRIVER = Path(playwright.__file__).parent / "driver/package/index.mjs"


@dataclass(frozen=True)
class Result:
    raw: dict[str, Any]
    least: int

    @property
    def kept(self) -> int:
        return int(self.raw["useful_kept"].split("/")[0])

    @property
    def good(self) -> bool:
        return bool(self.raw["valid"]) and self.raw["leaked"] == 0 and self.kept >= self.least

    @property
    def summary(self) -> str:
        raw = self.raw
        valid = "" if raw["valid"] else f"  INVALID: {raw['control_missing']} did not arrive"
        return f"leaked {raw['leaked']} of {raw['secrets']}, kept {raw['useful_kept']}{valid}"

    @property
    def problems(self) -> list[str]:
        lost = self.raw["lost"] if self.kept < self.least else []
        return [*(f"leaked: {line}" for line in self.raw["leaked_ids"]), *(f"lost: {line}" for line in lost)]


def drive(mode: str, corpus: str, *, dump: Path | None = None) -> Result:
    """Run one set through one mode's adapter; what `run.mjs` measured."""
    adapter, least = MODES[mode]
    out = Path(os.environ.get("TMPDIR", "/tmp")) / f"leakbench-{os.getpid()}-{mode}-{corpus}.json"
    command = ["node", str(HERE / "run.mjs"), "--adapter", adapter, "--set", corpus, "--json", str(out), "--quiet"]
    if dump:
        command += ["--dump", str(dump)]
    with tempfile.TemporaryDirectory() as folder:
        done = _node(command, PLACET_WORDS=str(_words(Path(folder))))
    if not out.exists():
        raise AssertionError(f"the bench did not finish:\n{done.stdout}\n{done.stderr}")
    raw = json.loads(out.read_text())
    out.unlink()
    return Result(raw, least)


def fuzz(seed: int, documents: int) -> dict[str, Any]:
    """Record random pages, ten a document, with random secrets in them; what `fuzz.mjs` found outside the browser."""
    done = _node(["node", str(HERE / "fuzz.mjs"), "--seed", str(seed), "--documents", str(documents)])
    if done.returncode:
        raise AssertionError(f"seed {seed} did not finish:\n{done.stderr}")
    return dict(json.loads(done.stdout))


def _words(folder: Path) -> Path:
    """The vocabulary of the pages: what stands in their templates, and not what is put into them."""
    path = folder / "vocab-bench.bin"
    path.write_bytes(vocabulary.build(vocabulary.read([HERE / "corpus.mjs"])[0]))
    return path


def _node(command: list[str], **given: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PLAYWRIGHT_CORE": str(DRIVER), **given}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)
