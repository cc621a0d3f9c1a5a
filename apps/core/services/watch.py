"""Tell the operator by mail when a part of the installation goes down, and when it is back.

It runs in the web process and needs neither queue nor database, for one of these may be what is gone. One process
of a machine watches: the one that holds the lock.
"""

from __future__ import annotations

import fcntl
import logging
import os
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage

from apps.core import health

log = logging.getLogger(__name__)
EVERY_S = 60.0
# Looks in a row that a part must be bad at before anybody is told: a restart is no event.
PATIENCE = 2


@dataclass
class Watch:
    """What was seen, and what was told."""

    bad: dict[str, int] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def look(self) -> None:
        """Look at every part, and mail what changed. A mail that cannot be sent is tried with the next look."""
        states = {name: state for name, state in health.states().items() if state != "ok"}
        self.bad = {name: self.bad.get(name, 0) + 1 for name in states}
        new = {name: states[name] for name, times in self.bad.items() if times >= PATIENCE and name not in self.told}
        over = [name for name in self.told if name not in states]
        if not new and not over:
            return
        lines = [f"{name}: {state}" for name, state in sorted(new.items())] + [f"{name}: ok again" for name in over]
        body = "\n".join([*lines, "", f"{settings.BASE_URL}/readyz", "What to do: manage.py doctor", ""])
        subject = f"Placet: {', '.join(sorted(new) or over)}"
        EmailMessage(subject, body, to=settings.OPERATOR_MAIL).send()
        self.told = {name: state for name, state in {**self.told, **new}.items() if name not in over}


def is_mine() -> bool:
    """Whether this process is the one of its machine that watches; it stays so until it ends."""
    descriptor = os.open(settings.DATA_DIR / "run" / "watch.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return False
    return True  # the descriptor stays open on purpose: it is the lock


def look_quietly(watch: Watch) -> None:
    try:
        watch.look()
    except Exception:
        log.exception("the operator was not told; tried again with the next look")
