"""Boxes and the arrows between them → where each box is, in layers from top to bottom.

The method of Sugiyama: layers by the longest path, an order in each layer that has few
crossings (barycentres), then places as close to the neighbours as the widths allow.
An arrow that is longer than one layer has an invisible box in each layer between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

GAP = 28
BETWEEN = 44
ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """The middle of every box, the bends of every arrow, and the size of it all.

    An arrow in `back` leads upwards, and has no bends.
    """

    places: tuple[tuple[float, float], ...]
    bends: tuple[tuple[tuple[float, float], ...], ...]
    back: frozenset[int]
    width: float
    height: float


@dataclass(slots=True)
class _Layers:
    """The layers under way; a box is a number, those past the last are invisible."""

    widths: list[float]
    rows: list[list[int]]
    up: list[list[int]]
    down: list[list[int]]
    chains: dict[int, list[int]] = field(default_factory=dict)


def layout(
    widths: Sequence[float], height: float, edges: Sequence[tuple[int, int]]
) -> Layout:
    """Lay out boxes of these widths and one height.

    Box `a` should be above box `b` for an arrow `(a, b)` with `a < b`; other arrows
    lead back.
    """
    back = frozenset(n for n, (a, b) in enumerate(edges) if a >= b)
    layers = _layered(list(widths), edges, back)
    _order(layers)
    x = _across(layers)
    left = min((x[n] - layers.widths[n] / 2 for n in range(len(x))), default=0.0)
    right = max((x[n] + layers.widths[n] / 2 for n in range(len(x))), default=0.0)
    level = {n: at for at, row in enumerate(layers.rows) for n in row}
    step = height + BETWEEN

    def place(n: int) -> tuple[float, float]:
        return round(x[n] - left, 1), round(level[n] * step + height / 2, 1)

    return Layout(
        tuple(place(n) for n in range(len(widths))),
        tuple(
            tuple(place(m) for m in layers.chains.get(n, ())) for n in range(len(edges))
        ),
        back,
        round(right - left, 1),
        round(max(1, len(layers.rows)) * step - BETWEEN, 1),
    )


def _ranks(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """The layer of every box; what nothing leads to is just above what it leads to."""
    into: list[list[int]] = [[] for _ in range(count)]
    out: list[list[int]] = [[] for _ in range(count)]
    for a, b in edges:
        into[b].append(a)
        out[a].append(b)
    ranks = [0] * count
    for n in range(count):
        ranks[n] = max((ranks[m] + 1 for m in into[n]), default=0)
    for n in range(count):
        if not into[n] and out[n]:
            ranks[n] = min(ranks[m] for m in out[n]) - 1
    return ranks


def _layered(
    widths: list[float], edges: Sequence[tuple[int, int]], back: frozenset[int]
) -> _Layers:
    kept = [edge for n, edge in enumerate(edges) if n not in back]
    ranks = _ranks(len(widths), kept)
    rows: list[list[int]] = [[] for _ in range(max(ranks, default=-1) + 1)]
    for n, rank in enumerate(ranks):
        rows[rank].append(n)
    found = _Layers(widths, rows, [[] for _ in widths], [[] for _ in widths])
    for number, (a, b) in enumerate(edges):
        if number in back:
            continue
        last = a
        for rank in range(ranks[a] + 1, ranks[b]):
            new = len(found.widths)
            found.widths.append(4.0)
            found.up.append([])
            found.down.append([])
            found.rows[rank].append(new)
            found.chains.setdefault(number, []).append(new)
            _join(found, last, new)
            last = new
        _join(found, last, b)
    return found


def _join(layers: _Layers, above: int, below: int) -> None:
    layers.down[above].append(below)
    layers.up[below].append(above)


def _order(layers: _Layers) -> None:
    """Sort every layer by the middle of the neighbours; keep the best of all rounds."""
    best, fewest = [list(row) for row in layers.rows], _crossings(layers)
    for turn in range(ROUNDS):
        down = turn % 2 == 0
        near = layers.up if down else layers.down
        for one, row in pairwise(layers.rows if down else layers.rows[::-1]):
            _sort(row, one, near)
        count = _crossings(layers)
        if count < fewest:
            best, fewest = [list(row) for row in layers.rows], count
    layers.rows = best


def _sort(row: list[int], beside: list[int], near: list[list[int]]) -> None:
    """Sort a layer by the middle of the neighbours in the one beside it."""
    at = {n: place for place, n in enumerate(beside)}
    middle: dict[int, float] = {}
    for own, n in enumerate(row):
        places = [at[m] for m in near[n] if m in at]
        middle[n] = sum(places) / len(places) if places else float(own)
    row.sort(key=middle.__getitem__)


def _crossings(layers: _Layers) -> int:
    total = 0
    for row, below in pairwise(layers.rows):
        at = {n: place for place, n in enumerate(below)}
        ends = [at[m] for n in row for m in sorted(layers.down[n], key=at.__getitem__)]
        total += sum(
            one > other for k, one in enumerate(ends) for other in ends[k + 1 :]
        )
    return total


def _across(layers: _Layers) -> list[float]:
    """The middle of every box: near its neighbours, and no box in another."""
    x = [0.0] * len(layers.widths)
    for row in layers.rows:
        _spread(layers, row, x, [0.0] * len(row))
    for turn in range(ROUNDS):
        rows = layers.rows if turn % 2 == 0 else layers.rows[::-1]
        for row in rows:
            wanted = []
            for n in row:
                near = [*layers.up[n], *layers.down[n]]
                wanted.append(sum(x[m] for m in near) / len(near) if near else x[n])
            _spread(layers, row, x, wanted)
    return x


def _spread(
    layers: _Layers, row: list[int], x: list[float], wanted: list[float]
) -> None:
    """Place a row as near to what is wanted as its order and widths allow.

    Boxes that would overlap become one block, which goes to the mean of what its
    boxes want: the least squares solution.
    """
    offsets = [0.0]
    for one, other in pairwise(row):
        room = (layers.widths[one] + layers.widths[other]) / 2 + GAP
        offsets.append(offsets[-1] + room)
    blocks: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=True):
        total = want - offset
        count = 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            more, size = blocks.pop()
            total += more
            count += size
        blocks.append((total, count))
    flat = [total / count for total, count in blocks for _ in range(count)]
    for n, start, offset in zip(row, flat, offsets, strict=True):
        x[n] = start + offset
