"""Which names are nearly the same: without legal form, by sound, with a slip of the pen.

Promise: an index that takes some dozen bytes for a name, asked in microseconds whatever its size; it proposes, and the
caller decides. Sounds are read character by character, so that 章伟 meets 张伟.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from rapidfuzz import fuzz, process

from crm_core.matching import MIN_NAME_SIMILARITY, core_name, sound_of

#: Names that share their first or their last characters are compared, the latest ones; one slip leaves one end whole.
_END_CHARS = 3
_MAX_COMPARED = 200
#: A part of a name is looked for in all names: for so many rows of a file, and no single character.
_MAX_ASKED = 200
_MIN_PART = 2


class NameIndex:
    """Names of one kind, each with the id of its record."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._by_sound: dict[str, int] = {}
        self._by_end: defaultdict[str, list[int]] = defaultdict(list)
        self._asked = 0

    def add(self, id_: int, name: str) -> None:
        """Know a record under a company's name."""
        core = core_of(name)
        self._names[id_] = core
        self._by_sound.setdefault(sound_of(core), id_)
        for end in _ends(core):
            self._by_end[end].append(id_)

    def find_near(self, name: str) -> int | None:
        """Return the record whose name differs by legal form, by spelling of the same sound, or by a slip."""
        core = core_of(name)
        by_sound = self._by_sound.get(sound_of(core))
        return by_sound if by_sound is not None else self._find_slip(core)

    def find_containing(self, name: str) -> int | None:
        """Return the only record whose name holds these characters in their order: 云栖科技 of 杭州云栖数据科技."""
        core = core_of(name)
        if len(core) < _MIN_PART or self._asked >= _MAX_ASKED:
            return None
        self._asked += 1
        found = [id_ for id_, whole in self._names.items() if core in whole] or [
            id_ for id_, whole in self._names.items() if not core.isascii() and _holds(whole, core)
        ]
        return found[0] if len(found) == 1 else None

    def _find_slip(self, core: str) -> int | None:
        candidates = {
            id_: self._names[id_] for end in _ends(core) for id_ in self._by_end.get(end, ())[-_MAX_COMPARED:]
        }
        cutoff = MIN_NAME_SIMILARITY * 100
        best = process.extractOne(core, candidates, scorer=fuzz.ratio, score_cutoff=cutoff)
        return best[2] if best is not None and _digits(best[0]) == _digits(core) else None


@lru_cache(maxsize=4096)
def core_of(name: str) -> str:
    """Return what tells a company's name apart, remembered for the names that come again and again."""
    return core_name(name)


def _holds(whole: str, part: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in part)


def _ends(core: str) -> tuple[str, ...]:
    if len(core) <= _END_CHARS:
        return ()
    return (f"^{core[:_END_CHARS]}", f"{core[-_END_CHARS:]}$")


def _digits(text: str) -> str:
    # Branch 12 is not branch 13, however alike they are written.
    return "".join(char for char in text if char.isdigit())
