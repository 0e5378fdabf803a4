"""Slash commands: /start, /help, and /link with a colleague's one-time code."""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn
from bot.words import say_welcome
from crm_core import access
from crm_core.errors import LinkCodeInvalid


def run(turn: Turn) -> Outcome:
    """Read the command and do it."""
    command, _, rest = turn.message.text.strip().partition(" ")
    if command.casefold() == "/link":
        return _link(turn, rest.strip())
    return Outcome(kind="smalltalk", replies=say_welcome(turn))


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


HANDLER = Handler(intent="slash", roles=EVERYBODY, run=run)
