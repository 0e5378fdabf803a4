"""English rules for times of day and distances from now: 3pm, half past three, EOD, in a fortnight, last 7 days.

Promise: RULES only; every rule is linear in the text. Never: calendar days (english_days.py).
"""

from __future__ import annotations

import re

from nlu.entities.numerals import EN_COUNT, english_count
from nlu.entities.time_grammar.distance import from_now, just_now, trailing
from nlu.entities.time_grammar.reading import (
    AFTERNOON,
    EARLY,
    EVENING,
    MORNING,
    NIGHT,
    NOON,
    Build,
    Clock,
    Frame,
    Part,
    Reading,
    rule,
)

_PARTS: dict[str, Part] = {
    "morning": MORNING, "early morning": EARLY, "first thing": EARLY, "late morning": Part("morning", 11, 12),
    "afternoon": AFTERNOON, "early afternoon": Part("afternoon", 13, 15), "late afternoon": Part("afternoon", 16, 18),
    "evening": EVENING, "night": EVENING, "late night": NIGHT, "lunchtime": NOON, "lunch time": NOON, "lunch": NOON,
    "after lunch": Part("afternoon", 13, 15),
}  # fmt: skip
_HOUR_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_HOUR = rf"(?P<hour>1[0-2]|0?[1-9]|{'|'.join(_HOUR_WORDS)})"
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
#: as a clock time is dictated: nine oh five, nine fifteen, nine thirty, nine forty-five
_MINUTE_WORDS = (
    {f"oh {word}": number for number, word in enumerate(_HOUR_WORDS[:9], 1)}
    | {"ten": 10, "fifteen": 15}
    | _TENS
    | {f"{tens} {word}": n + number for tens, n in _TENS.items() for number, word in enumerate(_HOUR_WORDS[:9], 1)}
)
#: the longest first
_MINUTE = "|".join(word.replace(" ", "[ -]") for word in sorted(_MINUTE_WORDS, key=len, reverse=True))
_MERIDIEM = r"(?P<meridiem>[ap])(?:\.\s?m\.|\.?m\b)"
_UNIT_WORDS = {
    "second": "sec|second",
    "minute": "min|minute",
    "hour": "hr|hour",
    "day": "day",
    "working_day": "business day|working day|workday",
    "week": "wk|week",
    "fortnight": "fortnight",
    "month": "month",
    "quarter": "quarter",
    "year": "yr|year",
}
_UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split("|")}
_UNIT = (
    r"(?P<unit>sec(?:ond)?|min(?:ute)?|h(?:ou)?r|(?:business |working |work)?day|w(?:ee)?k|fortnight|month"
    r"|quarter|y(?:ea)?r)"
    r"(?:s|'s|s')?\b"
)
_AMOUNT = (
    rf"(?:(?P<halved>half (?:an? )?|a half[ -])|(?P<quartered>(?:a )?quarter of an )|(?P<count>{EN_COUNT})\s?"
    rf"(?P<half>and a half\s)?){_UNIT}(?P<more>\sand a half)?"
)
#: After 'at 8': what shows that no price and no count follows.
_AFTER_BARE_HOUR = re.compile(r"\s*(?:$|[,.;!?](?!\d)|(?:to|on|about|for a|with)\b)", re.IGNORECASE | re.ASCII)
_NUMBER_WORDS = {"quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25, "twenty five": 25}


def _hour_of(text: str) -> int:
    return int(text) if text.isdigit() else _HOUR_WORDS.index(text.lower()) + 1


def _meridiem(match: re.Match[str], _: Frame) -> Reading:
    minute = int(match["minute"] or 0)
    return Reading(clock=_half_day(_hour_of(match["hour"]), minute, match["meridiem"]))


def _half_day(hour: int, minute: int, meridiem: str) -> Clock:
    return Clock(hour % 12 + 12 * (meridiem.lower() == "p"), minute, is_fixed=True)


def _meridiem_range(match: re.Match[str], _: Frame) -> Reading | None:
    """'2-4pm', '10 to 11:30 am': the half of the day is said once, and holds for the beginning where it can."""
    end = _half_day(int(match["until"]), int(match["until_minute"] or 0), match["meridiem"])
    begin = _half_day(int(match["hour"]), int(match["minute"] or 0), match["first"] or match["meridiem"])
    if match["first"] is None and (begin.hour, begin.minute) >= (end.hour, end.minute):
        begin = Clock((begin.hour + 12) % 24, begin.minute, is_fixed=True)
    return Reading(clock=begin, until=end)


def _digital(match: re.Match[str], _: Frame) -> Reading:
    hour = int(match["hour"])
    return Reading(clock=Clock(hour, int(match["minute"]), is_fixed=hour > 12 or match["hour"][0] == "0"))


def _digital_range(match: re.Match[str], _: Frame) -> Reading:
    hour, until = int(match["hour"]), int(match["until"])
    is_fixed = max(hour, until) > 12 or "0" in {match["hour"][0], match["until"][0]}
    begin = Clock(hour, int(match["minute"]), is_fixed=is_fixed)
    return Reading(clock=begin, until=Clock(until, int(match["until_minute"]), is_fixed=is_fixed))


def _bare_hour(match: re.Match[str], _: Frame) -> Reading:
    is_closed = _AFTER_BARE_HOUR.match(match.string, match.end()) is not None
    return Reading(clock=Clock(_hour_of(match["hour"])), is_weak=not is_closed)


def _dotted(match: re.Match[str], _: Frame) -> Reading:
    """'At 10.30': weak, for 'at 1.50' is a price."""
    return Reading(clock=Clock(int(match["hour"]), int(match["minute"])), is_weak=True)


def _spelled(match: re.Match[str], _: Frame) -> Reading:
    """'At nine thirty', as it is dictated."""
    is_closed = _AFTER_BARE_HOUR.match(match.string, match.end()) is not None
    minute = _MINUTE_WORDS[match["minute"].lower().replace("-", " ")]
    return Reading(clock=Clock(_hour_of(match["hour"]), minute), is_weak=not is_closed)


def _rough_hour(match: re.Match[str], _: Frame) -> Reading:
    return Reading(clock=Clock(_hour_of(match["hour"])), is_weak=True)


def _bare_range(match: re.Match[str], _: Frame) -> Reading:
    """'From 10 to 11:30': beside a day only, for it may be a price or a count."""
    begin = Clock(_hour_of(match["hour"]), int(match["minute"] or 0))
    until = Clock(int(match["until"]), int(match["until_minute"] or 0))
    return Reading(clock=begin, until=until, is_weak=True)


def _oclock(match: re.Match[str], _: Frame) -> Reading:
    return Reading(clock=Clock(_hour_of(match["hour"])))


def _half_past(match: re.Match[str], _: Frame) -> Reading:
    """'At half eight', as the British say it."""
    return Reading(clock=Clock(_hour_of(match["hour"]), 30))


def _past_hour(match: re.Match[str], _: Frame) -> Reading:
    hour = _hour_of(match["hour"])
    minute = match["past"].lower().removeprefix("a ")
    minutes = int(minute) if minute.isdigit() else _NUMBER_WORDS[minute]
    if match["side"].lower() == "to":
        return Reading(clock=Clock(hour - 1 or 12, 60 - minutes))
    return Reading(clock=Clock(hour, minutes))


def _at(hour: int) -> Build:
    return lambda _, __: Reading(clock=Clock(hour, is_fixed=True))


def _part(match: re.Match[str], _: Frame) -> Reading:
    words = " ".join(match["part"].lower().split())
    return Reading(part=_PARTS[words], is_weak=match["lead"] is None and "lunch" not in words)


def _distance(match: re.Match[str], frame: Frame) -> Reading | None:
    return from_now(*_signed(match, 1), frame)


def _ago(match: re.Match[str], frame: Frame) -> Reading | None:
    return from_now(*_signed(match, -1), frame)


def _trailing(match: re.Match[str], frame: Frame) -> Reading | None:
    is_ahead = match["way"].lower() in {"next", "coming", "following"}
    return trailing(*_signed(match, 1 if is_ahead else -1), frame)


def _past_unit(match: re.Match[str], frame: Frame) -> Reading | None:
    return trailing(-1, match["unit"].lower(), frame)


def _signed(match: re.Match[str], sign: int) -> tuple[float, str]:
    word = re.sub(r"\s+", " ", match["unit"].lower())
    unit = _UNITS[word]
    amount = 0.5 if match["halved"] else 0.25 if match["quartered"] else english_count(match["count"].lower())
    amount += 0.5 * bool(match["half"] or match["more"])
    return sign * (amount * 2 if unit == "fortnight" else amount), "week" if unit == "fortnight" else unit


def _just_now(_: re.Match[str], frame: Frame) -> Reading:
    return just_now(frame)


_NOT_A_RATE = (
    r"(?!\s?(?:%|percent|per\b|usd|rmb|cny|yuan|dollars?|euros?|units?|pcs|pieces|boxes|discount|off\b|million"
    r"|k\b|m\b|stores|locations)|[\d.,:]*\d)"
)

#: of the day, said right after its hour
_PART_NEXT = r"(?=\s(?:tonight|tonite|this (?:morning|afternoon|evening)))"

RULES = (
    rule(
        "tonight tonite this",
        rf"(?:(?<=\bby )|(?<=\bbefore )|(?<=\bat )|(?<=\buntil )|(?<=\btill )|(?<=\baround )|(?<=\babout )){_HOUR}"
        rf"{_PART_NEXT}",
        _oclock,
    ),
    rule(
        "half", r"(?<=\bat )half (?P<hour>one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", _half_past
    ),
    rule("am pm a.m p.m a. p.", rf"(?<![\d.:$¥€£A-Za-z-]){_HOUR}(?:[:.](?P<minute>[0-5]\d))?\s?{_MERIDIEM}", _meridiem),
    rule(
        "am pm a.m p.m a. p.",
        r"(?<![\d.:$¥€£A-Za-z-])(?P<hour>1[0-2]"
        r"|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?:(?P<first>[ap])\.?m\.?\s?)?(?:-|–|~|to|until|till"
        r"|(?<=[\s\d])and)\s?"
        rf"(?P<until>1[0-2]|0?[1-9])(?::(?P<until_minute>[0-5]\d))?\s?{_MERIDIEM}",
        _meridiem_range,
    ),
    rule(
        ": ：",
        r"(?:(?<![\d.:/$¥€£A-Za-z-])|(?<=\dT))(?P<hour>2[0-4]|1\d"
        r"|0?\d)[:：](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:.]\d|\s?[ap]\.?m\b)(?!\d)",
        _digital,
    ),
    rule(
        ": ：",
        r"(?<![\d.:/$¥€£A-Za-z-])(?P<hour>2[0-4]|1\d|0?\d)[:：](?P<minute>[0-5]\d)\s?(?:-|–|~|to|until|till|到|至)\s?"
        r"(?P<until>2[0-4]|1\d|0?\d)[:：](?P<until_minute>[0-5]\d)(?!\d|\s?[ap]\.?m\b)",
        _digital_range,
    ),
    rule(
        "from between",
        rf"\b(?:from|between) {_HOUR}(?::(?P<minute>[0-5]\d))? ?(?:to|until|till|and|-|–) ?"
        r"(?P<until>1[0-2]|0?[1-9])(?::(?P<until_minute>[0-5]\d))?\b"
        rf"{_NOT_A_RATE}(?!\s?[ap]\.?m\b)",
        _bare_range,
    ),
    rule("ish", rf"(?<![\d.:$¥€£A-Za-z-]){_HOUR}ish\b", _oclock),
    rule("at", rf"(?<=\bat ){_HOUR}\b(?! (?:{_MINUTE})\b){_NOT_A_RATE}", _bare_hour),
    rule("at", rf"(?<=\bat )(?P<hour>{'|'.join(_HOUR_WORDS)})[ -](?P<minute>{_MINUTE})\b{_NOT_A_RATE}", _spelled),
    rule("at", r"(?<=\bat )(?P<hour>1[0-2]|0?[1-9])\.(?P<minute>[0-5]\d)\b(?!\.?\d|\s?[ap]\.?m\b|%)", _dotted),
    rule("around about", rf"\b(?:around|about|roughly) {_HOUR}\b{_NOT_A_RATE}", _rough_hour),
    rule("@", rf"(?:(?<=@)|(?<=@ )){_HOUR}\b{_NOT_A_RATE}", _bare_hour),
    rule(
        "morning afternoon evening night",
        rf"\b{_HOUR}(?= (?:in the (?:morning|afternoon|evening)|at night)\b)",
        _bare_hour,
    ),
    rule("clock", rf"\b{_HOUR}\s?o'?\s?clock\b", _oclock),
    rule(
        "past to",
        r"\b(?P<past>(?:a )?quarter|half|five|ten|twenty[- ]five|twenty|5|10|20|25)\s(?:minutes "
        rf")?(?P<side>past|to)\s{_HOUR}\b"
        r"(?!\s?(?:units|pcs|people|days|weeks|months|hours|%))",
        _past_hour,
    ),
    rule("noon midday", r"\b(?:noon|midday|12 noon)\b", _at(12)),
    rule("midnight", r"\bmidnight\b", _at(24)),
    rule(
        "eod cob eob day close",
        r"\b(?:eod|cob|eob|close of (?:business|play)|end of (?:the )?(?:business |working |work)?day)\b",
        _at(18),
    ),
    rule(
        "morning afternoon evening night thing lunch",
        r"(?P<lead>\b(?:in|during) the )?\b(?P<part>(?:early |late )?(?:morning|afternoon)|evening|(?:late "
        r")?night|first thing|"
        r"lunch ?time|after lunch|(?<=before )lunch|(?<=at )lunch)\b",
        _part,
    ),
    rule(
        "sec min hr hour day week wk fortnight month quarter year yr",
        rf"\b(?:with)?in (?:the next )?(?:about )?{_AMOUNT}(?! time\b)(?! (?:ago|before)\b)(?: time\b)?",
        _distance,
    ),
    rule(
        "sec min hr hour day week wk fortnight month quarter year yr",
        rf"\b(?:with)?in (?:about )?{_AMOUNT} time\b",
        _distance,
    ),
    rule("from later hence", rf"\b{_AMOUNT} (?:from now|from today|later|hence)\b", _distance),
    rule("ago back earlier", rf"\b(?:about )?{_AMOUNT} (?:ago|back|earlier)\b", _ago),
    rule(
        "last past previous next coming following",
        rf"\b(?:(?:over|in|for|during) )?(?:the )?(?P<way>last|past|previous|next|coming|following) {_AMOUNT}",
        _trailing,
    ),
    rule("past", r"(?:\bthe |(?<=\bin )|(?<=\bover ))past (?P<unit>day|week|month|quarter|year)\b", _past_unit),
    rule(
        "now ago",
        r"\b(?:just now|right now|(?:a )?(?:moment|minute|few minutes|couple of minutes)s? ago|moments ago)\b",
        _just_now,
    ),
)
