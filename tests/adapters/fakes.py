"""Stand-ins for the rest of the program, for tests of a channel alone."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence

from bot.channel import Attachment, InboundMessage
from bot.errors import AttachmentRefused


class FakeInlet:
    """An `Inlet` in memory: messages once for each (channel, external_id), cursors, attachments by hash.

    `fail_next(times)` makes the next calls of `store` raise, as a database does that is down.
    """

    def __init__(self, *, max_bytes: int = 20_000_000) -> None:
        self.messages: list[InboundMessage] = []
        self.cursors: dict[str, str] = {}
        self.contents: dict[str, bytes] = {}
        self.store_calls = 0
        self._max_bytes = max_bytes
        self._failures_left = 0
        self._changed = threading.Condition()

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        with self._changed:
            self.store_calls += 1
            self._changed.notify_all()
            if self._failures_left:
                self._failures_left -= 1
                raise ConnectionError("the database is down")
            known = {(message.channel, message.external_id) for message in self.messages}
            new = []
            for message in messages:
                identity = (message.channel, message.external_id)
                if identity not in known:
                    known.add(identity)
                    new.append(message)
            self.messages += new
            if cursor is not None:
                self.cursors[cursor[0]] = cursor[1]
            return len(new)

    def cursor(self, name: str) -> str | None:
        return self.cursors.get(name)

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        if not content or len(content) > self._max_bytes:
            raise AttachmentRefused(reason_zh="文件是空的或太大。", reason_en="The file is empty or too large.")
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return Attachment(
            kind=kind,
            sha256=digest,
            media_type="application/octet-stream",
            filename=filename,
            size_bytes=len(content),
        )

    def fail_next(self, times: int = 1) -> None:
        with self._changed:
            self._failures_left = times

    def wait_for(self, count: int, *, timeout_seconds: float = 10.0) -> list[InboundMessage]:
        """Wait until so many messages are stored and return them all."""
        self.wait_until(lambda: len(self.messages) >= count, timeout_seconds=timeout_seconds)
        return list(self.messages)

    def wait_until(self, condition: Callable[[], bool], *, timeout_seconds: float = 10.0) -> None:
        """Wait until the condition holds; it is looked at after each call of `store`."""
        with self._changed:
            assert self._changed.wait_for(condition, timeout_seconds), "nothing more came"
