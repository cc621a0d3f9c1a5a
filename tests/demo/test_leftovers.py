"""`make demo` after a `kill -9` of the last one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.demo import leftovers, serve

Start = Callable[[Path, int], subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a part of a demo on a data folder, as one with the given process id would."""
    started: list[subprocess.Popen[bytes]] = []

    def one(data: Path, starter: int) -> subprocess.Popen[bytes]:
        env = {**os.environ, "PLACET_DATA_DIR": str(data), leftovers.MARK: str(starter)}
        part = "import time; print('runs', flush=True); time.sleep(300)"
        started.append(subprocess.Popen([sys.executable, "-c", part], env=env, stdout=subprocess.PIPE))
        assert started[-1].stdout is not None
        started[-1].stdout.readline()
        return started[-1]

    yield one
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def gone() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_parts_of_a_killed_demo_are_found_and_ended(tmp_path: Path, start: Start, gone: int) -> None:
    part = start(tmp_path, gone)
    assert leftovers.orphans(tmp_path) == [part.pid]
    leftovers.end([part.pid])
    assert part.wait(1) != 0
    assert leftovers.orphans(tmp_path) == []


def test_a_running_demo_and_one_on_another_folder_are_left_alone(tmp_path: Path, start: Start, gone: int) -> None:
    start(tmp_path, os.getpid())
    start(tmp_path / "other", gone)
    assert leftovers.orphans(tmp_path) == []


def test_a_redis_that_outlived_its_demo_is_ended(tmp_path: Path) -> None:
    env = {**os.environ, "PLACET_DATA_DIR": str(tmp_path)}
    left = serve.Redis(tmp_path)
    left.start(env)
    assert left.process is not None
    ours = serve.Redis(tmp_path)
    ours.start(env)
    assert left.process.wait(10) == 0
    assert ours.answers()
    ours.stop()


def test_a_redis_of_a_running_demo_is_not_taken_away(tmp_path: Path, start: Start) -> None:
    env = {**os.environ, "PLACET_DATA_DIR": str(tmp_path)}
    running = serve.Redis(tmp_path)
    running.start(env)
    start(tmp_path, os.getpid())
    with pytest.raises(serve.CannotStartError, match="A demo runs with this data folder already"):
        serve.Redis(tmp_path).start(env)
    assert running.answers()
    running.stop()
