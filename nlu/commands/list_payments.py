"""List the money that is due: 'overdue payments', 逾期回款, 本月回款, 'who owes us money?'."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.commands._command import STAFF, Command
from nlu.commands._fields import FLAGS
from nlu.commands._utterance import hear
from nlu.entities.times import find_times
from nlu.understanding import Moment, ParseContext


@dataclass(frozen=True, kw_only=True)
class ListPayments:
    """Which payments are asked for."""

    #: only what should have come in by now
    is_overdue: bool = False
    #: what came in and falls due in it; None: not said
    period: Moment | None = None


_LATE_EN = r"(?P<late>overdue|late|outstanding|unpaid|past[- ]due)"
_PAID_EN = r"(?:payments?|receivables?|invoices?|instal+ments?|money)"
_SHOW_EN = r"(?:(?:show|list|see|get|give)\s+(?:me\s+)?|(?:what|which)(?:'s|\s+is|\s+are)?\s+)?"
_SHOW_ZH = r"(?:查看|看看?|看一?下|列出|列一?下|查一?下?)?"
_PATTERNS = tuple(
    re.compile(pattern + r"[\s?？。.!]*", FLAGS)
    for pattern in (
        rf"{_SHOW_EN}(?:my|our|the|all)?\s*{_LATE_EN}\s+{_PAID_EN}(?:\s*†)?",
        rf"{_SHOW_EN}(?:my|our|the|all)?\s*{_PAID_EN}(?:\s+are|\s+is)?\s+(?:{_LATE_EN}|due|expected|coming in|came in)"
        r"(?:\s+(?:in|by|for))?(?:\s*†)?",
        rf"{_SHOW_EN}(?:my|our|the|all)?\s*(?:†\s*)?(?:payments|receivables)(?:\s+(?:in|by|for))?(?:\s*†)?",
        r"who\s+(?:still\s+)?(?:owes|has(?:n't| not)\s+paid)(?:\s+(?:us|me))?(?P<late>\s+money)?",
        rf"{_SHOW_ZH}(?:我的?|我们的?|团队的?|所有的?)?(?:†)?(?:的)?(?:有)?(?:哪些|什么)?(?P<late>逾期|过期"
        rf"|超期|拖欠|欠)的?"
        r"(?:未?回款|应收款?|账款|款项?|款)(?:列表|清单|有哪些|情况)?",
        rf"{_SHOW_ZH}(?:有)?(?:哪些|什么|谁的?)(?:回款|应收款?|账款|款项?|款)(?P<late>逾期|过期|超期|没回|没到"
        rf"|未到)(?:了|的)?",
        rf"{_SHOW_ZH}(?:我的?|我们的?)?(?:回款|应收款?)(?P<late>逾期)(?:了?的?)?(?:有)?(?:哪些|谁|情况|列表|清单)?",
        rf"{_SHOW_ZH}(?:我的?|我们的?|团队的?|所有的?)?(?:†)?(?:的)?(?:待回款|应回款|回款(?:计划|情况|列表"
        rf"|清单)|应收(?:款|账款)?)"
        r"(?:有哪些|有多少|是多少|列表|清单|情况)?",
        rf"{_SHOW_ZH}†(?:的|要|该|应)?(?:有)?(?:哪些|多少)?(?:回款|应收)(?:有哪些|有多少|是多少|多少)?",
        r"(?:哪些客户|谁)(?:还)?(?P<late>没|未|欠)(?:有)?(?:付款|回款|打款|给钱|款|我们钱|钱)",
    )
)


def read(text: str, context: ParseContext) -> ListPayments | None:
    """Read which payments are asked for."""
    body = hear(text).body
    if not body or len(body) > 60:
        return None
    times = find_times(body, context.now, context.timezone, "future")
    period = times[0].value if times and isinstance(times[0].value, Moment) else None
    marked = f"{body[: times[0].start]}†{body[times[0].end :]}" if period else body
    match = next((found for pattern in _PATTERNS if (found := pattern.fullmatch(marked))), None)
    if match is None:
        return None
    is_late = match.groupdict().get("late") is not None or marked.casefold().startswith("who")
    return ListPayments(is_overdue=is_late, period=period)


COMMAND = Command(label="list_payments", roles=STAFF, read=read, rank=53)
