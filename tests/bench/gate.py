"""`make bench-gate`: what recording costs the page's main thread, beside plain rrweb and other recorders, in one run.

    uv run python -m tests.bench.gate [--rounds 5] [--only page,rrweb,placet] [--pages typing]

The other recorders come from npm into `tests/bench/recorders`, at the versions that its package.json names; without
them plain rrweb and ours are compared. Prints JSON: ratios are worth more than times on a busy machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.leakbench import DRIVER

HERE = Path(__file__).resolve().parent / "recorders"
INSTALL = [
    "npm",
    "install",
    "--no-save",
    "--no-package-lock",
    "--silent",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
]


def main() -> int:
    if not (HERE / "node_modules").exists() and subprocess.run(INSTALL, cwd=HERE, check=False).returncode:
        print("the other recorders could not be fetched: plain rrweb and Placet only", file=sys.stderr)
    command = ["node", str(HERE / "run.mjs"), *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "PLAYWRIGHT_CORE": str(DRIVER)}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
