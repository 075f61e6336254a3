"""The parts of a cotangent that belong to arrays put together, as slices of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from symdiff.ir.nodes import Atom
from symdiff.rules.infer.common import constant_of
from symdiff.rules.infer.joins import items_of
from symdiff.rules.registry import Case

FEW = 6
"""More arrays than this are cut apart by a helper."""

Make = Callable[[tuple[Atom, ...], Mapping[str, Atom]], Case]


def concatenated(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
    """`np.concatenate((a, b), axis)`: `out_bar[:len(a)]` and `out_bar[len(a):]`."""
    axis = constant_of(kwargs.get("axis"), 0)
    ranks = ranks_of(args[0])
    if axis is None:
        text = "split_like(out_bar, arrays)"
    elif ranks is None or len(set(ranks)) > 1 or not isinstance(axis, int):
        text = "split_like(out_bar, arrays, axis)"
    else:
        text = slices("arrays", axis % ranks[0], ranks)
    return Case("", {"arrays": text}, "np.concatenate(arrays_dot, axis=axis)")


def stacked(name: str, axis: int) -> Make:
    """The same for `np.vstack` and its kin, which may give the arrays an axis more."""

    def make(args: tuple[Atom, ...], kwargs: Mapping[str, Atom]) -> Case:
        ranks = ranks_of(args[0]) or ()
        text = f"split_like(out_bar, tup, {axis})"
        if name == "hstack" and ranks and max(ranks) <= 1:
            text = slices("tup", 0, ranks)
        elif len(set(ranks)) == 1 and ranks[0] == _RAISED.get(name):
            before = ":, " * axis
            text = f"({', '.join(f'out_bar[{before}{n}]' for n in range(len(ranks)))},)"
        elif len(set(ranks)) == 1 and ranks[0] > axis:
            text = slices("tup", axis, ranks)
        return Case("", {"tup": text}, f"np.{name}(tup_dot)")

    return make


_RAISED = {"vstack": 1, "column_stack": 1, "dstack": 2}
"""The rank of arrays that get the axis along which they are put together."""


def ranks_of(arrays: Atom) -> Sequence[int] | None:
    """The ranks of a few arrays; None if there are many, or one is not known."""
    shapes = [shape for _, shape in items_of(arrays) or ()]
    if not 0 < len(shapes) <= FEW or None in shapes:
        return None
    return [len(shape) for shape in shapes if shape is not None]


def slices(name: str, axis: int, ranks: Sequence[int]) -> str:
    """A tuple of the parts along an axis, in the order of the arrays `name`."""
    before = ":, " * axis
    parts, start = [], ""
    for n, rank in enumerate(ranks):
        if rank == 0:
            parts.append(f"out_bar[{start or 0}]")
            start = _plus(start, "1")
            continue
        stop = _plus(start, f"{name}[{n}].shape[{axis}]")
        end = "" if n == len(ranks) - 1 else stop
        parts.append(f"out_bar[{before}{start}:{end}]")
        start = stop
    return f"({', '.join(parts)},)"


def _plus(start: str, more: str) -> str:
    return f"{start} + {more}" if start else more
