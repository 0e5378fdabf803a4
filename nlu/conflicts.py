"""Examples that sit in another intent: what a model that never saw them takes them for, with good reason.

Promise: each example is judged by a model that learned from all others; worst first. Never: a change of an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from nlu.calibration import calibrated
from nlu.classifier import Head, IntentClassifier
from nlu.examples import Example
from nlu.text import normalise
from nlu.understanding import Vectors

#: Another intent at least this probable is worth a look; below, it is only a close call.
MIN_PROBABILITY = 0.5


@dataclass(frozen=True)
class Conflict:
    """An example whose words speak for another intent."""

    text: str
    #: the intent that it is an example of
    label: str
    audience: str
    #: the intent that the others speak for
    other_label: str
    #: how sure the model without it is of that, calibrated
    probability: float
    #: the most similar example of that intent
    other_text: str
    #: the same words are an example of both
    is_duplicate: bool

    def to_dict(self) -> dict[str, str | float | bool]:
        """Give the fields as plain data for JSON."""
        return asdict(self)


def find_conflicts(
    classifier: IntentClassifier, labels: frozenset[str], min_probability: float = MIN_PROBABILITY
) -> list[Conflict]:
    """Find the examples of these labels that sit in another intent, most certain first.

    Raises:
        NotTrained: none of the labels has an example.
    """
    head, scores = classifier.left_out_scores(labels)
    own = np.searchsorted(head.starts, np.arange(len(head.rows)), side="right") - 1
    probabilities = calibrated(scores, head.calibration)
    best = probabilities.argmax(axis=1)
    sure = probabilities[np.arange(len(best)), best]
    texts = [normalise(classifier.examples[row].text).casefold() for row in head.rows]
    twins = _find_twins(texts, own)
    suspects = [
        row for row in range(len(own)) if row in twins or (best[row] != own[row] and sure[row] >= min_probability)
    ]
    similar = classifier.compare_examples(head.rows[suspects], head.rows)
    found = [
        _describe(
            classifier.examples,
            head,
            row,
            twin=twins.get(row),
            best=int(best[row]),
            probability=float(sure[row]),
            similar=similar[number],
        )
        for number, row in enumerate(suspects)
    ]
    return sorted(found, key=lambda one: (not one.is_duplicate, -one.probability))


def _find_twins(texts: list[str], own: npt.NDArray[np.intp]) -> Mapping[int, int]:
    """Find examples whose words are an example of another label too: row to the other's row."""
    rows_of: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows_of.setdefault(text, []).append(row)
    twins: dict[int, int] = {}
    for rows in rows_of.values():
        for row in rows:
            other = next((each for each in rows if own[each] != own[row]), None)
            if other is not None:
                twins[row] = other
    return twins


def _describe(
    examples: tuple[Example, ...],
    head: Head,
    row: int,
    *,
    twin: int | None,
    best: int,
    probability: float,
    similar: Vectors,
) -> Conflict:
    example = examples[head.rows[row]]
    end = head.starts[best + 1] if best + 1 < len(head.starts) else len(head.rows)
    nearest = twin if twin is not None else int(head.starts[best] + similar[head.starts[best] : end].argmax())
    other = examples[head.rows[nearest]]
    return Conflict(
        text=example.text,
        label=example.label,
        audience=example.audience,
        other_label=other.label,
        probability=1.0 if twin is not None else round(probability, 4),
        other_text=other.text,
        is_duplicate=twin is not None,
    )
