"""Group commit: a thread takes what waits to be written, does it in one transaction, and lets all callers go.

A transaction for each upload costs a commit for each, and on SQLite, whose writers poll for their turn, waits that
are not fair (measured: p99 539 ms with eight writers, 15 ms with one). Nothing is decided here: each piece of work
locks and reads again for itself, inside the common transaction, and none is answered before the commit.

A piece that is refused undoes its own savepoint and nobody else's. If the commit fails, all callers are told so,
and nothing was kept of any of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from django.db import connection, connections, transaction

from apps.core.connections import look_after

T = TypeVar("T")
MOST = 256
# A thread that nobody needed for so long goes, and its connection with it.
IDLE_S = 30.0


@dataclass(slots=True)
class Job:
    order: str
    work: Callable[[], Any]
    done: Future[Any] = field(default_factory=Future)


class Writer:
    """One thread that writes, started when it is needed."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, work: Callable[[], T], *, order: str) -> T:
        """Return what `work` returned, after it was committed; raises what it raised, or why the commit failed.

        `order` is the id of the row that it locks first: works are done in this order, so that two processes never
        wait for each other. A caller with a transaction of its own does the work there.
        """
        if connection.in_atomic_block:
            return work()
        job = Job(order, work)
        with self._lock:
            self._jobs.put(job)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
                self._thread.start()
        result: T = job.done.result()
        return result

    def stop(self) -> None:
        """Let the thread finish what waits, and go."""
        thread = self._thread
        if thread is not None:
            self._jobs.put(None)
            thread.join()

    def _run(self) -> None:
        try:
            while jobs := self._take():
                _commit(sorted(jobs, key=lambda job: job.order))
        finally:
            connections.close_all()

    def _take(self) -> list[Job]:
        """What waits, at most `MOST`; empty when this thread may go."""
        try:
            first = self._jobs.get(timeout=IDLE_S)
        except Empty:
            first = None
        if first is None:
            return self._leave()
        jobs = [first]
        while len(jobs) < MOST:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            jobs.append(job)
        return jobs

    def _leave(self) -> list[Job]:
        with self._lock:  # whoever comes now starts the next thread; whoever came just before is served here
            if self._jobs.empty():
                self._thread = None
                return []
        return self._take()


def _commit(jobs: list[Job]) -> None:
    look_after()
    outcomes: list[tuple[Any, BaseException | None]] = []
    try:
        with transaction.atomic():
            outcomes = [_outcome(job) for job in jobs]
    except BaseException as error:  # noqa: BLE001  the callers raise it
        for job in jobs:
            job.done.set_exception(error)
        return
    finally:
        look_after()
    for job, (value, refusal) in zip(jobs, outcomes, strict=True):
        if refusal is None:
            job.done.set_result(value)
        else:
            job.done.set_exception(refusal)


def _outcome(job: Job) -> tuple[Any, BaseException | None]:
    try:
        with transaction.atomic():
            return job.work(), None
    except BaseException as error:  # noqa: BLE001  the caller raises it
        return None, error


writer = Writer()
