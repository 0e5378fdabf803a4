"""Ragged arrays: texts of articles, terms of texts, postings of terms, each as one flat array with owners.

Promise: pure; `owners` are numbers from 0 that ascend unless said otherwise. Never: a meaning.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def expand(starts: npt.NDArray[np.integer], sizes: npt.NDArray[np.integer]) -> tuple[Numbers, Numbers]:
    """Return (owner, place) of every place of the ranges that begin at `starts`."""
    owners = np.repeat(np.arange(len(sizes)), sizes)
    places = np.arange(len(owners)) + np.repeat(starts - (np.cumsum(sizes) - sizes), sizes)
    return owners, places


def find_best(owners: Numbers, values: Floats) -> Numbers:
    """Return the place of the greatest value of each owner, the first of equals; owners without any are left out."""
    if not len(owners):
        return np.zeros(0, np.int64)
    starts = find_starts(owners)
    greatest = np.repeat(np.maximum.reduceat(values, starts), find_sizes(starts, len(owners)))
    places = np.flatnonzero(values == greatest)
    best: Numbers = places[find_starts(owners[places])]
    return best


def find_starts(owners: npt.NDArray[Any]) -> Numbers:
    """Return where the part of each owner begins."""
    is_start = np.empty(len(owners), np.bool_)
    is_start[:1] = True
    np.not_equal(owners[1:], owners[:-1], out=is_start[1:])
    starts: Numbers = is_start.nonzero()[0]
    return starts


def find_sizes(starts: Numbers, total: int) -> Numbers:
    """Return how long each part is, of parts that begin at `starts` and are `total` together."""
    sizes = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=sizes[:-1])
    sizes[-1:] = total - starts[-1:]
    return sizes


def mean_of_greatest(owners: Numbers, values: Floats, count: int, n_owners: int) -> Floats:
    """Return the mean of each owner's `count` greatest values, or of as many as it has; owners in any order.

    Values are in [-1, 1].
    """
    order = np.argsort(4.0 * owners - values)
    owners, values = owners[order], values[order]
    starts = find_starts(owners)
    kept = np.arange(len(owners)) - np.repeat(starts, find_sizes(starts, len(owners))) < count
    totals = np.bincount(owners[kept], weights=values[kept], minlength=n_owners)
    means = totals / np.maximum(np.bincount(owners[kept], minlength=n_owners), 1)
    result: Floats = means.astype(np.float32)
    return result


def find_first(order: npt.NDArray[np.integer], groups: Numbers) -> Numbers:
    """Return those places of `order` at which a group comes for the first time, in that order."""
    _, firsts = np.unique(groups[order], return_index=True)
    found: Numbers = np.asarray(order[np.sort(firsts)], np.int64)
    return found
