"""Days of the Chinese lunar calendar: 正月十五, 腊月廿三前, 农历八月十五, 七夕.

Promise: RULES only; without a year the nearest one that the tense allows. Never: a month without 农历, 正月, 冬月, 腊月
or a day that only the lunar calendar names (初五, 廿三): 八月十五 is 15 August.
"""

from __future__ import annotations

import re
from datetime import date

from nlu.entities.numerals import chinese_number
from nlu.entities.time_grammar.lunar_calendar import lunar_day
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, on, rule

_NAMED_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_FESTIVALS = {
    "龙抬头": (2, 2),
    "七夕": (7, 7),
    "中元节": (7, 15),
    "鬼节": (7, 15),
    "重阳": (9, 9),
    "腊八": (12, 8),
    "小年": (12, 23),
}
_SIDE = "(?P<side>之前|以前|前(?!天|夜|台)|之后|以后|过后|后(?!天))?"
_MONTH = "1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九]"
_PLAIN_DAY = "3[01]|[12]?\\d|三十|二十[一二三四五六七八九]?|十[一二三四五六七八九]?"
_LUNAR_DAY = "初[一二三四五六七八九十]|廿[一二三四五六七八九]?"


def _day_of_month(match: re.Match[str], frame: Frame) -> Reading | None:
    month, day = match["month"], match["day"].replace("廿", "二十").removeprefix("初")
    number = _NAMED_MONTHS.get(month[0]) or chinese_number(month)
    return _nearest(number, chinese_number(day), match["side"], frame)


def _festival(match: re.Match[str], frame: Frame) -> Reading | None:
    return _nearest(*_FESTIVALS[match["name"]], match["side"], frame)


def _nearest(month: int, day: int, side: str | None, frame: Frame) -> Reading | None:
    """Give the day, the one before (前) or the one after (后), in the nearest year that the tense allows."""
    year = frame.today.year
    # The last months of a lunar year lie in the next Gregorian one.
    years = (year, year - 1, year - 2) if frame.is_past else (year - 1, year, year + 1)
    for each in years:
        found = _shifted(lunar_day(each, month, day) if 1950 < each < 2090 else None, side)
        if found and (found <= frame.today if frame.is_past else found >= frame.today):
            return on(found)
    return None


def _shifted(day: date | None, side: str | None) -> date | None:
    if day is None or not side:
        return day
    return day - DAY if "前" in side else day + DAY


RULES = (
    rule(
        "月",
        rf"(?:农历|阴历|旧历)?(?P<month>[正冬腊])月(?P<day>{_LUNAR_DAY}|{_PLAIN_DAY})[日号]?{_SIDE}",
        _day_of_month,
    ),
    rule(
        "农历 阴历 旧历",
        rf"(?:农历|阴历|旧历)的?(?P<month>{_MONTH})月(?P<day>{_LUNAR_DAY}|{_PLAIN_DAY})[日号]?{_SIDE}",
        _day_of_month,
    ),
    rule("月初 月廿", rf"(?<![\d第个]){'(?P<month>' + _MONTH + ')'}月(?P<day>{_LUNAR_DAY}){_SIDE}", _day_of_month),
    rule(
        "龙抬头 七夕 中元 鬼节 重阳 腊八 小年",
        rf"(?P<name>龙抬头|七夕|中元节|鬼节|重阳|腊八|小年(?!夜|轻|级|纪))节?(?!礼|祝福|快乐|粥|蒜){_SIDE}",
        _festival,
    ),
)
