"""Lengths of time: 30分钟, 一个半小时, 'two hours', 'half an hour'.

Promise: only lengths, never a distance from now (times.py finds those, and the caller drops what overlaps). Linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from nlu.entities.numerals import EN_COUNT, ZH_BELOW_100, chinese_number, english_count
from nlu.simplified import simplified
from nlu.understanding import Entity, ParseContext

#: One of each unit in seconds; a month counts as 30 days, a year as 365.
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 604_800, "month": 2_592_000, "year": 31_536_000}
_ZH_UNITS = {
    "分钟": "minute", "刻钟": "quarter_hour", "小时": "hour", "钟头": "hour", "天": "day", "周": "week", "星期": "week",
    "礼拜": "week", "月": "month", "年": "year",
}  # fmt: skip
_CHINESE = re.compile(
    rf"(?<![\d.第每])(?P<count>\d{{1,4}}(?:\.\d+)?|{ZH_BELOW_100}|半)(?P<each>个)?(?P<half>半)?"
    r"(?P<unit>分钟|刻钟|小时|钟头|星期|礼拜|天|周|月|年)(?P<more>半)?",
    re.ASCII,
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<halved>half an?|a half)[ -]|(?P<count>{EN_COUNT})[ -]?(?P<half>and a half "
    r")?)(?P<unit>min(?:ute)?|h(?:ou)?r|day|week|month|year)s?\b(?P<more> and a half)?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Duration:
    """So many of a unit: minute, hour, day, week, month or year."""

    amount: float
    unit: str

    @property
    def length(self) -> timedelta:
        """The length in time; a month counts as 30 days, a year as 365."""
        return timedelta(seconds=self.amount * _SECONDS[self.unit])


def find(text: str, context: ParseContext) -> list[Entity]:  # noqa: ARG001 - the contract of a kind
    """Find the lengths of time in a text, in order."""
    folded = simplified(text)
    found = [(match.span(), value) for match in _CHINESE.finditer(folded) if (value := _read_chinese(match))]
    found += [(match.span(), _read_english(match)) for match in _ENGLISH.finditer(folded)]
    return [Entity("duration", text[start:end], start, end, value) for (start, end), value in sorted(found, key=_place)]


def _place(found: tuple[tuple[int, int], Duration]) -> tuple[int, int]:
    return found[0]


def _read_chinese(match: re.Match[str]) -> Duration | None:
    word, unit = match["count"], _ZH_UNITS[match["unit"]]
    count = 0.5 if word == "半" else float(word) if word[0].isdigit() else float(chinese_number(word))
    if (unit == "month" and not match["each"]) or (unit == "year" and count > 99):
        return None  # 3月 is March, 2026年 a year
    count += 0.5 * bool(match["half"] or match["more"])
    return Duration(count * 15, "minute") if unit == "quarter_hour" else Duration(count, unit)


def _read_english(match: re.Match[str]) -> Duration:
    unit = match["unit"].lower()
    unit = {"min": "minute", "hr": "hour"}.get(unit, unit)
    count = 0.5 if match["halved"] else english_count(match["count"].lower())
    return Duration(count + 0.5 * bool(match["half"] or match["more"]), unit)
