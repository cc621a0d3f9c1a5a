"""What a demo that was killed (`kill -9`, a full memory) has left running: it still holds ports and data folder."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

MARK = "PLACET_DEMO_OF"  # in the environment of every part: the process that started it
GRACE_S = 10


def _environ(process: Path) -> dict[str, str]:
    try:
        pairs = (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or is somebody else's
        return {}
    return dict(pair.decode(errors="replace").split("=", 1) for pair in pairs if b"=" in pair)


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # it has ended; where nothing reaps, its number stays


def parts(data: Path) -> dict[int, int]:
    """The parts of a demo on the folder `data`, each with its starter. None where there is no /proc.

    Not its Redis, which writes its title over its environment.
    """
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        environ = _environ(process)
        starter = environ.get(MARK, "")
        if environ.get("PLACET_DATA_DIR") == str(data) and starter.isdigit():
            found[int(process.name)] = int(starter)
    return found


def orphans(data: Path) -> list[int]:
    """The parts whose starter is gone."""
    return [part for part, starter in parts(data).items() if not _alive(starter)]


def end(pids: list[int]) -> None:
    """Ask them to end, wait, and kill those that do not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        until = time.monotonic() + GRACE_S
        while any(map(_alive, pids)) and time.monotonic() < until:
            time.sleep(0.1)
