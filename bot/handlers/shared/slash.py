"""Slash commands, as a chat's menu lists them: /start, /help, /person, /ticket, /tasks, /summary, and /link with a
colleague's one-time code. They are of no language; any other shows what can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.handlers import load_handlers
from bot.handlers.shared import help as help_
from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn
from bot.words import say_not_in_groups, say_welcome
from crm_core import access
from crm_core.errors import LinkCodeInvalid
from nlu.commands import slash


def run(turn: Turn) -> Outcome:
    """Read the command and do it."""
    request = slash.read(turn.message.text, turn.context)
    if request is None:
        return help_.run(turn)
    if request.name == "start":
        return Outcome(kind="smalltalk", replies=say_welcome(turn))
    if request.name == "link":
        return say_not_in_groups() if turn.conversation.is_group else _link(turn, request.rest)
    return _run_command(turn, request.name)


def _run_command(turn: Turn, name: str) -> Outcome:
    """Run what the word stands for in this person's role; show what can be asked for where it stands for nothing."""
    handlers = load_handlers()
    own = (handlers[intent] for intent in _INTENTS.get(name, ()) if turn.person.role in handlers[intent].roles)
    handler = next(own, None)
    if handler is None:
        return help_.run(turn)
    return say_not_in_groups() if handler.is_private and turn.conversation.is_group else handler.run(turn)


def _link(turn: Turn, code: str) -> Outcome:
    """Link this chat account to the member of staff whose code it is."""
    try:
        user = access.redeem_link_code(
            turn.session,
            code=code,
            channel=turn.message.channel,
            external_id=turn.message.sender_id,
            now=turn.now,
        )
    except LinkCodeInvalid:
        reply = draft(
            zh="绑定码无效或已过期，请向管理员要一个新的（crmbot user link）。",
            en="This code is not valid or has expired. Ask your administrator for a new one (crmbot user link).",
        )
        return Outcome(kind="refused", replies=(reply,))
    reply = draft(
        zh=f"绑定成功，{user.name}！回复“帮助”看看我能做什么。",
        en=f"You're linked, {user.name}! Reply 'help' to see what I can do.",
    )
    return Outcome(kind="done", replies=(reply,))


#: what the words of a menu stand for, the first that the person's role has
_TICKETS = ("list_tickets", "ticket_status")
_INTENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("talk_to_person",),
        "ticket": _TICKETS,
        "tickets": _TICKETS,
        "tasks": ("list_tasks",),
        "summary": ("summary",),
    }
)

HANDLER = Handler(intent="slash", roles=EVERYBODY, run=run, is_private=False)
