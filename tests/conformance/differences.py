"""What a derivative must be: central differences, extrapolated to a step of zero."""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from trees import Path, fetch, leaves, put, widened

Floats = NDArray[np.float64]
LEVELS = 9
STEP = 0.02
"""The first step relative to the number that is moved, and how often it is halved."""


def slope(line: Callable[[float], Floats], step: float) -> tuple[Floats, Floats]:
    """The derivative of `line` at 0 and an estimate of its error, number by number.

    Neville's scheme in the square of the step; the entry that differs least from its
    neighbours counts.
    """
    best = error = np.asarray(np.inf)
    before: list[Floats] = []
    for level in range(LEVELS):
        h = step / 2**level
        row = [(line(h) - line(-h)) / (2 * h)]
        for k, old in enumerate(before):
            row.append(row[k] + (row[k] - old) / (4 ** (k + 1) - 1))
            doubt = np.maximum(np.abs(row[-1] - row[-2]), np.abs(row[-1] - old))
            better = doubt < error
            best = np.where(better, row[-1], best)
            error = np.where(better, doubt, error)
        before = row
    return best, error


class Quiet:
    """A function of some arguments: silent, on copies, its result as an array."""

    def __init__(self, fun: Callable[..., Any], args: Sequence[Any], kwargs: Any):
        self.fun, self.kwargs = fun, kwargs
        self.args = [widened(a) for a in args]

    def __call__(self, args: Sequence[Any] | None = None) -> Floats:
        given = copy.deepcopy(list(self.args if args is None else args))
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return numbers(self.fun(*given, **copy.deepcopy(self.kwargs)))

    def along(self, ways: dict[int, Any]) -> tuple[Floats, Floats]:
        """The derivative where arguments move along directions of their structure."""

        def line(t: float) -> Floats:
            args = list(self.args)
            for at, way in ways.items():
                for path, leaf in leaves(args[at], ints=True):
                    args[at] = put(args[at], path, leaf + t * fetch(way, path))
            return self(args)

        return slope(line, STEP)

    def by_leaf(self, at: int) -> Iterator[tuple[Path, Floats, Floats]]:
        """The derivative by each leaf of an argument: shape of result + of leaf."""
        for path, leaf in list(leaves(self.args[at], ints=True)):
            found = [self._by(at, path, leaf, i) for i in np.ndindex(np.shape(leaf))]
            if not found:
                nothing = np.zeros((*self().shape, *np.shape(leaf)))
                yield path, nothing, nothing
                continue
            want, error = (
                np.stack(part, -1).reshape((*part[0].shape, *np.shape(leaf)))
                for part in zip(*found, strict=True)
            )
            yield path, want, error

    def _by(
        self, at: int, path: Path, leaf: Any, index: tuple[int, ...]
    ) -> tuple[Floats, Floats]:
        base = float(np.asarray(leaf)[index])

        def line(t: float) -> Floats:
            new: Any = base + t
            if isinstance(leaf, np.ndarray):
                new = leaf.copy(order="K")
                new[index] = base + t
            args = list(self.args)
            args[at] = put(args[at], path, new)
            return self(args)

        return slope(line, STEP * (abs(base) if abs(base) > 1e-6 else 0.1))


def numbers(x: Any) -> Floats:
    """A result as one array; that of a container, its leaves in a row."""
    if isinstance(x, dict | list | tuple):
        found = [np.ravel(np.asarray(leaf, float)) for _, leaf in leaves(x)]
        return np.concatenate(found) if found else np.zeros(0)
    return np.asarray(x, dtype=float)


def assert_close(
    got: Any, want: Any, error: Any, rtol: float, atol: float, where: str
) -> None:
    """Compare with differences; what they do not know better is granted, up to 1e-5."""
    got, want = np.asarray(got, dtype=float), np.asarray(want, dtype=float)
    assert got.shape == want.shape, f"{where}: {got.shape}, not {want.shape}"
    scale = max(1.0, float(np.max(np.abs(want), initial=0.0, where=~np.isnan(want))))
    bound = rtol * np.abs(want) + atol * scale
    bound = bound + np.minimum(3 * np.asarray(error), 1e-5 * scale)
    right = (np.abs(got - want) <= bound) | (got == want)
    right |= np.isnan(got) & np.isnan(want)
    assert right.all(), f"{where}: got\n{got}\ndifferences say\n{want}"
