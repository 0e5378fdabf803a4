"""Slash commands, as a chat's menu lists them: /start, /help, /person, /ticket, and /link with a colleague's one-time
code. Any other shows what can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.handlers.customer import talk_to_person, ticket_status
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
    if turn.conversation.is_group and request.name in _PRIVATE:
        return say_not_in_groups()
    if request.name == "link":
        return _link(turn, request.rest)
    return _COMMANDS.get(request.name, help_.run)(turn)


def _welcome(turn: Turn) -> Outcome:
    return Outcome(kind="smalltalk", replies=say_welcome(turn))


def _ticket(turn: Turn) -> Outcome:
    """Show a customer's tickets; a colleague asks for the company's in words."""
    return ticket_status.run(turn) if turn.person.user is None else help_.run(turn)


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


#: what shows or changes records has no place in a group
_PRIVATE = frozenset({"link", "person", "ticket"})
_COMMANDS: Mapping[str, Callable[[Turn], Outcome]] = MappingProxyType(
    {"start": _welcome, "person": talk_to_person.run, "ticket": _ticket}
)

HANDLER = Handler(intent="slash", roles=EVERYBODY, run=run, is_private=False)
