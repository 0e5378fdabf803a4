"""A text -> the terms that lexical search counts: proper Chinese words, English stems, codes, character n-grams.

Promise: pure and the same in every process; a code is kept whole and in parts (PPR-9087: ppr9087, ppr, 9087).
Never: a meaning.
"""

from __future__ import annotations

import functools
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from itertools import pairwise
from typing import Any

from nlu.simplified import simplified
from nlu.text import normalise

_HAN = re.compile("[\u3400-\u9fff]")
_PIECE = re.compile("[\u3400-\u9fff]+|[^\\W\u3400-\u9fff_]+(?:[-_./'’][^\\W\u3400-\u9fff_]+)*")
_DIGIT = re.compile(r"\d")
_PART = re.compile(r"\d+|[^\W\d_]+")
_APOSTROPHE = re.compile(r"['’](?:s|t|d|m|re|ve|ll)?$")
#: a pinyin syllable without its tone, and how long one can be: zhuang
_SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:a|o|e|ai|ei|ao|ou|an|en|ang|eng|ong|i|ia|ie|iao|iu|ian|in|iang|ing|iong|"
    "u|ua|uo|uai|ui|uan|un|uang|v|ve|ue)|er"
)
LONGEST_SYLLABLE = 6
#: 能不能, 是不是, 有没有 ask; they do not deny
_CHOICE_QUESTION = re.compile("(.)[不没]\\1")
_NEGATION = re.compile(
    "[不没无未别勿非]|\\b(?:no|not|never|without|cannot|unable|fail(?:s|ed)?)\\b|n['’]t\\b", re.IGNORECASE
)
#: 不错, 不好意思, 别人 and the like deny nothing
_NO_DENIAL = re.compile(
    "不错|不好意思|特别|别人|别的|级别|类别|区别|性别|分别|差别|非常|不同|无线|不但|不仅|未来|无论|不管"
)


def script_of(text: str) -> str:
    """Return "zh" for a text with any Chinese character, else "en": the cluster that its vector lies in."""
    return "zh" if _HAN.search(text) else "en"


def words_of(text: str) -> list[str]:
    """Return the words of a text, in order: jieba's for Chinese, stems for English, codes whole and in parts."""
    words: list[str] = []
    for piece in _PIECE.findall(_spelled(text)):
        if _HAN.match(piece):
            words.extend(_cut()(piece))
        else:
            words.extend(_latin_words(piece))
    return words


def telling_of(words: Sequence[str]) -> list[str]:
    """Return those of a text's words that say what it is about: not "how" or 怎么, unless there are no others."""
    return [word for word in words if word not in _function_words()] or list(words)


def grams_of(text: str) -> list[str]:
    """Return character n-grams: 1 and 2 of Chinese, 3 and 4 of other words with their ends marked."""
    grams: list[str] = []
    for piece in _PIECE.findall(_spelled(text)):
        if _HAN.match(piece):
            grams.extend(piece)
            grams.extend(piece[i : i + 2] for i in range(len(piece) - 1))
        else:
            marked = f"^{piece}$"
            grams.extend(marked[i : i + n] for n in (3, 4) for i in range(len(marked) - n + 1))
    return grams + sounds_of(text)


def sounds_of(text: str) -> list[str]:
    """Return how neighbouring Chinese syllables sound, two by two: 帐号, 账号 and "zhanghao" are the same.

    Latin letters count as syllables where they are pinyin from end to end, two at least or beside a Chinese character.
    """
    sounds: list[str] = []
    before: tuple[str, bool] = ("", False)
    for piece in _PIECE.findall(_spelled(text)):
        is_chinese = _HAN.match(piece) is not None
        own = [_sound(character) for character in piece] if is_chinese else list(_spelled_syllables(piece))
        joined = [before[0], *own] if before[0] and own and (is_chinese or before[1]) else own
        sounds += [f"~{first} {second}" for first, second in pairwise(joined)]
        before = (own[-1] if own else "", is_chinese)
    return sounds


def plain_form(text: str) -> str:
    """Return a text without case, spaces and punctuation: equal forms are the same question."""
    return "".join(_PIECE.findall(_spelled(text)))


def is_code(term: str) -> bool:
    """Whether a word is a number or a code: a wrong one makes a right-looking answer wrong."""
    return _DIGIT.search(term) is not None


def is_negated(text: str) -> bool:
    """Whether a text denies something ("can't", 无法); 能不能 and the like do not."""
    return bool(_NEGATION.search(_NO_DENIAL.sub("", _CHOICE_QUESTION.sub("", text))))


def _spelled(text: str) -> str:
    """Return the one spelling under which texts are compared: normal, simplified, without case."""
    return simplified(normalise(text)).casefold()


def _latin_words(piece: str) -> Iterable[str]:
    if piece.isdigit() or piece.replace(".", "").isdigit():
        return [piece]
    if is_code(piece):
        whole = re.sub(r"[\W_]", "", piece)
        return dict.fromkeys([whole, *(_stem(part) for part in _PART.findall(piece))])
    return [_stem(_APOSTROPHE.sub("", part)) for part in re.split(r"[-_./]", piece) if part]


@functools.cache
def _function_words() -> frozenset[str]:
    """Return words that every question may have and no answer repeats, as `words_of` cuts them."""
    return frozenset(resources.files("knowledge_base").joinpath("function_words.txt").read_text("utf-8").split())


@functools.lru_cache(maxsize=30_000)
def _sound(character: str) -> str:
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


@functools.lru_cache(maxsize=50_000)
def _spelled_syllables(piece: str) -> tuple[str, ...]:
    """Cut a Latin word into the fewest pinyin syllables; nothing when it is no pinyin."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(piece) + 1):
        ways = [
            (*before, piece[start:end])
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if (before := best[start]) is not None and _SYLLABLE.fullmatch(piece, start, end)
        ]
        best.append(min(ways, key=len, default=None))
    return best[-1] or ()


@functools.lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@functools.cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@functools.cache
def _cut() -> Callable[[str], list[str]]:
    """Load jieba's dictionary (about a second, once) and return its cutter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of jieba's own regular expressions and of pkg_resources
        import logging

        import jieba

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
    cut: Callable[[str], list[str]] = functools.partial(jieba.lcut, HMM=False)
    return cut
