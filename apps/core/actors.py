"""Who did it. Every verb takes `by: Actor`, and there is no default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

Kind = Literal["staff", "person", "system"]
Door = Literal["page", "api", "admin", "command"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` and a random id or a name of ours; never a name, address or e-mail of a human being."""

    kind: Kind
    id: str
    door: str = ""
    user: AbstractBaseUser | None = None

    @classmethod
    def staff(cls, user: AbstractBaseUser, *, door: Door) -> Actor:
        return cls(kind="staff", id=f"usr_{user.pk}", door=door, user=user)

    @classmethod
    def person(cls, public_id: str) -> Actor:
        """`public_id`: the id of the receipt or of the link whose token proved possession."""
        return cls(kind="person", id=public_id, door="person")

    @classmethod
    def system(cls, name: str) -> Actor:
        """`name`: the sweep or command, such as "sweep:delete_due" or "command:create_link"."""
        return cls(kind="system", id=name, door="system")
