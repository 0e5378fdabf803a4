"""One turn: from a claimed message and its understanding to effect, replies and 'handled', in one transaction.

Promise: everything that a turn does is in the caller's transaction; a refused action is rolled back, audited and said.
Never: a commit, network, the choice of words for a command (that is the handlers').
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import agenda, answers, choices, consequences, events, inbox, orders, outbox, people, speech, spoken_of
from bot.channel import MessageKind
from bot.inbox import Claim
from bot.models import Conversation, OfferedChoice, Owner
from bot.policy import CERTAIN_PROBABILITY, FALLBACK_INTENT, Route, choose_route
from bot.results import describe_article, describe_changes
from bot.say import Draft
from bot.turn import CUSTOMER, Handler, Outcome, Part, Person, Services, Situation, Turn
from bot.words import NEEDS_APPROVAL, REFUSED, say_not_in_groups
from crm_core import audit
from crm_core.errors import ApprovalNeeded, PermissionRefused
from crm_core.permissions import Actor, customer_actor, staff_actor
from knowledge_base.bands import Decision
from nlu.understanding import Language, Understanding


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What was found out about a message before its transaction: the slow part, repeatable and without effect."""

    claim: Claim
    understanding: Understanding
    decision: Decision
    language: Language
    situation: Situation
    parts: tuple[Part, ...] = ()


_Runner = Callable[[Turn, Handler, Route], Outcome]


def run_turn(
    session: Session,
    services: Services,
    handlers: Mapping[str, Handler],
    prepared: Prepared,
    *,
    now: datetime,
    is_guarded: bool = False,
) -> None:
    """Handle one claimed message: its effect, its replies and its 'handled' in the caller's transaction.

    `is_guarded`: a refused action is rolled back to its start, audited and said. Without that it is raised, because
    nearly every turn is allowed and need not pay for the savepoint: run the turn again, guarded.

    Raises:
        PermissionRefused: an action was refused; the transaction must roll back.
        LeaseLost: another worker holds the message now; the transaction must roll back.
    """
    claim = prepared.claim
    # What opening changes is written with the first effect, not query by query.
    with session.no_autoflush:
        turn = _open_turn(session, services, prepared, now=now)
    if claim.message.attachments:
        inbox.keep_attachments(session, claim)
    outcome, why = _decide(turn, handlers, _run_guarded if is_guarded else _run)
    followed = consequences.follow_up(turn)
    remarks = _remember(turn, outcome, why)
    _queue_replies(turn, (*remarks.before, *outcome.replies, *followed, *remarks.after))
    if outcome.service is not None:
        outbox.queue_service(session, turn.conversation, outcome.service, now=now, inbox_id=turn.inbox_id)
    result = {
        "text": claim.message.text,
        "language": turn.language,
        "intent": why.intent,
        # A pressed button and an event of the platform leave nothing to guess.
        "probability": round(turn.understanding.probability, 4) if why.is_guess else 1.0,
        "outcome": outcome.kind,
        "article": None if outcome.article is None else {"id": outcome.article[0], "probability": outcome.article[1]},
        "records": [
            *describe_changes(session, message_id=claim.inbox_id, zone=turn.zone),
            *map(describe_article, outcome.articles),
        ],
        "why": _trace(turn, why),
    }
    inbox.mark_handled(session, claim, now=now, result=result)


def _open_turn(session: Session, services: Services, prepared: Prepared, *, now: datetime) -> Turn:
    message, settings = prepared.claim.message, services.settings
    conversation, person = people.open_conversation(session, message, now=now)
    if prepared.understanding.text and message.kind is MessageKind.TEXT:
        conversation.language = prepared.language
    zone = ZoneInfo(person.user.timezone) if person.user and person.user.timezone else settings.zone
    turn = Turn(
        session=session,
        services=services,
        now=now,
        zone=zone,
        language=prepared.language,
        actor=_actor(person, conversation, prepared.claim.inbox_id, zone, now),
        person=person,
        conversation=conversation,
        message=message,
        inbox_id=prepared.claim.inbox_id,
        understanding=prepared.understanding,
        decision=prepared.decision,
        situation=prepared.situation,
        parts=prepared.parts,
        dialogue=agenda.find_open(conversation, now),
    )
    return spoken_of.with_names(agenda.with_settled_names(turn))


def _actor(person: Person, conversation: Conversation, inbox_id: int, zone: ZoneInfo, now: datetime) -> Actor:
    if person.user is not None:
        return staff_actor(person.user, now=now, message_id=inbox_id, zone=zone)
    contact = person.contact
    name = contact.name if contact else person.identity.display_name or "visitor"
    contact_id = contact.id if contact else None
    return customer_actor(contact_id, name, now, inbox_id, conversation_id=conversation.id, zone=zone)


def _decide(turn: Turn, handlers: Mapping[str, Handler], run: _Runner) -> tuple[Outcome, Route]:
    """Find what the message is and run it; a platform event, a pressed choice, silence, or a text for the policy."""
    event = events.EVENTS.get(turn.message.kind)
    if event is not None:
        return event(turn), Route(intent=turn.message.kind.value, part="run", reason="an event of the platform")
    if (kept := events.keep_silently(turn)) is not None:
        return kept, Route(intent="backlog", part="run", reason="said before the first start")
    if (slowed := events.slow_down(turn)) is not None:
        return slowed, Route(intent="rate_limit", part="run", reason="too many messages in a minute")
    return _decide_words(turn, handlers, run)


def _decide_words(turn: Turn, handlers: Mapping[str, Handler], run: _Runner) -> tuple[Outcome, Route]:
    """Find who takes what was said: a button's handler, the person who has the thread, or the policy's choice."""
    with turn.session.no_autoflush:
        pressed = _pressed_choice(turn)
    if pressed is not None and pressed.intent in handlers:
        return _run_choice(turn, handlers[pressed.intent], pressed, run)
    if turn.conversation.owner is Owner.PERSON and turn.person.user is None:
        return events.pass_to_person(turn), Route(intent="to_person", part="run", reason="a person has the thread")
    own = {intent: handler for intent, handler in handlers.items() if turn.person.role in handler.roles}
    if _is_of_another_role(turn, handlers, own):
        return _refuse_role(turn)
    answered = answers.split(turn)
    if answered is not None:
        taken = _take_answer(answered[0], own, run)
        if taken is not None:
            return orders.run_after(turn, taken[0], answered[1], handlers), taken[1]
    route = _route(turn, own)
    return run(turn, handlers[route.intent], route), route


def _take_answer(turn: Turn, own: Mapping[str, Handler], run: _Runner) -> tuple[Outcome, Route] | None:
    """Take the first words of a message for the answer to our question; None where they are something else."""
    pressed = _pressed_choice(turn)
    if pressed is not None and pressed.intent in own:
        return _run_choice(turn, own[pressed.intent], pressed, run)
    route = _route(turn, own)
    return (run(turn, own[route.intent], route), route) if route.part == "resume" else None


def _is_of_another_role(turn: Turn, handlers: Mapping[str, Handler], own: Mapping[str, Handler]) -> bool:
    """Tell whether a colleague surely gave a command that only other roles of the company have."""
    intent = turn.understanding.intent
    if turn.person.user is None or intent not in handlers or intent in own:
        return False
    return bool(handlers[intent].roles - CUSTOMER) and turn.understanding.probability >= CERTAIN_PROBABILITY


def _refuse_role(turn: Turn) -> tuple[Outcome, Route]:
    intent = turn.understanding.intent
    route = Route(intent=intent, part="run", reason="a command of another role", is_guess=True)
    return orders.refuse_role(turn, intent), route


def _pressed_choice(turn: Turn) -> OfferedChoice | None:
    if turn.message.kind is MessageKind.CHOICE:
        by_token = choices.find_by_token(turn.session, turn.conversation.id, turn.message.choice or "")
        if by_token is not None:
            return by_token
    typed = choices.find_by_words(turn.session, turn.conversation.id, turn.text, turn.situation.offered)
    return typed or answers.find_picked(turn, turn.text)


def _run_choice(turn: Turn, handler: Handler, pressed: OfferedChoice, run: _Runner) -> tuple[Outcome, Route]:
    route = Route(intent=pressed.intent, part="press", reason=f"choice {pressed.position}", arguments=pressed.arguments)
    if turn.person.role not in handler.roles:
        return orders.refuse_role(turn, pressed.intent, REFUSED), route
    pressed.used_at = pressed.used_at or turn.now
    return run(replace(turn, arguments=pressed.arguments), handler, route), route


def _route(turn: Turn, own: Mapping[str, Handler]) -> Route:
    if not turn.text:
        return Route(intent=FALLBACK_INTENT, part="run", reason="nothing was said")
    if turn.text.split(maxsplit=1)[0].casefold() in {"/link", "/start", "/help"}:
        return Route(intent="slash", part="run", reason="a slash command")
    return choose_route(
        handlers=own,
        understanding=agenda.read_as_answer(turn),
        decision=turn.decision,
        dialogue=turn.dialogue if turn.dialogue and turn.dialogue.intent in own else None,
        role=turn.person.role,
    )


def _run(turn: Turn, handler: Handler, route: Route) -> Outcome:
    if handler.is_private and turn.conversation.is_group:
        return say_not_in_groups()
    part = getattr(handler, route.part) or handler.run
    outcome: Outcome = part(turn)
    return outcome


def _run_guarded(turn: Turn, handler: Handler, route: Route) -> Outcome:
    """Run a handler in a savepoint, so that a refused action leaves nothing behind but its line in the audit."""
    try:
        with turn.session.begin_nested():
            return _run(turn, handler, route)
    except PermissionRefused as error:
        audit.record_refusal(turn.session, turn.actor, error)
        words = NEEDS_APPROVAL if isinstance(error, ApprovalNeeded) else REFUSED
        return Outcome(kind="refused", replies=(Draft(text=words),))


def _queue_replies(turn: Turn, drafts: tuple[Draft, ...]) -> None:
    channel = turn.services.channels.get(turn.conversation.channel)
    if turn.message.kind in people.SPEAKING_KINDS and channel is not None and channel.budget_limits() is not None:
        outbox.reopen_held(turn.session, turn.conversation.id, now=turn.now)
    speech.tell(
        turn.session,
        turn.services.channels,
        turn.conversation,
        drafts,
        language=turn.language,
        now=turn.now,
        inbox_id=turn.inbox_id,
        context=turn.message.context,
    )


def _remember(turn: Turn, outcome: Outcome, route: Route) -> agenda.Remarks:
    conversation = turn.conversation
    remarks = agenda.Remarks()
    if turn.message.kind in people.SPEAKING_KINDS:
        remarks = agenda.note(turn, outcome, intent=route.intent, part=route.part, pressed=route.arguments)
    if outcome.is_miss:
        conversation.misses += 1
    elif outcome.kind != "smalltalk":
        conversation.misses = 0
    return remarks


def _trace(turn: Turn, route: Route) -> dict[str, Any]:
    """Keep why this answer was given: the route, the intents and the best articles with their signals."""
    return {
        "route": route.reason,
        "part": route.part,
        "intents": [[score.intent, round(score.probability, 4)] for score in turn.understanding.alternatives[:3]],
        "decision": turn.decision.kind,
        "articles": [
            {
                "id": hit.key,
                "probability": round(hit.probability, 4),
                "signals": {name: round(value, 4) for name, value in hit.signals.items()},
            }
            for hit in turn.decision.hits[:3]
        ],
    }
