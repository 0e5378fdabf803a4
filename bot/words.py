"""Sentences that several parts of the conversation share."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.say import Choice, Draft, Text, draft, say
from bot.turn import Outcome, Turn
from crm_core.errors import InvalidField, Overpaid

WEEKDAYS_ZH = "一二三四五六日"

#: says nothing of whose record it is, nor that it exists
REFUSED = say(
    zh="这项内容由其他同事负责，你没有权限查看或修改。如有需要，请联系你的主管。",
    en="A colleague looks after this, so I can't show or change it for you. Please ask your supervisor if you need it.",
)


#: a won deal is not made larger than a manager approved
NEEDS_APPROVAL = say(
    zh="这个金额超过审批额度，已赢单的商机不能直接改成这个金额，请经理修改。",
    en="This amount is above the limit. A won deal can't be raised to it without a manager: please ask yours.",
)


NOT_OF_ROLE = say(
    zh="你的角色没有这项权限。回复“帮助”看看你能做什么。",
    en="Your role doesn't include this. Reply 'help' to see what you can do.",
)


#: what gives a conversation back to the bot, whatever language its button was in
BACK_WORDS = re.compile(
    r"(?:返回|回到|切回|转回)(?:智能)?(?:助手|客服|机器人)|(?:go )?back to (?:the )?(?:assistant|bot|robot)[.!]?",
    re.IGNORECASE,
)
BOT_IS_BACK = draft(
    zh="好的，我继续为你服务，工单仍会有同事跟进。请说吧。",
    en="All right, I'm back. A colleague still looks after your ticket. How can I help?",
)


def say_not_in_groups() -> Outcome:
    """Refuse to show records in a group chat."""
    return Outcome(
        kind="refused",
        replies=(
            draft(
                zh="这会涉及客户资料，请私聊我处理。",
                en="This is about customer records. Please write to me in a private chat.",
            ),
        ),
    )


def say_moment(at: datetime, zone: ZoneInfo) -> Text:
    """Write a time in the person's zone: '11月24日 周二 15:00' / 'Tue 24 Nov, 15:00'."""
    local = at.astimezone(zone)
    return say(
        zh=f"{local.month}月{local.day}日 周{WEEKDAYS_ZH[local.weekday()]} {local:%H:%M}",
        en=f"{local:%a} {local.day} {local:%b}, {local:%H:%M}",
    )


def say_day(at: datetime, zone: ZoneInfo) -> Text:
    """Write a day in the person's zone: '2026年11月24日' / '24 Nov 2026'."""
    local = at.astimezone(zone)
    return say(zh=f"{local.year}年{local.month}月{local.day}日", en=f"{local.day} {local:%b} {local.year}")


def say_welcome(turn: Turn) -> tuple[Draft, ...]:
    """Greet whoever opened the chat, with what he can ask for."""
    settings = turn.services.settings
    if turn.person.user is not None:
        name = turn.person.user.name
        return (
            draft(
                zh=f"{name}，你好！直接说要做什么就行，回复“帮助”看例子。",
                en=f"Hello {name}! Just tell me what to do. Reply 'help' for examples.",
            ),
        )
    return (
        draft(
            zh=f"你好，这里是{settings.company_name_zh}智能客服。直接输入问题即可，随时可以说“转人工”。",
            en=f"Hello, this is the {settings.company_name_en} assistant. Just ask your question; say 'agent' any time "
            "to reach a person.",
            choices=(
                Choice(label=say(zh="转人工", en="Talk to a person"), intent="talk_to_person"),
                Choice(label=say(zh="我的工单", en="My ticket"), intent="ticket_status"),
            ),
        ),
    )


_FIELDS = {
    "level": say(zh="级别", en="level"),
    "status": say(zh="状态", en="status"),
    "stage": say(zh="阶段", en="stage"),
    "amount": say(zh="金额", en="amount"),
    "annual_amount": say(zh="年采购额", en="annual amount"),
    "currency": say(zh="币种", en="currency"),
    "expected_close": say(zh="预计成交日期", en="expected close date"),
    "owner": say(zh="负责人", en="owner"),
    "owner_id": say(zh="负责人", en="owner"),
    "mobile": say(zh="电话", en="phone"),
    "email": say(zh="邮箱", en="e-mail"),
    "title": say(zh="职位", en="title"),
    "birthday": say(zh="生日", en="birthday"),
    "decision_role": say(zh="决策角色", en="decision role"),
    "is_key_contact": say(zh="关键联系人", en="key contact"),
    "account_id": say(zh="所属客户", en="account"),
    "account": say(zh="所属客户", en="account"),
    "industry": say(zh="行业", en="industry"),
    "size_band": say(zh="规模", en="size"),
    "region": say(zh="地区", en="region"),
    "address": say(zh="地址", en="address"),
    "website": say(zh="网站", en="website"),
    "source": say(zh="来源", en="source"),
    "tags": say(zh="标签", en="tags"),
    "short_names": say(zh="简称", en="short names"),
    "score": say(zh="评分", en="score"),
    "notes": say(zh="备注", en="notes"),
    "name": say(zh="名称", en="name"),
    "partner_since": say(zh="合作开始日期", en="partner since"),
    "influence": say(zh="影响力", en="influence"),
    "language": say(zh="语言", en="language"),
    "priority": say(zh="优先级", en="priority"),
    "due_at": say(zh="截止时间", en="due time"),
    "task_title": say(zh="任务", en="task"),
    "company": say(zh="公司", en="company"),
    "outcome_reason": say(zh="输赢原因", en="reason"),
    "reason": say(zh="原因", en="reason"),
    "result": say(zh="阶段结果", en="result"),
    "task": say(zh="阶段任务", en="the stage's task"),
    "awaits_approval": say(zh="待经理审批", en="waits for approval"),
    "due_on": say(zh="应回款日期", en="payment due"),
    "signed_on": say(zh="签订日期", en="signed on"),
    "valid_until": say(zh="有效期至", en="valid until"),
    "probability": say(zh="赢率（%）", en="probability (%)"),
    "answer_due_at": say(zh="答复期限", en="answer due"),
    "quote": say(zh="报价单", en="quote"),
    "contract": say(zh="合同", en="contract"),
    "received_on": say(zh="到账日期", en="day of receipt"),
    "confirmation": say(zh="客户确认", en="customer's confirmation"),
    "occurred_at": say(zh="时间", en="time"),
    "kind": say(zh="方式", en="kind"),
    "summary": say(zh="内容", en="summary"),
    "contacts": say(zh="联系人", en="contacts"),
}


def say_field(field: str) -> Text:
    """Name a field in both languages."""
    return _FIELDS.get(field, Text(zh=field, en=field.replace("_", " ")))


#: words of the records' own values that a person reads in his language
_VALUES = {
    "active": say(zh="活跃", en="active"),
    "silent": say(zh="沉默", en="silent"),
    "lost": say(zh="流失", en="lost"),
    "stage:lost": say(zh="输单", en="lost"),
    "new": say(zh="新", en="new"),
    "departed": say(zh="离职", en="departed"),
    "todo": say(zh="待开始", en="to do"),
    "doing": say(zh="进行中", en="in progress"),
    "done": say(zh="已完成", en="done"),
    "delayed": say(zh="延期", en="delayed"),
    "closed": say(zh="已关闭", en="closed"),
    "accepted": say(zh="客户已接受", en="accepted"),
    "rejected": say(zh="客户已拒绝", en="rejected"),
    "sent": say(zh="已发送", en="sent"),
    "draft": say(zh="草稿", en="draft"),
    "signed": say(zh="已签", en="signed"),
    "terminated": say(zh="已终止", en="terminated"),
    "refused": say(zh="未通过", en="refused"),
    "existing": say(zh="现有需求", en="existing"),
    "potential": say(zh="潜在需求", en="potential"),
    "call": say(zh="电话", en="call"),
    "visit": say(zh="拜访", en="visit"),
    "online_meeting": say(zh="线上会议", en="online meeting"),
    "email": say(zh="邮件", en="e-mail"),
    "chat": say(zh="聊天", en="chat"),
    "event": say(zh="活动", en="event"),
    "care": say(zh="客户关怀", en="customer care"),
    "high": say(zh="高", en="high"),
    "medium": say(zh="中", en="medium"),
    "low": say(zh="低", en="low"),
    "contacted": say(zh="初步接触", en="contacted"),
    "qualified": say(zh="需求确认", en="qualified"),
    "proposal": say(zh="方案报价", en="proposal"),
    "negotiation": say(zh="商务谈判", en="negotiation"),
    "won": say(zh="赢单", en="won"),
    "created": say(zh="新建", en="created"),
    "True": say(zh="是", en="yes"),
    "False": say(zh="否", en="no"),
}


def say_value(value: object, zone: ZoneInfo, field: str = "") -> Text:
    """Say a record's value as a person writes it; a missing one is a dash."""
    if value is None or value in ("", [], {}):
        return Text(zh="—", en="—")
    if isinstance(value, list):
        return Text(zh="、".join(map(str, value)), en=", ".join(map(str, value)))
    said = str(value)
    if re.match(r"\d{4}-\d\d-\d\dT", said):
        return say_moment(datetime.fromisoformat(said), zone)
    return _VALUES.get(f"{field}:{said}") or _VALUES.get(said, Text(zh=said, en=said))


def say_invalid(error: InvalidField) -> Text:
    """Say that a value breaks a rule of the record, and ask for another."""
    if isinstance(error, Overpaid):
        figures = f"{error.paid:,.2f} / {error.total:,.2f} {error.currency}"
        return say(
            zh=f"这个商机已回款 {figures}，这样会多出 {error.surplus:,.2f}，没有保存。请核对金额。",
            en=f"{figures} came in already; this would be {error.surplus:,.2f} too much. Nothing was saved.",
        )
    name = say_field(error.field)
    if error.value is None:
        return say(zh=f"还缺{name.zh}，请告诉我。", en=f"The {name.en} is missing. {error.remedy}")
    return say(
        zh=f"{name.zh}“{error.value}”不合要求，没有保存。请换一个值。",
        en=f"'{error.value}' can't be the {name.en}; nothing was saved. {error.remedy}",
    )
