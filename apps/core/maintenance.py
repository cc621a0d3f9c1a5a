"""Read-only, for as long as the operator moves a database, checks something, or upgrades.

Nothing new is taken and nothing is changed, but for what a person was promised: deletions and withdrawals go on, and so
do stopping a recording and signing in. A deletion's day does not wait for maintenance, and a deletion that a copied
database has missed is done again from the key store's tombstones at the next start (`privacy.services.restore`).

On by the setting PLACET_READ_ONLY, or by `manage.py maintenance on`, which leaves a file in the data folder: it holds
for every process that shares the folder, at once, and needs no database. Processes elsewhere take the setting.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.errors import PlacetError

RETRY_AFTER_S = 30
# What still runs in a worker: deletions, what outlived its purpose, and the seals of the trail that both are written to.
TASKS = ("apps.privacy.tasks.delete_", "apps.privacy.tasks.tidy", "apps.core.tasks.")
# Whoever may not sign in can delete nothing.
PATHS = ("/accounts/", "/admin/login/", "/admin/logout/")

View = TypeVar("View", bound=Callable[..., Any])


class ReadOnly(PlacetError):
    """Nothing can be changed during maintenance (503); come back in `retry_after` seconds."""

    code = "read_only"
    status = 503
    sentence = _("Not possible at this moment.")
    retry_after = RETRY_AFTER_S


def _file() -> Path:
    return Path(settings.DATA_DIR) / "run" / "read-only"


def is_on() -> bool:
    return settings.READ_ONLY or _file().exists()


def begin() -> None:
    _file().touch()


def end() -> None:
    """Raises `ReadOnly` where the setting says so, which no command can change."""
    _file().unlink(missing_ok=True)
    if settings.READ_ONLY:
        raise ReadOnly(str(_("PLACET_READ_ONLY is set: unset it and start the processes again.")))


def require_off() -> None:
    """Raises `ReadOnly` where something new would be written."""
    if is_on():
        raise ReadOnly


def goes_on(view: View) -> View:
    """Mark a view (a function, or a class of the API) whose changes are promised and wait for no maintenance."""
    view.goes_on_in_maintenance = True  # type: ignore[attr-defined]
    return view


def lets_through(view: Callable[..., Any], path: str) -> bool:
    """Whether `view` at `path` may change something now."""
    marked = getattr(view, "cls", view)
    return getattr(marked, "goes_on_in_maintenance", False) or path.startswith(PATHS) or not is_on()


def runs(task: str) -> bool:
    """Whether a worker may do this task now."""
    return task.startswith(TASKS) or not is_on()


def health() -> str:
    return "degraded: read-only for maintenance; deletions go on" if is_on() else "ok"
