"""'Summary of this week' / '本周汇总': the period's figures from real queries, as far as the asker may see."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.say import Draft, Text, draft, say
from bot.turn import MANAGERS, Dialogue, Example, Handler, Outcome, Turn
from bot.words import say_day
from crm_core import access
from crm_core.models import InteractionKind
from crm_core.permissions import Scope
from crm_core.reports.summary import StageLine, Summary, summarise
from knowledge_base.feedback import AnswerShare, answered_share
from nlu.commands import summary
from nlu.commands.summary import Summarise
from nlu.entities.times import resolve_time
from nlu.understanding import Moment

INTENT = "summary"
KIND_WORDS = {
    InteractionKind.CALL: say(zh="电话", en="calls"),
    InteractionKind.VISIT: say(zh="拜访", en="visits"),
    InteractionKind.ONLINE_MEETING: say(zh="线上会议", en="online meetings"),
    InteractionKind.EMAIL: say(zh="邮件", en="e-mails"),
    InteractionKind.CHAT: say(zh="聊天", en="chats"),
    InteractionKind.EVENT: say(zh="活动", en="events"),
    InteractionKind.CARE: say(zh="关怀", en="care contacts"),
}


def run(turn: Turn) -> Outcome:
    """Count the period that was named, this week without one."""
    request = summary.read(turn.text, turn.context) or _read_loosely(turn)
    start, end = _period(turn, request.period)
    team_id = None
    if request.team:
        team = access.find_team(turn.session, request.team)
        if team is None:
            return _say_unknown_team(turn, request.team)
        team_id = team.id
    figures = summarise(turn.session, turn.actor, start=start, end=end, team_id=team_id)
    shares = answered_share(turn.session, start, end) if figures.scope is Scope.ALL else None
    return Outcome(kind="answered", replies=(Draft(text=_say_summary(turn, figures, shares)),))


def _read_loosely(turn: Turn) -> Summarise:
    """Read the period and the team of a sentence that is a summary's by its meaning only: never the wrong figures."""
    period = resolve_time(turn.text, turn.now, turn.zone, "past")
    text = turn.text.casefold()
    spellings = (part.strip() for team in access.list_teams(turn.session) for part in team.name.split("/"))
    return Summarise(period=period, team=next((name for name in spellings if name.casefold() in text), None))


def _period(turn: Turn, named: Moment | None) -> tuple[datetime, datetime]:
    if named is not None:
        return named.start, named.end or named.start + timedelta(days=1)
    today = turn.now.astimezone(turn.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    return monday, monday + timedelta(days=7)


def _say_unknown_team(turn: Turn, name: str) -> Outcome:
    names = "、".join(team.name for team in access.list_teams(turn.session))
    reply = draft(zh=f"没有团队“{name}”。现有团队：{names}", en=f"There is no team '{name}'. Teams: {names}")
    return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))


def _say_summary(turn: Turn, figures: Summary, shares: AnswerShare | None) -> Text:
    lines = [
        _say_head(turn, figures),
        _say_interactions(figures),
        say(
            zh=f"工单：新开 {figures.tickets_opened}，已解决 {figures.tickets_solved}，逾期 {figures.tickets_overdue}",
            en=f"Tickets: {figures.tickets_opened} opened, {figures.tickets_solved} solved, "
            f"{figures.tickets_overdue} overdue",
        ),
    ]
    if shares is not None:
        lines.append(_say_share(shares))
    lines.append(say(zh=f"新线索：{figures.new_leads}", en=f"New leads: {figures.new_leads}"))
    lines.append(
        say(
            zh=f"任务：完成 {figures.tasks_done}，逾期 {figures.tasks_overdue}",
            en=f"Tasks: {figures.tasks_done} done, {figures.tasks_overdue} overdue",
        )
    )
    lines.append(say(zh="商机（按阶段）：", en="Pipeline by stage:"))
    lines.extend(map(_say_stage, figures.pipeline))
    return Text(zh="\n".join(line.zh for line in lines), en="\n".join(line.en for line in lines))


def _say_head(turn: Turn, figures: Summary) -> Text:
    start, last = say_day(figures.start, turn.zone), say_day(figures.end - timedelta(microseconds=1), turn.zone)
    whose = {
        Scope.ALL: say(zh="全公司", en="whole company"),
        Scope.TEAM: say(zh=figures.team or "本团队", en=figures.team or "your team"),
        Scope.OWN: say(zh="本人", en="your own"),
    }[figures.scope]
    if start == last:
        return say(zh=f"汇总 · {start.zh} · {whose.zh}", en=f"Summary · {start.en} · {whose.en}")
    return say(zh=f"汇总 · {start.zh}至{last.zh} · {whose.zh}", en=f"Summary · {start.en} to {last.en} · {whose.en}")


def _say_interactions(figures: Summary) -> Text:
    zh = "，".join(f"{KIND_WORDS[kind].zh} {count}" for kind, count in figures.interactions.items())
    en = ", ".join(f"{KIND_WORDS[kind].en} {count}" for kind, count in figures.interactions.items())
    total = figures.interactions_total
    return say(
        zh=f"互动：{total}" + (f"（{zh}）" if zh else ""), en=f"Interactions: {total}" + (f" ({en})" if en else "")
    )


def _say_share(shares: AnswerShare) -> Text:
    if not shares.asked:
        return say(zh="客户提问：0", en="Customer questions: 0")
    percent = round(100 * shares.answered / shares.asked)
    return say(
        zh=f"客户提问：{shares.asked}，自动答复 {shares.answered}（{percent}%），转工单 {shares.ticketed}",
        en=f"Customer questions: {shares.asked}, answered automatically {shares.answered} ({percent}%), "
        f"ticketed {shares.ticketed}",
    )


def _say_stage(stage: StageLine) -> Text:
    amounts = ", ".join(f"{currency} {amount:,.0f}" for currency, amount in stage.amounts.items())
    tail = f" · {amounts}" if amounts else ""
    return say(
        zh=f"• {stage.name_zh} {stage.probability_percent}%：{stage.count} 个{tail}",
        en=f"• {stage.name_en} {stage.probability_percent}%: {stage.count}{tail}",
    )


HANDLER = Handler(
    intent=INTENT,
    roles=MANAGERS,
    run=run,
    resume=run,
    examples=(Example(zh="本周汇总", en="summary of this week"),),
    min_probability=0.6,
)
