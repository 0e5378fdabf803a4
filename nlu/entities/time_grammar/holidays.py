"""Public holidays and festivals by name: 春节前, 国庆后, 'before Christmas', 'by Thanksgiving'.

Promise: 'before' a holiday is the day before it, 'after' the first day after its public holiday. Dates of Chinese,
American and Easter holidays come from the library `holidays`. Never: a working-day count (distance.py).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from nlu.entities.numerals import EN_COUNT, ZH_BELOW_100, chinese_number, english_count
from nlu.entities.time_grammar.chinese_days import YEAR, year_of
from nlu.entities.time_grammar.distance import add_working_days
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, on, rule

#: Holidays that the Gregorian calendar fixes: (month, day, days off), names.
_FIXED_NAMES = (
    ((1, 1, 1), "元旦|new year's day|new year's|new year"),
    ((2, 14, 1), "情人节|valentine's day"),
    ((3, 8, 1), "妇女节|三八节"),
    ((5, 1, 5), "五一|劳动节|labour day|may day"),
    ((6, 1, 1), "六一|儿童节"),
    ((6, 18, 1), "618|六一八"),
    ((8, 1, 1), "八一|建军节"),
    ((9, 10, 1), "教师节"),
    ((10, 1, 7), "国庆节|国庆|十一|national day"),
    ((10, 31, 1), "halloween|万圣节"),
    ((11, 11, 1), "双十一|双11|singles' day|singles day|double eleven"),
    ((12, 12, 1), "双十二|双12"),
    ((12, 24, 1), "平安夜|圣诞前夜|christmas eve"),
    ((12, 25, 1), "圣诞节|圣诞|christmas day|christmas|xmas"),
    ((12, 26, 1), "boxing day"),
    ((12, 31, 1), "new year's eve"),
)
_SPRING = "Chinese New Year (Spring Festival)"
#: Holidays that move: the country whose list has them, the name there, days from it, days off; names.
_MOVING_NAMES = (
    (("CN", _SPRING, 0, 7), "春节|过年|新年|chinese new year|lunar new year|spring festival|cny"),
    (("CN", _SPRING, 0, 1), "大年初一"),
    (("CN", _SPRING, -1, 1), "除夕"),
    (("CN", _SPRING, -7, 1), "小年夜"),
    (("CN", _SPRING, 14, 1), "元宵节|元宵|lantern festival"),
    (("CN", "Tomb-Sweeping Day", 0, 3), "清明节|清明|qingming"),
    (("CN", "Dragon Boat Festival", 0, 3), "端午节|端午|dragon boat festival"),
    (("CN", "Mid-Autumn Festival", 0, 3), "中秋节|中秋|mid-autumn festival|mid-autumn"),
    (("US", "Labor Day", 0, 1), "labor day"),
    (("US", "Thanksgiving Day", 0, 1), "thanksgiving|感恩节"),
    (("US", "Thanksgiving Day", 1, 1), "black friday"),
    (("GB", "Good Friday", 0, 1), "good friday"),
    (("GB", "Good Friday", 2, 2), "easter|复活节"),
)
_FIXED = {name: when for when, names in _FIXED_NAMES for name in names.split("|")}
_MOVING = {name: where for where, names in _MOVING_NAMES for name in names.split("|")}
_SHORT = frozenset({"十一", "过年", "新年", "五一", "六一", "八一", "618", "六一八"})


def holiday_dates(name: str, year: int) -> tuple[date, int] | None:
    """Give a holiday's first day in a Gregorian year, and how many days it lasts."""
    if name in _FIXED:
        month, day, length = _FIXED[name]
        return date(year, month, day), length
    country, listed, offset, length = _MOVING[name]
    first = _first_day(country, listed, year)
    return None if first is None else (first + DAY * offset, length)


@lru_cache(maxsize=256)
def _first_day(country: str, name: str, year: int) -> date | None:
    from holidays import country_holidays

    language = None if country == "GB" else "en_US"
    listed = country_holidays(country, years=year, language=language, observed=False)
    return min((day for day, title in listed.items() if name in title.split("; ")), default=None)


def _holiday(match: re.Match[str], frame: Frame) -> Reading | None:
    name = re.sub(r"\s+", " ", match["name"].lower()).replace("’", "'")
    side = _side(match)
    years = [match_year] if (match_year := year_of(match, frame)) else _years(frame)
    for year in years:
        day = _day(name, year, side)
        if day and (match_year or (day <= frame.today if frame.is_past else day >= frame.today)):
            return on(day)
    return None


def _days_beside(match: re.Match[str], frame: Frame) -> Reading | None:
    """春节前三天, 'two weeks before Christmas': so many days from the holiday's own first day."""
    name = re.sub(r"\s+", " ", match["name"].lower()).replace("’", "'")
    count = match["count"]
    number = english_count(count.lower()) if count.isascii() and not count.isdigit() else chinese_number(count)
    size = 7 if match["unit"].lower() in {"week", "weeks", "周", "个星期", "星期"} else 1
    is_before = match["way"].lower() in {"before", "前", "之前"}
    for year in _years(frame):
        first = _day(name, year, "")
        day = first and first + DAY * round(number) * size * (-1 if is_before else 1)
        if day and (day <= frame.today if frame.is_past else day >= frame.today):
            return on(day)
    return None


def _years(frame: Frame) -> list[int]:
    year = frame.today.year
    return [year, year - 1] if frame.is_past else [year, year + 1]


def _side(match: re.Match[str]) -> str:
    groups = match.groupdict()
    word = (groups.get("before") or groups.get("side") or "").lower()
    if word in {"before", "前", "之前", "以前", "节前"}:
        return "before"
    return "after" if word in {"after", "后", "之后", "以后", "过后"} else ""


def _day(name: str, year: int, side: str) -> date | None:
    found = holiday_dates(name, year) if 1950 < year < 2090 else None
    if found is None:
        return None
    first, length = found
    return first - DAY if side == "before" else first + DAY * length if side == "after" else first


def _names(*, is_latin: bool) -> str:
    names = (name for name in {**_FIXED, **_MOVING} if name.isascii() == is_latin and name not in _SHORT)
    return "|".join(re.escape(name).replace(r"\ ", r"\s") for name in sorted(names, key=len, reverse=True))


_SIDE = "(?P<side>之前|以前|前(?!天|夜|台)|之后|以后|过后|后(?!天))"
_LEAVE = "(?:假期|长假|放假|黄金周|当天|那天)?"


def _first_working_day(match: re.Match[str], frame: Frame) -> Reading | None:
    """元旦后第一个工作日, 国庆节后第一天上班: the first working day after the holiday."""
    for year in _years(frame):
        last = _day(match["name"], year, "after")
        day = last and add_working_days(last - DAY, 1)
        if day and (day <= frame.today if frame.is_past else day >= frame.today):
            return on(day)
    return None


RULES = (
    rule(
        "第一",
        rf"(?P<name>{_names(is_latin=False)})(?:假期|长假|放假)?(?:之后|以后|后|回来)的?第一(?:个工作日|个上班日|天上班)",
        _first_working_day,
    ),
    rule(
        "节 元旦 国庆 双十 双1 平安夜 圣诞 大年 除夕 小年 元宵 清明 端午 中秋",
        rf"(?:{YEAR})?(?P<name>{_names(is_latin=False)})(?!礼|祝福|问候|贺|快乐|福利|促销|月饼|红包|大促"
        rf"|特惠){_LEAVE}{_SIDE}?",
        _holiday,
    ),
    rule("十一 五一 六一 八一", rf"{YEAR}(?P<name>十一|五一|六一|八一)(?![月号点个]){_LEAVE}{_SIDE}?", _holiday),
    rule(
        "节 元旦 国庆 圣诞 除夕 元宵 清明 端午 中秋",
        rf"(?P<name>{_names(is_latin=False)})(?P<way>之?前|之?后)(?P<count>\d{{1,2}}|{ZH_BELOW_100})(?P<unit>天|周|个?星期)",
        _days_beside,
    ),
    rule(
        "before after",
        rf"\b(?P<count>{EN_COUNT}) (?P<unit>days?|weeks?) (?P<way>before|after) (?:the )?"
        rf"(?P<name>{_names(is_latin=True)})\b",
        _days_beside,
    ),
    # Short names that also count or wish: only with what makes them a date.
    rule(
        "十一 五一 六一 八一 618 年",
        rf"(?:{YEAR})?(?<!\d)(?P<name>十一|五一|六一八|六一|八一|618|过年|新年)节?{_LEAVE}(?:{_SIDE}|期间)",
        _holiday,
    ),
    rule(
        "christmas xmas year valentine halloween national labour labor may singles double boxing cny spring "
        "lantern mid-autumn dragon "
        "qingming thanksgiving friday easter",
        rf"(?P<year>(?!))?(?P<near_year>(?!))?\b(?:(?P<before>before|after)\s(?:the\s)?)?(?P<name>{_names(is_latin=True)})\b"
        r"(?!\s(?:card|gift|party|greeting|present|sale|wish|eve|hamper|basket|box|stock|promo|bonus|decoration|order))",
        _holiday,
    ),
)
