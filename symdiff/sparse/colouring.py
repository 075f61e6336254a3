"""Colours for the columns of a pattern: those of one colour have no row in common.

Then one direction is enough for all columns of a colour. The columns are coloured
greedily, those with the most neighbours first, which is no more than the largest
number of neighbours plus one, and optimal for banded patterns in order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from symdiff.sparse.values import Pattern


def colours(pattern: Pattern) -> Any:
    """A colour for each column, 0, 1, 2, ...; as few as greed finds in two orders."""
    rows_of, columns_of = pattern.tocsc(), pattern.tocsr()
    width = pattern.shape[1]
    overlaps = np.diff(rows_of.indptr)
    orders = (range(width), np.argsort(-overlaps, kind="stable"))
    found = [_greedy(rows_of, columns_of, order) for order in orders]
    return min(found, key=lambda c: int(np.max(c, initial=0)))


def _greedy(rows_of: Pattern, columns_of: Pattern, order: Any) -> Any:
    out = np.full(rows_of.shape[1], -1)
    for column in order:
        taken: set[int] = set()
        start, end = rows_of.indptr[column : column + 2]
        for row in rows_of.indices[start:end]:
            first, last = columns_of.indptr[row : row + 2]
            taken.update(out[columns_of.indices[first:last]].tolist())
        out[column] = next(c for c in range(len(out)) if c not in taken)
    return out
