import os
from typing import Any

from celery import Celery, Task
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class Patient(Task):  # type: ignore[type-arg]
    """A task that is left for later during maintenance; the sweep after it finds what there is to do."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from apps.core import maintenance  # the settings must be there first

        return super().__call__(*args, **kwargs) if maintenance.runs(self.name) else None


app = Celery("placet", task_cls=Patient)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _look_at_once(**_: Any) -> None:
    """A worker that was killed has left deletions half-way; beat's next round may be long in coming."""
    app.send_task("apps.privacy.tasks.delete_due", expires=60, ignore_result=True)
