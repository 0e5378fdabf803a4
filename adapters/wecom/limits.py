"""What WeCom would drop in silence, held back by ourselves: too many messages to one member, equal messages.

Source: documents 90312 and 90236.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

#: (seconds, messages): one member gets 30 a minute and 1,000 an hour; WeCom drops the excess with errcode 0
MEMBER_LIMITS = ((60.0, 30), (3600.0, 1000))
#: longer than a sender's repeats of one message take, shorter than a person takes to ask the same again often
DUPLICATE_SECONDS = 120
_MOST_REMEMBERED = 10_000


class MemberLimits:
    """Counts what each member got in the last hour, in this process."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = {}

    def take(self, member: str) -> float:
        """Count one more message to the member; return 0.0, or the seconds to wait instead."""
        now = self._monotonic()
        with self._lock:
            sent = self._sent.setdefault(member, deque())
            wait_seconds = max(_wait_seconds(sent, now, seconds, most) for seconds, most in MEMBER_LIMITS)
            if wait_seconds == 0.0:
                sent.append(now)
            self._forget(now)
        return wait_seconds

    def _forget(self, now: float) -> None:
        longest = max(seconds for seconds, _ in MEMBER_LIMITS)
        if len(self._sent) <= _MOST_REMEMBERED:
            return
        for member in [name for name, sent in self._sent.items() if not sent or sent[-1] + longest <= now]:
            del self._sent[member]


def _wait_seconds(sent: deque[float], now: float, seconds: float, most: int) -> float:
    while len(sent) > max(count for _, count in MEMBER_LIMITS):
        sent.popleft()
    if len(sent) < most:
        return 0.0
    return max(0.0, sent[-most] + seconds - now)


class RecentMessages:
    """Knows which messages went out lately, because WeCom's duplicate check cannot tell a repeat from a second one.

    The check protects a repeat of one row of the outbox after a lost answer. An equal message of another row is meant:
    for it the check has to be off, or WeCom would drop it in silence.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        #: by message: the last row that sent it, when, and whether the check was on for that row
        self._rows: dict[str, tuple[int, float, bool]] = {}

    def may_check_duplicates(self, content: str, outbox_id: int) -> bool:
        """Remember a message; return whether no other row sent the same within WeCom's time of checking.

        A repeat of a row gets the answer that the row got before.
        """
        now = self._monotonic()
        with self._lock:
            row, at, was_checked = self._rows.get(content, (outbox_id, now, True))
            is_checked = was_checked if row == outbox_id else now >= at + DUPLICATE_SECONDS
            self._rows[content] = (outbox_id, now, is_checked)
            self._forget(now)
        return is_checked

    def _forget(self, now: float) -> None:
        if len(self._rows) <= _MOST_REMEMBERED:
            return
        for content in [name for name, (_, at, _checked) in self._rows.items() if at + DUPLICATE_SECONDS <= now]:
            del self._rows[content]
