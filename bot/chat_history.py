"""What was said in a customer's chats, as lines of his timeline: one for each conversation and day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.models import Conversation, InboxMessage
from crm_core.models import ChatIdentity
from crm_core.timeline import TimelineEntry

MAX_TEXT_CHARS = 300
_SHOWN_KINDS = ("text", "media")


class ChatHistory:
    """The conversations behind `crm_core.timeline.timeline(chats=…)`; `zone` decides which day a message is of."""

    def __init__(self, zone: tzinfo = UTC) -> None:
        self._zone = zone

    def entries(self, session: Session, *, contact_ids: Sequence[int], limit: int) -> list[TimelineEntry]:
        """Return the chat days of these contacts, newest first; the text is what the customer wrote, from its start."""
        if not contact_ids:
            return []
        query = (
            select(Conversation.id, Conversation.channel, InboxMessage.received_at, InboxMessage.payload)
            .join(ChatIdentity, ChatIdentity.id == Conversation.identity_id)
            .join(
                InboxMessage,
                (InboxMessage.channel == Conversation.channel) & (InboxMessage.conversation_key == Conversation.key),
            )
            .where(ChatIdentity.contact_id.in_(contact_ids), Conversation.is_group.is_(False))
            .order_by(InboxMessage.id.desc())
            .limit(limit * 20)
        )
        days: defaultdict[tuple[int, str, date], list[tuple[datetime, str]]] = defaultdict(list)
        for conversation_id, channel, at, payload in session.execute(query):
            if payload.get("kind") in _SHOWN_KINDS and payload.get("text"):
                days[conversation_id, channel, at.astimezone(self._zone).date()].append((at, payload["text"]))
        return [
            TimelineEntry(
                at=said[0][0],
                record_type="chat",
                record_id=conversation_id,
                title=channel,
                text=" / ".join(text for _, text in reversed(said))[:MAX_TEXT_CHARS],
            )
            for (conversation_id, channel, _day), said in days.items()
        ][:limit]
