"""Chinese rules for times of day and distances from now: 下午三点半, 差五分三点, 半小时后, 三天内, 最近30天, 刚才.

Promise: RULES only; every rule is linear in the text. Never: calendar days (chinese_days.py).
"""

from __future__ import annotations

import re

from nlu.entities.numerals import ZH_BELOW_100, chinese_number
from nlu.entities.time_grammar.distance import from_now, just_now, trailing
from nlu.entities.time_grammar.reading import (
    AFTERNOON,
    DAWN,
    DUSK,
    EARLY,
    EVENING,
    MORNING,
    NIGHT,
    NOON,
    Clock,
    Frame,
    Reading,
    rule,
)

_PART_WORDS = (
    (DAWN, "凌晨"),
    (EARLY, "清晨 清早 大清早 一大早 一早 早晨 早上 早"),
    (MORNING, "上午"),
    (NOON, "中午 正午"),
    (AFTERNOON, "午后 下午"),
    (DUSK, "傍晚"),
    (EVENING, "晚间 晚上 晚"),
    (NIGHT, "夜里 夜间 深夜 半夜 午夜"),
)
_PARTS = {word: part for part, words in _PART_WORDS for word in words.split()}
_UNIT_WORDS = {
    "second": "秒 秒钟",
    "minute": "分 分钟",
    "quarter_hour": "刻钟",
    "hour": "小时 钟头",
    "day": "天 日",
    "working_day": "工作日",
    "week": "周 星期 礼拜",
    "month": "月",
    "quarter": "季度",
    "year": "年",
}
_UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
_HOUR = r"(?P<hour>2[0-4]|1\d|0?\d|二十[一二三四]?|十[一二三四五六七八九]?|[零一二两三四五六七八九])"
_MINUTE = rf"(?P<minute>[0-5]?\d|零[一二三四五六七八九]|{ZH_BELOW_100})"
_COUNT = rf"(?P<count>\d{{1,4}}(?:\.\d)?|{ZH_BELOW_100}|半)"
_UNIT = "(?P<unit>分钟|刻钟|秒钟|小时|钟头|工作日|星期|礼拜|季度|秒|天|日|周|月|年)"
_AMOUNT = rf"{_COUNT}(?:(?P<each>个)(?P<half>半)?)?{_UNIT}(?P<more>半)?"
#: After 三点: points that are made, unless a day or a part of the day stands with it.
_POINTS = re.compile(
    "建议|意见|要求|问题|想法|原因|内容|不足|疑问|需求|反馈|优势|理由|儿|点|多?钱|心|击|评|赞|餐|单"
    "|[一二两三四五六七八九0-9]"
)


def _part(match: re.Match[str], _: Frame) -> Reading:
    return Reading(part=_PARTS[match["part"]])


def _clock(match: re.Match[str], _: Frame) -> Reading | None:
    hour = chinese_number(match["hour"])
    minute = match["minute"]
    if minute and len(minute) == 1 and match.string[match.end() - 1] != "分":
        return None  # 三点五 is 3.5
    is_exact = bool(minute or match["past"] or match["exact"])
    # 一点 is 'a little' more often than one o'clock.
    is_weak = not is_exact and (match["hour"] == "一" or _POINTS.match(match.string, match.end()) is not None)
    return _said(hour, _minutes(match), is_fixed=match["hour"][0] == "0" and hour > 0, is_weak=is_weak)


def _minutes(match: re.Match[str]) -> int:
    if match["past"]:
        return {"半": 30, "一刻": 15, "三刻": 45}[match["past"]]
    return chinese_number(match["minute"].lstrip("零") or "0") if match["minute"] else 0


def _said(hour: int, minute: int, *, is_fixed: bool = False, is_weak: bool = False) -> Reading | None:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return Reading(clock=Clock(hour, minute, is_fixed=is_fixed), is_weak=is_weak)


def _before_hour(match: re.Match[str], _: Frame) -> Reading | None:
    """差五分三点, 三点差五分, 差一刻三点."""
    missing = 15 if match["missing"] == "一刻" else chinese_number(match["missing"].removesuffix("分"))
    hour = chinese_number(match["hour"])
    return _said(hour - 1, 60 - missing) if 0 < missing < 60 and hour else None


def _closing(_: re.Match[str], __: Frame) -> Reading:
    return Reading(clock=Clock(18, is_fixed=True))


def _distance(match: re.Match[str], frame: Frame) -> Reading | None:
    is_back = match["way"] in {"前", "之前", "以前"}
    if is_back and match["unit"] == "日":
        return None  # 5日前 is 'by the 5th'
    amount = _amount(match)
    return None if amount is None else from_now(-amount if is_back else amount, _UNITS[match["unit"]], frame)


def _amount(match: re.Match[str]) -> float | None:
    """Read 一个半 and 两; None for 3月 (March) and 2026年 (a year), which count nothing."""
    count = 0.5 if match["count"] == "半" else _number(match["count"])
    if (match["unit"] == "月" and not match["each"]) or (match["unit"] == "年" and count > 99):
        return None
    return count + 0.5 * bool(match["half"] or match["more"])


def _number(text: str) -> float:
    return float(text) if text[0] in "0123456789" else chinese_number(text)


def _ahead(match: re.Match[str], frame: Frame) -> Reading | None:
    amount = _amount(match)
    return None if amount is None else from_now(amount, _UNITS[match["unit"]], frame)


def _trailing(match: re.Match[str], frame: Frame) -> Reading | None:
    amount = _amount(match)
    is_ahead = match["way"] in {"未来", "接下来", "今后", "往后"}
    return None if amount is None else trailing(amount if is_ahead else -amount, _UNITS[match["unit"]], frame)


def _just_now(_: re.Match[str], frame: Frame) -> Reading:
    return just_now(frame)


RULES = (
    rule(
        "晨 早 午 晚 夜",
        r"(?P<part>凌晨|清晨|大清早|清早|(?<![周拜期])一大?早|早晨|早上|上午|中午|正午|午后|下午|傍晚|晚间"
        r"|晚上|夜里|夜间|深夜|半夜|午夜)(?!好|安|茶|餐|饭)",
        _part,
    ),
    rule("早 晚", r"(?P<part>早|晚)(?=[\d一二两三四五六七八九十]{1,2}[点:时])", _part),
    rule(
        "点 时",
        r"(?<![\d.:第百])(?:(?<![零一二两三四五六七八九十])"
        rf"|(?<=[周期拜][一二三四五六日天])){_HOUR}\s?(?:点(?P<exact>钟|整)?"
        r"|时(?![间候段期长区装代尚刻常尔空]))"
        rf"(?:(?P<past>半|一刻|三刻)(?!钟)|{_MINUTE}(?:分(?!之|钟|别|析|享|店|公司|期|配|成)"
        r"|(?![\d个天点:年月日万千百十家人折块元台件分])))?",
        _clock,
    ),
    rule("差", rf"差(?P<missing>一刻|{ZH_BELOW_100}分|\d{{1,2}}分)钟?到?{_HOUR}点", _before_hour),
    rule("差", rf"{_HOUR}点差(?P<missing>一刻|{ZH_BELOW_100}分|\d{{1,2}}分)", _before_hour),
    rule("下班", r"下班(?=前|之前|以前|后|时)", _closing),
    rule(
        "后 内 前",
        rf"(?:再过|过)?(?<![\d.第]){_AMOUNT}(?:左右|时间)?(?P<way>之后|以后|过后|后(?![天日])|之内|以内"
        r"|内(?!容)|之前|以前|前(?![天日]))",
        _distance,
    ),
    rule("过", rf"(?:再过|(?<![超通经不再])过(?!两天|两日)){_AMOUNT}", _ahead),
    rule(
        "最近 过去 近 未来 接下来 今后 往后",
        rf"(?P<way>最近|过去|(?<!附)近|未来|接下来|今后|往后)的?这?{_AMOUNT}(?:内|里|以来)?",
        _trailing,
    ),
    rule("刚 方才 现在 此刻 适才", r"刚才|刚刚|方才|(?<![出实体])现在|此刻|适才", _just_now),
)
