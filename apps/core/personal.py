"""The registry of personal data: what each app holds about a person, why, until when, and how it goes.

Each app's `personal.py` registers one `Holder` for each place. One walker in `privacy` serves retention,
access, erasure and the docs page; a test fails when a model has a field that is neither declared nor
impersonal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

Query = Callable[["Subject"], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data: one recording's, or all of a requester's. Either may be empty."""

    recording_id: str = ""
    requester_ids: tuple[int, ...] = ()


def nothing(subject: Subject) -> int:
    return 0


def never(now: datetime) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Holder:
    """One place that holds something about a person.

    `find` counts what is there, `export` returns it as JSON-able values, `erase` removes it and returns how
    much it removed (safe to repeat), `verify` returns how much is left: 0 or the receipt is not written.
    `tidy` removes what has outlived its purpose by itself. `method` and `checked` are what a deletion
    receipt says of it, in plain words and no more than was done; a holder without them is not part of a
    recording. `is_rows`: what it erases is rows of the main database alone, so that several may go in one transaction.
    """

    name: str
    whose: str
    why: str
    goes: str
    model: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    impersonal: frozenset[str] = frozenset()
    order: int = 50
    is_rows: bool = False
    method: str = ""
    checked: str = ""
    find: Callable[[Subject], int] = nothing
    export: Callable[[Subject], Iterable[Mapping[str, Any]]] = lambda subject: ()
    erase: Callable[[Subject], int] = nothing
    verify: Callable[[Subject], int] = nothing
    tidy: Callable[[datetime], int] = never


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


# --- The two ways in which rows go --------------------------------------------------------------------


def deleted(query: Query) -> dict[str, Any]:
    """What a holder does whose rows, found by `query`, are deleted."""
    return {
        "is_rows": True,
        "find": lambda subject: query(subject).count(),
        "export": lambda subject: query(subject).values(),
        "erase": lambda subject: query(subject).delete()[0],
        "verify": lambda subject: query(subject).count(),
    }


def blanked(query: Query, **blank: Any) -> dict[str, Any]:
    """What a holder does whose rows stay without what they said of the person; `query` finds those that
    still do.
    """
    return {
        "is_rows": True,
        "find": lambda subject: query(subject).count(),
        "export": lambda subject: query(subject).values(),
        "erase": lambda subject: query(subject).update(**blank),
        "verify": lambda subject: query(subject).count(),
    }


def of_recording(model: type[Model]) -> Query:
    """The rows of `model` whose `recording` is the subject's."""
    return lambda subject: model._default_manager.filter(recording_id=subject.recording_id)


def of_requester(model: type[Model], path: str) -> Query:
    """The rows of `model` that lead to one of the subject's requesters by `path`."""

    def rows(subject: Subject) -> QuerySet[Any]:
        if not subject.requester_ids:  # a recording alone: Django would take as long to find that out
            return model._default_manager.none()
        return model._default_manager.filter(**{f"{path}__in": subject.requester_ids})

    return rows
