"""A way of contact that a clause of the story names: '…，Teams会议', '…, by email', 电话里说好了, send了quotation.

Promise: the words of a kind (nlu.entities.interaction_kinds), or of what is only ever sent. Never: a guess by a topic.
"""

from __future__ import annotations

import re

from nlu.entities.interaction_kinds import kind_of

_FLAGS = re.IGNORECASE | re.ASCII
#: a clause of nothing but a way of contact
_ALONE = re.compile(
    r"(?:^|[,，;；(（\[【])\s*(?:by |via |over |on |通过|用的?|是|打的?|发的?|走的?)?(?P<kind>电话|微信|邮件|短信"
    r"|视频会议|线上会议|(?:腾讯|飞书|钉钉|zoom|teams)会议|拜访|上门|e-?mail|phone"
    r"|wechat|whatsapp|zoom|teams|call|visit)(?:的|上|里)?\s*(?=[,，;；。.!！)）\]】]|$)",
    _FLAGS,
)
_WITHIN = re.compile(r"(?:^|[,，;；。\s])\s*(?:在)?(?P<kind>电话|微信|邮件|视频会议|视频)(?:里|中|上)(?!次)")
#: papers that are sent
_SENT = re.compile(
    r"(?:发|寄|send|sent|forward(?:ed)?)(?:了|过|去|给|完).{0,14}?(?:报价单?|方案|合同|资料|清单|文档|quot|proposal|contract|spec|deck|docs?\b"
    r"|files?\b|invoice|brochure)",
    _FLAGS,
)


def told_kind(told: str) -> str | None:
    """Name the kind by a clause that says nothing else, or that says where it was told."""
    match = _ALONE.search(told) or _WITHIN.search(told)
    return kind_of(match["kind"]) if match else None


def sent_kind(claim: str) -> str | None:
    """Name the kind of what was sent, where the words name none."""
    return "email" if _SENT.search(claim) else None
