"""A customer asks for a person: 转人工, 'agent please', 'I want to talk to a person'. Only short, clear phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import CUSTOMER, Command
from nlu.commands._guards import is_negated
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class TalkToPerson:
    """A person is asked for."""


_WHO = (
    r"(?:(?:a|an|the|some|your|any)\s+)?(?:real\s+|live\s+|actual\s+|human\s+)*(?:person|human(?: being)?"
    r"|people|agent|someone(?: real)?|somebody|representative|rep|operator|customer (?:service|support)(?: "
    r"agent| rep(?:resentative)?)?|"
    r"(?:customer )?support agent|staff(?: member)?|support (?:person|team)|manager|supervisor|colleague)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?:(?:i|we)\s+(?:want|need|would like|'d like|prefer|have)\s+|i'd like\s+|may i\s+|can i\s+"
        r"|could i\s+|i\s+wanna\s+)?(?:to\s+)?(?:please\s+)?(?:talk|speak|chat|connect|transfer(?: me)?"
        r"|connect me|put me through|get me|pass me|switch(?: me)?|hand me(?: over)?|get through)\s+"
        rf"(?:directly\s+)?(?:to|with|through to)?\s*{_WHO}(?:\s+(?:now|please|instead|here))*[?!.\s]*",
        r"(?:(?:a\s+)?(?:real\s+|live\s+)?(?:human|agent|representative|operator)|(?:a\s+)?(?:real"
        r"|live)\s+(?:person|human|agent))(?:\s+(?:now|please))*[!.\s]*",
        rf"(?:is there|are there)\s+{_WHO}(?:\s+(?:i can talk to|there|here|available))*[?\s]*"
        rf"|(?:i\s+)?(?:want|need|get me)\s+{_WHO}(?:\s+(?:now|please))*[!.\s]*",
        r"(?:要|想|需要|帮|给|麻烦|快|赶紧|直接|我|立即|马上|请|能|可以)*(?:转|接|找|叫|换|呼叫|联系|转接"
        r"|接入|切换?|转到|要|来)(?:一下|个|到|成)?(?:真)?(?:人工|人工客服|真人|真人客服|客服|客服人员"
        r"|人工服务|活人|人工坐席|在线客服|你们客服|你们的人|你们经理|负责人)(?:客服|服务)?(?:处理|来|吧|啊"
        r"|啦|了|好吗|可以吗|行吗)?[!！。.~\s]*",
        r"(?:人工|人工客服|真人|真人客服|人工服务|转接人工|活人)(?:客服|服务)?(?:在吗|呢|在不在"
        r"|有吗)?[!！。.?？~\s]*|(?:在线)?客服[!！。.~\s]*",
        r"(?:我)?(?:要|想|需要)?(?:和|跟|与)(?:真人|人工|人工客服|客服|真人客服|客服人员|人|活人"
        r"|你们的人)(?:客服)?(?:说话?|聊|谈|沟通|对话|讲|交流|通话)(?:一下)?[!！。.~\s]*",
        r"(?:我)?不(?:要|想)(?:跟|和)?机器人(?:说话|聊|聊天)?[,，\s]*(?:要|转|找|给我)?(?:人工|真人"
        r"|客服)?[!！。.~\s]*|有(?:没有)?(?:人工|真人|活人)(?:客服)?(?:吗|没有?)?[?？]*",
    )
)


def read(text: str, context: ParseContext) -> TalkToPerson | None:  # noqa: ARG001 - the contract of a command
    """Read whether a person is asked for."""
    heard = hear(text)
    spoken = (heard.body, heard.folded.strip())
    if len(heard.folded) > 80 or (
        is_negated(heard.body) and "机器人" not in heard.folded and "有没有" not in heard.folded
    ):
        return None
    return TalkToPerson() if any(pattern.fullmatch(one) for pattern in _PATTERNS for one in spoken if one) else None


COMMAND = Command(label="talk_to_person", roles=CUSTOMER, read=read)
