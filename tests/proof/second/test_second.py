"""A second set, written and labelled by another hand over the same company, when the first one had long been worked on.

Sentences and whole dialogues: pieces that are missing, choices by button, number and words, cancel, undo, correct.
A dialogue is judged by all records that it left. The first run's figure stands in bench/results/.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.proof.judging import read_cases, tally_dialogues, tally_sentences
from tests.proof.world import World

#: what is reached; the goal is 0.97
FLOOR_SENTENCES = 0.97
FLOOR_DIALOGUES = 0.97
#: the goal is none
MAX_WRONG_SENTENCES = 0
MAX_WRONG_DIALOGUES = 0


FOLDER = Path(__file__).parent
SENTENCES, DIALOGUES = read_cases(FOLDER / "commands.jsonl"), read_cases(FOLDER / "dialogues.jsonl")


def test_the_second_set_is_bilingual_and_often_writes_nothing() -> None:
    languages = Counter(case["language"] for case in SENTENCES)
    assert len(SENTENCES) >= 300
    assert len(DIALOGUES) >= 40
    assert languages["zh"] >= len(SENTENCES) * 0.45
    assert languages["en"] >= len(SENTENCES) * 0.4
    assert sum(case["expect"] == {"records": []} for case in SENTENCES) >= 40


@pytest.mark.model
def test_sentences_of_the_second_set_leave_the_records_that_were_meant(world: World) -> None:
    tally = tally_sentences(SENTENCES, world.says)
    assert len(tally.wrong) <= MAX_WRONG_SENTENCES, tally
    assert tally.share >= FLOOR_SENTENCES, tally


@pytest.mark.model
def test_dialogues_of_the_second_set_leave_the_records_that_were_meant(world: World) -> None:
    tally = tally_dialogues(DIALOGUES, world.plays)
    assert len(tally.wrong) <= MAX_WRONG_DIALOGUES, tally
    assert tally.share >= FLOOR_DIALOGUES, tally
