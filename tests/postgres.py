"""A PostgreSQL of a test's own, for tests that read its raw files. Needs root (to become `postgres`) and Debian's package."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
AVAILABLE = bool(BINARIES) and os.geteuid() == 0
# Old log segments are removed, not renamed for later use: their bytes would stay in the files.
OPTIONS = "-c listen_addresses= -c fsync=off -c wal_recycle=off -c max_wal_size=64MB -c min_wal_size=32MB"


def _is_alive(pid: int) -> bool:
    """Not for a process that has ended and waits for its parent to notice."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


class Postgres:
    """One cluster with the two databases; `folder` holds its files."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="placet-pg-"))  # short: a socket's path has at most 107 bytes
        shutil.chown(self.root, "postgres")
        self.folder = self.root / "data"

    def _run(self, command: str) -> None:
        line = ["su", "postgres", "-c", command]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd=self.root)  # noqa: S603, S607

    def __enter__(self) -> Postgres:
        bin_ = BINARIES[-1]
        self._run(f"{bin_}/initdb -D {self.folder} --auth trust --encoding UTF8 --no-locale")
        self.start()
        self._run(f"createdb -h {self.root} placet && createdb -h {self.root} placet_keys")
        return self

    def start(self) -> None:
        options = f"{OPTIONS} -c unix_socket_directories={self.root}"
        self._run(f"{BINARIES[-1]}/pg_ctl -D {self.folder} -w -t 120 -l {self.root}/log -o '{options}' start")

    def kill(self) -> None:
        """`kill -9` the server and every process of it, as a machine that runs out of memory does."""
        server = int((self.folder / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        for pid in [server, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(Path(f"/proc/{pid}").exists() and _is_alive(pid) for pid in [server, *map(int, children)]):
            time.sleep(0.05)
        # In a container nobody may have buried the dead server, and its number would pass for a running one.
        (self.folder / "postmaster.pid").unlink()
        for lock in self.root.glob(".s.PGSQL.*.lock"):
            lock.unlink()

    def __exit__(self, *_: object) -> None:
        self._run(f"{BINARIES[-1]}/pg_ctl -D {self.folder} -m immediate stop")
        shutil.rmtree(self.root, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgres://postgres@{str(self.root).replace('/', '%2F')}/{name}"

    def sql(self, name: str, *statements: str) -> None:
        for statement in statements:
            self._run(f'psql -q -h {self.root} -d {name} -c "{statement}"')
