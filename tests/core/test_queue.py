"""Hurrying never fails and never waits long, whatever has become of the broker."""

from __future__ import annotations

import logging
import socket
import threading

import pytest
from django.conf import settings
from django.db import transaction

from apps.core import hurry
from apps.core.tasks import seal_audit
from config.celery import app
from config.celery import app as celery


@pytest.mark.django_db(transaction=True)
def test_hurrying_with_a_stopped_broker_neither_fails_nor_hangs(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), transaction.atomic():
        hurry(seal_audit)
    assert "the sweep will find" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_hurrying_with_a_broker_that_accepts_and_says_nothing_is_given_up(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it logs is the proof that it went on after its own patience, not after the broker's 45 s."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        monkeypatch.setitem(app.conf, "broker_url", url)
        monkeypatch.setitem(app.conf, "broker_write_url", url)
        with caplog.at_level(logging.WARNING), transaction.atomic():
            hurry(seal_audit)
    assert "queue slow or gone" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_nothing_is_hurried_by_a_transaction_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    rung = threading.Event()
    monkeypatch.setattr("apps.core.queue._ring", lambda *_: rung.set())
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hurry(seal_audit)
        _ = 1 / 0
    assert not rung.is_set()


def test_deletion_has_a_queue_of_its_own_and_no_task_a_queue_that_nobody_serves() -> None:
    served = {queue.name for queue in settings.CELERY_TASK_QUEUES}
    celery.loader.import_default_modules()
    tasks = [name for name in celery.tasks if name.startswith("apps.")]
    queue = {name: celery.amqp.router.route({}, name)["queue"].name for name in tasks}
    assert set(queue.values()) == served
    assert {name for name in queue if queue[name] == "deletion"} == {
        "apps.privacy.tasks.delete_due",
        "apps.privacy.tasks.delete_one",
    }
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(tasks)
