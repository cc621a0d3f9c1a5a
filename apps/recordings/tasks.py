"""Look up, call a verb. Every sweep finds what a lost message left behind."""

from __future__ import annotations

from celery import shared_task

from apps.core.actors import Actor
from apps.recordings.models import Recording
from apps.recordings.services import packing, sweeps


@shared_task
def process(recording_id: str) -> None:
    recording = Recording.objects.filter(pk=recording_id).first()
    if recording is not None:
        packing.pack(recording, by=Actor.system("task:process"))


@shared_task
def void_unstarted() -> int:
    return sweeps.void_unstarted()


@shared_task
def end_overdue() -> int:
    return sweeps.end_overdue()


@shared_task
def process_waiting() -> int:
    return sweeps.process_waiting()


@shared_task
def send_unreviewed() -> int:
    return sweeps.send_unreviewed()


@shared_task
def sweep_keys() -> int:
    return sweeps.sweep_keys()
