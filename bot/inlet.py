"""Where channels put what they receive: the durable inbox behind the `Inlet` of the channel contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot import inbox
from bot.attachments import AttachmentStore
from bot.channel import Attachment, InboundMessage
from bot.wakeup import notify_others
from crm_core.database import Database


class DurableInlet:
    """Stores messages in one transaction and wakes the workers after it is committed."""

    def __init__(
        self,
        database: Database,
        attachments: AttachmentStore,
        *,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._attachments = attachments
        self._clock = clock
        self._wake = wake

    def store(self, messages: Sequence[InboundMessage], *, cursor: tuple[str, str] | None = None) -> int:
        """Store messages and, with them, a pull cursor; return how many were new."""
        with self._database.transaction() as session:
            new = inbox.store(session, messages, now=self._clock())
            if cursor is not None:
                inbox.save_cursor(session, *cursor)
            if new:
                notify_others(session)
        if new:
            self._wake()
        return new

    def cursor(self, name: str) -> str | None:
        """Return the stored cursor of that name."""
        with self._database.reading() as session:
            return inbox.find_cursor(session, name)

    def keep(self, content: bytes, *, kind: str, filename: str) -> Attachment:
        """Store an attachment by content hash.

        Raises:
            AttachmentRefused: empty, too large, or of a type that is not accepted.
        """
        return self._attachments.keep(content, kind=kind, filename=filename)
