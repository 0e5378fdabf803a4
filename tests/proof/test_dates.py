"""Dates and times as people write them, against labels written without a look at the grammar.

A label is a local date ("2026-12-01"), a date with a time, the first and last day (or minute) of a range, or null:
what nobody can resolve has to be asked for. Where two readings are usual, `expected_any` names both.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nlu.entities.times import resolve_time
from nlu.understanding import Moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
CASES = [json.loads(line) for line in Path(__file__).with_name("dates.jsonl").read_text("utf-8").splitlines()]
GOAL = 0.98
#: what is reached; never to be lowered
FLOOR = 0.99


def test_the_set_is_large_and_in_both_languages() -> None:
    chinese = [case for case in CASES if any("\u4e00" <= char <= "\u9fff" for char in case["text"])]
    assert len(CASES) >= 400
    assert 0.4 <= len(chinese) / len(CASES) <= 0.6
    assert {case["direction"] for case in CASES} == {"past", "future"}


def test_dates_mean_what_people_mean() -> None:
    wrong = [
        f"{case['direction']} {case['now']} {case['text']!r}: {shown(case)}" for case in CASES if not is_right(case)
    ]
    share = 1 - len(wrong) / len(CASES)
    assert share >= FLOOR, f"{share:.1%} right (goal {GOAL:.0%}):\n" + "\n".join(wrong)


def is_right(case: dict[str, Any]) -> bool:
    accepted = case["expected_any"] if "expected_any" in case else [case["expected"]]
    moment = resolved(case)
    return any(fits(moment, expected) for expected in accepted)


def resolved(case: dict[str, Any]) -> Moment | None:
    return resolve_time(case["text"], datetime.fromisoformat(case["now"]), SHANGHAI, case["direction"])


def fits(moment: Moment | None, expected: str | dict[str, str] | None) -> bool:
    """Compare to the grain of the label: a day, a minute, or both ends of a range."""
    if moment is None or expected is None:
        return moment is None and expected is None
    if isinstance(expected, dict):
        return moment.end is not None and _range(moment, in_days="T" not in expected["from"]) == expected
    if "T" in expected:
        return moment.has_time and f"{moment.start:%Y-%m-%dT%H:%M}" == expected
    return f"{moment.start:%Y-%m-%d}" == expected and not _is_longer_than_a_day(moment)


def _range(moment: Moment, *, in_days: bool) -> dict[str, str]:
    assert moment.end is not None
    if not in_days:
        return {"from": f"{moment.start:%Y-%m-%dT%H:%M}", "to": f"{moment.end:%Y-%m-%dT%H:%M}"}
    last = moment.end - timedelta(minutes=1)  # `end` is exclusive
    return {"from": f"{moment.start:%Y-%m-%d}", "to": f"{last:%Y-%m-%d}"}


def _is_longer_than_a_day(moment: Moment) -> bool:
    return not moment.has_time and moment.end is not None and moment.end - moment.start > timedelta(days=1)


def shown(case: dict[str, Any]) -> str:
    moment = resolved(case)
    got = "nothing" if moment is None else f"{moment.start:%Y-%m-%d %H:%M} to {moment.end} ({moment.grain})"
    return f"expected {case.get('expected_any', case.get('expected'))}, got {got}"
