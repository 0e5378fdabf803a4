"""Create a lead: 新增线索 张三，ABC公司，13800001111，来源展会; 'new lead Jane Smith from Initech, 13912345678'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.commands.create_contact import read_person
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateLead:
    """The lead to create; empty or None where nothing was said."""

    name: str
    company: str | None = None
    mobile: str | None = None
    email: str | None = None
    source: str | None = None
    region: str | None = None
    #: what else was said: the wish, the title
    notes: str | None = None


_HEADS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:new|add|create|register|save|enter|log)(?:\s+(?:a|an|the|new|another"
        r"|sales))*\s+lead\b(?!\s+(?:list|source|score))\s*"
        r"(?:called|named|record|from|:|：|-|–|,)?\s*",
        r"(?:新增|新建|添加|创建|录入|录|登记|建|加|记|add|create|new)(?:一下|一个|一条|个|条)?\s*(?:新的?)?(?:销售)?"
        r"(?:线索|lead\b)(?!列表|来源|的)(?:信息|资料)?(?:叫|名字叫|姓名|[:：,，\s-])*",
        r"(?:新线索|线索新增|新的?销售线索|新\s*lead)[:：,，\s]+",
        r"(?:new\s+)?lead\s*[:：]\s*",
        r"(?:(?:we|i)\s+)?(?:just\s+)?(?:got|have|received)\s+(?:an?\s+)?(?:new\s+)?(?:sales\s+|web(?:site)?\s+|inbound\s+)?lead\b"
        r"(?:\s+(?:from|via|at|through)\s+(?:the\s+)?(?P<source>[\w -]{2,30}?))?\s*[:,-]\s*",
        r"(?:新的?)?(?:销售)?线索\s*[:：]\s*",
        r".{0,12}(?:收到|拿到|来了|有)(?:了)?一?[个条]?(?:新)?(?:销售)?线索[:：,，]\s*",
    )
)
_WISH = re.compile(
    r"(?P<before>.*?)(?:[,，;；:：]\s*|(?<=[\u3400-\u9fff])\s+)(?P<notes>(?:想要?|需要|有意|对.{1,20}(?:感兴趣|有兴趣)|感兴趣|咨询|询问"
    r"|希望|了解|想了解|备注[:：]?"
    r"|wants?|needs?|interested|looking for|asked|asks|notes?[:：]).*)",
    FLAGS,
)


def read(text: str, context: ParseContext) -> CreateLead | None:
    """Read the lead's fields: who, of which company, how to reach him, from where."""
    heard = hear(text)
    if is_reported(heard.body) or is_question(heard.body):
        return None
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None or is_negated(head[0]):
        return None
    rest = heard.said(heard.start + head.end(), heard.end)
    wish = _WISH.fullmatch(rest)
    person = read_person(wish["before"] if wish else rest, context)
    source = head.groupdict().get("source")
    notes = [person.title, re.sub(r"^(?:备注|notes?)[:：]\s*", "", wish["notes"], flags=FLAGS) if wish else None]
    company = person.account
    return CreateLead(
        name=person.name or company or "",
        company=company,
        mobile=person.mobile,
        email=person.email,
        source=person.source or source,
        region=person.region,
        notes="; ".join(note for note in notes if note) or None,
    )


COMMAND = Command(label="create_lead", roles=STAFF, read=read, rank=36)
