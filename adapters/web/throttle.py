"""How often one client may do one thing, in the memory of this process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

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

    def take_for_address(self, address: str | None) -> bool:
        """Take one token of a client's address, as `take`.

        An address that is not of the public internet limits nobody: it is this machine, a company's network, or a proxy
        that does not say for whom it asks, and behind it may be everybody.
        """
        return True if address is None or not _is_public(address) else self.take(address)

    def _level(self, key: str) -> tuple[float, datetime]:
        now = self._clock()
        left, seen_at = self._buckets.get(key, (float(self._burst), now))
        return min(self._burst, left + max(0.0, (now - seen_at).total_seconds()) * self._rate), now


def _is_public(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:  # the name of a socket, or of a test's client
        return False
