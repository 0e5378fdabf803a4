"""Fetching a message's files before it is acknowledged, as far as that is quick; the worker fetches the rest.

Promise: a file that can be had in time is stored, by its content, before the platform is told that we have the message;
a slow or failing platform never delays the acknowledgement beyond the limit, and nothing is lost by it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FetchTimeout

from bot.channel import Attachment, Channel, InboundMessage, Inlet
from bot.errors import AttachmentRefused, DeliveryError

logger = logging.getLogger(__name__)

#: WeCom cuts the connection after 5 s, so this leaves it more than half of that
FETCH_SECONDS = 2.0


def fetch_in_time(channel: Channel, messages: Sequence[InboundMessage], inlet: Inlet) -> list[InboundMessage]:
    """Return the messages with the files that could be fetched within the limit; the others keep their references."""
    if not any(message.context.get("files") for message in messages):
        return list(messages)
    deadline = time.monotonic() + FETCH_SECONDS
    pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="fetch")
    fetching = [
        (message, pool.submit(channel.fetch, message, inlet) if message.context.get("files") else None)
        for message in messages
    ]
    fetched = []
    for message, future in fetching:
        try:
            left = max(0.0, deadline - time.monotonic())
            fetched.append(future.result(timeout=left) if future is not None else message)
        except (DeliveryError, AttachmentRefused, FetchTimeout):
            logger.info("A file is left to the worker.", extra={"action": "fetch_later", "channel": message.channel})
            fetched.append(message)
    pool.shutdown(wait=False, cancel_futures=True)
    return fetched


class EagerInlet:
    """An inlet that stores a channel's messages with their files."""

    def __init__(self, inlet: Inlet, channel: Channel) -> None:
        self._inlet = inlet
        self._channel = channel

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        """Fetch what can be had in time, then store; see `Inlet.store`."""
        return self._inlet.store(fetch_in_time(self._channel, messages, self._inlet), cursor=cursor)

    def cursor(self, name: str) -> str | None:
        """Return the stored cursor of that name."""
        return self._inlet.cursor(name)

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        """Store an attachment by content hash; see `Inlet.keep`."""
        return self._inlet.keep(content, kind=kind, filename=filename)
