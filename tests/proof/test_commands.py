"""What staff really type, and the exact records that it must leave.

The lines were written and labelled by somebody who had not seen the grammar or its examples. Each runs through the
whole path (bot/terminal_session.py) over the same small company (world.json), put back as it was after each.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.proof.judging import judge
from tests.proof.world import World

CASES = [json.loads(line) for line in Path(__file__).with_name("commands.jsonl").read_text("utf-8").splitlines()]
GOAL_RIGHT = 0.97
GOAL_WRONG_WRITES = 0
#: what is reached; the goals stand above
FLOOR_RIGHT = 0.98
MAX_WRONG_WRITES = 0


def test_the_set_is_large_in_both_languages_and_often_writes_nothing() -> None:
    languages = Counter(case["language"] for case in CASES)
    silent = [case for case in CASES if not case["expect"].get("records") and "any" not in case["expect"]]
    assert len(CASES) >= 600
    assert languages["zh"] >= len(CASES) * 0.45
    assert languages["mixed"] >= len(CASES) * 0.1
    assert len([case for case in silent if "says" not in case["expect"]]) >= 80


@pytest.mark.model
def test_commands_leave_the_records_that_were_meant(world: World) -> None:
    missed, wrong = [], []
    for case in CASES:
        result = world.says(case)
        verdict = judge(case["expect"], result)
        if verdict.is_wrong_write:
            wrong.append(case["text"])
        if not verdict.is_right:
            missed.append(case["text"])
    share = 1 - len(missed) / len(CASES)
    assert len(wrong) <= MAX_WRONG_WRITES, f"{len(wrong)} wrong writes (goal none):\n" + "\n".join(wrong)
    assert share >= FLOOR_RIGHT, f"{share:.1%} right (goal {GOAL_RIGHT:.0%}):\n" + "\n".join(missed)
