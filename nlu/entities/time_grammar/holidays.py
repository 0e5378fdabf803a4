"""Public holidays and festivals by name: 春节前, 国庆后, 'before Christmas', 'by Thanksgiving'.

Promise: 'before' a holiday is the day before it, 'after' the first day after its public holiday. Dates of Chinese, American
and Easter holidays come from the library `holidays`. Never: a working-day count (distance.py).
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from nlu.entities.time_grammar.chinese_days import YEAR, year_of
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, on, rule

#: Holidays that the Gregorian calendar fixes: (month, day, days off).
_FIXED = {
    "元旦": (1, 1, 1), "情人节": (2, 14, 1), "妇女节": (3, 8, 1), "三八节": (3, 8, 1), "五一": (5, 1, 5), "劳动节": (5, 1, 5),
    "六一": (6, 1, 1), "儿童节": (6, 1, 1), "教师节": (9, 10, 1), "国庆节": (10, 1, 7), "国庆": (10, 1, 7), "十一": (10, 1, 7),
    "双十一": (11, 11, 1), "双11": (11, 11, 1), "双十二": (12, 12, 1), "双12": (12, 12, 1), "平安夜": (12, 24, 1),
    "圣诞节": (12, 25, 1), "圣诞": (12, 25, 1), "christmas eve": (12, 24, 1), "christmas day": (12, 25, 1), "christmas": (12, 25, 1),
    "xmas": (12, 25, 1), "new year's eve": (12, 31, 1), "new year's day": (1, 1, 1), "new year's": (1, 1, 1),
    "new year": (1, 1, 1), "valentine's day": (2, 14, 1), "halloween": (10, 31, 1), "national day": (10, 1, 7),
    "labour day": (5, 1, 5), "may day": (5, 1, 5), "singles' day": (11, 11, 1), "singles day": (11, 11, 1),
    "double eleven": (11, 11, 1), "boxing day": (12, 26, 1),
}  # fmt: skip
#: Holidays that move: the country whose list has them, the name there, days from it, days off.
_MOVING = {
    "春节": ("CN", "Chinese New Year (Spring Festival)", 0, 7), "过年": ("CN", "Chinese New Year (Spring Festival)", 0, 7),
    "新年": ("CN", "Chinese New Year (Spring Festival)", 0, 7), "大年初一": ("CN", "Chinese New Year (Spring Festival)", 0, 1),
    "除夕": ("CN", "Chinese New Year (Spring Festival)", -1, 1), "小年夜": ("CN", "Chinese New Year (Spring Festival)", -7, 1),
    "元宵节": ("CN", "Chinese New Year (Spring Festival)", 14, 1), "元宵": ("CN", "Chinese New Year (Spring Festival)", 14, 1),
    "清明节": ("CN", "Tomb-Sweeping Day", 0, 3), "清明": ("CN", "Tomb-Sweeping Day", 0, 3),
    "端午节": ("CN", "Dragon Boat Festival", 0, 3), "端午": ("CN", "Dragon Boat Festival", 0, 3),
    "中秋节": ("CN", "Mid-Autumn Festival", 0, 3), "中秋": ("CN", "Mid-Autumn Festival", 0, 3),
    "重阳节": ("HK", "Chung Yeung Festival", 0, 1), "重阳": ("HK", "Chung Yeung Festival", 0, 1),
    "chinese new year": ("CN", "Chinese New Year (Spring Festival)", 0, 7), "cny": ("CN", "Chinese New Year (Spring Festival)", 0, 7),
    "lunar new year": ("CN", "Chinese New Year (Spring Festival)", 0, 7),
    "spring festival": ("CN", "Chinese New Year (Spring Festival)", 0, 7), "lantern festival": ("CN", "Chinese New Year (Spring Festival)", 14, 1),
    "mid-autumn festival": ("CN", "Mid-Autumn Festival", 0, 3), "mid-autumn": ("CN", "Mid-Autumn Festival", 0, 3),
    "dragon boat festival": ("CN", "Dragon Boat Festival", 0, 3), "qingming": ("CN", "Tomb-Sweeping Day", 0, 3),
    "thanksgiving": ("US", "Thanksgiving Day", 0, 1), "black friday": ("US", "Thanksgiving Day", 1, 1), "easter": ("GB", "Good Friday", 2, 2),
    "good friday": ("GB", "Good Friday", 0, 1), "感恩节": ("US", "Thanksgiving Day", 0, 1), "复活节": ("GB", "Good Friday", 2, 2),
}  # fmt: skip
_SHORT = frozenset({"十一", "过年", "新年", "五一", "六一"})


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

RULES = (
    rule(
        "节 元旦 国庆 双十 双1 平安夜 圣诞 大年 除夕 小年 元宵 清明 端午 中秋 重阳",
        rf"(?:{YEAR})?(?P<name>{_names(is_latin=False)})(?!礼|祝福|问候|贺|快乐|福利|促销|月饼|红包|大促"
        rf"|特惠){_LEAVE}{_SIDE}?",
        _holiday,
    ),
    # Short names that also count or wish: only with what makes them a date.
    rule("十一 五一 六一 年", rf"(?:{YEAR})?(?P<name>十一|五一|六一|过年|新年)节?{_LEAVE}(?:{_SIDE}|期间)", _holiday),
    rule(
        "christmas xmas year valentine halloween national labour may singles double boxing cny spring "
        "lantern mid-autumn dragon "
        "qingming thanksgiving friday easter",
        rf"(?P<year>(?!))?(?P<near_year>(?!))?\b(?:(?P<before>before|after)\s)?(?P<name>{_names(is_latin=True)})\b"
        r"(?!\s(?:card|gift|party|greeting|present|sale|wish|eve))",
        _holiday,
    ),
)
