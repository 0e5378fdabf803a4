"""Decide on a large deal: 'approve 3', 驳回 3：毛利太低; or list what waits: 'pending approvals', 待审批."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from nlu.commands._command import Command
from nlu.commands._guards import is_question
from nlu.commands._utterance import hear
from nlu.understanding import ParseContext


@dataclass(frozen=True, kw_only=True)
class DecideApproval:
    """What is decided; `approval_id` is None where only one can be meant, or for the list."""

    decision: Literal["approve", "refuse", "list"]
    approval_id: int | None = None
    reason: str | None = None


_FLAGS = re.IGNORECASE | re.ASCII | re.DOTALL
_WHICH = (
    r"(?:the\s+)?(?:approval|request|deal|contract|审批|申请|单子|合同|商机)?\s*[#＃]?\s*"
    r"(?P<number>\d{1,9})(?:号)?(?:审批|申请)?"
)
_LIST = re.compile(
    r"(?:(?:show|list|see|give me)\s+)?(?:me\s+)?(?:my\s+|the\s+|all\s+)?"
    r"(?:pending|open|waiting)?\s*approvals?(?:\s+list)?|"
    r"what(?:'s| is)\s+(?:waiting|pending)\s+(?:for\s+)?(?:my\s+)?approval|what do i (?:have|need) to approve|"
    r"(?:查看|看看|列出)?(?:有)?(?:哪些|什么|我的)?(?:待|要|等)(?:我)?(?:审批|批准|批)(?:的)?"
    r"(?:申请|单子|商机|合同|订单|列表)?(?:有哪些|有什么)?|"
    r"(?:我的|查看|看看)?审批(?:列表|清单)",
    _FLAGS,
)
_APPROVE = re.compile(rf"(?:(?:i\s+)?approve|ok|同意|批准|审批通过|通过)\s*{_WHICH}", _FLAGS)
_REFUSE = re.compile(
    rf"(?:(?:i\s+)?(?:refuse|reject|decline|deny)|驳回|拒绝|不同意|不批准|否决)\s*{_WHICH}"
    r"(?:[\s,，:：;；—-]*(?:because|reason(?: is)?|因为|理由是?|原因是?)?[\s:：]*(?P<reason>\S.*?))?",
    _FLAGS,
)


def read(text: str, context: ParseContext) -> DecideApproval | None:  # noqa: ARG001 - the contract of a command
    """Read a decision with its number, or the wish to see what waits."""
    heard = hear(text)
    body = heard.body.rstrip("?？ ")
    if _LIST.fullmatch(body):
        return DecideApproval(decision="list")
    refused = _REFUSE.fullmatch(heard.body)
    if refused is not None:
        return DecideApproval(
            decision="refuse", approval_id=int(refused["number"]), reason=heard.group(refused, "reason")
        )
    approved = _APPROVE.fullmatch(heard.body)
    if approved is None or is_question(heard.body):
        return None
    return DecideApproval(decision="approve", approval_id=int(approved["number"]))


COMMAND = Command(label="decide_approval", roles=frozenset({"manager", "admin"}), read=read)
