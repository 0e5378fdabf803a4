"""English rules for months, quarters and years: last month, end of March, Q3 2026, H1, year to date.

Promise: RULES only; every rule is linear in the text. Never: single days and weeks (english_days.py).
"""

from __future__ import annotations

import re
from datetime import date

from nlu.entities.time_grammar.english_days import MONTH, YEAR, month_of, year_of
from nlu.entities.time_grammar.periods import (
    edge_of,
    half_month,
    half_year,
    month_by_name,
    month_part,
    quarter_by_name,
    quarter_by_offset,
    quarter_start,
    year_span,
)
from nlu.entities.time_grammar.reading import DAY, Frame, Reading, add_months, days, monday, month_start, rule

_NEAR = {"this": 0, "current": 0, "the": 0, "next": 1, "following": 1, "coming": 1, "last": -1, "previous": -1}
_EDGES = {"end": "end", "start": "start", "beginning": "start", "first day": "start", "last day": "end", "close": "end"}
_EDGE = r"(?P<edge>end|start|beginning|close|first day|last day|middle|early|late|mid)"
_NEAR_WORD = r"(?P<near>this|next|last|current|coming|following|previous)"
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
#: What must stand before a month's name alone: June, April and May are people, 'march' and 'may' are verbs.
_MONTH_LEAD = (
    r"(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=\bsince )|(?<=\buntil )|(?<=\btill )|(?<=\bduring )|(?<=\bbefore )"
    r"|(?<=\bfrom )"
)


_WITH_YEAR = YEAR.removesuffix("?")


def _edge(match: re.Match[str]) -> str | None:
    edge = match["edge"]
    return _EDGES.get(edge.lower(), edge.lower()) if edge else None


def _month(match: re.Match[str], frame: Frame) -> Reading:
    offset = _NEAR[match["near"].lower()]
    edge = _edge(match)
    if edge is None:
        return Reading(month=offset)
    return month_part(month_start(frame.today.year, frame.today.month + offset), edge)


def _far_month(match: re.Match[str], _: Frame) -> Reading:
    return Reading(month=2 if match["far"].lower() == "after next" else -2)


def _this_month_edge(match: re.Match[str], frame: Frame) -> Reading:
    first = frame.today.replace(day=1)
    edge = _edge(match) or "end"
    reading = month_part(first, edge)
    day = reading.fixed_day
    if day and (day > frame.today if frame.is_past else day < frame.today):
        return month_part(add_months(first, -1 if frame.is_past else 1), edge)
    return reading


def _month_end(_: re.Match[str], frame: Frame) -> Reading:
    return month_part(frame.today.replace(day=1), "end")


def _named_month(match: re.Match[str], frame: Frame) -> Reading | None:
    near = match["near"]
    first = month_by_name(month_of(match["month"]), year_of(match, frame), frame)
    if near and near.lower() == "last":
        first = month_by_name(month_of(match["month"]), None, Frame(frame.now, "past"))
        first = first if first < frame.today.replace(day=1) else month_start(first.year - 1, first.month)
    edge = _edge(match)
    return month_part(first, edge) if edge else days(first, add_months(first, 1), "month")


def _months(match: re.Match[str], frame: Frame) -> Reading:
    first = month_by_name(month_of(match["month"]), year_of(match, frame), frame)
    last = month_start(first.year, month_of(match["until"]))
    return days(first, add_months(last if last >= first else add_months(last, 12), 1), "month")


def _quarter(match: re.Match[str], frame: Frame) -> Reading:
    word = (match["quarter"] or match["ordinal"]).lower()
    number = int(word) if word.isdigit() else _ORDINALS[word]
    return edge_of(quarter_by_name(number, year_of(match, frame), frame), _edge(match))


def _near_quarter(match: re.Match[str], frame: Frame) -> Reading:
    near = match["near"]
    return edge_of(quarter_by_offset(_NEAR[near.lower()] if near else 0, frame), _edge(match))


def _quarter_end(_: re.Match[str], frame: Frame) -> Reading:
    return edge_of(quarter_by_offset(0, frame), "end")


def _half_month(match: re.Match[str], frame: Frame) -> Reading:
    is_second = match["half"].lower() == "second"
    if match["month"]:
        return half_month(month_by_name(month_of(match["month"]), year_of(match, frame), frame), is_second)
    offset = _NEAR[(match["near"] or "the").lower()]
    return half_month(month_start(frame.today.year, frame.today.month + offset), is_second)


def _half(match: re.Match[str], frame: Frame) -> Reading:
    word = match["half"].lower()
    half = half_year(year_of(match, frame) or frame.today.year, word in {"2", "second"})
    return edge_of(half, _edge(match))


def _near_year(match: re.Match[str], frame: Frame) -> Reading:
    near = match["near"]
    return edge_of(year_span(frame.today.year + (_NEAR[near.lower()] if near else 0)), _edge(match))


def _year(match: re.Match[str], _: Frame) -> Reading:
    return edge_of(year_span(int(match["number"])), _edge(match))


def _year_end(_: re.Match[str], frame: Frame) -> Reading:
    return edge_of(year_span(frame.today.year), "end")


def _to_date(match: re.Match[str], frame: Frame) -> Reading:
    today = frame.today
    starts = {"w": monday(today), "m": today.replace(day=1), "q": quarter_start(today), "y": date(today.year, 1, 1)}
    return days(starts[match["unit"][0].lower()], today + DAY, "day")


RULES = (
    rule("month", rf"\b(?:{_EDGE}[ -](?:of |in )?)?(?:the )?{_NEAR_WORD} month(?:'s)?\b(?!-?\s?end\b)", _month),
    rule("month", rf"\b{_NEAR_WORD} month[ -](?P<edge>end)\b", _month),
    rule("month", r"\b(?:the )?month (?P<far>after next|before last)\b", _far_month),
    rule("month", rf"\b{_EDGE}[ -](?:of |in )?(?:the )?month\b", _this_month_edge),
    rule("eom month", r"\b(?:eom|month[ -]end|month's end)\b", _month_end),
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"(?:\b{_EDGE}[ -](?:of |in )?|\b(?P<near>this|next|last) |{_MONTH_LEAD}){MONTH}\b(?!\.?\s?\d{{1,2}}\b){YEAR}",
        _named_month,
    ),
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"\b(?P<edge>(?!))?(?P<near>(?!))?{MONTH}\.?{_WITH_YEAR}",
        _named_month,
    ),
    # Alone it is the answer to a question, unless it is somebody's name as well.
    rule(
        "jan feb mar jul aug sep oct nov dec",
        rf"^(?P<edge>(?!))?(?P<near>(?!))?(?P<year>(?!))?(?P<near_year>(?!))?\s*(?!apr|may|jun){MONTH}\s*$",
        _named_month,
    ),
    rule(
        "jan feb mar apr may jun jul aug sep oct nov dec",
        rf"\b{MONTH}\s?(?:to|-|–|through|until"
        rf"|till)\s?{MONTH.replace('<month>', '<until>')}\b(?!\.?\s?\d{{1,2}}\b){YEAR}",
        _months,
    ),
    rule(
        "q1 q2 q3 q4 quarter",
        rf"(?:\b{_EDGE}[ -](?:of )?)?\b(?:q(?P<quarter>[1-4])|(?:the )?(?P<ordinal>first|second|third"
        r"|fourth|1st|2nd|3rd|4th) quarter)\b"
        rf"(?:\s?of)?{YEAR}",
        _quarter,
    ),
    rule("quarter", rf"\b(?:{_EDGE}[ -](?:of )?)?(?:the )?{_NEAR_WORD} quarter(?:'s)?\b", _near_quarter),
    rule("quarter", rf"\b{_EDGE}[ -](?:of )?(?P<near>(?!))?(?:the )?quarter\b", _near_quarter),
    rule("eoq quarter", r"\b(?:eoq|quarter[ -]end|quarter's end)\b", _quarter_end),
    rule(
        "half",
        rf"\b(?:the )?(?P<half>first|second) half of (?:(?:the )?(?:{_NEAR_WORD} )?month\b|{MONTH}\b{YEAR})",
        _half_month,
    ),
    rule("h1 h2", rf"(?:\b{_EDGE}[ -](?:of )?)?\b(?:h(?P<half>[12]))\b{YEAR}", _half),
    rule(
        "half",
        rf"(?:\b{_EDGE}[ -](?:of )?)?\b(?:the )?(?P<half>first|second) half(?: of)?(?: the year\b)?{YEAR}",
        _half,
    ),
    rule("year", rf"\b(?:{_EDGE}[ -](?:of )?)?(?:the )?{_NEAR_WORD} year(?:'s)?\b(?!-?\s?end\b)", _near_year),
    rule("year", rf"\b{_EDGE}[ -](?:of )?(?P<near>(?!))?(?:the )?year\b", _near_year),
    rule("eoy year", r"\b(?:eoy|year[ -]end|year's end)\b", _year_end),
    rule(
        "19 20",
        rf"(?:\b{_EDGE}[ -](?:of |in )?|(?<=\bin )|(?<=\bduring )|(?<=\bfor )|(?<=\bof ))(?P<number>(?:19"
        r"|20)\d\d)\b(?![-/.:\d]|\s(?:units|pcs|pieces|boxes|people|rmb|yuan|usd|dollars|orders|items))",
        _year,
    ),
    rule("date", r"\b(?P<unit>week|month|quarter|year)[ -]to[ -]date\b", _to_date),
    rule("td", r"\b(?P<unit>[wmqy])td\b", _to_date),
)
