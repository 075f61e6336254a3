"""The types of convolutions and filters."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import Array, Length, Type, combine
from symdiff.rules.infer.common import Kwargs, constant_of, promote, shape_in
from symdiff.rules.registry import Infer


def convolve(default: str, swaps: bool = False) -> Infer:
    """Inference for a convolution; `swaps` if the longer operand comes first."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        dtype = promote([args[0].type, args[1].type])
        dtype = dtype if dtype == "f8" or swaps else None
        a, b = shape_in(args[0].type), shape_in(args[1].type)
        mode = constant_of(kwargs.get("mode"), default)
        if a is None or b is None or len(a) != len(b):
            return Array(dtype, None)
        lengths = [_length(m, n, mode, swaps) for m, n in zip(a, b, strict=True)]
        known = [d for d in lengths if d is not None]
        return Array(dtype, tuple(known) if len(known) == len(lengths) else None)

    return infer


def _length(m: Length, n: Length, mode: object, swaps: bool) -> Length | None:
    match mode:
        case "full":
            return combine(combine(m, n), -1)
        case "same" if not swaps:
            return m
        case "same" if isinstance(m, int) and isinstance(n, int):
            return max(m, n)
        case "valid" if isinstance(m, int) and isinstance(n, int):
            return abs(m - n) + 1
    return None


def filtered(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`lfilter(b, a, x)`: in the shape of x."""
    dtype = promote([a.type for a in args])
    return Array("f8" if dtype == "f8" else None, shape_in(args[2].type))


def first(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """Like the first operand."""
    dtype = promote([args[0].type])
    return Array(dtype, shape_in(args[0].type))
