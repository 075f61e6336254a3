"""Result types of what only the source of a Jacobian calls."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import Array, Opaque, Type
from symdiff.rules.infer.common import Kwargs, array_of, shape_in


def each_like_second(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """An array of arrays like the second argument, as many as in the first."""
    whole, one = array_of(args[0].type), shape_in(args[1].type)
    shape = shape_in(args[0].type)
    dtype = None if whole is None else whole.dtype
    return Array(dtype, (shape[0], *one) if shape and one is not None else None)


def sparse_matrix(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """A matrix of SciPy's, of which nothing is followed."""
    return Opaque("matrix")
