"""English rules for days and weeks: tomorrow, next Tuesday, end of the week, Dec 5, the 15th of next month.

Promise: RULES only; every rule is linear in the text. Never: clock times, longer periods (english_periods.py).
"""

from __future__ import annotations

import re

from nlu.entities.numerals import EN_COUNT, english_count
from nlu.entities.time_grammar.periods import nearest_date, week_part, weekend
from nlu.entities.time_grammar.reading import (
    AFTERNOON,
    DAY,
    EVENING,
    MORNING,
    Build,
    Frame,
    Part,
    Reading,
    days,
    make_date,
    monday,
    on,
    rule,
)

_WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tues?(?:day)?|wed(?:nesday|s)?|wednessday|thu(?:rs?|rsday|rday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
    r"(?:'s)?\b"
)
#: Abbreviations that are also words or names (Mr. Sun, he sat, newly wed): they need a word before or a time after.
_AMBIGUOUS = frozenset({"sat", "sun", "wed", "mon"})
_BEFORE_AMBIGUOUS = re.compile(
    r"(?:\b(?:on|by|next|this|last|before|until|till|coming|from|to)\s|[-,(:]\s?)$", re.I | re.A
)
_BEFORE_ORDINAL = re.compile(r"\b(?:on|by|before|until|till|since|due|from|to)\s$", re.I | re.A)
#: 'aim for the 10th.', but not 'for the 10th customer'
_CLOSED_ORDINAL = (re.compile(r"\bfor\s$", re.I | re.A), re.compile(r"\s*(?:$|[,.;!?]|at\b|please\b)", re.I | re.A))
_AFTER_AMBIGUOUS = re.compile(r"\s*(?:\d|at\b|morning|afternoon|evening|night|noon|[,.;:!?)-]|$)", re.I | re.A)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
YEAR = (
    r"(?:,?\s+(?P<year>(?:19|20)\d\d)\b(?!\s*(?:units?|pcs|pieces|boxes))|\s+(?P<near_year>this|next|last)\s+year\b)?"
)
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?P<ordinal>st|nd|rd|th)?"
_NEAR = {
    "this": 0,
    "current": 0,
    "the": 0,
    "next": 1,
    "following": 1,
    "coming": 1,
    "last": -1,
    "previous": -1,
    "past": -1,
}
_PARTS: dict[str, Part] = {"morning": MORNING, "afternoon": AFTERNOON, "evening": EVENING, "night": EVENING}


_TEENS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ORDINAL_WORDS = (
    *_UNITS, *_TEENS.split(), "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first",
)  # fmt: skip
_ORDINAL_WORD = "|".join(sorted((word.replace("-", "[- ]") for word in _ORDINAL_WORDS), key=len, reverse=True))


def month_of(text: str) -> int:
    """Read the number of a month's name or abbreviation."""
    return _MONTHS.index(text[:3].lower()) + 1


def year_of(match: re.Match[str], frame: Frame) -> int | None:
    """Read the year of a match of `YEAR`, None where none was said."""
    if match["year"]:
        return int(match["year"])
    near = match["near_year"]
    return frame.today.year + _NEAR[near.lower()] if near else None


def _day(offset: int, part: Part | None = None) -> Build:
    """Build the day at a fixed offset from today."""
    return lambda _, frame: Reading(fixed_day=frame.today + DAY * offset, part=part)


def _this_part(match: re.Match[str], frame: Frame) -> Reading:
    return Reading(fixed_day=frame.today, part=_PARTS[match["part"].lower()])


def _weekday_number(match: re.Match[str]) -> int | None:
    """Read the weekday; None for an abbreviation that reads as a word or a name here."""
    word = match["weekday"].lower()
    if word in _AMBIGUOUS and not _is_weekday(match):
        return None
    return next(value for value, name in enumerate(_WEEKDAY_NAMES) if name[:3] == word[:3])


def _is_weekday(match: re.Match[str]) -> bool:
    start = match.start("weekday")
    if _BEFORE_AMBIGUOUS.search(match.string, max(0, start - 8), start):
        return True
    after = _AFTER_AMBIGUOUS.match(match.string, match.end())
    return (after is not None and start == 0) or (after is not None and after[0].strip()[:1].isalnum())


def _weekday(match: re.Match[str], _: Frame) -> Reading | None:
    weekday = _weekday_number(match)
    return None if weekday is None else Reading(weekday=weekday)


def _near_weekday(match: re.Match[str], frame: Frame) -> Reading | None:
    weekday, near = _weekday_number(match), match["near"].lower()
    if weekday is None:
        return None
    if near in {"next", "following", "last", "previous"}:
        return Reading(weekday=weekday, week=_NEAR[near])
    if near == "this":
        return _this_weekday(weekday, frame)
    if near in {"past", "this past"}:
        return on(frame.today - DAY * ((frame.today.weekday() - weekday - 1) % 7 + 1))
    return on(frame.today + DAY * ((weekday - frame.today.weekday() - 1) % 7 + 1))


def _this_weekday(weekday: int, frame: Frame) -> Reading:
    """'This Friday' is this calendar week's, unless the tense cannot mean that."""
    day = monday(frame.today) + DAY * weekday
    if frame.is_past and day > frame.today:
        return on(day - 7 * DAY)
    return on(day + 7 * DAY if not frame.is_past and day < frame.today else day)


def _weekday_after_next(match: re.Match[str], _: Frame) -> Reading | None:
    weekday = _weekday_number(match)
    return None if weekday is None else Reading(weekday=weekday, week=2)


def _weeks_from_weekday(match: re.Match[str], frame: Frame) -> Reading | None:
    """'A week from Tuesday', 'two weeks on Friday'."""
    weekday = _weekday_number(match)
    if weekday is None:
        return None
    weeks = round(english_count(match["count"].lower()))
    return on(frame.today + DAY * ((weekday - frame.today.weekday() - 1) % 7 + 1 + 7 * weeks))


def _weeks_beyond(match: re.Match[str], frame: Frame) -> Reading | None:
    """'Friday week', 'a fortnight today', 'a week tomorrow'."""
    count, base = match["count"], match["base"].lower()
    size = 14 if (match["unit"] or "").lower().startswith("fortnight") else 7
    offset = {"today": 0, "tomorrow": 1}.get(base)
    if offset is None:
        weekday = next(value for value, name in enumerate(_WEEKDAY_NAMES) if name[:3] == base[:3])
        offset = (weekday - frame.today.weekday() - 1) % 7 + 1
    return on(frame.today + DAY * (offset + size * round(english_count(count.lower()) if count else 1)))


def _weekday_weeks_ago(match: re.Match[str], _: Frame) -> Reading | None:
    """'Two weeks ago on Monday': the Monday of that calendar week."""
    weekday = _weekday_number(match)
    return None if weekday is None else Reading(weekday=weekday, week=-round(english_count(match["count"].lower())))


def _weekdays_ago(match: re.Match[str], frame: Frame) -> Reading:
    """'Three Mondays ago' counts the last Monday gone as the first."""
    weekday = next(value for value, name in enumerate(_WEEKDAY_NAMES) if name == match["weekday"].lower())
    last = frame.today - DAY * ((frame.today.weekday() - weekday - 1) % 7 + 1)
    return on(last - 7 * DAY * (round(english_count(match["count"].lower())) - 1))


def _worded_day(match: re.Match[str], frame: Frame) -> Reading | None:
    """'The third of November', 'November the twenty-first'."""
    day = _ORDINAL_WORDS.index(match["day"].lower().replace(" ", "-")) + 1
    return nearest_date(month_of(match["month"]), day, year_of(match, frame), frame)


def _weeks_from_day(match: re.Match[str], frame: Frame) -> Reading:
    size = 7 if match["unit"].lower().startswith("week") else 1
    base = {"today": 0, "tomorrow": 1, "yesterday": -1}[match["base"].lower()]
    return on(frame.today + DAY * (base + size * round(english_count(match["count"].lower()))))


def _near_week(match: re.Match[str], frame: Frame) -> Reading:
    offset, edge = _NEAR[match["near"].lower()], match["edge"]
    return week_part(frame, offset, edge.lower()) if edge else Reading(week=offset)


def _part_of_week(match: re.Match[str], frame: Frame) -> Reading:
    return week_part(frame, 0, match["edge"].lower())


def _far_week(match: re.Match[str], _: Frame) -> Reading:
    return Reading(week=2 if match["far"].lower() == "after next" else -2)


def _week_end(_: re.Match[str], frame: Frame) -> Reading:
    return week_part(frame, 0, "end")


def _weekend(match: re.Match[str], frame: Frame) -> Reading:
    near = (match["near"] or "the").lower()
    return weekend(frame, None if near in {"the", "a"} else _NEAR[near] if near != "coming" else 0)


def _later_this_week(_: re.Match[str], frame: Frame) -> Reading:
    after = monday(frame.today) + 5 * DAY
    return days(frame.today + DAY, max(after, frame.today + 2 * DAY), "week")


def _month_day(match: re.Match[str], frame: Frame) -> Reading | None:
    if match["month"] == "may" and not match["ordinal"]:
        return None  # 'it may 5 ...'
    return nearest_date(month_of(match["month"]), int(match["day"]), year_of(match, frame), frame)


def _ordinal(match: re.Match[str], _: Frame) -> Reading:
    near = match["near"]
    month = None if near is None else _NEAR[near.lower()]
    is_led = _BEFORE_ORDINAL.search(match.string, max(0, match.start() - 10), match.start()) is not None
    before, after = _CLOSED_ORDINAL
    is_closed = before.search(match.string, max(0, match.start() - 6), match.start()) and after.match(
        match.string, match.end()
    )
    is_all = match.span() == (0, len(match.string))
    return Reading(
        day_of_month=int(match["day"]), month=month, is_weak=month is None and not (is_led or is_closed or is_all)
    )


def _month_days(match: re.Match[str], frame: Frame) -> Reading | None:
    """'Dec 24-26', 'December 24 to 26'."""
    first = nearest_date(month_of(match["month"]), int(match["day"]), year_of(match, frame), frame)
    if first is None or first.fixed_day is None:
        return None
    last = make_date(first.fixed_day.year, first.fixed_day.month, int(match["last"]))
    return days(first.fixed_day, last + DAY, "day") if last and last >= first.fixed_day else None


_EDGE = "(?P<edge>end|start|beginning|middle|early|late|mid)"
_TOMORROW = r"(?:tom+or+ow+|tmrw?|2morrow)"

RULES = (
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"\b{MONTH}\.?\s{_DAY}\s?(?:-|–|to)\s?(?P<last>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?\b(?![:\d%]"
        rf"|\s?[ap]\.?m\b){YEAR}",
        _month_days,
    ),
    rule("today", r"\btoday(?:'s)?\b|\blater today\b|\bearlier today\b", _day(0)),
    rule("tom tmr 2mor", rf"\b{_TOMORROW}(?:'s)?\b", _day(1)),
    rule("yesterday yday ystd yest", r"\byesterday(?:'s)?\b|\b(?:yday|ystdy|ystday|yest|yesterdy)\b", _day(-1)),
    rule("day", rf"\b(?:the )?day after {_TOMORROW}\b", _day(2)),
    rule("day", r"\b(?:the )?day before yesterday\b", _day(-2)),
    rule("tonight tonite", r"\btonight(?:'s)?\b|\btonite\b", _day(0, EVENING)),
    rule("night", r"\blast night(?:'s)?\b", _day(-1, EVENING)),
    rule("this", r"\b(?:earlier |later )?this (?P<part>morning|afternoon|evening)(?:'s)?\b", _this_part),
    rule("mon tue wed thu fri sat sun", rf"\b{_WEEKDAY}", _weekday),
    rule(
        "mon tue wed thu fri sat sun",
        rf"\b(?:the )?(?P<near>this past|this coming|next|this|last|previous|following|coming|past)\s+{_WEEKDAY}",
        _near_weekday,
    ),
    rule("after", rf"\b(?:the )?{_WEEKDAY} after next\b", _weekday_after_next),
    rule("week", rf"\b(?P<count>{EN_COUNT}) weeks? (?:from|on|after) (?:next )?{_WEEKDAY}", _weeks_from_weekday),
    rule(
        "ago",
        rf"\b(?P<count>{EN_COUNT}) weeks? ago,? (?:on )?{_WEEKDAY}",
        _weekday_weeks_ago,
    ),
    rule("ago", rf"\b{_WEEKDAY},? (?P<count>{EN_COUNT}) weeks? ago\b", _weekday_weeks_ago),
    rule("ago", rf"\b(?P<count>{EN_COUNT}) (?P<weekday>{'|'.join(_WEEKDAY_NAMES)})s ago\b", _weekdays_ago),
    rule("of", rf"\b(?:the )?(?P<day>{_ORDINAL_WORD}) of {MONTH}\b{YEAR}", _worded_day),
    rule(
        "st nd rd th",
        rf"\b(?!may\b){MONTH} (?:the )?(?P<day>{_ORDINAL_WORD})\b(?! (?:quarter|half|week|edition|draft)){YEAR}",
        _worded_day,
    ),
    rule(
        "week fortnight",
        rf"\b(?P<count>{EN_COUNT}) (?P<unit>weeks?|fortnights?) (?P<base>today|tomorrow|(?:mon|tues|wednes|thurs|fri"
        r"|satur|sun)day)\b",
        _weeks_beyond,
    ),
    rule(
        "week",
        r"\b(?P<count>(?!))?(?P<base>today|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day) (?P<unit>week)\b"
        r"(?=\s*(?:$|[,.;!?]|at\b|by\b|\d))",
        _weeks_beyond,
    ),
    rule(
        "day week",
        rf"\b(?P<count>{EN_COUNT}) (?P<unit>days?|weeks?) (?:from|after) (?P<base>today|tomorrow|yesterday)\b",
        _weeks_from_day,
    ),
    rule(
        "week",
        rf"\b(?:{_EDGE}[ -](?:of |in )?)?(?:the )?(?P<near>this|next|last|current|coming|following"
        r"|previous) week(?:'s)?\b(?!-?\s?end\b)",
        _near_week,
    ),
    rule("week", rf"\b{_EDGE}[ -](?:of |in )?(?:the )?week\b", _part_of_week),
    rule("week", r"\b(?:the )?week (?P<far>after next|before last)\b", _far_week),
    rule("eow week", r"\b(?:eow|week'?s?[ -]end|end of week|weekending)\b", _week_end),
    rule("weekend", r"\b(?:(?P<near>this|next|last|coming|the)\s+)?weekend\b", _weekend),
    rule("week", r"\blater (?:on )?this week\b", _later_this_week),
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"\b{MONTH}\.?\s?(?:the\s)?{_DAY}\b(?![:\d%]|\.\d|\s?(?:[ap]\.?m\b|units?\b|pcs\b|pieces\b)){YEAR}",
        _month_day,
    ),
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"\b(?:the )?(?<![\d.:/]){_DAY}\s(?:of\s)?{MONTH}\b\.?{YEAR}",
        _month_day,
    ),
    rule(
        "st nd rd th",
        r"\b(?:the )?(?P<day>3[01]|[12]\d|[1-9])(?:st|nd|rd|th)\b"
        r"(?! (?:floor|anniversary|time|order|call|visit|meeting|store|street|st\b|ave|grade|gen|place"
        r"|batch|quarter|half|century|party))"
        r"(?: of (?P<near>this|next|last) month)?",
        _ordinal,
    ),
)
