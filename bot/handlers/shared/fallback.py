"""What is neither a command nor a question that anything answers: say so, and show the way; or it is part of the
complaint that was made a moment ago."""

from __future__ import annotations

from bot import cases
from bot.channel import MessageKind
from bot.say import Choice, draft, say
from bot.turn import EVERYBODY, Handler, Outcome, Turn


def run(turn: Turn) -> Outcome:
    """Say what the bot is for; for a customer, offer a person."""
    if turn.message.kind is MessageKind.CHOICE:
        reply = draft(
            zh="这个按钮已经失效了，请直接用文字告诉我。", en="That button no longer works. Please tell me in words."
        )
        return Outcome(kind="smalltalk", replies=(reply,))
    if turn.person.user is not None:
        reply = draft(
            zh="我没听懂。回复“帮助”可以看到能做的事和例子。",
            en="I didn't get that. Reply 'help' to see what I can do, with examples.",
        )
        return Outcome(kind="smalltalk", replies=(reply,), is_miss=True)
    complaint = cases.find_complaint_of(turn, turn.text, within=cases.COMPLAINING)
    if complaint is not None:
        return cases.add_to_complaint(turn, complaint, turn.message.text)
    reply = draft(
        zh="这个我帮不上忙。关于订单、售后、会员和门店的问题都可以问我，也可以找人工。",
        en="I can't help with that. Ask me about orders, returns, membership or stores, or talk to a person.",
        choices=(Choice(label=say(zh="转人工", en="Talk to a person"), intent="talk_to_person"),),
    )
    return Outcome(kind="smalltalk", replies=(reply,), is_miss=True)


HANDLER = Handler(intent="fallback", roles=EVERYBODY, run=run, is_private=False)
