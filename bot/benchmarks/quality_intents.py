"""How well intents are told apart on labelled sets: one row for each measure of each set, goals beside them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlu.understanding import Encoder

#: What a folder of an intent set holds: `train.jsonl`, `test.jsonl`, and `oos_test.jsonl` where it has one.
SETS = "intent_*"
CALIBRATION_GOAL = 0.03
TRAINING_GOAL_SECONDS = 10.0
#: (folder, measure) -> goal, from the product's table of goals.
GOALS = {
    ("intent_en_clinc150", "in_scope_accuracy"): 0.968,
    ("intent_en_clinc150", "oos_recall_at_5_percent"): 0.92,
    ("intent_en_hwu64", "in_scope_accuracy"): 0.925,
    ("intent_zh_smp31", "in_scope_accuracy"): 0.935,
    ("intent_zh_medquery11", "in_scope_accuracy"): 0.79,
}
MEASURES = (
    "in_scope_accuracy",
    "macro_f1",
    "oos_recall",
    "in_scope_refused",
    "oos_recall_at_5_percent",
    "calibration_error",
    "training_seconds",
)
LESS_IS_BETTER = frozenset({"calibration_error", "in_scope_refused", "training_seconds"})


@dataclass(frozen=True, kw_only=True)
class IntentRow:
    """One line of the table."""

    dataset: str
    measure: str
    value: float
    goal: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.measure in LESS_IS_BETTER else self.value >= self.goal


def measure_intents(data_dir: Path, encoder: Encoder) -> list[IntentRow]:
    """Train and measure on every intent set below `data_dir`, by the code that serves; the test decides nothing.

    Raises:
        ExamplesInvalid: a line of a file cannot be read.
    """
    return [row for folder in sorted(data_dir.glob(SETS)) for row in _measure(folder, encoder)]


def _measure(folder: Path, encoder: Encoder) -> list[IntentRow]:
    from nlu.evaluate import evaluate_intents
    from nlu.examples import read_examples

    outside = folder / "oos_test.jsonl"
    figures = evaluate_intents(
        read_examples(folder / "train.jsonl"),
        read_examples(folder / "test.jsonl"),
        read_examples(outside) if outside.is_file() else [],
        encoder,
    ).to_dict()
    found = ((measure, figures[measure]) for measure in MEASURES)
    return [
        IntentRow(dataset=folder.name, measure=measure, value=float(value), goal=_goal(folder.name, measure))
        for measure, value in found
        if value is not None
    ]


def _goal(dataset: str, measure: str) -> float | None:
    if measure == "calibration_error":
        return CALIBRATION_GOAL
    if measure == "training_seconds":
        return TRAINING_GOAL_SECONDS
    return GOALS.get((dataset, measure))
