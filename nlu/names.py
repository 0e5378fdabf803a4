"""Which of the known records a name means: 华为 for 华为技术有限公司, zhangwei or 王总 for a contact.

Promise: deterministic; everything is prepared when the matcher is built, one mention against 5,000 names takes
milliseconds. A near miss (homophone, typing error) is never certain. Never: a database, a choice made for the user.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from nlu.name_forms import (
    forms_of,
    has_chinese,
    is_generic,
    nicknames_of,
    normal_form,
    phonetic_key,
    pinyin_of,
    strip_title,
)
from nlu.simplified import simplified

#: How sure each way of naming is; fuzzy names score less the more they differ.
SCORES = {
    "exact": 1.0,
    "alias": 0.98,
    "short": 0.9,
    "opening": 0.86,
    "pinyin": 0.88,
    "nickname": 0.8,
    "surname": 0.7,
    "homophone": 0.78,
    "initials": 0.6,
    "fuzzy": 0.85,
}
#: Ways of naming that may be attached without asking, if they fit one record only.
CERTAIN = frozenset({"exact", "alias", "short", "opening", "pinyin"})
#: Least similarity (0 to 100) of a name written differently: one character of three, one letter of four.
_MIN_RATIO_ZH = 60
_MIN_RATIO_LATIN = 72
_LATIN = re.compile(r"[a-z][a-z' -]*")


@dataclass(frozen=True)
class NamedRecord:
    """A record that can be called by name."""

    key: Hashable
    name: str
    aliases: tuple[str, ...] = ()
    #: of two that fit equally, the one with more comes first: such as the time of the last use
    recency: float = 0


@dataclass(frozen=True)
class NameMatch:
    """A record that a mention may mean."""

    record: NamedRecord
    #: in [0, 1]
    score: float
    #: exact, alias, short, opening, pinyin, nickname, surname, homophone, initials or fuzzy
    how: str
    #: no other record fits as well
    is_unique: bool = False

    @property
    def is_certain(self) -> bool:
        """Tell whether the record may be attached without asking."""
        return self.is_unique and self.how in CERTAIN


@dataclass(frozen=True)
class SplitMention:
    """A mention taken apart: 华为张伟 is 张伟 of 华为."""

    organisation: str | None
    person: str | None


class NameMatcher:
    """Known names, prepared for being asked for. Building takes about 10 ms for 1,000 names the first time."""

    def __init__(self, records: Iterable[NamedRecord]) -> None:
        self._records = tuple(records)
        self._forms: dict[str, dict[str, list[int]]] = {how: {} for how in SCORES}
        for place, record in enumerate(self._records):
            self._add(place, record)

    def _add(self, place: int, record: NamedRecord) -> None:
        for how, name in _names_of(record):
            for key, spelling in _keys(how, name):
                places = self._forms[key].setdefault(spelling, [])
                if place not in places[-1:]:
                    places.append(place)

    def __len__(self) -> int:
        return len(self._records)

    def match(self, mention: str, limit: int = 5) -> list[NameMatch]:
        """Find the records that a mention may mean, best first; of equals the most recently used first."""
        wanted = normal_form(mention)
        if not wanted:
            return []
        found: dict[int, tuple[float, str]] = {}
        for how, score, places in self._candidates(mention, wanted):
            for place in places:
                if score > found.get(place, (0.0, ""))[0]:
                    found[place] = (score, how)
        return self._ranked(found, limit)

    def _candidates(self, mention: str, wanted: str) -> Iterable[tuple[str, float, Sequence[int]]]:
        yield from self._by_spelling(wanted)
        titled = strip_title(mention)
        if titled is not None:
            yield from self._by_title(normal_form(titled.name), is_surname=titled.is_surname)
            if titled.is_surname:
                return
        yield from self._by_sound(wanted)
        yield from self._by_likeness(normal_form(titled.name) if titled else wanted)

    def _by_spelling(self, wanted: str) -> Iterable[tuple[str, float, Sequence[int]]]:
        direct = {how: self._forms[how].get(wanted, ()) for how in ("exact", "alias", "short")}
        yield from ((how, SCORES[how], places) for how, places in direct.items())
        if not any(direct.values()) and forms_of(wanted).is_company:
            # 华为公司 for 华为技术有限公司: the mention has endings of its own.
            yield "short", SCORES["short"], self._of_short(forms_of(wanted).shorts)
        yield "surname", SCORES["surname"] - 0.05, self._forms["surname"].get(wanted, ())
        if _LATIN.fullmatch(wanted):
            joined = re.sub("[' -]", "", wanted)
            yield "pinyin", SCORES["pinyin"], self._forms["pinyin"].get(joined, ())
            yield "initials", SCORES["initials"], self._forms["initials"].get(joined, ())
            yield "opening", SCORES["opening"], self._forms["opening"].get(wanted, ())
            for other in nicknames_of(wanted):
                yield (
                    "nickname",
                    SCORES["nickname"],
                    self._forms["exact"].get(other, self._forms["short"].get(other, ())),
                )

    def _of_short(self, shorts: Iterable[str]) -> Sequence[int]:
        """Give the companies of the longest short name that any has: 锦联食品公司 is not 锦联化工."""
        found = (self._forms["exact"].get(short) or self._forms["short"].get(short) for short in shorts)
        return next((places for places in found if places), ())

    def _by_title(self, name: str, *, is_surname: bool) -> Iterable[tuple[str, float, Sequence[int]]]:
        if is_surname:
            yield "surname", SCORES["surname"], self._forms["surname"].get(name, ())
            if has_chinese(name):
                yield "homophone", 0.5, self._forms["surname"].get("".join(pinyin_of(name)), ())
        else:
            yield from self._by_spelling(name)
            yield from self._by_sound(name)

    def _by_sound(self, wanted: str) -> Iterable[tuple[str, float, Sequence[int]]]:
        """Homophones: written in other characters, or with sounds that are easily confused."""
        if not has_chinese(wanted):
            return
        if _LATIN.search(wanted) is None:
            syllables = pinyin_of(wanted)
            yield "homophone", SCORES["homophone"], self._forms["pinyin"].get("".join(syllables), ())
            if len(syllables) > 1:
                yield "homophone", 0.6, self._forms["homophone"].get(phonetic_key(syllables), ())

    def _by_likeness(self, wanted: str) -> Iterable[tuple[str, float, Sequence[int]]]:
        is_chinese = has_chinese(wanted)
        surfaces = self._chinese_surfaces if is_chinese else self._latin_surfaces
        least = _MIN_RATIO_ZH if is_chinese else _MIN_RATIO_LATIN
        if len(wanted) < (2 if is_chinese else 3) or is_generic(wanted):
            return
        for surface, ratio, index in _most_alike(wanted, surfaces[0], least):
            yield "fuzzy", SCORES["fuzzy"] * max(ratio, _mistaken(wanted, surface)), surfaces[1][index]
        if not is_chinese and " " in wanted:  # the words may be said in another order
            for _surface, ratio, index in _most_alike(_ordered(wanted), self._ordered_surfaces, least):
                yield "fuzzy", SCORES["fuzzy"] * ratio, surfaces[1][index]
        if is_chinese:
            for surface, places in zip(*surfaces, strict=True):
                if wanted in surface:
                    yield "fuzzy", 0.5 + 0.3 * len(wanted) / len(surface), places

    @cached_property
    def _chinese_surfaces(self) -> tuple[list[str], list[list[int]]]:
        return self._surfaces(("exact", "alias", "short"), is_chinese=True)

    @cached_property
    def _latin_surfaces(self) -> tuple[list[str], list[list[int]]]:
        return self._surfaces(("exact", "alias", "short", "pinyin"), is_chinese=False)

    @cached_property
    def _ordered_surfaces(self) -> list[str]:
        return [_ordered(surface) for surface in self._latin_surfaces[0]]

    def _surfaces(self, hows: tuple[str, ...], *, is_chinese: bool) -> tuple[list[str], list[list[int]]]:
        merged: dict[str, list[int]] = {}
        for how in hows:
            for spelling, places in self._forms[how].items():
                if has_chinese(spelling) == is_chinese:
                    merged.setdefault(spelling, []).extend(places)
        return list(merged), list(merged.values())

    def _ranked(self, found: dict[int, tuple[float, str]], limit: int) -> list[NameMatch]:
        ordered = sorted(found.items(), key=lambda one: (-one[1][0], -self._records[one[0]].recency, one[0]))
        counts: dict[float, int] = {}
        for _, (score, _) in ordered:
            counts[score] = counts.get(score, 0) + 1
        best = ordered[0][1][0] if ordered else 0.0
        return [
            NameMatch(self._records[place], round(score, 4), how, score == best and counts[score] == 1)
            for place, (score, how) in ordered[:limit]
        ]

    def find_in(self, text: str) -> list[tuple[NameMatch, int, int]]:
        """Find known names that stand in a text, the longest first at each place, none overlapping, in order.

        Of several records under one name each is given, the most recently used first.
        """
        folded = simplified(text).lower()
        if len(folded) != len(text):  # a letter whose lower case is longer
            folded = simplified(text)
        found: list[tuple[NameMatch, int, int]] = []
        position = 0
        while position < len(folded):
            end = self._longest_at(folded, position)
            if end:
                name = folded[position:end]
                found += [(match, position, end) for match in self._standing(name)]
            position = end or position + 1
        return found

    @cached_property
    def _by_length(self) -> tuple[dict[str, list[tuple[str, int]]], dict[str, list[int]]]:
        """What may stand in a text, and for each first character the lengths to try, longest first."""
        spoken: dict[str, list[tuple[str, int]]] = {}
        for place, record in enumerate(self._records):
            for how, name in _names_of(record):
                for key, spelling in _spoken(how, name):
                    places = spoken.setdefault(spelling, [])
                    if (key, place) not in places:
                        places.append((key, place))
        lengths: dict[str, set[int]] = {}
        for spelling in spoken:
            lengths.setdefault(spelling[0], set()).add(len(spelling))
        return spoken, {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}

    def _longest_at(self, text: str, start: int) -> int:
        spoken, lengths = self._by_length
        for size in lengths.get(text[start], ()):
            end = start + size
            if end <= len(text) and text[start:end] in spoken and _is_bordered(text, start, end):
                return end
        return 0

    def _standing(self, name: str) -> list[NameMatch]:
        found: dict[int, tuple[float, str]] = {}
        for how, place in self._by_length[0][name]:
            if SCORES[how] > found.get(place, (0.0, ""))[0]:
                found[place] = (SCORES[how], how)
        return self._ranked(found, len(found))


def _most_alike(wanted: str, surfaces: Sequence[str], least: float) -> Iterable[tuple[str, float, int]]:
    """Find the spellings most like a wanted one: spelling, likeness in [0, 1] and place, best first."""
    found = process.extract(wanted, surfaces, scorer=fuzz.ratio, score_cutoff=least, limit=24)
    return [(surface, ratio / 100, index) for surface, ratio, index in found]


def _ordered(name: str) -> str:
    return " ".join(sorted(name.split()))


def _mistaken(wanted: str, surface: str) -> float:
    """Give how alike two Chinese names are that differ in one character: who types a name in full leaves none out."""
    if len(wanted) != len(surface) or not has_chinese(wanted):
        return 0.0
    wrong = sum(one != other for one, other in zip(wanted, surface, strict=True))
    return 1 - 0.5 / len(wanted) if wrong == 1 else 0.0


@lru_cache(maxsize=65_536)
def _keys(how: str, name: str) -> tuple[tuple[str, str], ...]:
    forms = forms_of(name)
    spellings = (
        (how, (forms.normal,)),
        ("short", forms.shorts),
        ("pinyin", forms.pinyin),
        ("homophone", forms.phonetic),
        ("initials", forms.initials),
        ("surname", forms.surnames),
        # 字节 may begin any name; beside one of its people it is sure (`bot.directory`).
        ("opening", () if has_chinese(forms.normal) else forms.openings),
    )
    return tuple((key, spelling) for key, group in spellings for spelling in group)


def _names_of(record: NamedRecord) -> tuple[tuple[str, str], ...]:
    return ("exact", record.name), *(("alias", alias) for alias in record.aliases)


@lru_cache(maxsize=65_536)
def _spoken(how: str, name: str) -> tuple[tuple[str, str], ...]:
    """What stands in running text for a name: itself, short names of companies, pinyin in one word or several."""
    forms = forms_of(name)
    spellings = {name.lower(), simplified(name).lower(), forms.normal}
    found = [(how, spelling) for spelling in spellings if _is_telling(spelling)]
    if forms.is_company:
        found += [("short", short) for short in forms.shorts if _is_telling(short)]
        found += [("pinyin", spelling) for spelling in forms.pinyin if _is_spelled(spelling)]
    elif forms.pinyin:
        syllables = pinyin_of(forms.normal)
        spaced = {f"{syllables[0]} {''.join(syllables[1:])}", " ".join(syllables), *forms.pinyin}
        found += [("pinyin", spelling) for spelling in spaced if len(syllables) > 1]
    return tuple(found)


def _is_telling(spelling: str) -> bool:
    return len(spelling) >= (2 if has_chinese(spelling) else 3)


#: what is an English word too, as well as the pinyin of two characters
_ENGLISH = frozenset(
    {
        "agenda", "began", "canal", "chain", "change", "chase", "china", "dance", "fence", "genie", "guide",
        "guise", "hence", "house", "human", "lease", "linen", "lumen", "manage", "manga", "mange", "mango",
        "median", "panda", "pence", "range", "senate", "sense", "shade", "shake", "shaman", "share", "shine",
        "shire", "suite", "taken", "titan", "whale", "women",
    }
)  # fmt: skip
#: shorter pinyin is too easily a part of something else
_LEAST_PINYIN = 5


def _is_spelled(spelling: str) -> bool:
    """Tell whether a company's pinyin may stand in running text: tianqi, not hua or change."""
    return len(spelling) >= _LEAST_PINYIN and spelling not in _ENGLISH


def _is_bordered(text: str, start: int, end: int) -> bool:
    """A Latin name is a whole word; a Chinese one may stand anywhere."""
    opens = not (_is_letter(text[start]) and start > 0 and _is_letter(text[start - 1]))
    return opens and not (_is_letter(text[end - 1]) and end < len(text) and _is_letter(text[end]))


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalnum()


_OF = re.compile(r"^(?P<organisation>.{2,30}?)的(?P<person>.{2,8})$")
_FROM = re.compile(r"^(?P<person>.{2,40}?)\s+(?:from|at|of|@)\s+(?P<organisation>.{2,60})$", re.IGNORECASE)


def said_with_company(mention: str) -> SplitMention:
    """Take 'Mr. Chen from Acme' and 悦购超市的王总 apart by their words; another mention stays whole, as a person."""
    said = _OF.match(mention) or _FROM.match(mention)
    return SplitMention(said["organisation"].strip(), said["person"].strip()) if said else SplitMention(None, mention)
