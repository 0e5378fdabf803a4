"""Orders that a message holds beside others: each goes to its own handler, and all are answered as one.

Promise: a part that is refused is rolled back and said by itself; a question that one part asks holds up no other.
Never: which orders a message holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.say import Choice, Draft, Text, say
from bot.turn import Dialogue, Handler, Outcome, OutcomeKind, Turn
from bot.words import NOT_OF_ROLE, REFUSED
from crm_core import audit
from crm_core.errors import PermissionRefused
from crm_core.models import Interaction
from crm_core.undo import list_written
from nlu.commands import recognise, several
from nlu.commands.several import Part

#: of several outcomes the first of these names the message's
_ORDER: tuple[OutcomeKind, ...] = ("asked", "logged", "done", "answered", "suggested", "ticket", "refused", "smalltalk")


def run_all(turn: Turn, parts: Iterable[Part], handlers: Mapping[str, Handler]) -> Outcome:
    """Run orders one after another, each in a savepoint of its own, and join what they came to."""
    return _join(turn, _run_each(turn, parts, handlers, []))


def run_after(turn: Turn, first: Outcome, text: str, handlers: Mapping[str, Handler]) -> Outcome:
    """Run what was ordered in the same breath as the answer to a question, after what the answer came to."""
    request = several.read(text, turn.context)
    label = None if request else recognise(text, turn.context)
    parts = request.parts if request else (Part(label=label, text=text),) if label else ()
    return _join(turn, _run_each(turn, parts, handlers, [first]))


def hand_on(turn: Turn, sentence: str, handlers: Mapping[str, Handler]) -> Outcome | None:
    """Run the command that a whole sentence is; None if no grammar reads it."""
    label = recognise(sentence, turn.context)
    if label is None or label not in handlers:
        return None
    if turn.person.role not in handlers[label].roles:
        return refuse_role(turn, label)
    understood = replace(turn.understanding, text=sentence, intent=label, probability=1.0)
    outcome: Outcome = handlers[label].run(replace(turn, understanding=understood, dialogue=None, arguments={}))
    return outcome


def refuse_role(turn: Turn, intent: str, words: Text = NOT_OF_ROLE) -> Outcome:
    """Refuse a command that the person's role does not have; the trail keeps that he tried."""
    refused = PermissionRefused("use", intent, reason=f"the role {turn.person.role} does not have it")
    audit.record_refusal(turn.session, turn.actor, refused)
    return Outcome(kind="refused", replies=(Draft(text=words),))


def _run_each(
    turn: Turn, parts: Iterable[Part], handlers: Mapping[str, Handler], before: list[Outcome]
) -> list[Outcome]:
    outcomes = list(before)
    for part in parts:
        is_open = any(one.dialogue is not None for one in outcomes)
        outcomes.append(_run_part(turn, part, handlers, is_open=is_open))
    return outcomes


def _before(turn: Turn) -> dict[str, Any]:
    """Name the customer that the parts before wrote last: a task that names nobody is about him."""
    written = list_written(turn.session, turn.actor, within=timedelta(0), limit=1)
    events = written[0].events if written and written[0].message_id == turn.inbox_id else ()
    about = [[event.record_type, event.record_id] for event in events if event.record_type in {"account", "contact"}]
    reports = [event.record_id for event in events if event.record_type == "interaction"]
    told = turn.session.get(Interaction, reports[-1]) if reports and not about else None
    if told is not None and told.account_id is not None:
        about = [["account", told.account_id]]
    return {"about": about[-1]} if about else {}


def _run_part(turn: Turn, part: Part, handlers: Mapping[str, Handler], *, is_open: bool) -> Outcome:
    """Run one part; `is_open`: a part before it waits for an answer, so nobody knows whom 'him' means."""
    handler = handlers[part.label]
    if turn.person.role not in handler.roles:
        return refuse_role(turn, part.label)
    understood = replace(turn.understanding, text=part.text, intent=part.label)
    try:
        with turn.session.begin_nested():
            arguments = {**_before(turn), "after_question": True} if is_open else _before(turn)
            own = replace(turn, understanding=understood, dialogue=None, parts=(), arguments=arguments)
            outcome: Outcome = handler.run(own)
            return outcome
    except PermissionRefused as error:
        audit.record_refusal(turn.session, turn.actor, error)
        return Outcome(kind="refused", replies=(Draft(text=REFUSED),))


def _join(turn: Turn, outcomes: list[Outcome]) -> Outcome:
    """Say all of it, one Undo for the whole message, and the open questions one after another."""
    asked = [one for one in outcomes if one.dialogue is not None]
    settled = [one for one in outcomes if one.dialogue is None]
    replies = [replace(reply, choices=_without_undo(reply)) for one in settled for reply in one.replies]
    is_undoable = any(choice.intent == "undo" for one in settled for reply in one.replies for choice in reply.choices)
    if is_undoable and replies:
        undo = Choice(label=say(zh="全部撤销", en="Undo all"), intent="undo", arguments={"message_id": turn.inbox_id})
        replies[-1] = replace(replies[-1], choices=(*replies[-1].choices, undo))
    questions = [replace(one.dialogue, question=one.replies[-1]) for one in asked if one.dialogue is not None]
    first, rest = (questions[0], tuple(questions[1:])) if questions else (None, ())
    return Outcome(
        kind=next(kind for kind in _ORDER if any(one.kind == kind for one in outcomes)),
        replies=(*replies, *_question_of(first)),
        dialogue=first,
        waiting=rest,
    )


def _without_undo(reply: Draft) -> tuple[Choice, ...]:
    return tuple(choice for choice in reply.choices if choice.intent != "undo")


def _question_of(dialogue: Dialogue | None) -> tuple[Draft, ...]:
    return (dialogue.question,) if dialogue is not None and dialogue.question is not None else ()
