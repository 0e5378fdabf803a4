"""What may be found by whom and when, over the parts of the knowledge base: a large one and the changes since.

Promise: immutable apart from remembered masks; an article that the asker may not see is passed over inside every
search, so it neither shows nor displaces another. Never: a probability, a database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from knowledge_base.index import Allowed
from knowledge_base.models import Audience
from knowledge_base.ragged import expand
from knowledge_base.segment import Row, Segment, exact_forms

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

#: Articles that are sampled, and as many of each kind assumed beforehand, so that few articles give no extreme.
TRUST_SAMPLE = 200
TRUST_PRIOR = 5


@dataclass(frozen=True)
class Mask:
    """What one audience may see of a segment at one time. `None` selectors mean: everything."""

    rows: Flags
    questions: Flags | None
    near_questions: Allowed | None
    near_passages: Allowed | None


@dataclass(frozen=True)
class View:
    """A segment with the articles that its rows stand for. A row without an article is never found."""

    segment: Segment
    rows: Sequence[Row | None]
    alive: Flags
    internal: Flags
    #: an article in Chinese
    is_chinese: Flags
    #: POSIX seconds; minus and plus infinity where an article has no such date
    valid_from: npt.NDArray[np.float64]
    valid_until: npt.NDArray[np.float64]
    #: moments at which some article becomes valid or invalid, ascending
    boundaries: npt.NDArray[np.float64]
    by_key: dict[str, list[int]]
    by_id: dict[int, int]
    #: of each row, a number that stands for its key in every view; 0 for rows without an article
    articles: Numbers
    #: rows with an article by that number, and the numbers in that order
    by_article: Numbers
    sorted_articles: Numbers
    exact: dict[str, list[int]]
    #: share of (sampled) articles whose question is nearest to a passage of their own answer: how far answers can be
    #: trusted to tell what was asked; 0.26 to 0.56 on real question sets, 1 where the question is the answer's heading
    answer_trust: float
    _masks: dict[tuple[Audience, int], Mask]

    @classmethod
    def of(cls, segment: Segment, rows: Sequence[Row | None]) -> View:
        """Attach rows to a segment; None where the segment's article is gone."""
        valid_from = np.array([_seconds(row.valid_from if row else None, -np.inf) for row in rows])
        valid_until = np.array([_seconds(row.valid_until if row else None, np.inf) for row in rows])
        moments = np.concatenate([valid_from, valid_until])
        by_key, exact = dict[str, list[int]](), dict[str, list[int]]()
        for number, row in enumerate(rows):
            if row is not None:
                by_key.setdefault(row.key, []).append(number)
                for form in exact_forms(row):
                    exact.setdefault(form, []).append(number)
        articles = np.array([_number_of(row.key) if row else 0 for row in rows], np.int64)
        by_article = np.argsort(articles, kind="stable")
        by_article = by_article[articles[by_article] > 0]
        return cls(
            segment=segment,
            rows=rows,
            alive=np.array([row is not None for row in rows], np.bool_),
            internal=np.array([row is not None and row.audience is Audience.INTERNAL for row in rows], np.bool_),
            is_chinese=np.array([row is not None and row.language == "zh" for row in rows], np.bool_),
            valid_from=valid_from,
            valid_until=valid_until,
            boundaries=np.unique(moments[np.isfinite(moments)]),
            by_key=by_key,
            by_id={row.id: number for number, row in enumerate(rows) if row is not None},
            articles=articles,
            by_article=by_article,
            sorted_articles=articles[by_article],
            exact=exact,
            answer_trust=_measure_trust(segment, rows),
            _masks={},
        )

    def without(self, ids: Iterable[int]) -> View:
        """Return this view with these articles gone."""
        gone = [self.by_id[article_id] for article_id in ids if article_id in self.by_id]
        if not gone:
            return self
        alive = self.alive.copy()
        alive[gone] = False
        return replace(self, alive=alive, _masks={})

    def mask(self, audience: Audience, now: datetime) -> Mask:
        """Return what may be seen: staff see internal articles too, nobody sees what is not valid now."""
        span = int(np.searchsorted(self.boundaries, now.timestamp(), side="right"))
        mask = self._masks.get((audience, span))
        if mask is None:
            mask = self._masks[audience, span] = self._build_mask(audience, now.timestamp())
        return mask

    def rows_of(self, articles: Numbers) -> tuple[Numbers, Numbers]:
        """Return (place in `articles`, row) of every row of these articles."""
        firsts = np.searchsorted(self.sorted_articles, articles, side="left")
        lasts = np.searchsorted(self.sorted_articles, articles, side="right")
        owners, places = expand(firsts, lasts - firsts)
        return owners, self.by_article[places]

    def find_row(self, number: int) -> Row:
        """Return the article of a row that a search found."""
        row = self.rows[number]
        if row is None:
            raise LookupError(f"Row {number} has no article; searches must not find it.")
        return row

    def _build_mask(self, audience: Audience, now: float) -> Mask:
        rows = self.alive & (self.valid_from <= now) & (now < self.valid_until)
        if audience is not Audience.INTERNAL:
            rows &= ~self.internal
        if rows.all():
            return Mask(rows, None, None, None)
        questions = rows[self.segment.question_rows]
        passages = rows[self.segment.passage_rows]
        return Mask(rows, questions, Allowed(questions), Allowed(passages))


def _measure_trust(segment: Segment, rows: Sequence[Row | None]) -> float:
    alive = [number for number, row in enumerate(rows) if row is not None]
    sample = np.random.default_rng(0).permutation(alive)[:TRUST_SAMPLE]
    trusted = 0
    for number in sample:
        question = segment.question_vectors.read(segment.question_starts[[number]])
        _, nearest, _ = segment.passage_index.search(question, 1)
        found = rows[segment.passage_rows[nearest[0]]] if len(nearest) else None
        own = rows[number]
        trusted += found is not None and own is not None and found.key == own.key
    return (trusted + TRUST_PRIOR) / (len(sample) + 2 * TRUST_PRIOR)


def _number_of(key: str) -> int:
    """Return a positive number that no other key has, for all purposes."""
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()) >> 1 | 1


def _seconds(moment: datetime | None, otherwise: float) -> float:
    return moment.timestamp() if moment else otherwise
