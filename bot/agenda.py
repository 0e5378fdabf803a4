"""The open questions of a conversation: the newest on top, older ones below, each until it is answered or times out.

Promise: plain JSON in the conversation's row, so they survive a change of subject and a restart; a question that timed
out is closed with a word. Never: a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import additions
from bot.models import Conversation
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import SELLERS, Dialogue, Outcome, Turn
from crm_core.undo import list_written
from nlu.commands import _additions, correct, incomplete, is_question, log_interaction, recognise
from nlu.commands._asked_about import ADDRESS
from nlu.commands._guards import is_denied
from nlu.parser import RECOGNISED_PROBABILITY
from nlu.self_correction import settle
from nlu.understanding import OUT_OF_SCOPE, Understanding

#: an open question of ours is forgotten after this long
TIMEOUT = timedelta(minutes=30)
#: more open questions than this are nobody's plan: the oldest are forgotten
MAX_OPEN = 4
#: how sure it is that a contact is told of where names and a way of contact stand together: enough to ask
LIKELY = 0.6
#: what may turn out to be several reports once the names in it are known
REPORT_INTENT = "log_interaction"
#: what is read again once names are known: 天启售后系统改为45w corrects nothing if that is a deal
#: and a question of which only the classifier is sure: 'can you push the Acme samples back a day? supplier is late'
_NAMED_ANEW = frozenset({REPORT_INTENT, "correct", "question", "create_contact", "incomplete"})
#: what closes every open question
CANCEL_INTENT = "cancel"
#: 'cancel everything' closes all open questions, a bare 'cancel' the newest
_ALL = re.compile(r"全部|全都|都|所有|\b(?:all|everything|both)\b", re.IGNORECASE)
#: while a question waits, what is corrected is the sentence that it came from
CORRECTION_INTENT = "correct"
#: 'what is wrong?' waits only for the very next message
FIX_SLOT = "fix"
#: a bare value for what was just written
ADDITION_INTENT = "complete_record"
LOOK_UP_INTENT = "look_up"
#: keys of a dialogue that waits for one particular answer
_ASKED = frozenset({"slot", "number"})
#: what begins a message that is no answer: 等下，我今天有啥任务？, 'hold on, who is James Lee?'
_ASIDE = re.compile(
    r"^(?:(?:等下|等等|等一下|等会儿?|先等下|稍等|慢着|对了|哦对了|插一句|话说|先问一?下|先不管这个"
    r"|(?:hold|hang) on|wait|one (?:sec|second|moment)|just a (?:sec|second|moment)|by the way|btw|before that|first)"
    r"[\s,，.。!！:：…]+)+",
    re.IGNORECASE,
)
#: what the classifier may take an answer for without a grammar being certain of it
_ALWAYS_MEANT = frozenset({CANCEL_INTENT, "affirm", "deny", "help", "question", "thanks", "greeting", "goodbye"})

Entry = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Remarks:
    """What is said beside the answer of a turn."""

    before: tuple[Draft, ...] = ()
    after: tuple[Draft, ...] = ()


def find_open(conversation: Conversation, now: datetime) -> Dialogue | None:
    """Return the question that a message may answer."""
    top = next(_fresh(conversation, now), None)
    return None if top is None else Dialogue(intent=top["intent"], data=top["data"])


def list_open(turn: Turn) -> list[tuple[Dialogue, int]]:
    """Return the open questions, the newest first, each with the number of the message that it answered."""
    entries = _fresh(turn.conversation, turn.now)
    return [(Dialogue(intent=one["intent"], data=one["data"]), int(one.get("turn", 0))) for one in entries]


def is_open(turn: Turn, intent: str, data: Mapping[str, Any]) -> bool:
    """Tell whether the question that a button belongs to is still open."""
    return any(_is_same(entry, intent, data) for entry in _fresh(turn.conversation, turn.now))


def with_settled_names(turn: Turn) -> Turn:
    """Give a colleague's turn with a name that he took back in the same breath replaced: names are known only here."""
    if turn.person.user is None:
        return turn
    settled = settle(turn.text, turn.context)
    if settled != turn.text:
        turn = replace(turn, understanding=replace(turn.understanding, text=settled))
    # What the names make of a sentence may be a command of another role: that has to be known before it is refused.
    return turn if turn.person.role in SELLERS else replace(turn, understanding=_with_known_names(turn))


def read_as_answer(turn: Turn) -> Understanding:
    """Take what only resembles a command for the answer to our question; a grammar's certainty changes the subject."""
    understanding = _with_known_names(turn)
    if (_is_bare(understanding) or _additions.is_naming(turn.text)) and additions.adds_to_last(turn):
        return replace(understanding, intent=ADDITION_INTENT, probability=RECOGNISED_PROBABILITY)
    if turn.dialogue is None or not _ASKED & set(turn.dialogue.data) or understanding.intent in _ALWAYS_MEANT:
        return understanding
    aside = _ASIDE.sub("", turn.text, count=1)
    if aside != turn.text and (label := recognise(aside, turn.context)) is not None:
        return replace(understanding, intent=label, probability=RECOGNISED_PROBABILITY)
    if aside != turn.text and (is_question(aside) or not is_denied(turn.text)):
        return understanding
    if _gives_a_name(turn) or _gives_an_address(turn):
        return replace(understanding, intent=OUT_OF_SCOPE, probability=0.0)
    certain = recognise(turn.text, turn.context)
    changes_subject = certain == understanding.intent
    if certain == CORRECTION_INTENT:
        changes_subject = _is_of_a_record(turn)
    if turn.dialogue.intent == incomplete.COMMAND.label:
        changes_subject = changes_subject and not _completes(turn, certain)
    return understanding if changes_subject else replace(understanding, intent=OUT_OF_SCOPE)


def _is_bare(understanding: Understanding) -> bool:
    """Tell whether no command was certain: a bare name or number may look something up, or complete a record."""
    return understanding.intent == LOOK_UP_INTENT or understanding.probability < RECOGNISED_PROBABILITY


def _with_known_names(turn: Turn) -> Understanding:
    """Read again with the customers' names what no grammar was certain of without them."""
    understanding, context = turn.understanding, turn.context
    is_anew = understanding.intent in _NAMED_ANEW or _asks_of_colleague(turn)
    is_certain = understanding.probability >= RECOGNISED_PROBABILITY and not is_anew
    if understanding.intent == LOOK_UP_INTENT and incomplete.read(turn.text, context) is not None:
        return replace(understanding, intent=incomplete.COMMAND.label, probability=RECOGNISED_PROBABILITY)
    if turn.person.user is not None and incomplete.is_told_new(turn.text, context):  # 齐琪换电话了 is no call
        return replace(understanding, intent=incomplete.COMMAND.label, probability=RECOGNISED_PROBABILITY)
    if turn.person.user is None or is_certain:
        return understanding
    certain = recognise(turn.text, context)
    if certain is not None:
        return replace(understanding, intent=certain, probability=RECOGNISED_PROBABILITY)
    if understanding.probability < LIKELY and log_interaction.read_likely(turn.text, context) is not None:
        return replace(understanding, intent=REPORT_INTENT, probability=LIKELY)
    return understanding


def _asks_of_colleague(turn: Turn) -> bool:
    """Tell whether a look-up names one of our own people: 王芳的商机有哪些 lists his deals and looks nobody up."""
    if turn.understanding.intent != LOOK_UP_INTENT or turn.context.find_names is None:
        return False
    return any(one.is_colleague for one in turn.context.find_names(turn.text))


#: gives what we asked to be named its name: 'called cold chain sensors, 18k'
_CALLED = re.compile(r"(?:it'?s |it is |that'?s )?(?:called|named)\s", re.IGNORECASE)
_NAMED_SLOTS = frozenset({"title", "account", "name"})


def _gives_a_name(turn: Turn) -> bool:
    """Tell whether 'called …' answers what a new record is called, and reports no call: nobody known is named."""
    if turn.dialogue is None or turn.dialogue.data.get("slot") not in _NAMED_SLOTS or not _CALLED.match(turn.text):
        return False
    return turn.context.find_names is None or not turn.context.find_names(turn.text)


_ADDRESS_SLOTS = frozenset({"email", "mobile", "value"})


def _gives_an_address(turn: Turn) -> bool:
    """Tell whether a number or an address alone answers our question for it, and looks nobody up."""
    is_asked = turn.dialogue is not None and turn.dialogue.data.get("slot") in _ADDRESS_SLOTS
    return is_asked and ADDRESS.fullmatch(turn.text.strip()) is not None


def _completes(turn: Turn, certain: str | None) -> bool:
    """Tell whether words that are an order of their own make the waiting order whole as well: 提醒我 … 明天拜访罗文."""
    waiting = str(turn.dialogue.data.get("text", "")) if turn.dialogue else ""
    request = incomplete.read(waiting, turn.context)
    whole = request.complete(turn.text) if request is not None else []
    return any(recognise(sentence, turn.context) == certain for sentence in whole)


def _is_of_a_record(turn: Turn) -> bool:
    """Tell whether a correction means what was written after the question was put, and not the question's sentence."""
    said, waiting = correct.read(turn.text, turn.context), turn.dialogue.data if turn.dialogue else {}
    if said is not None and said.wrong and said.wrong in str(waiting.get("text", "")):
        return False
    asked_in = int((turn.conversation.dialogue or {}).get("turn", 0))
    newest = list_written(turn.session, turn.actor, within=TIMEOUT, limit=1)
    return bool(newest) and newest[0].message_id > asked_in


def note(turn: Turn, outcome: Outcome, *, intent: str, part: str, pressed: Mapping[str, Any]) -> Remarks:
    """Bring the open questions up to date after a turn, and return what is to be said of them.

    `intent` and `part` name what ran, `pressed` are its button's arguments: the answer to a question closes it,
    anything else leaves it waiting.
    """
    stack = list(_fresh(turn.conversation, turn.now))
    timed_out = _timed_out(turn) if turn.person.user is not None else ()
    if turn.person.user is None or (intent == CANCEL_INTENT and _ALL.search(turn.text)):
        stack = []
    elif part == "resume" or intent == CANCEL_INTENT:
        stack = stack[1:]
    elif part == "press":
        stack = [entry for entry in stack if not _is_same(entry, intent, pressed.get("data") or {})]
    stack = [entry for entry in stack if entry["data"].get("slot") != FIX_SLOT]
    reminder = () if outcome.dialogue is not None else _remind(stack, turn.now)
    opened = [_entry(turn, one, outcome) for one in (outcome.dialogue, *outcome.waiting) if one is not None]
    _store(turn.conversation, [*opened, *stack][:MAX_OPEN])
    return Remarks(before=timed_out, after=reminder)


def _fresh(conversation: Conversation, now: datetime) -> Iterator[Entry]:
    kept = conversation.dialogue
    for entry in (kept, *kept.get("below", ())) if kept else ():
        if datetime.fromisoformat(entry["asked_at"]) + TIMEOUT >= now:
            yield entry


def _is_same(entry: Entry, intent: str, data: Mapping[str, Any]) -> bool:
    return bool(entry["intent"] == intent and is_of(entry["data"], data))


def is_of(own: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Tell whether a button with these arguments belongs to the question with that data."""
    same = own.get("text") == data.get("text") and own.get("said_at") == data.get("said_at")
    return same or not data


def _timed_out(turn: Turn) -> tuple[Draft, ...]:
    """Say once that a question was closed because nobody answered it."""
    kept = turn.conversation.dialogue
    if not kept or next(_fresh(turn.conversation, turn.now), None) is not None or "text" not in kept["data"]:
        return ()
    words = str(kept["data"]["text"])[:80]
    return (
        draft(
            zh=f"刚才的“{words}”等回答太久，已关闭，什么都没有保存。需要的话请再说一遍。",
            en=f"I closed '{words}' because it waited too long; nothing was saved. Say it again if you still need it.",
        ),
    )


def _remind(stack: list[Entry], now: datetime) -> tuple[Draft, ...]:
    """Put the question that still waits once more, with its buttons."""
    kept = stack[0].get("question") if stack else None
    if not kept:
        return ()
    stack[0]["asked_at"] = now.isoformat()
    lead = say(
        zh="刚才的问题还在等你回答（或说“取消”）：\n", en="My question still waits for your answer (or say 'cancel'):\n"
    )
    choices = tuple(
        Choice(label=Text(zh=one["zh"], en=one["en"]), intent=one["intent"], arguments=one["arguments"])
        for one in kept["choices"]
    )
    return (Draft(text=lead + Text(zh=kept["zh"], en=kept["en"]), choices=choices, is_numbered_first=True),)


def _entry(turn: Turn, dialogue: Dialogue, outcome: Outcome) -> Entry:
    question = dialogue.question or (outcome.replies[-1] if outcome.replies else None)
    entry: Entry = {"intent": dialogue.intent, "data": dict(dialogue.data), "turn": turn.inbox_id}
    entry["asked_at"] = turn.now.isoformat()
    if question is not None:
        choices = [
            {"zh": one.label.zh, "en": one.label.en, "intent": one.intent, "arguments": dict(one.arguments)}
            for one in question.choices
        ]
        entry["question"] = {"zh": question.text.zh, "en": question.text.en, "choices": choices}
    return entry


def _store(conversation: Conversation, stack: list[Entry]) -> None:
    if not stack:
        conversation.dialogue = None
        return
    top, *below = ({key: value for key, value in entry.items() if key != "below"} for entry in stack)
    conversation.dialogue = {**top, "below": below}
