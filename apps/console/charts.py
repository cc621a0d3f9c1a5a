"""Small charts drawn by the server: bars of one or several parts, each with the table that says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

WIDTH, HEIGHT = 480.0, 120.0
GAP = 0.28  # of a bar's place


@dataclass(frozen=True, slots=True)
class Bar:
    """One value for each of the chart's parts."""

    label: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    part: int
    said: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`parts` are stacked from the bottom; `unit` is what the bars stand for ("week")."""

    title: str
    unit: str
    parts: Sequence[str]
    bars: Sequence[Bar]

    @property
    def most(self) -> int:
        return max((sum(bar.values) for bar in self.bars), default=0)

    @property
    def is_empty(self) -> bool:
        return self.most == 0

    @property
    def summary(self) -> str:
        """What the picture says, for those who do not see it; the table has the rest."""
        totals = [sum(bar.values[at] for bar in self.bars) for at in range(len(self.parts))]
        said = ", ".join(f"{part} {total}" for part, total in zip(self.parts, totals, strict=True))
        return _("%(title)s: %(totals)s in all.") % {"title": self.title, "totals": said}

    def rects(self) -> list[Rect]:
        place = WIDTH / max(1, len(self.bars))
        found = []
        for at, bar in enumerate(self.bars):
            top = HEIGHT
            for part, value in enumerate(bar.values):
                height = round(HEIGHT * value / max(1, self.most), 1)
                top = round(top - height, 1)
                said = f"{bar.label}: {self.parts[part]} {value}"
                if value:
                    found.append(
                        Rect(round(place * (at + GAP / 2), 1), top, round(place * (1 - GAP), 1), height, part, said)
                    )
        return found

    def ticks(self) -> list[dict[str, Any]]:
        """The labels below: all of a few, else every other one from the last backwards."""
        place, count = WIDTH / max(1, len(self.bars)), len(self.bars)
        every = 1 if count <= 8 else 3
        return [
            {"x": round(place * (at + 0.5), 1), "label": bar.label}
            for at, bar in enumerate(self.bars)
            if (count - 1 - at) % every == 0
        ]
