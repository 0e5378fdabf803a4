"""Saying something in a conversation: from bilingual drafts to rows of the outbox that fit the channel.

Promise: the words are in the conversation's language, choices get their tokens, the channel's limits and budget are
kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.orm import Session

from bot import choices, outbox
from bot.channel import Channel
from bot.models import Conversation
from bot.say import Draft
from crm_core.models import ChatIdentity, Role, User
from nlu.understanding import Language

#: Who has left is told nothing more of the customers that were his.
_OF_STAFF = (
    select(Conversation, ChatIdentity.user_id)
    .join(ChatIdentity, ChatIdentity.id == Conversation.identity_id)
    .join(User, User.id == ChatIdentity.user_id)
    .where(Conversation.is_reachable.is_(True), Conversation.is_group.is_(False), User.active.is_(True))
    .order_by(Conversation.last_inbound_at.desc().nulls_last())
)
_OF_USER = _OF_STAFF.where(ChatIdentity.user_id == bindparam("user_id"))
_OF_ROLE = _OF_STAFF.where(User.role == bindparam("role"))


def tell(
    session: Session,
    channels: Mapping[str, Channel],
    conversation: Conversation,
    drafts: Sequence[Draft],
    *,
    language: Language,
    now: datetime,
    inbox_id: int | None = None,
    author: str = "bot",
    context: Mapping[str, Any] | None = None,
) -> None:
    """Queue drafts for a conversation; a channel that is not configured here plans nothing and gets them whole."""
    if not drafts:
        return
    replies = choices.offer(session, conversation, drafts, language=language, now=now, inbox_id=inbox_id)
    channel = channels.get(conversation.channel)
    if channel is not None:
        left = outbox.budget(session, conversation, channel.budget_limits(), now=now)
        replies = channel.plan(replies, left)
    outbox.queue(
        session,
        conversation,
        replies,
        language=language,
        now=now,
        inbox_id=inbox_id,
        author=author,
        context=dict(context or {}),
        is_delivered=channel is not None and channel.reads_outbox,
    )


def language_of(conversation: Conversation, default: Language) -> Language:
    """Return the language that the conversation was last held in."""
    return "zh" if conversation.language == "zh" else "en" if conversation.language == "en" else default


def find_staff_conversation(session: Session, user_id: int) -> Conversation | None:
    """Return the private conversation in which an active member of staff wrote last."""
    return next(iter(_newest(session, _OF_USER, {"user_id": user_id})), None)


def find_team_conversations(session: Session, role: Role) -> list[Conversation]:
    """Return for each active member of staff of that role the private conversation in which he wrote last."""
    return _newest(session, _OF_ROLE, {"role": role})


def _newest(session: Session, statement: Executable, arguments: Mapping[str, Any]) -> list[Conversation]:
    newest: dict[int | None, Conversation] = {}
    for conversation, user_id in session.execute(statement, arguments):
        newest.setdefault(user_id, conversation)
    return list(newest.values())
