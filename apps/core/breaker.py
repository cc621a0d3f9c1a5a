"""What does not answer is left in peace for a moment, so that one caller waits for it and not each."""

from __future__ import annotations

import time

REST_S = 5.0


class Breaker:
    """Opens when a part has failed, and closes by itself after `rest_s`."""

    def __init__(self, rest_s: float = REST_S) -> None:
        self._rest_s = rest_s
        self._closed_at = 0.0

    def is_open(self) -> bool:
        return time.monotonic() < self._closed_at

    def trip(self) -> None:
        self._closed_at = time.monotonic() + self._rest_s

    def reset(self) -> None:
        self._closed_at = 0.0
