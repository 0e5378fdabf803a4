"""Buttons: opaque tokens on the outside, the handler to run and its arguments on the inside.

Promise: a choice is found by its token, its label or its number, and only in the conversation it was offered in.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, and_, bindparam, func, insert, select
from sqlalchemy.orm import Session

from bot.channel import Reply, ReplyChoice
from bot.models import Conversation, OfferedChoice
from bot.say import Choice, Draft
from nlu.understanding import Language

_TOKEN = re.compile(r"[A-Za-z0-9_-]{12}")
TOKEN_BYTES = 9  # 12 characters of base64url: short enough for every platform's button, too long to guess
#: built once, and without the mapper: nearly every turn offers something and asks whether a choice is meant
_TABLE = cast(Table, OfferedChoice.__table__)
_OFFER = insert(_TABLE)
_LAST_TURNS = (
    select(_TABLE.c.conversation_id, func.max(_TABLE.c.inbox_id).label("inbox_id"))
    .where(_TABLE.c.conversation_id.in_(bindparam("conversations", expanding=True)))
    .group_by(_TABLE.c.conversation_id)
    .subquery()
)
_LAST_OFFERED = (
    select(_TABLE.c.conversation_id, _TABLE.c.token, _TABLE.c.position, _TABLE.c.label)
    .join(
        _LAST_TURNS,
        and_(_TABLE.c.conversation_id == _LAST_TURNS.c.conversation_id, _TABLE.c.inbox_id == _LAST_TURNS.c.inbox_id),
    )
    .order_by(_TABLE.c.position)
)


class Offered(NamedTuple):
    """A choice as the person sees it."""

    token: str
    position: int
    label: str


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
    rows: list[dict[str, Any]] = []
    replies = []
    for draft, first in zip(drafts, _first_numbers(drafts), strict=True):
        own = [_row(choice, language, place) for place, choice in enumerate(draft.choices, start=first)]
        rows += own
        buttons = (ReplyChoice(label=row["label"], value=row["token"], number=row["position"]) for row in own)
        replies.append(
            Reply(
                text=draft.text.in_(language),
                choices=tuple(buttons),
                media=draft.media,
                asks_for_phone=draft.asks_for_phone,
            )
        )
    if rows:
        offered = {"conversation_id": conversation.id, "inbox_id": inbox_id, "created_at": now}
        session.connection().execute(_OFFER, [row | offered for row in rows])
    return replies


def _first_numbers(drafts: Sequence[Draft]) -> list[int]:
    """Return the number of each draft's first choice."""
    numbers, following = [0] * len(drafts), 1
    for place in sorted(range(len(drafts)), key=lambda place: not drafts[place].is_numbered_first):
        numbers[place] = following
        following += len(drafts[place].choices)
    return numbers


def _row(choice: Choice, language: Language, position: int) -> dict[str, Any]:
    return {
        "token": secrets.token_urlsafe(TOKEN_BYTES),
        "position": position,
        "label": choice.label.in_(language)[:255],
        "intent": choice.intent,
        "arguments": dict(choice.arguments),
    }


def find_by_token(session: Session, conversation_id: int, token: str) -> OfferedChoice | None:
    """Return the choice of that token, if it was offered in this conversation."""
    row = session.get(OfferedChoice, token)
    return row if row is not None and row.conversation_id == conversation_id else None


def list_offered(session: Session, conversation_id: int, *, since: int) -> list[OfferedChoice]:
    """Return the unused choices that were offered in answer to a message or later ones, the newest turn's first."""
    query = select(OfferedChoice).where(
        OfferedChoice.conversation_id == conversation_id,
        OfferedChoice.inbox_id >= since,
        OfferedChoice.used_at.is_(None),
    )
    return list(session.scalars(query.order_by(OfferedChoice.inbox_id.desc(), OfferedChoice.position)))


def list_last(session: Session, conversation_id: int) -> list[OfferedChoice]:
    """Return the choices of the last turn of the conversation that offered any, in their order."""
    last = select(func.max(OfferedChoice.inbox_id)).where(OfferedChoice.conversation_id == conversation_id)
    query = select(OfferedChoice).where(
        OfferedChoice.conversation_id == conversation_id, OfferedChoice.inbox_id == last.scalar_subquery()
    )
    return list(session.scalars(query.order_by(OfferedChoice.position)))


def find_last_offered(session: Session, conversation_ids: Collection[int]) -> dict[int, list[Offered]]:
    """Return what each conversation's last offering turn let choose, in order; nothing for those without."""
    offered: dict[int, list[Offered]] = {}
    if conversation_ids:
        asked = {"conversations": tuple(conversation_ids)}
        for conversation_id, *choice in session.connection().execute(_LAST_OFFERED, asked):
            offered.setdefault(conversation_id, []).append(Offered(*choice))
    return offered


def find_by_words(
    session: Session, conversation_id: int, words: str, offered: Sequence[Offered]
) -> OfferedChoice | None:
    """Return the choice whose token, or among those last `offered` whose number or label, the person typed."""
    if not words or len(words) > 255:
        return None
    by_token = find_by_token(session, conversation_id, words) if _TOKEN.fullmatch(words) else None
    if by_token is not None:
        return by_token
    wanted = words.casefold()
    for choice in offered:
        if wanted in {str(choice.position), choice.label.casefold()}:
            found = session.get(OfferedChoice, choice.token)
            # 'Undo' said once more means what was done before, not the button that is used up.
            return None if found is not None and found.used_at is not None and found.intent == "undo" else found
    return None
