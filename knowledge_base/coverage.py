"""How much of a question an article tells, token by token: what one of its words has no like in any of an article's.

One vector for a text says what it is about, not what is missing: "can a Starbucks voucher that ran out still be used"
is as near to an article on vouchers as the shop's own question is. Here each token of the question looks for its
nearest token in the whole article (late interaction), and the rare ones that find none speak against it.

Promise: pure; every signal in about [-1, 1], greater is better. Never: an encoder, an index.
Source: https://arxiv.org/abs/2004.12832 (ColBERT, the sum of each token's greatest similarity)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.understanding import Vectors

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: One column each, in this order.
COVERAGE_SIGNALS = (
    "tokens_of_wording",  # likeness of the question and the nearest wording, both ways round
    "tokens_of_answer",  # the same with the nearest passage of the answer, one way: an answer says more than was asked
    "tokens_told",  # mean of each token's nearest in the whole article
    "rare_told",  # the same, tokens weighed by how few articles have them
    "third_least_told",  # mean of the third of the tokens that are told least
    "rarest_untold",  # minus the heaviest single lack: weight of a token times its distance from the nearest
    "wording_asked",  # one wording's tokens, each with its nearest in the question
)
#: A token that every article has still counts a little.
LEAST_WEIGHT = 0.05
LEAST_TOLD_SHARE = 3


@dataclass(frozen=True)
class TokenTexts:
    """Texts of some articles as tokens, those of one article side by side, articles in order."""

    #: float32[n_tokens, dim], rows of length 1
    vectors: Vectors
    #: first token of each text; none is empty
    starts: Numbers
    #: the article of each text, from 0 without a gap, ascending
    owners: Numbers
    #: bool[n_texts]: a passage of the answer, not a wording of the question
    is_answer: Flags


def weigh_tokens(pieces: Sequence[int] | Numbers, n_articles_with: Sequence[int] | Numbers, n_articles: int) -> Floats:
    """Weigh a question's tokens by how few articles have them: float32[n], sum 1 (or empty).

    `n_articles_with` says of each of `pieces` how many of `n_articles` have it.
    """
    if len(pieces) != len(n_articles_with):
        raise ValueError(f"{len(pieces)} tokens, but {len(n_articles_with)} counts")
    rarity = np.log((n_articles + 1) / (np.asarray(n_articles_with, np.float32) + 0.5))
    weights = np.maximum(rarity, LEAST_WEIGHT).astype(np.float32)
    total = weights.sum()
    return weights / total if total else weights


def measure_coverage(asked: Vectors, weights: Floats, told: TokenTexts) -> Floats:
    """Measure the articles against one question: float32[n_articles, len(COVERAGE_SIGNALS)].

    `asked` is float32[n, dim], the question's tokens with rows of length 1; `weights` float32[n] as `weigh_tokens`
    gives them. A question without tokens, or an article without texts of a kind, is measured 0 there.
    """
    n_articles = int(told.owners[-1]) + 1 if len(told.owners) else 0
    table = np.zeros((n_articles, len(COVERAGE_SIGNALS)), np.float32)
    if not n_articles or not len(asked):
        return table
    likeness = asked @ told.vectors.T
    nearest = np.maximum.reduceat(likeness, told.starts, axis=1)
    forward = nearest.mean(axis=0)
    lengths = np.diff(np.append(told.starts, len(told.vectors)))
    backward = (np.add.reduceat(likeness.max(axis=0), told.starts) / lengths).astype(np.float32)
    wordings = ~told.is_answer
    _put_greatest(table[:, 0], told.owners[wordings], ((forward + backward) / 2)[wordings])
    _put_greatest(table[:, 1], told.owners[told.is_answer], forward[told.is_answer])
    _put_greatest(table[:, 6], told.owners[wordings], backward[wordings])
    firsts = np.searchsorted(told.owners, np.arange(n_articles))
    found = np.maximum.reduceat(nearest, firsts, axis=1)
    table[:, 2] = found.mean(axis=0)
    table[:, 3] = weights @ found
    least = max(1, len(asked) // LEAST_TOLD_SHARE)
    table[:, 4] = np.partition(found, least - 1, axis=0)[:least].mean(axis=0)
    table[:, 5] = -((1 - found) * weights[:, None]).max(axis=0)
    return table


def _put_greatest(column: Floats, owners: Numbers, values: Floats) -> None:
    """Write each owner's greatest value; who owns none keeps what stands there."""
    if len(owners):
        firsts = np.flatnonzero(np.append(True, np.diff(owners) != 0))
        column[owners[firsts]] = np.maximum.reduceat(values, firsts)
