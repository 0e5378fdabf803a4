"""The spellings under which a name is asked for: normal form, short names, pinyin, initials, surname.

Promise: pure functions of the name, each computed once for a name (kept in memory). pypinyin is loaded by the first
Chinese name. Never: a choice between records (names.py).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from nlu.name_words import (
    COMMON_OPENINGS,
    COMMON_SURNAMES,
    COMPOUND_SURNAMES,
    EN_LEGAL,
    EN_TRADES,
    NICKNAMES,
    SURNAME_READINGS,
    SURNAMES,
    ZH_TITLES,
    ZH_TRADES,
)
from nlu.simplified import simplified

_CJK = re.compile("[\u3400-\u9fff]")
_ONLY_CJK = re.compile("[\u3400-\u9fff]+")
_PUNCTUATION = re.compile(r"[\s.,;:·・'’\"“”()\[\]{}<>《》【】_/&+*!?-]+")
_BRACKETED = re.compile(r"[(（\[【][^)）\]】]{0,20}[)）\]】]")

_ZH_LEGAL = re.compile(
    r"(?:股份有限公司|有限责任公司|集团有限公司|集团股份有限公司|有限公司|集团公司|总公司|公司|集团|厂"
    r"|合作社|工作室|事务所)(?:[^\s]{1,6}分公司)?$"
)
_ZH_TRADE = re.compile(f"(?:{'|'.join(sorted(ZH_TRADES, key=len, reverse=True))})$")
_ZH_PLACE = re.compile(
    "^(?:中国|北京|上海|天津|重庆|广州|深圳|杭州|南京|苏州|成都|武汉|西安|青岛|大连|宁波|厦门|长沙|郑州"
    "|济南|合肥|福州|昆明|沈阳|无锡|佛山|东莞|"
    "珠海|香港|澳门|台湾|广东|浙江|江苏|山东|四川|福建|湖北|湖南|河北|河南|安徽|江西|陕西|山西|辽宁|吉林"
    "|黑龙江|云南|贵州|广西|海南|甘肃|"
    "内蒙古|新疆|西藏|宁夏|青海|温州|义乌|嘉兴|绍兴|常州|南通|徐州|烟台|泉州|石家庄|太原|南昌|贵阳|南宁"
    "|哈尔滨|长春|兰州)(?:省|市)?"
)

_ZH_TITLE = re.compile(f"^(?P<name>.{{1,4}}?)(?:{'|'.join(sorted(ZH_TITLES, key=len, reverse=True))})$")
_ZH_FAMILIAR = re.compile("^[小老阿](?P<name>.)$")
_EN_TITLE = re.compile(
    r"^(?:(?:mr|mrs|ms|miss|dr|prof|professor|sir|madam|manager|director|president|boss)\b\.?\s*)+(?P<name>.+)$",
    re.IGNORECASE,
)
_EN_TITLE_AFTER = re.compile(r"^(?P<name>[a-z]+)\s?(?:zong|jingli|xiansheng|nvshi|laoshi)$", re.IGNORECASE)


@dataclass(frozen=True)
class Forms:
    """Everything under which one name may be asked for, in normal form: lower case, simplified, no punctuation."""

    normal: str
    #: short names of a company, or the given name of a person
    shorts: tuple[str, ...]
    #: full pinyin in one word, surname first and last
    pinyin: tuple[str, ...]
    #: pinyin with what Southern speakers and hurried typists confuse made equal
    phonetic: tuple[str, ...]
    initials: tuple[str, ...]
    #: surname as written and in pinyin
    surnames: tuple[str, ...]
    #: what a company's name begins with: riverview for Riverview Dental Care Ltd, 大龙 for 大龙汽车零部件有限公司
    openings: tuple[str, ...]
    is_company: bool


def normal_form(name: str) -> str:
    """Bring a name into the form that is compared: NFKC, lower case, simplified, no punctuation, Chinese unspaced."""
    plain = _plain_letters(simplified(unicodedata.normalize("NFKC", name)).casefold())
    words = " ".join(_PUNCTUATION.sub(" ", plain).split())
    return re.sub(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])", "", words)


def _plain_letters(text: str) -> str:
    """Take the accents off Latin letters: who types 'muller' means Müller."""
    if text.isascii():
        return text
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


def has_chinese(text: str) -> bool:
    """Tell whether a Chinese character stands in the text."""
    return _CJK.search(text) is not None


@lru_cache(maxsize=65_536)
def forms_of(name: str) -> Forms:
    """Compute the spellings of a name."""
    normal = normal_form(name)
    is_company = _is_company(name, normal)
    shorts = _company_shorts(name, normal) if is_company else _person_shorts(normal)
    # A company is called by its short names in pinyin too: huawei for 华为技术有限公司.
    read = [normal, *(shorts if is_company else ())]
    syllables = tuple(
        one for text in read if _ONLY_CJK.fullmatch(text) for one in _syllables(text, is_company=is_company)
    )
    pinyin = (joined for one in syllables for joined in _joined(one, normal, is_company=is_company))
    return Forms(
        normal=normal,
        shorts=tuple(dict.fromkeys(short for short in shorts if short and short != normal)),
        pinyin=tuple(dict.fromkeys(pinyin)),
        phonetic=tuple(dict.fromkeys(phonetic_key(one) for one in syllables)),
        initials=_initials(normal, syllables),
        surnames=() if is_company else _surnames(normal, syllables),
        openings=_openings(normal) if is_company else (),
        is_company=is_company,
    )


def is_generic(normal: str) -> bool:
    """Tell whether a word names a place or a trade, so that no company can be meant by it alone: 上海, 科技."""
    return normal in ZH_TRADES or normal in EN_TRADES or _ZH_PLACE.fullmatch(normal) is not None


def _is_company(name: str, normal: str) -> bool:
    if _ONLY_CJK.fullmatch(normal):
        is_named_like_person = (
            len(normal) <= 4 and surname_of(normal) is not None and len(normal) - len(surname_of(normal) or "") <= 2
        )
        return bool(_ZH_LEGAL.search(normal) or _ZH_TRADE.search(normal)) or not is_named_like_person
    words = normal.split()
    return has_chinese(name) or any(word in EN_LEGAL or word in EN_TRADES for word in words) or len(words) > 3


def surname_of(name: str) -> str | None:
    """Give the surname that a Chinese name begins with."""
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[:1] if name[:1] in SURNAMES else None


def _company_shorts(name: str, normal: str) -> list[str]:
    if not has_chinese(normal):
        return _latin_company_shorts(normal.split())
    without = normal_form(_BRACKETED.sub("", unicodedata.normalize("NFKC", name)))
    core = _ZH_LEGAL.sub("", without) or without
    shorts = [without, core]
    placeless = _ZH_PLACE.sub("", core)
    for stem in (core, placeless):
        trimmed = stem
        while (next_ := _ZH_TRADE.sub("", trimmed)) != trimmed and len(next_) >= 2:
            trimmed = next_
            shorts.append(trimmed)
        shorts.append(stem)
    return [short for short in shorts if len(short) >= 2 and not _ZH_PLACE.fullmatch(short) and short not in ZH_TRADES]


def _latin_company_shorts(words: list[str]) -> list[str]:
    shorts, rest = [], list(words)
    for endings in (EN_LEGAL, EN_TRADES):
        while len(rest) > 1 and rest[-1] in endings:
            rest = rest[:-1]
            shorts.append(" ".join(rest))
    if len(rest) > 1 and rest[0] == "the":
        shorts.append(" ".join(rest[1:]))
    return shorts


def _openings(normal: str) -> tuple[str, ...]:
    if has_chinese(normal):
        core = _ZH_PLACE.sub("", _ZH_LEGAL.sub("", normal))
        return tuple(core[:size] for size in range(2, len(core)) if not is_generic(core[:size]))
    words = normal.split()
    openings = (" ".join(words[:size]) for size in range(1, len(words)))
    return tuple(opening for opening in openings if len(opening) > 3 and opening not in COMMON_OPENINGS)


def nicknames_of(normal: str) -> tuple[str, ...]:
    """Give the other spellings of a Latin name whose first name has short forms: 'mike brown' and 'michael brown'."""
    first, gap, rest = normal.partition(" ")
    return tuple(f"{other}{gap}{rest}" for other in sorted(NICKNAMES.get(first, ())))


def _person_shorts(normal: str) -> list[str]:
    if _ONLY_CJK.fullmatch(normal):
        given = normal[len(surname_of(normal) or normal[0]) :]
        return [given] if len(given) >= 2 else []
    words = normal.split()
    return [words[0], words[-1]] if len(words) > 1 and min(len(words[0]), len(words[-1])) > 1 else []


def pinyin_of(text: str) -> tuple[str, ...]:
    """Give the syllables of Chinese characters without tones, ü as v."""
    return _read(text)


@lru_cache(maxsize=65_536)
def _read(text: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text))


def _syllables(normal: str, *, is_company: bool) -> tuple[tuple[str, ...], ...]:
    """Give the readings of a name: as a word, and for a person with the surname's own reading."""
    read = _read(normal)
    surname = None if is_company else surname_of(normal)
    special = SURNAME_READINGS.get(surname or "")
    if special is None or surname is None:
        return (read,)
    return (tuple(special.split()) + read[len(surname) :], read)


def _joined(syllables: tuple[str, ...], normal: str, *, is_company: bool) -> Iterable[str]:
    size = len(surname_of(normal) or "") or 1
    orders = [syllables] if is_company else [syllables, syllables[size:] + syllables[:size]]
    for order in orders:
        word = "".join(order)
        yield word
        if "v" in word:  # 吕 is typed lv, lu and lyu
            yield word.replace("v", "u")
            yield word.replace("v", "yu")


_CONFUSED = ((re.compile("^(z|c|s)h"), r"\1"), (re.compile("([aei])ng$"), r"\1n"), (re.compile("^l(?=[aeiouv])"), "n"))


def phonetic_key(syllables: Iterable[str]) -> str:
    """Join syllables with zh, ch, sh as z, c, s, final ng as n, and initial l as n."""
    return "'".join(_blur(syllable) for syllable in syllables)


@lru_cache(maxsize=4096)
def _blur(syllable: str) -> str:
    for pattern, kept in _CONFUSED:
        syllable = pattern.sub(kept, syllable)
    return syllable


def _initials(normal: str, syllables: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    found = ["".join(syllable[0] for syllable in one if syllable) for one in syllables]
    found += [one[0] + "".join(syllable[0] for syllable in one[1:] if syllable) for one in syllables if len(one) > 1]
    words = normal.split()
    if not syllables and len(words) > 1:
        found.append("".join(word[0] for word in words))
    return tuple(dict.fromkeys(one for one in found if len(one) > 1))


def _surnames(normal: str, syllables: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    if syllables:
        surname = surname_of(normal) or normal[:1]
        return (surname, *dict.fromkeys("".join(one[: len(surname)]) for one in syllables))
    words = normal.split()
    return (words[-1], words[0]) if len(words) > 1 else ()


@dataclass(frozen=True)
class Titled:
    """A mention without its title: what is left, and whether that is a surname alone."""

    name: str
    is_surname: bool


def strip_title(mention: str) -> Titled | None:
    """Take the title off a mention: 王总, 李经理, 小王, 'Mr. Chen', 张伟经理; None where it has none."""
    plain = simplified(unicodedata.normalize("NFKC", mention)).strip()
    english = _EN_TITLE.match(plain) or _EN_TITLE_AFTER.match(plain)
    if english:
        name = english["name"].strip()
        return Titled(name, is_surname=" " not in name and not (has_chinese(name) and len(name) > 2))
    chinese = _ZH_FAMILIAR.match(plain) or _ZH_TITLE.match(plain)
    if chinese is None or surname_of(chinese["name"]) is None:
        return None
    name = chinese["name"]
    return Titled(name, is_surname=name == surname_of(name))


_TITLE_END = re.compile(f"(?:{'|'.join(sorted(ZH_TITLES, key=len, reverse=True))})$")


def trailing_person(text: str) -> str | None:
    """Give the person at the end of a text: a surname with a title, else a common one with one or two characters."""
    if not _ONLY_CJK.fullmatch(text):
        return None
    title = _TITLE_END.search(text)
    if title:
        before = text[: title.start()]
        size = next((size for size in (2, 1) if before[-size:] == surname_of(before[-size:])), 0)
        return text[len(before) - size :] if size else None
    sizes = (3, 2) if len(text) > 4 else (2,)
    return next((text[-size:] for size in sizes if len(text) - size >= 2 and text[-size] in COMMON_SURNAMES), None)
