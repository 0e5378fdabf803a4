"""Undo: 'undo', 撤销, 撤回刚才那条; or one that is named: 'undo the call with Li Na', 撤销刚才给华为建的商机."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._guards import is_negated, is_question, is_reported
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class Undo:
    """What to take back: the last thing, or the newest of a kind or about somebody."""

    #: interaction, task, opportunity, lead, contact, account, payment or requirement
    record_type: str | None = None
    #: the customer or the title, as said
    mention: str | None = None
    #: the words name one that is not simply the last
    is_named: bool = False


_LAST = (
    r"(?:\s*(?:that|it|this|last|the last|my last|previous|the previous|one|entry|action|change|log|record"
    r"|thing|step|please|,|now))*"
)
_PATTERNS = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        rf"(?:undo|revert|roll ?back|take back|scratch)(?:\s*一下)?{_LAST}",
        r"take (?:it|that) back|undo\s*(?:刚才|上一?)(?:那?(?:个|条))?",
        r"(?:(?:我)?(?:记|录|写|弄|搞|点|发|操作)错(?:了|人了|客户了)?[,，。\s]*)?(?:把)?(?:刚才|刚刚|上面"
        r"|上一?|最后|最近)?(?:那|的|这|一|次|修改|操作)*(?:条|个|步)?(?:记录)?(?:给我)?"
        r"(?:撤销|撤回|回退|回滚|还原|撤掉|撤一下|删[了掉除]|去掉)(?:一下|掉|刚才|刚刚|上一?|最后"
        r"|最近|那|这|一|次|的|条|个"
        r"|步|操作|记录|修改|互动|任务|了)*",
        r"(?:我)?(?:记|录)错了",
    )
)
_NAMED = tuple(
    re.compile(pattern, FLAGS)
    for pattern in (
        r"(?:undo|revert|roll ?back|take back)\s+(?P<what>.{3,80}?)",
        r"(?:把)?(?P<what>.{2,40}?)(?:给我)?(?:撤销|撤回|撤掉|回退)(?:了|掉|吧|一下)*",
        r"(?:撤销|撤回|撤掉|回退)(?:一下|掉)?(?P<what>.{2,40}?)",
    )
)
_KINDS = (
    ("opportunity", r"商机|单子|deal|opportunity"),
    ("requirement", r"需求|requirement"),
    ("payment", r"回款|付款|payment"),
    ("lead", r"线索|lead"),
    ("task", r"任务|待办|提醒|跟进|task|to-?do|reminder|follow-?up"),
    ("contact", r"联系人|contact"),
    (
        "interaction",
        r"互动|电话|通话|拜访|会议|邮件|聊天|记录|call|visit|meeting|e-?mail|chat|interaction|note"
        r"|log(?: entry)?",
    ),
    ("account", r"客户|公司|account|customer|company"),
)
_FILLER = re.compile(
    r"\b(?:the|that|this|my|last|latest|just|i|we|made|created|logged|with|for|to|from|of|about|named|called"
    r"|new|entry|record|change|one|"
    r"update|on|deal|account|tag|tags|label|stage|level|amount|status|owner|assignment)\b|标签"
    r"|阶段|级别|金额|状态|转交|分配|刚才|刚刚|刚|上一?[个条次]|最近|最后|那[个条]|这[个条]|我|给|和|跟|与|对|为|建"
    r"|新建|创建|新增|添加|记录?的?|加|改|修改"
    r"|的|了|一下|操作",
    FLAGS,
)


def read(text: str, context: ParseContext) -> Undo | None:  # noqa: ARG001 - the contract of a command
    """Read what is to be taken back."""
    body = hear(text).body
    if not body or is_question(body) or is_negated(body) or is_reported(body):
        return None
    if any(pattern.fullmatch(body) for pattern in _PATTERNS):
        return Undo()
    match = next((found for pattern in _NAMED if (found := pattern.fullmatch(body))), None)
    return _named(match["what"].strip(" \"'“”")) if match else None


def _named(what: str) -> Undo:
    record_type = next((kind for kind, words in _KINDS if re.search(words, what, FLAGS)), None)
    words = next((pattern for kind, pattern in _KINDS if kind == record_type), None)
    rest = re.sub(words, " ", what, flags=FLAGS) if words else what
    mention = " ".join(_FILLER.sub(" ", rest).split())
    return Undo(record_type=record_type, mention=mention or None, is_named=bool(record_type or mention))


COMMAND = Command(label="undo", roles=STAFF, read=read)
