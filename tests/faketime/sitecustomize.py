"""Loaded by every Python process that a test runs under libfaketime, through PYTHONPATH.

libfaketime 0.9.10 refuses `clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME)`, which is `time.sleep`, with EINVAL as
soon as the monotonic clock is left alone; and when it is faked too, waits on locks never end. So the monotonic clock
stays real, and sleeping goes through select, which libfaketime leaves in peace.
"""

import select
import time


def sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep
