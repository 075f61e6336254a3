"""The types of complex numbers' parts and of Fourier transforms."""

from __future__ import annotations

from symdiff.ir.nodes import Atom
from symdiff.ir.types import ANY, FLOAT, Array, Length, Scalar, Type, combine, quotient
from symdiff.rules.infer.common import (
    UNSET,
    Kwargs,
    Shape,
    array_of,
    axes_of,
    constant_of,
    integer,
    lengths,
    result,
    shape_in,
)
from symdiff.rules.registry import Infer

REAL = {"c16": "f8", "c8": "f4"}


def part(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.real(x)`, `np.imag(x)`: real numbers in the shape of x."""
    t = args[0].type
    match t:
        case Scalar(dtype="c16", python=True):
            return FLOAT
        case Scalar(dtype=dtype, python=python):
            return Scalar(REAL.get(dtype, dtype), python)
    found = array_of(t)
    if not isinstance(found, Array):
        return ANY
    return Array(found.dtype and REAL.get(found.dtype, found.dtype), found.shape)


def conjugate(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.conj(x)`: like x, a number of NumPy's for a number."""
    match args[0].type:
        case Scalar(dtype=dtype):
            return Scalar(dtype)
    found = array_of(args[0].type)
    return ANY if found is None else result(found.dtype, shape_in(args[0].type))


def fitted(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """The first argument with the length of the second along one axis."""
    found = array_of(args[0].type)
    dtype = None if found is None else found.dtype
    shape, like = shape_in(args[0].type), shape_in(args[1].type)
    axis = constant_of(kwargs.get("axis"), -1)
    if not shape or not like or axis is UNSET:
        return Array(dtype, None)
    lengths = list(shape)
    lengths[axis] = like[axis]
    return Array(dtype, tuple(lengths))


def angle(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.angle(z)`: real numbers in the shape of z."""
    found = array_of(args[0].type)
    dtype = None if found is None or found.dtype is None else "f8"
    if found is not None and found.dtype in ("c8", "f4"):
        dtype = "f4"
    shape = shape_in(args[0].type)
    if shape == ():
        return Scalar(dtype) if dtype else ANY
    return ANY if found is None else Array(dtype, shape)


def closed(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.real_if_close(a)`: complex or not, the values decide."""
    found = array_of(args[0].type)
    if not isinstance(found, Array):
        return ANY
    real = found.dtype is not None and found.dtype[0] != "c"
    return Array(found.dtype if real else None, found.shape)


def number(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`complex(a, b)`."""
    return Scalar("c16", python=True)


def spectrum(dtype: str | None) -> str:
    """The complex dtype of a transform."""
    return "c8" if dtype in ("f4", "c8") else "c16"


def _moved(
    kind: str, dtype: str | None, shape: Shape | None, axes: tuple[int, ...] | None
) -> Type:
    wide = REAL[spectrum(dtype)] if kind == "irfft" else spectrum(dtype)
    return Array(wide, shape if axes is not None else None)


def transform(kind: str) -> Infer:
    """Inference for a transform along one axis: `fft`, `rfft` or `irfft`."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        found = array_of(args[0].type)
        dtype = None if found is None else found.dtype
        shape = shape_in(args[0].type)
        axis = constant_of(kwargs.get("axis"), -1)
        if shape is None or not shape or axis is UNSET:
            return _moved(kind, dtype, None, None)
        axes = axes_of(axis, len(shape))
        if axes is None:
            return _moved(kind, dtype, None, None)
        n = _size(kind, shape[axes[0]], kwargs.get("n"))
        if n is None:
            return _moved(kind, dtype, None, None)
        new = list(shape)
        new[axes[0]] = n
        return _moved(kind, dtype, tuple(new), axes)

    return infer


def _size(kind: str, old: Length, n: Atom | None) -> Length | None:
    """The length of a transformed axis."""
    given = old if n is None or constant_of(n) is None else integer(n)
    if given is None:
        return None
    if kind == "rfft":
        return combine(quotient(given, 2), 1)
    if kind == "irfft" and (n is None or constant_of(n) is None):
        return combine(combine(0, old, 2), -2)
    return given


def transforms(kind: str, default: tuple[int, ...] | None) -> Infer:
    """Inference for a transform along several axes, all of them or the last two."""

    def infer(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
        found = array_of(args[0].type)
        dtype = None if found is None else found.dtype
        shape = shape_in(args[0].type)
        axes = axes_argument(kwargs, None if shape is None else len(shape), default)
        if shape is None or axes is None:
            return _moved(kind, dtype, None, None)
        new = list(shape)
        s = None if constant_of(kwargs.get("s")) is None else lengths(kwargs["s"])
        if s is None and constant_of(kwargs.get("s")) is not None:
            return _moved(kind, dtype, None, None)
        for place, axis in enumerate(axes):
            new[axis] = s[place] if s is not None else new[axis]
        last = axes[-1]
        if kind == "rfft":
            new[last] = combine(quotient(new[last], 2), 1)
        elif kind == "irfft" and s is None:
            new[last] = combine(combine(0, new[last], 2), -2)
        return _moved(kind, dtype, tuple(new), axes)

    return infer


def axes_argument(
    kwargs: Kwargs, rank: int | None, default: tuple[int, ...] | None = None
) -> tuple[int, ...] | None:
    """The axes of a transform in their order, counted from 0."""
    axes = constant_of(kwargs.get("axes"), default)
    if rank is None or axes is UNSET:
        return None
    if axes is None:
        return tuple(range(rank))
    return tuple(a % rank for a in axes) if rank else None


def frequencies(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.fft.fftfreq(n, d)`."""
    n = integer(args[0])
    return Array("f8", None if n is None else (n,))


def half_frequencies(args: tuple[Atom, ...], kwargs: Kwargs) -> Type:
    """`np.fft.rfftfreq(n, d)`."""
    n = integer(args[0])
    return Array("f8", None if n is None else (combine(quotient(n, 2), 1),))
