"""Which pages follow which conversation, so that a message posted here is looked for at once, and all end together."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

ACTIVE_PAUSE_SECONDS = 0.25  # while somebody writes: a reply shows within a blink of being committed
IDLE_PAUSE_SECONDS = 1.0
SLEEPY_PAUSE_SECONDS = 3.0
ACTIVE_FOR_SECONDS = 60.0
IDLE_FOR_SECONDS = 600.0
STREAM_SECONDS = 900.0  # then the page connects anew, which asks again whether it still may
MAX_PAGES_OF_CONVERSATION = 20


class Followers:
    """The open event streams of this process; every method is for the event loop's thread."""

    def __init__(self) -> None:
        self.is_closing = False
        self._nudges: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def has_room(self, conversation_key: str) -> bool:
        """Whether one more page may follow the conversation."""
        return len(self._nudges.get(conversation_key, ())) < MAX_PAGES_OF_CONVERSATION

    @contextmanager
    def following(self, conversation_key: str) -> Iterator[asyncio.Event]:
        """Register a page; its event is set when there may be something new, or when the server stops."""
        nudge = asyncio.Event()
        self._nudges[conversation_key].add(nudge)
        try:
            yield nudge
        finally:
            self._nudges[conversation_key].discard(nudge)
            if not self._nudges[conversation_key]:
                del self._nudges[conversation_key]

    def nudge(self, conversation_key: str) -> None:
        """Make the pages of a conversation look now and look often for a while."""
        for event in self._nudges.get(conversation_key, ()):
            event.set()

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self.is_closing = True
        for events in list(self._nudges.values()):
            for event in events:
                event.set()


class Pace:
    """How long a page pauses between two looks: short while the conversation is alive."""

    def __init__(self, nudge: asyncio.Event) -> None:
        self._nudge = nudge
        self._alive_at = asyncio.get_running_loop().time()
        self._ends_at = self._alive_at + STREAM_SECONDS

    @property
    def is_over(self) -> bool:
        """Whether the stream has lasted long enough."""
        return asyncio.get_running_loop().time() >= self._ends_at

    async def pause(self, *, saw_something: bool) -> None:
        """Wait until the next look is due, or until the nudge."""
        now = asyncio.get_running_loop().time()
        if saw_something:
            self._alive_at = now
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nudge.wait(), _pause_seconds(now - self._alive_at))
            self._nudge.clear()
            self._alive_at = asyncio.get_running_loop().time()


def _pause_seconds(silence_seconds: float) -> float:
    if silence_seconds < ACTIVE_FOR_SECONDS:
        return ACTIVE_PAUSE_SECONDS
    return IDLE_PAUSE_SECONDS if silence_seconds < IDLE_FOR_SECONDS else SLEEPY_PAUSE_SECONDS
