"""The registry of personal data: what each app holds about a person, why, until when, and how it goes.

Each app's `personal.py` registers one `Holder` for each place. One walker in `privacy` serves retention, access,
erasure and the docs page; a test fails when a model has a field that is neither declared nor impersonal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: one recording's, or all of a requester's. Either may be empty."""

    recording_id: str = ""
    requester_ids: tuple[int, ...] = ()


def nothing(subject: Subject) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Holder:
    """One place that holds something about a person.

    `find` counts what is there, `export` returns it as JSON-able values, `erase` removes it and returns how much
    it removed (safe to repeat), `verify` returns how much is left: 0 or the receipt is not written.
    """

    name: str
    whose: str
    why: str
    goes: str
    model: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    impersonal: frozenset[str] = frozenset()
    order: int = 50
    find: Callable[[Subject], int] = nothing
    export: Callable[[Subject], Iterable[Mapping[str, Any]]] = lambda subject: ()
    erase: Callable[[Subject], int] = nothing
    verify: Callable[[Subject], int] = nothing


_holders: dict[str, Holder] = {}


def register(holder: Holder) -> Holder:
    """Add `holder`; its name is unique. Called while each app's `personal` module is imported."""
    if holder.name in _holders:
        raise ValueError(f"a holder named {holder.name} is registered already")
    _holders[holder.name] = holder
    return holder


def holders() -> list[Holder]:
    """All holders, in the order in which they are erased."""
    return sorted(_holders.values(), key=lambda holder: (holder.order, holder.name))
