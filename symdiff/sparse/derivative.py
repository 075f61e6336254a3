"""A sparse Jacobian or Hessian: its pattern, its colours, and the compressed sweep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from scipy import sparse

from symdiff.derived import GradFunction
from symdiff.errors import UsageError
from symdiff.ir.records import Leaf
from symdiff.ir.types import shape_of
from symdiff.options import Transform
from symdiff.pipeline import Before, program_before
from symdiff.signature import concrete, raw
from symdiff.sparse.colouring import colours
from symdiff.sparse.detect import pattern
from symdiff.sparse.values import Pattern, Undetected


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is computed for arguments of one kind: in which mode, and where."""

    pattern: Pattern
    compressed: GradFunction[Any]
    place: tuple[Any, Any, Any]


class SparseJacobian:
    """Call it for a `scipy.sparse.csr_matrix`, or read its `source` and its `pattern`.

    The elements of the pattern are stored, also those that happen to be zero. A pattern
    that is given must be true wherever an element may differ from zero: what it leaves
    out is added to other elements of its row.
    """

    def __init__(self, made: GradFunction[Any], sparsity: Any) -> None:
        if isinstance(made.options.argnums, tuple):
            raise UsageError(
                "a sparse Jacobian is by one array: `argnums` is a position or a name"
            )
        (self._wrt,) = made._wrt
        if isinstance(sparsity, str) and sparsity != "detect":
            raise UsageError(f'sparsity is "detect" or a matrix, not {sparsity!r}')
        self._made = made
        self._given = None if isinstance(sparsity, str) else _boolean(sparsity)
        self._plans: dict[Any, _Plan] = {}
        self._coloured: dict[tuple[Transform, int], GradFunction[Any]] = {}
        self._last: _Plan | None = None
        self.__name__ = made.__name__
        self.__signature__ = made.__signature__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Return the sparse matrix of shape (out.size, in.size) at these arguments."""
        bound = self._made.bind(args, kwargs)
        plan = self._plan(bound)
        main = plan.compressed.specialize(*bound).compiled.program.main
        names = [p.name for p in main.params[-3:]]
        found = plan.compressed.run(bound, dict(zip(names, plan.place, strict=True)))
        self._require_shape(found.shape, plan.pattern)
        return found

    def _require_shape(self, shape: tuple[int, ...], found: Pattern) -> None:
        if found.shape != shape:
            raise UsageError(
                f"the pattern has the shape {found.shape}, the derivative of "
                f"`{self.__name__}` {shape}"
            )

    @property
    def source(self) -> str:
        """The generated source of the last call."""
        return self._known().compressed.source

    @property
    def pattern(self) -> Pattern:
        """The pattern of the last call, as a boolean CSR matrix."""
        return self._known().pattern

    @property
    def directions(self) -> int:
        """The number of colours of the last call: so many directions are computed."""
        return self._known().compressed.options.colours

    def _known(self) -> _Plan:
        if self._last is None:
            raise UsageError("a sparse derivative has a pattern after its first call")
        return self._last

    def _plan(self, bound: list[Any]) -> _Plan:
        key = tuple(_key(value) for value in bound)
        if key not in self._plans:
            self._plans[key] = self._planned(bound)
        self._last = self._plans[key]
        return self._last

    def _planned(self, bound: list[Any]) -> _Plan:
        """The mode with fewer colours; a Hessian is in forward mode."""
        given = dict(zip(self._made.__signature__.parameters, bound, strict=True))
        before = program_before(self._made.root, self._made.chain, concrete(given))
        if self._given is None:
            found = self._detected(before, given)
        else:
            found = self._given
            rows = shape_of(before[0].main.result.type)
            lengths = [n for n in rows or () if isinstance(n, int)]
            if rows is not None and len(lengths) == len(rows):
                self._require_shape((prod(lengths), np.size(bound[self._wrt])), found)
        options = self._made.options
        transform: Transform = "hessian" if options.transform == "hessian" else "jacfwd"
        chosen = colours(found)
        if transform == "jacfwd":
            other = colours(found.T.tocsr())
            if np.max(other, initial=0) < np.max(chosen, initial=0):
                transform, chosen = "jacrev", other
        count = int(np.max(chosen, initial=0)) + 1
        if (transform, count) not in self._coloured:
            coloured = replace(options, transform=transform, colours=count)
            made = GradFunction(self._made.primal, coloured)
            self._coloured[transform, count] = made
        place = (chosen, *found.nonzero())
        return _Plan(found, self._coloured[transform, count], place)

    def _detected(self, before: Before, given: dict[str, Any]) -> Pattern:
        program, layout, lowered = before
        values = {name: get() for name, get in lowered.captures}
        try:
            for name, tree in layout.params:
                if not isinstance(tree, Leaf):
                    raise Undetected(f"`{name}` is a container")
                values[tree.name] = given[name]
            return pattern(program, self._wrt, values)
        except Undetected as reason:
            raise UsageError(
                f"the sparsity of the derivative of `{self.__name__}` cannot be "
                f"detected: {reason}; give a boolean matrix as `sparsity`"
            ) from None


def _boolean(given: Any) -> Pattern:
    """A pattern that the user gives, in order and without explicit zeros."""
    found = sparse.csr_matrix(given).astype(bool)
    found.eliminate_zeros()
    found.sort_indices()
    return found


def _key(value: Any) -> Any:
    """What a pattern may depend on: all but the values of floats."""
    array = np.asarray(value) if not callable(value) else None
    if array is not None and array.dtype.kind in "iub":
        return raw(value), array.shape, array.tobytes()
    return raw(value)
