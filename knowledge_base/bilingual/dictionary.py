"""A word -> the words of the other language that may stand for it, from CC-CEDICT (see NOTICE.txt).

Promise: immutable; read from disk by the first question that needs it, in about 50 ms and 20 MB. Never: a sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Strengths = npt.NDArray[np.float16]

FILE = "words.npz"


class Dictionary:
    """Words as `knowledge_base.terms.words_of` gives them: Chinese ones as jieba cuts them, stems of English."""

    def __init__(self, words: list[str], starts: Numbers, options: Numbers, strengths: Strengths) -> None:
        """Take the words of both languages and, for word `i`, the numbers of `options[starts[i]:starts[i + 1]]`."""
        self._words, self._starts, self._options, self._strengths = words, starts, options, strengths
        self._numbers = {word: number for number, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self._words)

    def translate(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield words of the other language, each with how far it stands for this one: 1, less if only in part."""
        number = self._numbers.get(word)
        if number is None:
            return
        span = slice(self._starts[number], self._starts[number + 1])
        for option, strength in zip(self._options[span].tolist(), self._strengths[span].tolist(), strict=True):
            yield self._words[option], strength

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return what a file keeps."""
        text = np.frombuffer("\n".join(self._words).encode(), np.uint8)
        return {"words": text, "starts": self._starts, "options": self._options, "strengths": self._strengths}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Dictionary:
        """Read what `to_arrays` returned."""
        words = arrays["words"].tobytes().decode().split("\n")
        return cls(words, arrays["starts"], arrays["options"], arrays["strengths"])

    @classmethod
    def of(cls, translations: Mapping[str, Mapping[str, float]]) -> Dictionary:
        """Build it from the translations of each word, the words of both languages among the keys."""
        words = list(dict.fromkeys([*translations, *(word for own in translations.values() for word in own)]))
        numbers = {word: number for number, word in enumerate(words)}
        own = [translations.get(word, {}) for word in words]
        return cls(
            words,
            np.cumsum([0, *map(len, own)], dtype=np.int32),
            np.array([numbers[option] for options in own for option in options], np.int32),
            np.array([strength for options in own for strength in options.values()], np.float16),
        )


@functools.cache
def load_dictionary() -> Dictionary:
    """Return the dictionary that comes with the program."""
    with resources.files("knowledge_base.bilingual").joinpath(FILE).open("rb") as file, np.load(file) as arrays:
        return Dictionary.from_arrays(arrays)
