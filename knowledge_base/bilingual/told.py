"""How much of a question an article in the other language tells, word by word through the dictionary.

Across languages hardly a word is shared, and the vector of a whole text blurs names and rare words, on which most
questions turn.

Promise: pure; a share in [0, 1] for each pair of a question and an article. Never: a vector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge_base.bilingual.dictionary import load_dictionary
from knowledge_base.lexical import TermIndex, idf
from knowledge_base.ragged import expand, find_starts

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

#: A question without words is told nowhere.
MIN_MASS = 1e-6


@dataclass(frozen=True)
class Translated:
    """What may stand for the words of several questions in one index: themselves, or words of the other language.

    The first three are of these options, a row each.
    """

    #: question and number in the index as one number, ascending
    cells: Numbers
    #: the word of a question that it stands for, numbered over all questions
    words: Numbers
    #: how far it stands for that word, times how rare it is
    worth: Floats
    #: float32[n_questions]: what all words of the question weigh together
    mass: Floats

    def told_share(self, index: TermIndex, asked: Numbers, texts: Numbers) -> Floats:
        """Return the share of question number `asked[i]` that text number `texts[i]` of the index tells, for all i."""
        starts = index.starts[texts]
        pairs, places = expand(starts, index.starts[texts + 1] - starts)
        cells = asked[pairs] * len(index.terms) + index.ids[places]
        first = np.searchsorted(self.cells, cells)
        found, options = expand(first, np.searchsorted(self.cells, cells, side="right") - first)
        # Of several translations of one word the best counts.
        owners, words = pairs[found], self.words[options]
        order = np.lexsort((-self.worth[options], words, owners))
        best = order[find_starts(owners[order] * (self.words.max(initial=0) + 1) + words[order])]
        told = np.bincount(owners[best], weights=self.worth[options][best], minlength=len(texts))
        shares: Floats = (told / self.mass[asked]).astype(np.float32)
        return shares


def translate(questions: Sequence[Sequence[str]], indexes: Sequence[TermIndex]) -> list[Translated]:
    """Look the words of each question up, weighed over all indexes; one result for each index.

    The words are those that `knowledge_base.terms.telling_of` leaves.
    """
    names, strengths, owners, words = _look_up(questions)
    numbers = [index.find_numbers(names) for index in indexes]
    frequencies = np.zeros(len(names), np.int64)
    for index, own in zip(indexes, numbers, strict=True):
        frequencies += index.frequencies(own)
    n_texts = sum(index.n_texts for index in indexes)
    worth = (strengths * idf(frequencies, n_texts) * (frequencies > 0)).astype(np.float32)
    firsts = find_starts(words)
    most = np.maximum.reduceat(worth, firsts) if len(firsts) else worth
    # A word that no article tells in either language weighs most, as in `knowledge_base.lexical`.
    weights = np.where(most > 0, most, idf(0, n_texts))
    mass = np.bincount(owners[firsts], weights=weights, minlength=len(questions)).astype(np.float32)
    return [
        _known(owners * len(index.terms) + own, own >= 0, words, worth, np.maximum(mass, MIN_MASS))
        for index, own in zip(indexes, numbers, strict=True)
    ]


def _look_up(questions: Sequence[Sequence[str]]) -> tuple[list[str], npt.NDArray[np.float64], Numbers, Numbers]:
    """Return of every option: its name, its strength, the question, and the word that it stands for."""
    dictionary = load_dictionary()
    names, strengths, owners, words = list[str](), list[float](), list[int](), list[int]()
    asked = [(number, word) for number, own in enumerate(questions) for word in dict.fromkeys(own)]
    for place, (number, word) in enumerate(asked):
        options = {word: 1.0} | dict(dictionary.translate(word))
        names += options
        strengths += options.values()
        owners += [number] * len(options)
        words += [place] * len(options)
    return names, np.array(strengths, np.float64), np.array(owners, np.int64), np.array(words, np.int64)


def _known(cells: Numbers, is_known: npt.NDArray[np.bool_], words: Numbers, worth: Floats, mass: Floats) -> Translated:
    known = np.flatnonzero(is_known)
    order = known[np.argsort(cells[known], kind="stable")]
    return Translated(cells[order], words[order], worth[order], mass)
