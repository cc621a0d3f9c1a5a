"""A table of arrows, and the one way along it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from apps.core.errors import NoSuchMove


class Moves(models.Model):
    """A row with a `state` that changes along `ARROWS` only. The verb locks, calls `move_to`, and audits."""

    ARROWS: ClassVar[dict[str, set[str]]] = {}
    state: models.CharField[str, str]

    class Meta:
        abstract = True

    def can_move_to(self, state: str) -> bool:
        return state in self.ARROWS.get(self.state, set())

    def move_to(self, state: str, *fields: str) -> None:
        """Save `state` and `fields`; raises `NoSuchMove` where the table has no such arrow."""
        if not self.can_move_to(state):
            raise NoSuchMove(f"{self._meta.verbose_name}: {self.state} → {state}")
        self.state = state
        self.save(update_fields=["state", *fields])  # type: ignore[misc]  # the field is each subclass's own
