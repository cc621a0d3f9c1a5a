"""`make upgrade-fixture FROM=COMMIT`: what an installation of that commit leaves behind, for the rehearsal.

The commit is checked out beside this one, built, and filled by `fill.py` in real use of its own verbs; the folder with
databases, objects and keys becomes `before.tar.xz`. Needs the packages of the commit to be among those installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FIXTURE = HERE / "before.tar.xz"


def _run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, check=True)  # noqa: S603


def main(commit: str) -> None:
    with tempfile.TemporaryDirectory(prefix="placet-before-") as root:
        code, folder = Path(root) / "code", Path(root) / "before"
        folder.mkdir()
        _run("git", "worktree", "add", "--quiet", "--detach", code, commit, cwd=ROOT)
        try:
            (code / "frontend" / "node_modules").symlink_to((ROOT / "frontend" / "node_modules").resolve())
            _run("npm", "run", "--silent", "build", cwd=code / "frontend")
            env = {
                "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONPATH": str(code), "LOG_LEVEL": "ERROR",
                "PLACET_DATA_DIR": str(folder / "data"), "PLACET_KEYS_DIR": str(folder / "keys"),
                "BASE_URL": "http://localhost:8000",
            }  # fmt: skip
            _run(sys.executable, HERE / "fill.py", folder, cwd=code, env=env)
        finally:
            _run("git", "worktree", "remove", "--force", code, cwd=ROOT)
        (folder / "commit").write_text(f"{commit}\n")
        with tarfile.open(FIXTURE, "w:xz") as packed:
            packed.add(folder, ".")
    sys.stdout.write(f"{FIXTURE.relative_to(ROOT)}: {FIXTURE.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main(sys.argv[1])
