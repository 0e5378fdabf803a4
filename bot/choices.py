"""Buttons: opaque tokens on the outside, the handler to run and its arguments on the inside.

Promise: a choice is found by its token, its label or its number, and only in the conversation it was offered in.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from bot.channel import Reply, ReplyChoice
from bot.models import Conversation, OfferedChoice
from bot.say import Draft
from nlu.understanding import Language

_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}")
TOKEN_BYTES = 9  # 12 characters of base64url: short enough for every platform's button, too long to guess
#: built once, and without the mapper: every turn asks it, and hardly ever is a choice meant
_TABLE = cast(Table, OfferedChoice.__table__)
_LAST_TURN = select(func.max(_TABLE.c.inbox_id)).where(_TABLE.c.conversation_id == bindparam("conversation"))
_LAST_OFFERED = (
    select(_TABLE.c.token, _TABLE.c.position, _TABLE.c.label)
    .where(_TABLE.c.conversation_id == bindparam("conversation"), _TABLE.c.inbox_id == _LAST_TURN.scalar_subquery())
    .order_by(_TABLE.c.position)
)


def offer(
    session: Session,
    conversation: Conversation,
    drafts: Sequence[Draft],
    *,
    language: Language,
    now: datetime,
    inbox_id: int | None,
) -> list[Reply]:
    """Put drafts into the person's language and give each choice its token; numbers run on through all drafts."""
    position = 0
    replies = []
    for draft in drafts:
        offered = []
        for choice in draft.choices:
            position += 1
            row = OfferedChoice(
                token=secrets.token_urlsafe(TOKEN_BYTES),
                conversation_id=conversation.id,
                inbox_id=inbox_id,
                position=position,
                label=choice.label.in_(language)[:255],
                intent=choice.intent,
                arguments=dict(choice.arguments),
                created_at=now,
            )
            session.add(row)
            offered.append(ReplyChoice(label=row.label, value=row.token, number=position))
        replies.append(
            Reply(
                text=draft.text.in_(language),
                choices=tuple(offered),
                media=draft.media,
                asks_for_phone=draft.asks_for_phone,
            )
        )
    return replies


def find_by_token(session: Session, conversation_id: int, token: str) -> OfferedChoice | None:
    """Return the choice of that token, if it was offered in this conversation."""
    row = session.get(OfferedChoice, token)
    return row if row is not None and row.conversation_id == conversation_id else None


def find_by_words(session: Session, conversation_id: int, words: str) -> OfferedChoice | None:
    """Return the choice of the last offering turn whose token, number or label the person typed."""
    if not words or len(words) > 255:
        return None
    by_token = find_by_token(session, conversation_id, words) if _TOKEN.fullmatch(words) else None
    if by_token is not None:
        return by_token
    wanted = words.casefold()
    offered = session.connection().execute(_LAST_OFFERED, {"conversation": conversation_id})
    for token, position, label in offered.all():
        if wanted in {str(position), label.casefold()}:
            return session.get(OfferedChoice, token)
    return None
