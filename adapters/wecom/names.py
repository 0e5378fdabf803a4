"""What people are called at WeCom: looked up once a day for each, and never worth failing for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from adapters.wecom.errors import WeComError
from adapters.wecom.texts import clean
from bot.channel import InboundMessage

logger = logging.getLogger(__name__)

GOOD_SECONDS = 86400.0
#: after a failure nobody is looked up for this long: a missing right stays missing, and people wait for an answer
FAILED_PAUSE_SECONDS = 600.0
_REMEMBERED = 10_000


class Names:
    """Finds names through `look_up`, which asks WeCom for the name of a platform id."""

    def __init__(self, look_up: Callable[[str], object], *, monotonic: Callable[[], float]) -> None:
        self._look_up = look_up
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, float]] = {}
        self._paused_until = 0.0

    def put_on(self, message: InboundMessage, platform_id: str) -> InboundMessage:
        """Return the message with its sender's name, unchanged where it has one, is urgent, or nobody knows."""
        if message.sender_name or message.is_urgent:
            return message
        name = self._find(platform_id)
        return replace(message, sender_name=name) if name else message

    def _find(self, platform_id: str) -> str:
        now = self._monotonic()
        with self._lock:
            name, good_until = self._known.get(platform_id, ("", 0.0))
            if now < max(good_until, self._paused_until):
                return name
        try:
            found = self._look_up(platform_id)
        except WeComError as error:
            logger.info("A name at WeCom cannot be looked up: %s", error, extra={"action": "wecom_name"})
            with self._lock:
                self._paused_until = now + FAILED_PAUSE_SECONDS
            return name
        name = clean(found) if isinstance(found, str) else ""
        with self._lock:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[platform_id] = (name, now + GOOD_SECONDS)
        return name
