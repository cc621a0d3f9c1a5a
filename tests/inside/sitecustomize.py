"""Loaded by every Python process of a test's stack, through PYTHONPATH: it reaches nobody else, and sleeps under libfaketime.

libfaketime 0.9.10 refuses `clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME)`, which is `time.sleep`, with EINVAL as
soon as the monotonic clock is left alone; and when it is faked too, waits on locks never end. So the monotonic clock
stays real, and sleeping goes through select, which libfaketime leaves in peace.
"""

import os
import runpy
import select
import time
from pathlib import Path


def sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


if "FAKETIME_TIMESTAMP_FILE" in os.environ:
    time.sleep = sleep
# By its path: where a process begins, the tests are not on Python's own path yet.
runpy.run_path(str(Path(__file__).resolve().parent.parent / "egress.py"))["keep_inside"]()
