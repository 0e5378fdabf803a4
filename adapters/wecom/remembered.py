"""A set that forgets its oldest members, for what is worth knowing a while in one process."""

from __future__ import annotations

import threading

MOST = 10_000


class Remembered:
    """Strings put in by any thread, at most `MOST` of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: dict[str, None] = {}

    def add(self, item: str) -> bool:
        """Put a string in; return whether it was not in before."""
        with self._lock:
            is_new = item not in self._items
            self._items[item] = None
            if len(self._items) > MOST:
                self._items.pop(next(iter(self._items)))
        return is_new

    def discard(self, item: str) -> None:
        """Take a string out, if it is in."""
        with self._lock:
            self._items.pop(item, None)

    def __contains__(self, item: str) -> bool:
        with self._lock:
            return item in self._items
