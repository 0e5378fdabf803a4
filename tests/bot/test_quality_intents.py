"""The table of intents' quality on small sets: every measure that can be taken, each with its goal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.benchmarks.quality_intents import IntentRow, measure_intents
from nlu.testing import HashEncoder

COLOURS = ["red", "green", "blue", "yellow", "purple", "orange"]
CITIES = ["berlin", "paris", "london", "madrid", "rome", "vienna"]


def write(path: Path, rows: list[tuple[str, str | None]]) -> None:
    path.write_text(
        "".join(json.dumps({"text": text, "label": label}) + "\n" for text, label in rows), encoding="utf-8"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("intent_en_a", "intent_en_b"):
        (tmp_path / name).mkdir()
        rows: list[tuple[str, str | None]] = [(f"paint the {colour} wall", "paint") for colour in COLOURS]
        rows += [(f"fly me to {city}", "travel") for city in CITIES]
        write(tmp_path / name / "train.jsonl", rows)
        write(tmp_path / name / "test.jsonl", [("paint the grey wall", "paint"), ("fly me to oslo", "travel")])
    write(tmp_path / "intent_en_b" / "oos_test.jsonl", [("zzz qqq", None)])
    return tmp_path


def test_every_set_has_the_measures_that_its_files_allow(folder: Path) -> None:
    rows = measure_intents(folder, HashEncoder())
    values = {(row.dataset, row.measure): row.value for row in rows}
    assert values["intent_en_a", "in_scope_accuracy"] == 1
    assert ("intent_en_a", "oos_recall") not in values
    assert values["intent_en_b", "oos_recall"] == 1
    goals = {row.measure: row.goal for row in rows}
    assert goals["calibration_error"] == 0.03
    assert goals["macro_f1"] is None


def test_a_goal_is_met_from_its_own_side() -> None:
    assert IntentRow(dataset="a", measure="calibration_error", value=0.02, goal=0.03).is_met
    assert not IntentRow(dataset="a", measure="calibration_error", value=0.04, goal=0.03).is_met
    assert IntentRow(dataset="a", measure="in_scope_accuracy", value=0.97, goal=0.968).is_met
    assert IntentRow(dataset="a", measure="macro_f1", value=0.5).is_met is None
