"""What an answer to an open question picks of the offered ones, in words: 第二个, 华为那个, 'the ERP one'.

Promise: only of a question that is open, only what the words surely tell from the others. Never: an effect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot import agenda, choices
from bot.models import OfferedChoice
from bot.policy import OFFER
from bot.turn import Dialogue, Turn
from crm_core import customers
from nlu import picking
from nlu.commands import several
from nlu.commands._guards import is_affirmed, is_denied
from nlu.parser import RECOGNISED_PROBABILITY
from nlu.understanding import OUT_OF_SCOPE

#: characters of words that may describe one of the offered ones
LONGEST = 40


def find_picked(turn: Turn, words: str) -> OfferedChoice | None:
    """Return the choice that words pick by its place or by a part of its label: of the newest question, or of an
    older one where the newest offers no records and the words can only mean a choice."""
    if turn.dialogue is None or not words or len(words) > LONGEST or is_denied(words):
        return None
    if _MAKES_NEW.fullmatch(words) or is_affirmed(words):
        return _created(turn)
    between_records = [one for one in agenda.list_open(turn) if OFFER not in one[0].data]
    for number, (dialogue, since) in enumerate(between_records):
        offered = list_records(turn, dialogue, since)
        if offered:
            return _pick(turn, offered, words) if number == 0 or _only_picks(words) else None
    return None


#: an order to create who was named: 'create', 'yes, create it', 新建
_MAKES_NEW = re.compile(
    r"(?:yes|ok(?:ay)?|sure|please|[,\s])*(?:create|add|make)(?:\s+(?:it|him|her|them|one|a new one|new))?"
    r"(?:\s+please)?[\s.!]*"
    r"|(?:好的?|行|可以|对|是的?|嗯|要|[,，\s])*(?:新建|创建|建|新增|加上|建上)(?:一?个|吧|一下|他|她|了)*[\s。!！]*",
    re.IGNORECASE,
)


def _created(turn: Turn) -> OfferedChoice | None:
    """Return the one choice that creates who is unknown; of two the person, where his company was named."""
    newest_question = next(iter(agenda.list_open(turn)), None)
    if newest_question is None:
        return None
    dialogue, since = newest_question
    offered = choices.list_offered(turn.session, turn.conversation.id, since=since)
    makes = [
        one
        for one in offered
        if one.intent == dialogue.intent
        and "create" in one.arguments
        and agenda.is_of(dialogue.data, one.arguments.get("data") or {})
    ]
    newest = [one for one in makes if one.inbox_id == makes[0].inbox_id]
    # Beside a button that chooses somebody of a like name 'yes' tells nothing.
    if list_records(turn, dialogue, since):
        newest = [] if is_affirmed(turn.text) else newest
    if len(newest) > 1 and dialogue.data.get("organisation"):
        newest = [one for one in newest if one.arguments["create"] == "contact"]
    return newest[0] if len(newest) == 1 else None


def split(turn: Turn) -> tuple[Turn, str] | None:
    """Part a colleague's answer to an open question from the order after it; None where he only answers."""
    if turn.dialogue is None or turn.person.user is None or turn.understanding.probability >= RECOGNISED_PROBABILITY:
        return None
    found = several.split_answer(turn.text, turn.context)
    if found is None:
        return None
    answer, rest = found
    return replace(turn, understanding=replace(turn.understanding, text=answer, intent=OUT_OF_SCOPE)), rest


def list_records(turn: Turn, dialogue: Dialogue, since: int) -> list[OfferedChoice]:
    """Return the records between which an open question lets choose, in their order."""
    offered = [
        one
        for one in choices.list_offered(turn.session, turn.conversation.id, since=since)
        if one.intent == dialogue.intent and agenda.is_of(dialogue.data, one.arguments.get("data") or {})
    ]
    newest = [one for one in offered if one.inbox_id == offered[0].inbox_id]
    return [one for one in newest if _record_of(one) is not None]


def _only_picks(words: str) -> bool:
    return picking.is_place(words) or picking.read_description(words) != words.strip()


def _pick(turn: Turn, offered: Sequence[OfferedChoice], words: str) -> OfferedChoice | None:
    place = picking.read_place(words, len(offered))
    if place is not None:
        return offered[place]
    return None if picking.is_place(words) else _described(turn, offered, picking.read_description(words))


def _record_of(choice: OfferedChoice) -> tuple[str, int] | None:
    """Return the record that a choice settles on; None for 'cancel', 'create' and the like."""
    arguments = choice.arguments
    if "record" in arguments:
        return str(arguments["record"][0]), int(arguments["record"][1])
    if "task_id" in arguments:
        return "task", int(arguments["task_id"])
    if "cancel" in arguments or "create" in arguments:
        return None
    settled = (arguments.get("data") or {}).get("settled") or {}
    newest = list(settled.values())[-1] if settled else None
    return None if newest is None else (str(newest[0]), int(newest[1]))


def _described(turn: Turn, offered: Sequence[OfferedChoice], core: str) -> OfferedChoice | None:
    wanted = core.casefold()
    inside = [one for one in offered if _holds(one.label.casefold(), wanted)]
    if not inside:
        inside = [one for one in offered if (title := _title(turn, one)) and (wanted in title or title in wanted)]
    return inside[0] if len(inside) == 1 else None


def _holds(label: str, wanted: str) -> bool:
    """Tell whether words stand in a label: English ones as words, so that 'no' is no part of Northwind."""
    if not wanted.isascii():
        return wanted in label
    return re.search(rf"(?<![a-z0-9]){re.escape(wanted)}(?![a-z0-9])", label) is not None


def _title(turn: Turn, choice: OfferedChoice) -> str:
    """Return what a person is by profession: 技术经理那个 picks him."""
    record = _record_of(choice)
    if record is None or record[0] != "contact":
        return ""
    return (customers.get_contact(turn.session, turn.actor, record[1]).title or "").casefold()
