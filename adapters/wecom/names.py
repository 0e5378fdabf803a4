"""What people are called at WeCom: looked up once a day for each, and never worth failing or hurrying for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from adapters.wecom.errors import WeComError
from adapters.wecom.texts import clean
from bot.channel import InboundMessage

logger = logging.getLogger(__name__)

GOOD_SECONDS = 86400.0
#: after a failure nobody is looked up for this long: a missing right stays missing, and people wait for an answer
FAILED_PAUSE_SECONDS = 600.0
#: kf/customer/batchget takes as many in one call. Source: document 95159
MOST_AT_ONCE = 100
_REMEMBERED = 10_000

#: asks WeCom for the names of some platform ids; nobody has to be found
LookUp = Callable[[Sequence[str]], Mapping[str, object]]


class Names:
    """Puts names on messages; `look_up` may raise `WeComError`."""

    def __init__(self, look_up: LookUp, *, monotonic: Callable[[], float]) -> None:
        self._look_up = look_up
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, float]] = {}
        self._paused_until = 0.0

    def put_on(
        self, messages: Sequence[InboundMessage], platform_id: Callable[[InboundMessage], str]
    ) -> list[InboundMessage]:
        """Return the messages with their senders' names; urgent ones make nobody wait for a name."""
        if not any(message.is_urgent for message in messages):
            self._learn({platform_id(message) for message in messages if not message.sender_name})
        return [
            replace(message, sender_name=message.sender_name or self._name(platform_id(message)) or None)
            for message in messages
        ]

    def _name(self, platform_id: str) -> str:
        with self._lock:
            return self._known.get(platform_id, ("", 0.0))[0]

    def _learn(self, platform_ids: Iterable[str]) -> None:
        now = self._monotonic()
        with self._lock:
            wanted = sorted(one for one in platform_ids if one and self._known.get(one, ("", 0.0))[1] <= now)
            is_paused = now < self._paused_until
        if not wanted or is_paused:
            return
        try:
            found = self._look_up(wanted[:MOST_AT_ONCE])
        except WeComError as error:
            logger.info("Names at WeCom cannot be looked up: %s", error, extra={"action": "wecom_names"})
            with self._lock:
                self._paused_until = now + FAILED_PAUSE_SECONDS
            return
        with self._lock:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            for one in wanted[:MOST_AT_ONCE]:
                name = found.get(one)
                self._known[one] = (clean(name) if isinstance(name, str) else "", now + GOOD_SECONDS)
