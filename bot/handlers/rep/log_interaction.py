"""'Log call with X: …' / '记录和X的电话：…': an interaction, and a task for each follow-up, from one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot import agenda, answers, due
from bot.handlers.rep import _form, _parties
from bot.handlers.rep._parties import Named, Parties
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import SELLERS, Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_moment
from crm_core import interactions, tasks
from crm_core.models import Interaction, Task
from nlu import picking
from nlu.commands import log_interaction
from nlu.commands._follow_ups import FollowUp, read_content
from nlu.commands._guards import is_affirmed, is_negated, is_question
from nlu.commands.log_interaction import LogInteraction
from nlu.entities.times import due_at
from nlu.understanding import Moment, ParseContext

INTENT = "log_interaction"
#: how sure the meaning must be where the words do not show that it happened
SURE = 0.5
#: shorter than this there is nothing to write down yet, as in "log a call"
MIN_DRAFT_CHARS = 12
#: where the name ends in an answer to 'with whom?' that goes on telling
_NAME_END = re.compile(r"\s*[,，:：;；。\n]\s*")
#: what leads to the name in it: 'with Tom Wilson', 跟罗文
_NAME_LEAD = re.compile(
    r"^(?:(?:it was |i meant |that was )?(?:with|to|at|for|from)\s+|(?:是)?(?:跟|和|与|给|同|找)(?=\S))", re.IGNORECASE
)
#: a follow-up that says nothing of its own
_BARE_TITLE = re.compile(r"(?:follow(?:ing)?[- ]?ups?|(?:再次?|继续)?跟进(?:一下)?)?[.。!！]?", re.IGNORECASE)
KIND_WORDS = {
    "call": say(zh="电话", en="Call"),
    "visit": say(zh="拜访", en="Visit"),
    "online_meeting": say(zh="线上会议", en="Online meeting"),
    "email": say(zh="邮件", en="E-mail"),
    "chat": say(zh="聊天", en="Chat"),
    "event": say(zh="活动", en="Event"),
    "care": say(zh="客户关怀", en="Customer care"),
}


def run(turn: Turn) -> Outcome:
    """Read the sentence; ask for what is missing, else write. What is denied or asked is not a report."""
    denies = is_negated(turn.text) or is_question(turn.text)
    if denies and log_interaction.read(turn.text, turn.context) is None:
        return _say_nothing_logged()
    return _go_on(turn, {"text": turn.text, "said_at": turn.now.isoformat()})


def press(turn: Turn) -> Outcome:
    """Take the button of a question of ours."""
    if "data" in turn.arguments and not agenda.is_open(turn, INTENT, turn.arguments["data"]):
        return _parties.say_closed()
    data = _parties.settle(turn)
    return _parties.say_cancelled() if data is None else _go_on(turn, data)


def resume(turn: Turn) -> Outcome:
    """Take words in answer to a question of ours: a name for the one in doubt, or a whole new sentence."""
    data = dict(turn.dialogue.data) if turn.dialogue else {}
    if "text" not in data or log_interaction.read(turn.text, turn.context) is not None:
        return run(turn)
    if "mention" in data and (picking.is_none(turn.text) or picking.is_all(turn.text) or is_affirmed(turn.text)):
        return _ask_who_else(data)
    if turn.understanding.intent == "deny" and turn.understanding.probability >= 0.5:
        return _parties.say_cancelled()
    is_confirmed = is_affirmed(turn.text) and data.get("slot") == "confirmed"
    settled = {**data, "confirmed": True} if is_confirmed else _form.mend(data, turn)
    if settled is None:
        return _take_name(turn, data) if "number" in data else run(turn)
    return _go_on(turn, settled)


def _take_name(turn: Turn, data: Mapping[str, Any]) -> Outcome:
    """Take the name that answers our question, and what is told behind it."""
    said, _, told = _NAME_END.sub("\n", turn.text, count=1).partition("\n")
    name = _NAME_LEAD.sub("", said.strip(), count=1)
    data = {**data, "told": told.strip() or data.get("told", "")}
    settled = _settle_by_choice(turn, data, name) or _settle_by_company(turn, data, name)
    if settled is None and _names_other_company(turn, name):
        return _ask_who_else(data)
    return _go_on(turn, settled or {**data, "names": {**data.get("names", {}), str(data["number"]): name}})


def _names_other_company(turn: Turn, name: str) -> bool:
    """Tell whether one of several people was asked for, and a company is named where none of them works."""
    asked = next(iter(agenda.list_open(turn)), None)
    offered = answers.list_records(turn, *asked) if asked else []
    if not offered or any(one.arguments.get("record", [""])[0] != "contact" for one in offered):
        return False
    return turn.services.directory.find_account(turn.session, turn.actor, name) is not None


def _settle_by_choice(turn: Turn, data: Mapping[str, Any], words: str) -> dict[str, Any] | None:
    """Take 'the second one, he wants a quote' for the offered one that it picks."""
    picked = answers.find_picked(turn, words)
    if picked is None or picked.intent != INTENT or "record" not in picked.arguments:
        return None
    settled = {**data.get("settled", {}), str(picked.arguments["number"]): list(picked.arguments["record"])}
    return {**data, "settled": settled}


def _settle_by_company(turn: Turn, data: Mapping[str, Any], words: str) -> dict[str, Any] | None:
    """Take 'the one at Acme' in answer to 'which Li Na?'."""
    if "mention" not in data:
        return None
    for company in turn.services.directory.find_in(turn.session, words):
        meant = turn.services.directory.resolve(turn.session, turn.actor, data["mention"], organisation=company)
        if meant.kind == "found":
            one = meant.candidates[0]
            settled = {**data.get("settled", {}), str(data["number"]): [one.record_type, one.id]}
            return {**data, "settled": settled}
    return None


def _ask_who_else(data: Mapping[str, Any]) -> Outcome:
    """Ask who it was where none of those that were offered is meant; he may be new."""
    about = {"data": dict(data), "number": data["number"], "mention": data["mention"]}
    new = _parties.creations(str(data["mention"]), INTENT, about)
    return _parties.ask_for_name(INTENT, data, new)


def _go_on(turn: Turn, data: Mapping[str, Any]) -> Outcome:
    """Write what the sentence says once nothing in it is in doubt."""
    said_at = datetime.fromisoformat(data["said_at"])
    context = turn.context_at(said_at)
    request = log_interaction.read(data["text"], context)
    if request is None and data.get("confirmed"):
        request = _read_confirmed(data["text"], context)
    if request is None and turn.understanding.intent == INTENT and turn.understanding.probability >= SURE:
        request = log_interaction.read_likely(data["text"], context)
    if request is None:
        return _ask_for_sentence() if len(data["text"]) < MIN_DRAFT_CHARS else _ask_to_confirm(data)
    request = _add_told(request, str(data.get("told", "")), context)
    kind = request.kind or data.get("kind")
    if kind is None:
        return _ask_kind(data)
    mentions = _mentions(request, data.get("names", {}))
    if not mentions:
        return _ask_with_whom(data)
    parties = _parties.find_parties(turn, mentions, data.get("settled", {}), intent=INTENT, data=data)
    if isinstance(parties, Outcome):
        return parties
    request = replace(request, kind=kind)
    return _plan(turn, request, parties) if request.planned_for else _write(turn, request, parties, said_at)


def _read_confirmed(text: str, context: ParseContext) -> LogInteraction:
    """Read a sentence that its speaker says is a report: 'call with Li Na' as 'log call with Li Na'."""
    told = (log_interaction.read(lead + text, context) for lead in ("log ", "记录"))
    return next((request for request in told if request and request.mentions), None) or log_interaction.draft(
        text, context
    )


def _add_told(request: LogInteraction, told: str, context: ParseContext) -> LogInteraction:
    """Add what was told together with the name that we had asked for: '李娜, she wants a quote'."""
    if not told:
        return request
    content = read_content(told, told, 0, len(told), context)
    summary = "; ".join(part for part in (request.summary, content.summary) if part)
    return replace(request, summary=summary, follow_ups=(*request.follow_ups, *content.follow_ups))


def _mentions(request: LogInteraction, names: Mapping[str, str]) -> list[Named]:
    """Return who was named, with the names given later in answer to our questions."""
    said = [
        Named(names[str(number)]) if str(number) in names else Named(mention.text, mention.organisation)
        for number, mention in enumerate(request.mentions)
    ]
    return said or [Named(name) for name in names.values()]


def _write(turn: Turn, request: LogInteraction, parties: Parties, said_at: datetime) -> Outcome:
    interaction = interactions.log_interaction(
        turn.session,
        turn.actor,
        kind=str(request.kind),
        occurred_at=_happened_at(request.occurred_at, said_at),
        summary=request.summary or _neutral_summary(turn, request, parties),
        account_id=parties.account_id,
        contact_ids=[contact.id for contact in parties.contacts],
    )
    follow_ups = [_write_task(turn, follow_up, interaction, parties) for follow_up in request.follow_ups]
    return Outcome(kind="logged", replies=(_echo(turn, interaction, parties, follow_ups),))


def _plan(turn: Turn, request: LogInteraction, parties: Parties) -> Outcome:
    """Make a task of what has not happened yet."""
    title = _neutral_summary(turn, request, parties)
    if request.summary:
        title = say(zh=f"{title}：{request.summary}", en=f"{title}: {request.summary}").in_(turn.language)
    planned = FollowUp(title=title[:300], due=request.planned_for)
    written = [_write_task(turn, one, None, parties) for one in (planned, *request.follow_ups)]
    text = say(zh="这还没有发生，已建为任务：", en="This hasn't happened yet, so I made it a task:")
    for task in written:
        text += _say_follow_up(turn, task)
    return Outcome(kind="done", replies=(Draft(text=text, choices=(_undo(turn),)),))


def _undo(turn: Turn) -> Choice:
    return Choice(label=say(zh="撤销", en="Undo"), intent="undo", arguments={"message_id": turn.inbox_id})


def _write_task(turn: Turn, follow_up: FollowUp, interaction: Interaction | None, parties: Parties) -> Task:
    title = follow_up.title
    if _BARE_TITLE.fullmatch(title):
        title = say(zh=f"跟进{parties.names}", en=f"Follow up with {parties.names_en}").in_(turn.language)
    task = tasks.create_task(
        turn.session,
        turn.actor,
        title=title,
        due_at=due_at(follow_up.due, turn.zone) if follow_up.due else None,
        account_id=parties.account_id,
        contact_id=parties.contacts[0].id if parties.contacts else None,
        interaction_id=interaction.id if interaction else None,
    )
    due.schedule_reminders(turn.session, task, now=turn.now)
    return task


def _happened_at(moment: Moment | None, said_at: datetime) -> datetime:
    """Return when it happened, to the minute: as said; a bare day takes the clock time of the message."""
    if moment is None:
        return said_at
    if moment.has_time or moment.grain in {"hour", "minute"}:
        return moment.start
    clock = said_at.astimezone(moment.start.tzinfo)
    return moment.start.replace(hour=clock.hour, minute=clock.minute)


def _neutral_summary(turn: Turn, request: LogInteraction, parties: Parties) -> str:
    kind = KIND_WORDS[str(request.kind)]
    return say(zh=f"与{parties.names}的{kind.zh}", en=f"{kind.en} with {parties.names_en}").in_(turn.language)


def _echo(turn: Turn, interaction: Interaction, parties: Parties, follow_ups: list[Task]) -> Draft:
    kind, when = KIND_WORDS[interaction.kind.value], say_moment(interaction.occurred_at, turn.zone)
    account = next((one.account_name or "" for one in parties.contacts), "")
    where = Text(zh=f"（{account}）", en=f" ({account})") if account else Text(zh="", en="")
    text = say(
        zh=f"已记录：{kind.zh} · {parties.names}{where.zh} · {when.zh}\n内容：{interaction.summary}",
        en=f"Logged: {kind.en} · {parties.names_en}{where.en} · {when.en}\nSummary: {interaction.summary}",
    )
    for task in follow_ups:
        text += _say_follow_up(turn, task)
    return Draft(text=text, choices=(_undo(turn),))


def _say_follow_up(turn: Turn, task: Task) -> Text:
    if task.due_at is None:
        return say(zh=f"\n跟进：{task.title}（没有说时间）", en=f"\nFollow-up: {task.title} (no date given)")
    when = say_moment(task.due_at, turn.zone)
    return say(zh=f"\n跟进：{task.title} · {when.zh}", en=f"\nFollow-up: {task.title} · {when.en}")


def _say_nothing_logged() -> Outcome:
    reply = draft(
        zh="好的，没有记录任何内容。要记录时可以说：记录和李娜的电话：客户要报价",
        en="All right, nothing was logged. To log something, say: log call with Li Na: wants a quote",
    )
    return Outcome(kind="smalltalk", replies=(reply,))


def _ask_for_sentence() -> Outcome:
    reply = draft(
        zh="要记录什么？例如：记录和李娜的电话：客户要报价，周五前跟进",
        en="What shall I log? For example: log call with Li Na: wants a quote, follow up Friday",
    )
    return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))


def _ask_with_whom(data: Mapping[str, Any]) -> Outcome:
    reply = draft(zh="和谁？请告诉我联系人或客户的名称。", en="With whom? Tell me the contact or the account.")
    return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT, data={**data, "number": 0}))


def _ask_kind(data: Mapping[str, Any]) -> Outcome:
    options = tuple(
        Choice(label=KIND_WORDS[kind], intent=INTENT, arguments={"data": {**data, "kind": kind}})
        for kind in ("call", "visit", "online_meeting", "email", "chat")
    )
    text = say(zh="这是哪一种互动？", en="What kind of contact was it?")
    return Outcome(
        kind="asked", replies=(Draft(text=text, choices=options),), dialogue=Dialogue(intent=INTENT, data=data)
    )


def _ask_to_confirm(data: Mapping[str, Any]) -> Outcome:
    """Ask before a sentence that no grammar is sure of is written down."""
    yes = Choice(label=say(zh="记录", en="Log it"), intent=INTENT, arguments={"data": {**data, "confirmed": True}})
    no = Choice(label=say(zh="不用", en="No"), intent=INTENT, arguments={"cancel": True})
    text = say(zh="要把这句话记录为客户互动吗？", en="Shall I log this as a contact with a customer?")
    return Outcome(
        kind="asked",
        replies=(Draft(text=text, choices=(yes, no)),),
        dialogue=Dialogue(intent=INTENT, data={**data, "slot": "confirmed"}),
    )


HANDLER = Handler(
    intent=INTENT,
    roles=SELLERS,
    run=run,
    resume=resume,
    press=press,
    examples=(
        Example(
            zh="记录和李娜的电话：客户要报价，下周二下午三点跟进",
            en="log call with Li Na: wants a quote, follow up Tuesday 3pm",
        ),
        Example(zh="昨天下午拜访了王总，谈了陈列费", en="visited Mr. Wang yesterday 3pm, discussed shelf fees"),
    ),
)
