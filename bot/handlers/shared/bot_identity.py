"""'Who are you, are you a robot?'"""

from __future__ import annotations

from bot.say import draft
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Say openly that this is a program, and what it can do."""
    settings = turn.services.settings
    reply = draft(
        zh=f"我是{settings.company_name_zh}的智能助手（程序），能回答常见问题、记录和跟进工单；需要真人时说“转人工”。",
        en=f"I'm the {settings.company_name_en} assistant, a program. I answer common questions and keep track of "
        "tickets; say 'agent' to reach a person.",
    )
    return Outcome(kind="smalltalk", replies=(reply,))


HANDLER = Handler(intent="bot_identity", roles=EVERYBODY, run=run, is_private=False)
