"""An order of which one piece is missing: the piece is asked for, and the whole sentence goes to its own command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import agenda, orders
from bot.handlers import load_handlers
from bot.handlers.rep import _parties
from bot.say import Choice, Draft, Text, say
from bot.turn import STAFF, Dialogue, Handler, Outcome, Turn
from bot.words import say_field
from crm_core import deals
from crm_core.models import AccountLevel
from nlu.commands import incomplete, recognise
from nlu.commands._guards import is_denied
from nlu.commands.incomplete import Incomplete

INTENT = "incomplete"
#: the command that an answer must make: half of a payment may read like a report
_MEANT = {asked: {"record_payment"} for asked in ("payment", "payer", "amount")}
_QUESTIONS: Mapping[str, Text] = {
    "name": say(
        zh="是哪一个？请说客户、商机或任务的名称。", en="Which one? Tell me the customer, the deal or the task."
    ),
    "owner": say(zh="转给哪位同事？", en="To which colleague?"),
    "tags": say(zh="打什么标签？", en="Which tag?"),
    "title": say(
        zh="要提醒什么？例如：给华为发报价", en="What shall I remind you of? For example: send Acme the quote"
    ),
    "time": say(zh="推迟到什么时候？", en="Until when shall I put it off?"),
    "amount": say(zh="金额是多少？", en="How much was it?"),
    "payment": say(zh="哪个客户，多少钱？例如：恒信地产 20万", en="From whom, and how much? For example: Acme 20k"),
    "payer": say(zh="是哪个客户的？", en="From which customer?"),
    "parties": say(zh="要合并哪两个？例如：悦购和悦购超市", en="Which two? For example: Acme and Acme Ltd"),
    "requirement": say(
        zh="哪个客户需要什么？例如：恒信地产：礼盒上印标志", en="Who needs what? For example: Acme: a logo on the boxes"
    ),
}


def run(turn: Turn) -> Outcome:
    """Ask for what is missing."""
    request = incomplete.read(turn.text, turn.context)
    if request is None:  # whole once the names in it are known
        return orders.hand_on(turn, turn.text, load_handlers()) or _parties.say_nothing_done()
    if not request.asks:
        return orders.hand_on(turn, request.templates[0], load_handlers()) or _parties.say_nothing_done()
    return _ask(turn, {"text": turn.text, "said_at": turn.now.isoformat(), "slot": request.asks})


def resume(turn: Turn) -> Outcome:
    """Put the answer in its place and give the whole sentence to its command."""
    data = dict(turn.dialogue.data) if turn.dialogue else {}
    request = incomplete.read(turn.text, turn.context)
    if "text" not in data or request is not None:
        return run(turn)
    if is_denied(turn.text):
        return _parties.say_cancelled()
    return _complete(turn, data, turn.text)


def press(turn: Turn) -> Outcome:
    """Take the value of a button."""
    data = dict(turn.arguments["data"])
    if turn.arguments.get("cancel"):
        return _parties.say_cancelled()
    if not agenda.is_open(turn, INTENT, data):
        return _parties.say_closed()
    return _complete(turn, data, str(turn.arguments["value"]))


def _complete(turn: Turn, data: Mapping[str, Any], answer: str) -> Outcome:
    request = incomplete.read(data["text"], turn.context)
    if request is None:
        return _parties.say_closed()
    narrowed = request.narrow(answer, turn.context)
    left = incomplete.read(narrowed, turn.context) if narrowed else None
    if left is not None:
        return _ask(turn, {**data, "text": narrowed, "slot": left.asks})
    for sentence in request.complete(answer):
        if recognise(sentence, turn.context) not in _MEANT.get(request.asks, {recognise(sentence, turn.context)}):
            continue
        outcome = orders.hand_on(turn, sentence, load_handlers())
        if outcome is not None:
            return outcome
    return _ask(turn, data, is_again=True)


def _ask(turn: Turn, data: Mapping[str, Any], *, is_again: bool = False) -> Outcome:
    request = incomplete.read(data["text"], turn.context)
    question = _question(request) if request else _QUESTIONS["name"]
    if is_again:
        question = say(zh="这个我没看懂。", en="I didn't get that. ") + question
    which = {key: data[key] for key in ("text", "said_at")}
    cancel = Choice(label=say(zh="取消", en="Cancel"), intent=INTENT, arguments={"cancel": True, "data": which})
    choices = (*_choices(turn, request, data), cancel)
    return Outcome(
        kind="asked", replies=(Draft(text=question, choices=choices),), dialogue=Dialogue(intent=INTENT, data=data)
    )


def _question(request: Incomplete) -> Text:
    if request.asks != "value":
        return _QUESTIONS[request.asks]
    name = say_field(request.field or "")
    return say(zh=f"{name.zh}改成什么？", en=f"What shall the {name.en} be?")


def _choices(turn: Turn, request: Incomplete | None, data: Mapping[str, Any]) -> list[Choice]:
    return [
        Choice(label=label, intent=INTENT, arguments={"data": dict(data), "value": value})
        for value, label in _values(turn, request.field if request else None)
    ]


def _values(turn: Turn, field: str | None) -> list[tuple[str, Text]]:
    """Give a field's values and their names, where they are few enough for buttons."""
    if field == "stage":
        stages = deals.list_stages(turn.session)
        return [(stage.key, Text(zh=stage.name_zh, en=stage.name_en)) for stage in stages]
    return [(level.value, Text(zh=level.value, en=level.value)) for level in AccountLevel] if field == "level" else []


HANDLER = Handler(intent=INTENT, roles=STAFF, run=run, resume=resume, press=press)
