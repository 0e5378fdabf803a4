"""'Help': what this person can ask for, with examples of every command that his role has."""

from __future__ import annotations

from bot.handlers import load_handlers
from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn
from bot.words import say_welcome


def run(turn: Turn) -> Outcome:
    """List the examples of the handlers that the person's role has."""
    if turn.person.user is None:
        return Outcome(kind="smalltalk", replies=say_welcome(turn))
    examples = [
        example
        for handler in load_handlers().values()
        if turn.person.role in handler.roles
        for example in handler.examples
    ]
    reply = draft(
        zh="可以这样说：\n" + "\n".join(f"• {example.zh}" for example in examples),
        en="You can say:\n" + "\n".join(f"• {example.en}" for example in examples),
    )
    return Outcome(kind="smalltalk", replies=(reply,))


HANDLER = Handler(intent="help", roles=EVERYBODY, run=run, is_private=False)
