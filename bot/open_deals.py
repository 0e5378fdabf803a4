"""Deals within a person's reach by their names, for the grammars: '科硕WMS签了' names one without the word for it.

Promise: only a deal's own name, or most of it; a customer's name alone names none. Never: a change of one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from nlu.simplified import simplified
from nlu.understanding import KnownDeal, KnownName

_OUTSIDE = re.compile(r"[\s\W_]+")
#: words of fewer characters name no deal
LEAST_CHARS = 3
#: fewer characters beside a customer's name tell nothing
LEAST_REST = 2
#: characters of a deal's name without its customer's that name it where a text begins with them
LEAST_TAIL = 4
#: what may stand between a customer and the rest of his deal's name
_FILLER = re.compile(r"(?:\s|的|那边|这边|那个|这个|那笔|这笔|那|这|公司|家|'s|-)*", re.ASCII)
#: the word for a deal, right after its name
_CALLED = re.compile(
    r"\s*(?:的|那个|这个|那|这|that|this)?\s*(?:单子|商机|项目|案子|生意|单(?![位价据子人独])"
    r"|(?:deal|opportunity|opp|project)(?![a-z]))(?:上|里)?",
    re.ASCII,
)
#: words of another language between a customer and the word for a deal
_OTHER_WORDS = re.compile(
    r"(?:\s+(?:the\s+)?[a-z][a-z-]{1,20}){0,3}?(?=\s+(?:deal|opportunity|opp|project)(?![a-z]))", re.ASCII
)
#: what may stand before a deal at the beginning of a text
_LEADS_TAIL = re.compile(r"^(?:请|麻烦|帮我|把|将|the|our|my|please|\s)*", re.ASCII)
_WORD_START = re.compile(r"(?<![a-z0-9])[a-z0-9]|[\u3400-\u9fff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Deal(Protocol):
    """A deal, as far as it is named."""

    name: str
    account_id: int


def find_in(text: str, deals: Sequence[Deal], customers: Sequence[KnownName]) -> tuple[KnownDeal, ...]:
    """Find the deals that a text names: by their own names, or a customer's with a part of it or the word for one.

    `name` is what the deal is to be looked for by: its own name, or the words where several are named by them.
    """
    folded = simplified(text).lower()
    if len(folded) != len(text):
        return ()
    found = [KnownDeal(start, end, deal.name) for deal in deals for start, end in _spans(folded, deal, customers)]
    found += _of_customers(folded, deals, customers, found)
    found = [deal if deal.name else KnownDeal(deal.start, deal.end, text[deal.start : deal.end]) for deal in found]
    best: list[KnownDeal] = []
    for one in sorted(found, key=lambda deal: (deal.start - deal.end, deal.start)):
        same = [place for place, other in enumerate(best) if (other.start, other.end) == (one.start, one.end)]
        if same and best[same[0]].name != one.name:
            best[same[0]] = KnownDeal(one.start, one.end, text[one.start : one.end])
        elif not same and not any(one.start < other.end and other.start < one.end for other in best):
            best.append(one)
    return tuple(_with_word(folded, one) for one in sorted(best, key=lambda deal: deal.start))


def _with_word(folded: str, deal: KnownDeal) -> KnownDeal:
    called = _CALLED.match(folded, deal.end)
    return KnownDeal(deal.start, called.end(), deal.name) if called else deal


def _spans(folded: str, deal: Deal, customers: Sequence[KnownName]) -> Iterator[tuple[int, int]]:
    """Give where a deal's name stands in a text: whole, shortened, or behind its customer's."""
    name = _plain(simplified(deal.name))
    opening = _opening(name)
    for start in _starts(folded, name, opening):
        place, read = _match(folded, start, name, 0)
        if read == len(name):
            yield start, place
            continue
        rest = _rest_at(folded, _end_of_filler(folded, place), name, max(read, opening))
        if rest and read >= opening:
            yield start, rest
    yield from _tails(folded, deal, opening)
    for one in customers:
        if not one.is_person and deal.account_id in one.accounts:
            rest = _rest_at(folded, _end_of_filler(folded, one.end), name, opening)
            if rest:
                yield one.start, rest


def _tails(folded: str, deal: Deal, opening: int) -> Iterator[tuple[int, int]]:
    """Give where a text is about the end of a deal's name: 网点改造转报价; shorter ends need the word: 追溯那单."""
    for tail in _ends(deal.name, opening):
        start = folded.find(tail)
        if start < 0:
            continue
        end = start + len(tail)
        if _cuts_word(folded, start) or _cuts_word(folded, end):
            continue
        if _CALLED.match(folded, end) or (_tells_apart(tail) and not _LEADS_TAIL.sub("", folded[:start]).strip()):
            yield start, end


def _tells_apart(tail: str) -> bool:
    """Tell whether the end of a name is long enough to name it without the word for a deal: ERP升级, 网点改造."""
    signs = len(_HAN.findall(tail))
    if signs == 0:
        return " " in tail and len(tail) > 2 * LEAST_TAIL
    return signs >= LEAST_TAIL or (signs >= LEAST_REST and len(_plain(tail)) - signs >= LEAST_CHARS)


@lru_cache(maxsize=8192)
def _ends(deal_name: str, opening: int) -> tuple[str, ...]:
    """Give the ends of a deal's name that begin with a word or a Chinese character, the longest first."""
    name = simplified(deal_name).lower()
    starts = [match.start() for match in _WORD_START.finditer(name)]
    return tuple(
        name[start:]
        for start in starts
        if len(_plain(name[:start])) >= opening and len(_plain(name[start:])) >= LEAST_REST
    )


def _cuts_word(folded: str, place: int) -> bool:
    return 0 < place < len(folded) and _is_word(folded[place - 1]) and _is_word(folded[place])


def _opening(name: str) -> int:
    """Give how much of a deal's name has to be said to open it: two characters, or a word of Latin letters."""
    word = re.match(r"[a-z0-9]+", name)
    return LEAST_REST if word is None else min(len(word[0]), 4)


def _starts(folded: str, name: str, opening: int) -> Iterator[int]:
    start = folded.find(name[:opening])
    while start >= 0:
        if not (folded[start].isascii() and start > 0 and _is_word(folded[start - 1])):
            yield start
        start = folded.find(name[:opening], start + 1)


def _match(folded: str, start: int, name: str, read: int) -> tuple[int, int]:
    """Read as much of a name as stands in a text from `start`; marks and spaces inside it count nothing."""
    place = end = start
    while read < len(name) and place < len(folded):
        if folded[place] == name[read]:
            place, read = place + 1, read + 1
            end = place
        elif place > start and _OUTSIDE.match(folded[place]) and folded[place] not in ",，。;；!！?？\n":
            place += 1
        else:
            break
    return end, read


def _rest_at(folded: str, start: int, name: str, least: int) -> int | None:
    """Give where a part of a deal's name behind its opening ends that stands at `start`."""
    best = None
    for begin in range(least, len(name) - LEAST_REST + 1):
        end, read = _match(folded, start, name, begin)
        is_cut = end < len(folded) and folded[end - 1 : end].isascii() and _is_word(folded[end])
        if read - begin >= LEAST_REST and not is_cut and (best is None or end > best):
            best = end
    return best


def _end_of_filler(folded: str, start: int) -> int:
    filler = _FILLER.match(folded, start)
    return filler.end() if filler else start


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _of_customers(
    folded: str, deals: Sequence[Deal], customers: Sequence[KnownName], found: Sequence[KnownDeal]
) -> Iterator[KnownDeal]:
    """Give the deals that are named by the customer and the word for a deal alone: 科硕那单, 'the Acme deal'."""
    for one in customers:
        theirs = [deal for deal in deals if deal.account_id in one.accounts] if not one.is_person else []
        if not theirs or any(deal.start <= one.start < deal.end for deal in found):
            continue
        called = _CALLED.match(folded, one.end)
        other = _OTHER_WORDS.match(folded, one.end) if all(_HAN.search(deal.name) for deal in theirs) else None
        end = one.end if called else other.end() if other else None
        if end is not None:
            yield KnownDeal(one.start, end, theirs[0].name if len(theirs) == 1 else "")


def is_deal_name(words: str, deals: Collection[str], customers: Collection[str]) -> bool:
    """Tell whether words are the name of one of the deals, or a part of it that is more than a customer's name."""
    wanted = _plain(words)
    if len(wanted) < LEAST_CHARS or wanted in {_plain(name) for name in customers}:
        return False
    names = {_plain(name) for name in deals}
    if wanted in names or any(wanted in name and 2 * len(wanted) >= len(name) for name in names):
        return True
    return any(_is_of(wanted, _plain(customer), name) for customer in customers for name in names)


def _is_of(wanted: str, customer: str, name: str) -> bool:
    """Tell whether words are a customer and the rest of his deal's name: 渤海MES for 渤海化工MES."""
    rest = wanted.removeprefix(customer)
    return rest != wanted and len(rest) >= LEAST_REST and rest in name and name.startswith(customer[:LEAST_REST])


def _plain(text: str) -> str:
    return _OUTSIDE.sub("", text).casefold()
