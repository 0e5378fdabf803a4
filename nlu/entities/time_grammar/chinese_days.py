"""Chinese rules for days and weeks: 明天, 下周二, 周末, 3月5日, 下个月15号.

Promise: RULES only; every rule is linear in the text. Never: clock times, longer periods (chinese_periods.py).
"""

from __future__ import annotations

import re

from nlu.entities.numerals import ZH_BELOW_100, chinese_number
from nlu.entities.time_grammar.periods import nearest_date, week_part, weekend
from nlu.entities.time_grammar.reading import DAY, EARLY, EVENING, Frame, Reading, days, make_date, on, rule

_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "本": 0, "明": 1, "名": 1, "次": 1, "翌": 1, "后": 2, "大后": 3}
_WEEKDAYS = {
    char: value for value, chars in enumerate(["一1", "二2", "三3", "四4", "五5", "六6", "日天7"]) for char in chars
}
_YEARS = {"前": -2, "去": -1, "今": 0, "本": 0, "当": 0, "明": 1, "后": 2}

#: 下 of 拜访一下周敏 and 催一下月底的款 belongs to the verb; that of 统一下周发货 does not
_NEXT = r"(?<!以)(?<!(?<![统单周期拜初])一)下{1,3}"
SHIFT = rf"(?P<shift>(?<![最很更较])大上(?=个?(?:周|星期|礼拜))|(?<![晚早马以])上{{1,3}}|{_NEXT}|本|这|当)一?个?"
YEAR = (
    r"(?:(?P<year>(?:19|20)\d\d|二[〇零][〇零一二三四五六七八九]{2})|(?P<near_year>(?<!以)前|去|今|本|明"
    r"|(?<!以)后|当))年"
    r"(?:的(?=[第上下q\d一二三四五六七八九十年]))?"
)
MONTH = "(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = rf"(?P<day>3[01]|[12]\d|0?[1-9]|{ZH_BELOW_100})"
_WEEK = "(?:周|星期|礼拜)"
_WEEKDAY = "(?P<weekday>[一二三四五六日天1-7])"
#: After 周一: what is counted ('once a week') or begins another word (下周一起吃饭: next week, together).
_NOT_COUNTED = (
    r"(?!(?<=[一1])(?:次|起(?![床草飞航诉运])|些|下(?!午|班)|个|样(?!品)|家(?!访)|共|直|定|遍|趟"
    r"|回(?![访电复来去公])))(?!\d(?!\d?\s?(?:点|时|[:：]\d|[ap]\.?m))|年|个)"
)
#: After 3号: what is numbered, not dated.
_NOT_NUMBERED = (
    "(?!楼|线|店|桌|电池|仓|门|柜|机|厂|院|馆|房|车|位|码|库|工|订|单|会员|以内|之内|内|后|之后|以后|游|产品|方案|样)"
)


def shift_of(text: str) -> int:
    """Count 下, 下下 forwards and 上, 上上, 大上 backwards; 本, 这, 当 are 0."""
    return len(text) * (1 if text[-1] == "下" else -1 if text[-1] == "上" else 0)


def year_of(match: re.Match[str], frame: Frame) -> int | None:
    """Read the year of a match of `YEAR`, None where none was said."""
    if match["year"]:
        return chinese_number(match["year"])
    return frame.today.year + _YEARS[match["near_year"]] if match["near_year"] else None


def _relative_day(match: re.Match[str], frame: Frame) -> Reading:
    return on(frame.today + DAY * _DAYS[match["day"]])


def _next_day(_: re.Match[str], frame: Frame) -> Reading:
    return on(frame.today + DAY)


def _day_with_part(match: re.Match[str], frame: Frame) -> Reading:
    part = EARLY if match["part"] in "早晨" else EVENING
    return Reading(fixed_day=frame.today + DAY * _DAYS[match["day"]], part=part)


def _weekday(match: re.Match[str], _: Frame) -> Reading:
    return Reading(weekday=_WEEKDAYS[match["weekday"]])


def _weekday_of_week(match: re.Match[str], _: Frame) -> Reading:
    return Reading(weekday=_WEEKDAYS[match["weekday"]], week=shift_of(match["shift"]))


def _week(match: re.Match[str], frame: Frame) -> Reading:
    offset, edge = shift_of(match["shift"]), match["edge"]
    if edge is None:
        return Reading(week=offset)
    return weekend(frame, offset) if edge == "末" else week_part(frame, offset, edge)


def _weekend(_: re.Match[str], frame: Frame) -> Reading:
    return weekend(frame, None)


def _day_of_near_month(match: re.Match[str], _: Frame) -> Reading:
    return Reading(month=shift_of(match["shift"]), day_of_month=chinese_number(match["day"]))


def _month_day(match: re.Match[str], frame: Frame) -> Reading | None:
    month, day = chinese_number(match["month"]), chinese_number(match["day"])
    return nearest_date(month, day, year_of(match, frame), frame)


def _month_days(match: re.Match[str], frame: Frame) -> Reading | None:
    """12月24日到26日, 12月24-26日."""
    month, year = chinese_number(match["month"]), year_of(match, frame)
    first = nearest_date(month, chinese_number(match["day"]), year, frame)
    if first is None or first.fixed_day is None:
        return None
    last = make_date(first.fixed_day.year, month, chinese_number(match["last"]))
    return days(first.fixed_day, last + DAY, "day") if last and last >= first.fixed_day else None


def _day_of_month(match: re.Match[str], _: Frame) -> Reading | None:
    day = chinese_number(match["day"])
    return Reading(day_of_month=day) if 1 <= day <= 31 else None


_LAST_DAY = _DAY.replace("<day>", "<last>")
_RELATIVE = "大前|大后|(?<![以之从目提面])前|(?<![以之然最往随先落])后|昨|今|(?<![说声证表])明"

RULES = (
    rule("月", rf"(?:{YEAR})?(?<![\d.第]){MONTH}月{_DAY}[号日]?\s?(?:-|–|~|～|到|至)\s?{_LAST_DAY}[号日]", _month_days),
    rule("天 儿 日", rf"(?P<day>{_RELATIVE}|次|翌)(?:天|儿|日(?!期))(?!气|生|赋|花板|使|线|台)", _relative_day),
    # mistyped by its sound; 一名天才 has no part of the day behind it
    rule(
        "名天", r"(?P<day>名)天(?=上午|下午|中午|早上|晚上|傍晚|[一二三四五六七八九十两\d]{1,3}[点:：])", _relative_day
    ),
    rule("第二天", r"第二天(?=上午|下午|中午|早|晚)", _next_day),
    rule("昨 今 明", r"(?P<day>昨|今|明)(?=上午|下午|中午|傍晚|凌晨|晚上)", _relative_day),
    rule(
        "早 晨 晚 夜", rf"(?P<day>{_RELATIVE})天?(?P<part>早|晨|晚|夜)(?:上|间|里)?(?!会|报|餐|饭|市)", _day_with_part
    ),
    rule("周 星期 礼拜", rf"{SHIFT}{_WEEK}(?:的?{_WEEK})?{_WEEKDAY}{_NOT_COUNTED}", _weekday_of_week),
    rule("周 星期 礼拜", rf"(?<![每一二两三四五六七八九十几半个\d]){_WEEK}{_WEEKDAY}{_NOT_COUNTED}", _weekday),
    rule("周 星期 礼拜", rf"{SHIFT}{_WEEK}(?!期|边|转|年|岁)(?P<edge>初|中|末|底)?(?:以内|之内|内|里)?", _week),
    rule("周末", r"(?<![每\d])周末", _weekend),
    rule("月", rf"{SHIFT}月份?的?{_DAY}[号日]", _day_of_near_month),
    rule(
        "月",
        rf"(?:{YEAR})?(?<![\d.第]){MONTH}月份?{_DAY}(?:[号日]{_NOT_NUMBERED}|(?![\d.个点:时天年万千百号日]))",
        _month_day,
    ),
    rule(
        "号 日",
        rf"(?<![A-Za-z\d.第编单票区号#月生一二三四五六七八九十-]){_DAY}"
        rf"(?:号|(?<=[\d十])日|(?<=十[一二三四五六七八九])日){_NOT_NUMBERED}",
        _day_of_month,
    ),
)
