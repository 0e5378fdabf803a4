"""Which messages carry a turn's replies: joined where messages are counted, split where one is too long. Pure.

Promise: no word is lost, every part fits one call of the platform, choices come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.wecom import choices as shown
from adapters.wecom.texts import TEXT_BYTES, byte_length, clean, plain, split_text
from bot.channel import Reply, ReplyBudget, ReplyChoice, ReplyMedia

#: kept back after each message of the customer, so that a hand-over can still be announced
RESERVED_MESSAGES = 1
#: numbered lines longer than this leave no room for the words: they become part of the words
LONGEST_NUMBERING = TEXT_BYTES * 3 // 4


@dataclass(frozen=True, kw_only=True)
class _Group:
    """What becomes one message where it fits: words, and the choices after them."""

    text: str
    choices: tuple[ReplyChoice, ...] = ()
    media: tuple[ReplyMedia, ...] = ()
    asks_for_phone: bool = False


def plan_app(replies: Sequence[Reply]) -> list[Reply]:
    """Split replies for message/send, where messages are not counted."""
    planned: list[Reply] = []
    for group in _groups(replies):
        last_limit = _app_limit(group)
        planned += _messages(replace(group, text=plain(group.text)), last_limit)
    return planned


def plan_kf(replies: Sequence[Reply], budget: ReplyBudget) -> list[Reply]:
    """Join replies into as few messages as possible; when they are too many, put all choices under one text.

    One message of the budget is kept back. What exceeds even that is still planned: the platform's refusal keeps it
    until the customer writes again, so nothing is lost.
    """
    groups = _groups(replies)
    planned = _plan_groups(_join(groups, keeps_choices_apart=True))
    if budget.messages_left is None or len(planned) <= max(1, budget.messages_left - RESERVED_MESSAGES):
        return planned
    return _plan_groups(_join(groups, keeps_choices_apart=False))


def _groups(replies: Sequence[Reply]) -> list[_Group]:
    return [
        _Group(
            text=clean(reply.text).strip(),
            choices=tuple(choices),
            media=reply.media,
            asks_for_phone=reply.asks_for_phone,
        )
        for reply, choices in zip(replies, shown.number(replies), strict=True)
    ]


def _join(groups: Sequence[_Group], *, keeps_choices_apart: bool) -> list[_Group]:
    """Put words under words; a group with choices or media ends there, so that both stay with their words."""
    joined: list[_Group] = []
    for group in groups:
        before = joined[-1] if joined else None
        is_open = before is not None and not (keeps_choices_apart and (before.choices or group.media))
        if before is None or not is_open:
            joined.append(group)
            continue
        joined[-1] = _Group(
            text=f"{before.text}\n\n{group.text}".strip(),
            choices=before.choices + group.choices,
            media=before.media + group.media,
            asks_for_phone=before.asks_for_phone or group.asks_for_phone,
        )
    return joined


def _plan_groups(groups: Sequence[_Group]) -> list[Reply]:
    return [message for group in groups for message in _messages(group, _kf_limit(group))]


def _messages(group: _Group, last_limit: int | None) -> list[Reply]:
    """Media first, then the words, with the choices under the last of them."""
    planned = [Reply(text="", media=(medium,)) for medium in group.media]
    if last_limit is None:
        return [*planned, *_texts(f"{group.text}\n{shown.numbered_lines(group.choices)}")]
    pieces = split_text(group.text, last_limit=last_limit)
    if not pieces and not group.choices:
        return planned
    last = Reply(text=pieces[-1] if pieces else "", choices=group.choices, asks_for_phone=group.asks_for_phone)
    return [*planned, *(Reply(text=piece) for piece in pieces[:-1]), last]


def _texts(text: str) -> list[Reply]:
    return [Reply(text=piece) for piece in split_text(text)]


def _app_limit(group: _Group) -> int | None:
    if not group.choices or shown.fits_card(Reply(text=plain(group.text), choices=group.choices)):
        return TEXT_BYTES
    return _numbered_limit(group.choices)


def _kf_limit(group: _Group) -> int | None:
    """A menu's head is half as long as a text; words that fit one numbered text are not worth two messages."""
    if not group.choices:
        return TEXT_BYTES
    numbered = _numbered_limit(group.choices)
    if not shown.menu_fits(group.choices):
        return numbered
    size = byte_length(group.text)
    fits_only_numbered = numbered is not None and shown.MENU_HEAD_BYTES < size <= numbered
    return numbered if fits_only_numbered else shown.MENU_HEAD_BYTES


def _numbered_limit(choices: Sequence[ReplyChoice]) -> int | None:
    """Return the bytes left for words beside numbered choices, None when the lines have to be part of the words."""
    size = shown.numbering_bytes(choices)
    return None if size > LONGEST_NUMBERING else TEXT_BYTES - size
