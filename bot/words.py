"""Sentences that several parts of the conversation share."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.say import Choice, Draft, Text, draft, say
from bot.turn import Outcome, Turn

WEEKDAYS_ZH = "一二三四五六日"

#: says nothing of whose record it is, nor that it exists
REFUSED = say(
    zh="这项内容由其他同事负责，你没有权限查看或修改。如有需要，请联系你的主管。",
    en="A colleague looks after this, so I can't show or change it for you. Please ask your supervisor if you need it.",
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
