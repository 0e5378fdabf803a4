"""What the web edge is given by the composition root, in one value.

The edge reads conversations only through `Transcript`, writes messages only through `Inlet`, and asks `Database` only
for staff who sign in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from bot.channel import Attachment, Channel, Inlet, ReplyMedia
from bot.settings import Settings
from crm_core.database import Database

Author = Literal["person", "bot", "staff"]


class Line(Protocol):
    """One bubble of a conversation, whoever wrote it."""

    @property
    def cursor(self) -> str:
        """Place of the line in its conversation; opaque ASCII without line breaks, at most 64 characters."""

    @property
    def author(self) -> Author:
        """person (the visitor, or the member of staff who signed in), bot, or staff (a colleague who answers)."""

    @property
    def text(self) -> str:
        """Plain words; for a pressed button its label (`InboundMessage.context["label"]`)."""

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """Buttons under the line: (label, value)."""

    @property
    def media(self) -> Sequence[ReplyMedia]:
        """Files that we send along, such as a chart."""

    @property
    def attachments(self) -> Sequence[Attachment]:
        """Files that the person sent."""

    @property
    def at(self) -> datetime:
        """When it was received or written; aware."""

    @property
    def message_id(self) -> str:
        """`InboundMessage.external_id` for the person's own lines (the page finds its bubble by it), else any id."""


class Transcript(Protocol):
    """Reads one conversation."""

    def __call__(self, *, channel: str, conversation_key: str, after: str | None, limit: int) -> Sequence[Line]:
        """Return lines in order, oldest first: the first `limit` after the cursor, or the newest `limit` for None.

        No line may appear later with a cursor before one that was already returned.

        Raises:
            ValueError: `after` is not a cursor.
        """


@dataclass(frozen=True, kw_only=True)
class WebEdge:
    """Everything that the web application needs from the rest of the program."""

    settings: Settings
    #: staff accounts, for sign-in
    database: Database
    #: where received messages and files go
    inlet: Inlet
    #: by name; a channel that is not in it answers 404
    channels: Mapping[str, Channel]
    #: the present, aware
    clock: Callable[[], datetime]
    transcript: Transcript
    #: tells the workers of this process that a message was stored; called on the event loop, must not block
    wake: Callable[[], None]
    #: whether messages are being handled (encoder loaded, database reachable); may block
    is_ready: Callable[[], bool]
    #: signs cookies and tokens
    secret_key: str
    #: where the content of that SHA-256 lies, which people sent; the file may be gone
    attachment_path: Callable[[str], Path]
