"""Compressed Jacobians: a direction for each colour instead of one for each number.

    x_dot = np.eye(3)[:, colours]
    y_dot = ...                                                 one row a colour
    return csr_matrix((y_dot[colours[columns], rows], (rows, columns)), shape=...)

`rows` and `columns` say where the elements are that may differ from zero; columns (in
reverse mode rows) of one colour have no element side by side. All three are
parameters: the source is right for every pattern with so many colours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symdiff.analysis.builder import Builder
from symdiff.errors import UsageError
from symdiff.ir.nodes import Atom, Const, Function, Var
from symdiff.ir.types import Array, Length, rank, symbol
from symdiff.transform.algebra_forms import names_of


@dataclass(frozen=True, slots=True)
class Colouring:
    """The number of colours, and the parameters that say where they are."""

    count: int
    colours: Var
    rows: Var
    columns: Var

    @property
    def params(self) -> tuple[Var, ...]:
        """The parameters after those of the function."""
        return self.colours, self.rows, self.columns

    def seeds(self, build: Builder, over: Atom) -> tuple[Atom, Length, Atom]:
        """A direction for each colour, with a 1 wherever that is."""
        eye = build.apply("numpy.eye", Const(self.count))
        index = build.apply("tuple", Const(slice(None)), self.colours)
        return Const(self.count), self.count, build.apply("getitem", eye, index)

    def recovered(
        self, build: Builder, value: Atom, over: Atom, *, by_columns: bool
    ) -> Atom:
        """The sparse matrix, from the derivative along each colour of `over`."""
        if rank(value.type) != 2:
            shape = Const((self.count, -1))
            value = build.apply("numpy.reshape", value, shape)
        coloured, other = self.columns, self.rows
        if not by_columns:
            coloured, other = other, coloured
        which = build.apply("getitem", self.colours, coloured)
        index = build.apply("tuple", which, other)
        found = build.apply("getitem", value, index)
        place = build.apply("tuple", self.rows, self.columns)
        data = build.apply("tuple", found, place)
        length = build.apply("getitem", build.apply("ndarray.shape", value), Const(1))
        sizes = [length, build.apply("ndarray.size", over)]
        if rank(over.type) == 1:
            sizes[1] = build.apply("builtins.len", over)
        shape_ = build.apply("tuple", *(sizes if by_columns else reversed(sizes)))
        return build.apply("scipy.sparse.csr_matrix", data, shape=shape_)


def colouring(fn: Function, count: int, wrt: list[Var]) -> Colouring:
    """The colouring of the Jacobian of an array by one array; refuses any other."""
    kinds = [v.type for v in wrt] + [fn.result.type]
    if len(wrt) != 1 or not all(isinstance(k, Array) and rank(k) for k in kinds):
        raise UsageError(
            f"a sparse Jacobian of `{fn.name}` needs one array to differentiate by and "
            "an array as the result"
        )
    names = names_of(fn)
    lengths = (symbol("colours.0"), symbol("rows.0"), symbol("rows.0"))
    bases = ("colours", "rows", "columns")
    made = (
        Var(names.take(base), Array("i8", (length,)), base)
        for base, length in zip(bases, lengths, strict=True)
    )
    return Colouring(count, *made)


def with_parameters(fn: Function, found: Colouring) -> Function:
    """The function with the colouring as further parameters, by keyword."""
    names = tuple(p.name for p in found.params)
    return replace(
        fn, params=(*fn.params, *found.params), captured=(*fn.captured, *names)
    )
