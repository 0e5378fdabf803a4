"""Note a quote: 给华为ERP升级报价75万，有效期到12月31日; 'quoted Acme 120k, valid until Dec 31'.

Promise: a quote that was given, with its amount. Never: one that is only planned, asked for or hoped for.
"""

from __future__ import annotations

import re

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._papers import Paper, read_paper
from nlu.understanding import ParseContext

_NEW_ZH = r"(?:登记|记录|新增|新建|录入|添加|记)(?:一下|一个|一份|一条|了)?"
_NAME = r"(?P<name>[^§,，:：;；?？]{2,50}?)"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s。.!,，]*", FLAGS)
    for pattern in (
        rf"(?:我们?)?(?:刚才?|刚刚|已经?)?(?:给|向|对){_NAME}(?:的)?(?:项目"
        rf"|商机)?(?:正式)?报(?:了)?(?:个|一个)?价(?:了|是|为)?[:：,，\s]*§(?:元)?",
        rf"(?:我们?)?(?:刚才?|刚刚|已经?)?(?:给|向|对){_NAME}(?:发|出"
        rf"|提交|递|送)了?(?:一份|个|份)?报价单?[:：,，\s]*§(?:的?报价单?)?",
        rf"(?:我们?)?(?:刚才?|刚刚|已经?)?(?:给|向|对){_NAME}(?:发|出|提交|递|送)了?(?:一份|个|份)?§的报价单?",
        rf"(?:报价单?|quote|quotation)\s*[:：]\s*{_NAME}[:：,，\s]*§",
        rf"{_NEW_ZH}(?:报价单?)[:：,，\s]*{_NAME}[:：,，\s]*§",
        rf"{_NEW_ZH}{_NAME}(?:的)?报价单?[:：,，\s]*§",
        rf"(?:给|为|帮){_NAME}(?:的)?(?:项目|商机)?(?:{_NEW_ZH}|建|出|开)(?:一份|一张|个|份"
        rf"|张)?报价单?[:：,，\s]*§(?:元)?",
        rf"(?:(?:we|i)(?:'ve"
        rf"| have)?\s+)?(?:just\s+)?quoted\s+{_NAME}\s+(?:at\s+)?§(?:\s+for\s+(?P<what>[^,]{{2,50}}))?",
        rf"(?:log|record|add|note|create|enter)\s+(?:a\s+"
        rf"|the\s+)?(?:new\s+)?quote\s+(?:for|to)\s+{_NAME}[\s,:]+(?:of\s+|at\s+)?§",
        rf"(?:(?:we|i)\s+)?(?:log|record|add|note|sent|gave"
        rf"|submitted)\s+(?:a\s+|the\s+)?§\s+quote\s+(?:for|to)\s+{_NAME}",
    )
)


def read(text: str, context: ParseContext) -> Paper | None:
    """Read for which deal or customer which amount was quoted."""
    return read_paper(text, context, _PATTERNS, COMMAND.label)


COMMAND = Command(label="create_quote", roles=STAFF, read=read, rank=38)
