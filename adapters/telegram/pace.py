"""How fast the bot may talk: bursts pass, a flood waits, and Telegram's 429 stops everything for as long as it says.

Telegram does not publish its limits and changes them, so this only avoids the obvious floods (about 30 messages a
second in all, 1 a second in a chat, 20 a minute in a group); what counts is `pause`.
Source: core.telegram.org/bots/faq.
"""

from __future__ import annotations

from collections.abc import Callable

#: seconds between messages in the long run, and how many may go ahead of that at once
ALL_CHATS = (1 / 30, 30)
PRIVATE_CHAT = (1.0, 20)
GROUP_CHAT = (3.0, 20)
#: chats remembered before those at rest are forgotten
REMEMBERED_CHATS = 10_000


class Pace:
    """Counts messages against the limits; `clock` gives monotonic seconds. Use it from one thread."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._paused_until = 0.0
        #: for each chat, and None for all: when its messages so far would have gone at the long-run rate
        self._due: dict[int | None, float] = {}

    def reserve(self, chat_id: int, *, longest_seconds: float) -> float:
        """Return how many seconds to wait before the next message to the chat.

        The message is counted only when the wait is not longer than `longest_seconds`.
        """
        now = self._clock()
        limits = {None: ALL_CHATS, chat_id: PRIVATE_CHAT if chat_id > 0 else GROUP_CHAT}
        wait = max(self.pause_left(), *(self._wait(key, limit, now) for key, limit in limits.items()))
        if wait <= longest_seconds:
            self._forget_chats_at_rest(now)
            for key, (interval, _burst) in limits.items():
                self._due[key] = max(now, self._due.get(key, now)) + interval
        return wait

    def pause(self, seconds: float) -> None:
        """Send nothing for so long: Telegram said so."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def pause_left(self) -> float:
        """Return the seconds until Telegram wants to hear from us again."""
        return max(0.0, self._paused_until - self._clock())

    def _wait(self, key: int | None, limit: tuple[float, int], now: float) -> float:
        interval, burst = limit
        return max(0.0, self._due.get(key, now) + interval - now - burst * interval)

    def _forget_chats_at_rest(self, now: float) -> None:
        if len(self._due) > REMEMBERED_CHATS:
            self._due = {key: due for key, due in self._due.items() if due > now}
