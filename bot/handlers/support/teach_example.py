"""'Teach: where is my parcel => ticket_status' / '教你：我的快递呢 = 查工单': an example, live everywhere at once."""

from __future__ import annotations

from bot import teaching
from bot.errors import ExampleRefused
from bot.say import Choice, Text, draft, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from nlu.commands import teach_example
from nlu.understanding import OUT_OF_SCOPE

INTENT = "teach_example"
#: What people call intents; the intents' own names are understood too. The first ones are offered as buttons.
NAMES: dict[str, Text] = {
    "question": say(zh="提问", en="a question"),
    "complaint": say(zh="投诉", en="a complaint"),
    "ticket_status": say(zh="查工单", en="asking for a ticket"),
    "talk_to_person": say(zh="转人工", en="asking for a person"),
    OUT_OF_SCOPE: say(zh="无关闲聊", en="out of scope"),
    "ticket_add": say(zh="补充工单", en="adding to a ticket"),
    "ticket_close": say(zh="关闭工单", en="closing a ticket"),
    "greeting": say(zh="问候", en="a greeting"),
    "thanks": say(zh="感谢", en="thanks"),
    "goodbye": say(zh="告别", en="a goodbye"),
    "affirm": say(zh="同意", en="a yes"),
    "deny": say(zh="拒绝", en="a no"),
}
OFFERED = 5


def run(turn: Turn) -> Outcome:
    """Teach what was said, or ask which intent it has."""
    request = teach_example.read(turn.message.text.strip(), turn.context)
    if request is None:
        reply = draft(
            zh="请按这个格式：教你：我的快递呢 = 查工单",
            en="Please use this form: teach: where is my parcel => ticket_status",
        )
        return Outcome(kind="asked", replies=(reply,))
    label = _find_label(request.intent)
    return _ask(request.text) if label is None else _teach(turn, request.text, label)


def press(turn: Turn) -> Outcome:
    """Teach with the chosen intent, or take an example back."""
    if "drop" not in turn.arguments:
        return _teach(turn, str(turn.arguments["text"]), str(turn.arguments["label"]))
    dropped = teaching.drop(turn.session, turn.actor, int(turn.arguments["drop"]))
    text = dropped.text if dropped else ""
    reply = draft(zh=f"已撤回：{text}", en=f"Taken back: {text}")
    return Outcome(kind="done", replies=(reply,))


def _teach(turn: Turn, text: str, label: str) -> Outcome:
    try:
        kept = teaching.teach(turn.session, turn.actor, text=text, label=label)
    except ExampleRefused as refused:
        return Outcome(kind="refused", replies=(draft(zh=f"教不了这一句：{refused}", en=str(refused)),))
    name = NAMES.get(label, Text(zh=label, en=label))
    undo = Choice(label=say(zh="撤销", en="Undo"), intent=INTENT, arguments={"drop": kept.id})
    reply = draft(
        zh=f"记住了，几秒内生效：“{kept.text}”是{name.zh}。",
        en=f'Noted, live in seconds: "{kept.text}" is {name.en}.',
        choices=(undo,),
    )
    return Outcome(kind="done", replies=(reply,))


def _ask(text: str) -> Outcome:
    choices = tuple(
        Choice(label=name, intent=INTENT, arguments={"text": text, "label": label})
        for label, name in list(NAMES.items())[:OFFERED]
    )
    reply = draft(zh=f"“{text}”是什么意思？", en=f'What is "{text}"?', choices=choices)
    return Outcome(kind="asked", replies=(reply,))


def _find_label(intent: str | None) -> str | None:
    """Find the intent that a person named, by its own name or by what people call it."""
    if intent is None:
        return None
    said = intent.casefold().strip()
    for label, name in NAMES.items():
        if said in {label, label.replace("_", " "), name.zh, name.en, name.en.split(" ", 1)[-1]}:
            return label
    asked = said.replace(" ", "_")
    return asked if asked in teaching.known_labels("customer") else None


HANDLER = Handler(
    intent=INTENT,
    roles=SUPPORTERS,
    run=run,
    press=press,
    examples=(Example(zh="教你：我的快递呢 = 查工单", en="teach: where is my parcel => ticket_status"),),
    min_probability=0.6,
)
