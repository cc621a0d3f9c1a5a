"""What each app tells Prometheus: counts and ages, never an id, a name or an address."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)
Labels = tuple[tuple[str, str], ...]
# What is measured: the value, or a value for each set of labels. Labels have few values and say nothing of anybody.
Read = Callable[[], float | dict[Labels, float]]


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    kind: Literal["gauge", "counter"]
    says: str
    read: Read


_metrics: dict[str, Metric] = {}


def register(name: str, kind: Literal["gauge", "counter"], says: str, read: Read) -> None:
    _metrics[name] = Metric(name, kind, says, read)


def exposition() -> str:
    """All of them in Prometheus' text format; one that cannot be read is missing and keeps no other from it."""
    return "".join(line + "\n" for metric in _metrics.values() for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    try:
        found = metric.read()
    except Exception:
        log.exception("the metric %s cannot be read", metric.name)
        return
    yield f"# HELP {metric.name} {metric.says}"
    yield f"# TYPE {metric.name} {metric.kind}"
    values = found if isinstance(found, dict) else {(): found}
    for labels, value in values.items():
        written = ",".join(f'{name}="{text}"' for name, text in labels)
        yield f"{metric.name}{{{written}}} {value:g}" if written else f"{metric.name} {value:g}"
