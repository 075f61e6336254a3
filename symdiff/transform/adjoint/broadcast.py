"""Un-broadcasting: a cotangent summed to the shape of the operand it belongs to.

The one place where it is done. It leaves no trace where the types show that nothing
was broadcast, and is a plain sum where they show which axes were.
"""

from __future__ import annotations

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Atom, Const, Origin
from symdiff.ir.types import Array, Length, List, Scalar, Tuple, Type, shape_of
from symdiff.rules.infer.common import shape_in


def unbroadcast(build: Builder, value: Atom, operand: Atom, origin: Origin) -> Atom:
    """Sum `value` over the axes along which `operand` was repeated."""
    sequence = isinstance(operand.type, List | Tuple)
    if sequence and not isinstance(value.type, Array | Scalar):
        return value  # What is joined and cut is never stretched.
    have, want = shape_of(value.type), shape_in(operand.type)
    if isinstance(operand.type, Scalar):
        return value if have == () else build.apply("numpy.sum", value, origin=origin)
    if have is None or want is None:
        return build.apply("unbroadcast", value, operand, origin=origin)
    if have == want:
        return value
    axes = repeated(have, want)
    if axes is None:
        return build.apply("unbroadcast", value, operand, origin=origin)
    extra = len(have) - len(want)
    leading = tuple(a for a in axes if a < extra)
    inner = tuple(a - extra for a in axes if a >= extra)
    if leading:
        value = build.apply("numpy.sum", value, axis=_axis(leading), origin=origin)
    if inner:
        value = build.apply(
            "numpy.sum", value, axis=_axis(inner), keepdims=Const(True), origin=origin
        )
    return value


def repeated(
    have: tuple[Length, ...], want: tuple[Length, ...]
) -> tuple[int, ...] | None:
    """The axes of `have` along which `want` was repeated; None if that is not known."""
    extra = len(have) - len(want)
    if extra < 0:
        return None
    axes = list(range(extra))
    for n, (a, b) in enumerate(zip(have[extra:], want, strict=True)):
        if a == b:
            continue
        if b != 1:
            return None
        axes.append(n + extra)
    return tuple(axes)


def _axis(axes: tuple[int, ...]) -> Const:
    return Const(axes[0] if len(axes) == 1 else axes)


def shape_known(t: Type) -> bool:
    """Whether every length of the value's shape has a name."""
    return shape_of(t) is not None
