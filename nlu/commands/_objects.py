"""What a bare verb is to be done to: '他要接口文档，今天发' is 发接口文档, 'handle it by Friday' the clause before.

Promise: words that were said before, never others; linear in the text. Never: a record.
"""

from __future__ import annotations

import re

from nlu.commands._timing import EDGES

_FLAGS = re.IGNORECASE | re.ASCII
#: characters of what was told that a title without an object takes, and in which what was wanted is looked for
_MOST_TOLD = 60
#: a thing to do whose object was named before it
_NO_OBJECT = re.compile(
    r"(?:我)?(?:尽快|马上|尽早|再|要|得|会|先|去|来|把它|把这个?|给(?:他|她|他们|她们|客户|对方))*"
    r"(?:发送?|给出?|寄|送|交|提[供交]|准备|办[理妥好]?|处理好?|弄好?|搞[定好]|做[好完]?|安排|落实|解决|开|补|出"
    r"|确认|报|催|改好?|更新|整理|写|带)"
    r"(?:过去|出去|出来|给|一下|下|掉|好|完)?(?:他|她|它|他们|她们|客户|对方)?"
    r"|(?:send|give|deliver|prepare|share|forward|e-?mail|provide|do|handle|sort|fix|arrange|process"
    r"|get(?= (?:it|that|this|them) )|bring|make|submit|issue|order|finish|take care of|deal with|look into|work on)"
    r"(?: (?:it|them|that|those|this|him|her|one|some))*(?: (?:over|out|back|done|ready|sorted|up))?"
    r"(?: to (?:him|her|them))?",
    _FLAGS,
)
_WANTED = re.compile(
    r"(?:[想需]?要(?:看看?|拿)?|[想要](?:看看?|拿|了解)(?:一?下)?|需要|索要|催要|索取|催|问起?|关心|等着?|提到|说起"
    r"|希望(?:拿到|看到|收到)?)"
    r"(?P<object>(?![加降改换见谈等退订买试做先再求来去我你])[^,，。;；的]{2,30})$"
    r"|\b(?:asking for|asks? for|asked for|wants?|wanted|needs?|needed|requested|would like)\s+"
    r"(?:an?\s+|the\s+|some\s+)?(?P<thing>(?!to\b)[^,.;]{2,40})$",
    _FLAGS,
)


def with_object(title: str, before: str, told: str) -> str:
    """Name what is to be done it to: what was wanted just before, else the clause that was told last."""
    if not _NO_OBJECT.fullmatch(title):
        return title
    before = before.rstrip(EDGES)
    wanted = _WANTED.search(before, max(0, len(before) - _MOST_TOLD))
    if wanted is not None:
        thing = (wanted["object"] or wanted["thing"]).strip(EDGES)
        return title + (" " if title.isascii() and thing else "") + thing
    words = " ".join(told.strip(EDGES).split())[-_MOST_TOLD:]
    if not words:
        return title
    return f"{title}: {words}" if title.isascii() else f"{title}：{words}"
