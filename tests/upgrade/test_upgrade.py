"""The data of an earlier release, under today's code: see `fill.py` for what is in it, `rehearse.py` for what is done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.upgrade.make import FIXTURE, ROOT

PLAYS = {"answers": [200, 200], "begins": [4, 2], "shows": True}


@pytest.mark.timeout(240)
def test_what_an_earlier_release_left_plays_is_added_to_and_is_deleted_on_its_day(tmp_path: Path) -> None:
    with tarfile.open(FIXTURE) as packed:
        packed.extractall(tmp_path, filter="data")
    strange = ("PLACET_", "DJANGO_", "PYTEST_", "DATABASE_URL", "KEYS_DATABASE_URL", "VAULT_URL", "REDIS_URL")
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.rehearse", str(tmp_path)],
        cwd=ROOT, env={k: v for k, v in os.environ.items() if not k.startswith(strange)},
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)
    assert seen["before"] == {"plays": "ready", "due": "ready", "half": "deleting", "running": "recording"}
    assert seen["plays"] == PLAYS
    assert seen["takes"] == {"chunk": 200, "again": 200, "beat": "recording", "stop": "processing"}
    # Whose deletion was interrupted before the upgrade is gone after it; nothing goes that is not due.
    assert seen["after the upgrade"] == {"plays": "ready", "due": "ready", "half": "deleted", "running": "processing"}
    assert seen["packed"] == "in_review"
    assert seen["a minute before it is due"] == "ready"
    assert seen["when it is due"] == {"plays": "ready", "due": "deleted", "half": "deleted", "running": "in_review"}
    assert seen["objects of what was due"] == 0
    assert seen["trail and receipts"] == {"trail": 0, "receipts": [True, True]}
    assert seen["plays still"] == PLAYS
