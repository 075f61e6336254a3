"""The types of quantiles and covariances."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, Array, Type
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    array_of,
    constant_of,
    result,
    shape_in,
)
from symdiff.rules.infer.factors import floating
from symdiff.rules.infer.reductions import reduced
from symdiff.rules.registry import Infer


def quantile(levels: bool) -> Infer:
    """Inference for a quantile; `levels` comes second and gives axes in front."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        found = array_of(args[0].type)
        if found is None:
            return ANY
        dtype = floating(args[0])
        left = reduced(shape_in(args[0].type), kwargs)
        front = shape_in(args[1].type) if levels else ()
        wide = None
        if levels and dtype == "f8":
            wide = "f8"
        elif not levels:
            wide = dtype
        if left is None or front is None:
            return ANY
        return result(wide, front + left)

    return infer


def cov(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.cov(m)`: a square matrix, or an array without axes."""
    shape = shape_in(args[0].type)
    pair = kwargs.get("y")
    rowvar = constant_of(kwargs.get("rowvar"), True)
    dtype = "f8" if floating(args[0]) == "f8" else None
    if shape is None or rowvar is UNSET:
        return ANY
    if pair is not None:
        return Array(dtype, (2, 2) if len(shape) == 1 else None)
    if len(shape) == 1:
        return Array(dtype, ())
    side = shape[0] if rowvar else shape[1]
    return Array(dtype, (side, side))


def counts(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.bincount(x, weights)`: as many as the largest number says."""
    return Array("f8" if "weights" in kwargs else "i8", None)


def unknown(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Nothing is known."""
    return ANY
