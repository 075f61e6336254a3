"""Calls that make arrays in one of several ways: each way is an operation of its own.

np.array(x, copy=None)     →      np.asarray(x)
np.array(x, ndmin=2)       →      np.atleast_2d(np.array(x))
x.astype(t, copy=False)    →      np.asarray(x, t)
np.stack(xs, dtype=t)      →      np.stack(xs).astype(t)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.values import Bad, Plain, Value
from symdiff.frontend.views import exact_view
from symdiff.ir.nodes import Const
from symdiff.ir.types import dtype_of, rank
from symdiff.rules.infer.common import dtype_argument

_AT_LEAST = {1: "numpy.atleast_1d", 2: "numpy.atleast_2d"}
_CAST = frozenset(
    f"numpy.{name}"
    for name in (
        *("linspace", "logspace", "geomspace"),
        *("concatenate", "stack", "hstack", "vstack"),
    )
)
"""What is computed as ever, and has its result converted for `dtype=`."""
Call = tuple[str, Sequence[Value], dict[str, Value]]


def make(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """The result of an operation, which may be a view of an argument."""
    if op in _CAST and "dtype" in kwargs:
        rest = {name: value for name, value in kwargs.items() if name != "dtype"}
        made = make(frame, op, args, rest, node)
        return _cast(frame, made, kwargs["dtype"], node)
    (op, args, kwargs), more_axes = _spelled_out(frame, op, args, kwargs, node)
    if more_axes:
        return make(frame, more_axes, [make(frame, op, args, kwargs, node)], {}, node)
    shown = exact_view(frame, op, args, kwargs, node)
    return apply(frame, op, args, node, kwargs) if shown is None else shown


def _cast(frame: Frame, made: Value, dtype: Value, node: cst.CSTNode) -> Value:
    """The array in a precision of floats; of ints it is not what NumPy computes."""
    if isinstance(made, Bad) or _constant(dtype) is None:
        return made
    atom, whole = atom_of(frame, dtype, node), atom_of(frame, made, node)
    wanted = dtype_argument(atom, None)
    if wanted is None or wanted[0] != "f":
        return frame.report(
            "SD202",
            "the result is made with a dtype that is not one of floats",
            node,
            help="leave out `dtype`, or convert the result with `.astype`",
        )
    same = dtype_of(type_of(whole)) == wanted
    return made if same else apply(frame, "ndarray.astype", [made, dtype], node)


def _spelled_out(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> tuple[Call, str]:
    """The operation that makes the array, and the one that adds axes, if one does."""
    plain: Call = (op, args, dict(kwargs))
    if op not in ("numpy.array", "ndarray.astype") or not args:
        return plain, ""
    rest = dict(kwargs)
    if _constant(rest.get("copy")) in (None, False) and "copy" in rest:
        del rest["copy"]
        op = "numpy.asarray"
    if "ndmin" not in rest:
        return (op, args, rest), ""
    least = _constant(rest["ndmin"])
    have = rank(type_of(atom_of(frame, args[0], node)))
    if least == 0 or (have is not None and isinstance(least, int) and least <= have):
        del rest["ndmin"]
        return (op, args, rest), ""
    if least not in _AT_LEAST:
        return plain, ""
    del rest["ndmin"]
    return (op, args, rest), _AT_LEAST[least]


def _constant(value: Value | None) -> object:
    """The value of a constant; of anything else, an object that equals nothing."""
    if isinstance(value, Plain) and isinstance(value.atom, Const):
        return value.atom.value
    return _OTHER


_OTHER = object()
