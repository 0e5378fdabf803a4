"""Pure choices: which handler takes a message, and why.

Promise: no I/O; every choice comes with its reason, which is kept with the message. Never: a reply.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.turn import Dialogue, Handler
from knowledge_base.bands import Decision
from nlu.commands import is_question
from nlu.understanding import OUT_OF_SCOPE, Understanding

#: a grammar or the classifier this sure interrupts an open dialogue
CERTAIN_PROBABILITY = 0.9
#: chatter this sure is answered as chatter, not with a ticket
CHATTER_PROBABILITY = 0.9
#: an answer is worth more than small talk when the knowledge base is at least this sure
ANSWER_INTENT = "question"
FALLBACK_INTENT = "fallback"
#: words of a look-up that are no part of a name
_ASKS = re.compile(
    r"\b(?:who|what|which|show|look|find|check|search|info|last|about|tell|timeline|history)\b"
    r"|'s (?:phone|mobile|number|e-?mail|address|title|birthday|deals?|tasks?)\b|phone number"
    r"|时间线|历史|记录|谁|查|看|找|[?？]|电话|手机|号码|邮箱|地址|生日"
    r"|资料|信息|的(?:职位|负责人|商机|任务|合同|报价|回款|联系人|跟进|进展)",
    re.IGNORECASE | re.ASCII,
)
#: questions whose answer is a name; longer chatter than a name is no answer to them
NAME_SLOTS = frozenset(
    {"record", "account", "deal", "deal_account", "lead", "task", "about", "drop", "keep", "contact_of"}
)
LONGEST_NAME = 8
#: what a colleague says beside the point while a question of ours waits
SMALL_TALK = frozenset({"thanks", "greeting", "goodbye", "bot_identity"})
#: key of a question to a customer; its value are the intents that answer it, anything else is a new matter
OFFER = "offer"
#: answers to our own questions, never commands of their own
CONTINUATIONS = frozenset({"affirm", "deny", "thanks", "greeting", ANSWER_INTENT, OUT_OF_SCOPE})


@dataclass(frozen=True, kw_only=True)
class Route:
    """The handler that takes the message, the part of it that runs, and the reason in words for the trace."""

    intent: str
    part: Literal["run", "resume", "press"]
    reason: str
    #: chosen by what the words seem to mean, rather than by a button or an event
    is_guess: bool = False
    #: those of the button that was pressed
    arguments: Mapping[str, Any] = field(default_factory=dict)


def choose_route(
    *,
    handlers: Mapping[str, Handler],
    understanding: Understanding,
    decision: Decision,
    dialogue: Dialogue | None,
    role: str,
) -> Route:
    """Choose for a text that is not a pressed choice. `handlers` are those that the role has."""
    intent, probability = understanding.intent, understanding.probability
    if dialogue is not None and intent not in dialogue.data.get(OFFER, (intent,)):
        dialogue = None
    is_answer = dialogue is not None and not (role != "customer" and _is_aside(dialogue, understanding, decision))
    if (
        dialogue
        and is_answer
        and (_continues(dialogue, understanding) or not _interrupts(intent, probability, handlers))
    ):
        return Route(intent=dialogue.intent, part="resume", reason="an open question of ours", is_guess=True)
    command = handlers.get(intent)
    if command is not None and intent != ANSWER_INTENT and probability >= command.min_probability:
        if decision.kind == "answer" and probability < CERTAIN_PROBABILITY:
            return Route(
                intent=ANSWER_INTENT, part="run", reason="the knowledge base is surer than the command", is_guess=True
            )
        return Route(intent=intent, part="run", reason=f"intent at {probability:.2f}", is_guess=True)
    if role == "customer":
        return _route_question(intent, probability, decision)
    if decision.kind != "ticket" or intent == ANSWER_INTENT:
        return Route(intent=ANSWER_INTENT, part="run", reason="a question of a colleague", is_guess=True)
    return Route(intent=FALLBACK_INTENT, part="run", reason="no command and no article", is_guess=True)


def _continues(dialogue: Dialogue, understanding: Understanding) -> bool:
    """Tell whether a command goes on with our question: the same command, or a bare name where one was asked for."""
    if understanding.intent == dialogue.intent or OFFER in dialogue.data:
        return True
    is_asked = "number" in dialogue.data or dialogue.data.get("slot") in NAME_SLOTS
    return is_asked and understanding.intent == "look_up" and not _ASKS.search(understanding.text)


def _is_aside(dialogue: Dialogue, understanding: Understanding, decision: Decision) -> bool:
    """Tell whether a colleague asks or says something else while our question waits."""
    if understanding.intent == OUT_OF_SCOPE and understanding.probability >= CHATTER_PROBABILITY:
        return dialogue.data.get("slot") in NAME_SLOTS and len(understanding.text) > LONGEST_NAME
    if understanding.intent in SMALL_TALK:
        return understanding.probability >= CHATTER_PROBABILITY
    if understanding.intent not in CONTINUATIONS | {"help", "look_up"}:
        return False
    words = understanding.text.rstrip("?？ ")  # '张伟?' is an answer, '怎么新建商机?' is none
    is_asking = understanding.intent == ANSWER_INTENT and understanding.probability >= CHATTER_PROBABILITY
    return is_question(words) or (is_asking and decision.kind == "answer")


def _interrupts(intent: str, probability: float, handlers: Mapping[str, Handler]) -> bool:
    return intent in handlers and intent not in CONTINUATIONS and probability >= CERTAIN_PROBABILITY


def _route_question(intent: str, probability: float, decision: Decision) -> Route:
    if decision.kind == "ticket" and intent == OUT_OF_SCOPE and probability >= CHATTER_PROBABILITY:
        return Route(intent=FALLBACK_INTENT, part="run", reason="chatter that no article answers", is_guess=True)
    return Route(intent=ANSWER_INTENT, part="run", reason="a question", is_guess=True)
