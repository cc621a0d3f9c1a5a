"""Hurry a task along. The row in the database is the promise; the queue only rings a bell."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Timeout
from typing import Any

from celery import Task
from django.db import transaction

from apps.core.breaker import Breaker

log = logging.getLogger(__name__)
# With a stopped Redis a plain delay() hangs its caller for 45 s and more (measured), so it gets a thread of
# its own and half a second. What is not sent is found by the sweep.
PATIENCE_S = 0.5
_bells = ThreadPoolExecutor(max_workers=4, thread_name_prefix="hurry")
# A verb may hurry several tasks, and many requests come in a minute: only one of them waits for a broker that is gone.
_broker = Breaker()


def _ring(task: Task[..., Any], args: tuple[Any, ...]) -> None:
    if _broker.is_open():
        log.info("queue gone a moment ago; the sweep will find %s", task.name)
        return
    bell = _bells.submit(task.apply_async, args, retry=False, ignore_result=True)
    try:
        bell.result(timeout=PATIENCE_S)
    except Timeout:
        bell.cancel()
        _broker.trip()
        log.warning("queue slow or gone; the sweep will find %s", task.name)
    except Exception:
        _broker.trip()
        log.warning("queue gone; the sweep will find %s", task.name, exc_info=True)


def hurry(task: Task[..., Any], *args: Any, using: str = "default") -> None:
    """Ring for `task(*args)` once the present transaction commits; never fails, never waits long."""
    transaction.on_commit(lambda: _ring(task, args), using=using, robust=True)
