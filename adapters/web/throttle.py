"""How often one client may do one thing, in the memory of this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

MAX_KEYS = 10_000  # a full table is emptied: forgetting is safer than growing without end


class Throttle:
    """A token bucket for each key: `burst` at once, refilled evenly over `seconds`."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], datetime]) -> None:
        self._burst = burst
        self._rate = burst / seconds
        self._clock = clock
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def take(self, key: str) -> bool:
        """Take one token; False when there is none left."""
        left, now = self._level(key)
        if left < 1:
            return False
        if len(self._buckets) >= MAX_KEYS:
            self._buckets.clear()
        self._buckets[key] = (left - 1, now)
        return True

    def has_any(self, key: str) -> bool:
        """Whether a token is left, without taking it."""
        return self._level(key)[0] >= 1

    def _level(self, key: str) -> tuple[float, datetime]:
        now = self._clock()
        left, seen_at = self._buckets.get(key, (float(self._burst), now))
        return min(self._burst, left + max(0.0, (now - seen_at).total_seconds()) * self._rate), now
