"""An address as a picture that a phone can scan: drawn into the page, so that nobody else is asked for it."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode

QUIET = 4  # modules left blank around it, as the standard asks


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` draws the dark modules in a square of `size` units."""

    size: int
    path: str


def picture(text: str) -> Picture:
    code = QRCode(error_correction=ERROR_CORRECT_L, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    runs = [run for y, row in enumerate(rows) for run in _runs(y, row)]
    return Picture(size=len(rows), path="".join(runs))


def _runs(y: int, row: list[bool]) -> list[str]:
    """One stroke for each run of dark modules, which is a quarter of one for each module."""
    found, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            found.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return found
