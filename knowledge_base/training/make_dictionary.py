"""CC-CEDICT as published -> the small dictionary through which search compares words of two languages.

    python -m knowledge_base.training.make_dictionary FILE [--write]

FILE is `cedict_ts.u8` or a copy of it compressed with gzip (https://cc-cedict.org, CC BY-SA 4.0). Promise:
deterministic. Without --write it only prints how large the dictionary is.
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

import knowledge_base.bilingual
from knowledge_base.bilingual.dictionary import FILE, Dictionary
from knowledge_base.terms import words_of

#: Words of a gloss; longer ones explain rather than translate.
MAX_GLOSS = 2
#: Translations kept of a word: the whole ones first, of Chinese words the commonest.
MAX_ENGLISH = 12
MAX_CHINESE = 48

_ENTRY = re.compile(r"\S+ (\S+) \[.*?\] /(.*)/")
_CHINESE = re.compile("[\u3400-\u9fff·]+")
_NOTE = re.compile(r"\([^)]*\)|\[[^]]*\]|[\u3400-\u9fff|]+")
_NO_GLOSS = ("CL:", "variant of", "old variant", "see ", "also written", "surname", "abbr. for", "used in")
_EMPTY = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "etc", "for", "from", "in", "into", "is", "it", "its", "not", "of",
    "on", "one", "or", "s", "sb", "sth", "that", "the", "this", "to", "with",
))  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Read the dictionary, print its size, write it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true", help=f"write {FILE}")
    options = parser.parse_args(arguments)
    dictionary = make(read_entries(options.file), _frequencies())
    sys.stdout.write(f"{len(dictionary)} words\n")
    if options.write:
        np.savez_compressed(
            Path(knowledge_base.bilingual.__path__[0]) / FILE, allow_pickle=False, **dictionary.to_arrays()
        )


def read_entries(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield (simplified Chinese word, its glosses)."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text("utf-8")
    for line in text.splitlines():
        entry = None if line.startswith("#") else _ENTRY.match(line)
        if entry and _CHINESE.fullmatch(entry[1]):
            yield entry[1].replace("·", ""), entry[2].split("/")


def make(entries: Iterable[tuple[str, list[str]]], frequencies: Mapping[str, int]) -> Dictionary:
    """Make the dictionary, both ways round, of the words that have a frequency."""
    english: dict[str, dict[str, float]] = defaultdict(dict)
    chinese: dict[str, dict[str, float]] = defaultdict(dict)
    for word, glosses in entries:
        if not frequencies.get(word):
            continue
        for terms in _terms_of(glosses):
            for term in terms:
                strength = max(english[word].get(term, 0.0), 1 / len(terms))
                english[word][term] = chinese[term][word] = strength
    # a whole translation before a part of one, then the commoner word
    ranks = {word: math.log(frequency) for word, frequency in frequencies.items() if frequency}
    return Dictionary.of(
        {word: _first(own, {}, MAX_ENGLISH) for word, own in english.items()}
        | {term: _first(own, ranks, MAX_CHINESE) for term, own in chinese.items()}
    )


def _first(options: Mapping[str, float], ranks: Mapping[str, float], most: int) -> dict[str, float]:
    ordered = sorted(options, key=lambda word: (-options[word], -ranks.get(word, 0.0)))
    return {word: options[word] for word in ordered[:most]}


def _terms_of(glosses: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the stems of each gloss that is short; "Warsaw, capital of Poland" is Warsaw."""
    for gloss in glosses:
        if gloss.startswith(_NO_GLOSS):
            continue
        for part in gloss.split(";"):
            for text in dict.fromkeys((part, part.split(",")[0])):
                terms = tuple(word for word in words_of(_NOTE.sub(" ", text)) if word not in _EMPTY)
                if 0 < len(terms) <= MAX_GLOSS:
                    yield terms


def _frequencies() -> Mapping[str, int]:
    import jieba

    jieba.initialize()
    frequencies: Mapping[str, int] = jieba.dt.FREQ
    return frequencies


if __name__ == "__main__":
    main(sys.argv[1:])
