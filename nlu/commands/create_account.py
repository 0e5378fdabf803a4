"""Create a customer company: 'new customer Acme Ltd', 新建客户 悦购超市."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._guards import is_negated, is_question
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class CreateAccount:
    """The company to create; the name is empty where none was said."""

    name: str


_FLAGS = re.IGNORECASE | re.ASCII
_HEADS = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"(?:(?:new|add|create|register|set up|open|enter)(?:\s+(?:a|an|the|new|another))*\s+)(?:business "
        r"|corporate |b2b )?(?:customer|account|client|company|prospect)\b\s*(?:called|named|record|:|：|-"
        r"|–|,)?\s*",
        r"(?:新增|新建|添加|创建|录入|录|登记|建立?|加|add|create)(?:一下|一个|一家|个"
        r"|家)?(?:新的?)?(?:企业|公司|潜在|大)?(?:客户|公司|企业|account|customer)(?:公司|档案|资料|建档)?"
        r"(?!联系人|跟进|拜访|关怀|互动|活动|分群|标签|名单|列表|需求|的)(?:叫|名称(?:是|为|叫)?|[:：,，\s-])*",
        r"(?:新客户|客户建档|客户新增|新客户建档|建档)[:：,，\s]+(?:叫)?",
    )
)
_NAME = re.compile(r"(?P<name>[^,，;；。\n!！?？]{2,80})")


def read(text: str, context: ParseContext) -> CreateAccount | None:  # noqa: ARG001 - the contract of a command
    """Read the company's name: up to the first comma."""
    heard = hear(text)
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    if head is None or is_negated(head[0]) or is_question(heard.body):
        return None
    return CreateAccount(name=read_name(text) or "")


def read_name(text: str) -> str | None:
    """Read only the name that an order to create an account gives."""
    heard = hear(text)
    head = next((match for pattern in _HEADS if (match := pattern.match(heard.body))), None)
    name = _NAME.match(heard.folded, heard.start + head.end(), heard.end) if head else None
    return heard.said(name.start(), name.end()).strip(" \"'“”.") if name else None


COMMAND = Command(label="create_account", roles=STAFF, read=read)
