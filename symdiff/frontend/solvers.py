"""Solvers that are given a function: the function becomes one of the program.

quad(lambda x: k * x, 0.0, b)      →      quad(integrand, 0.0, b, args=(k,))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.outlined import outlined
from symdiff.frontend.records import known_items
from symdiff.frontend.values import BAD, Bad, Items, Plain, Value
from symdiff.ir.nodes import UNDEF
from symdiff.ir.references import reference
from symdiff.ir.types import (
    FLOAT,
    AnyType,
    Array,
    List,
    Scalar,
    Tuple,
    Type,
    dtype_of,
    rank,
)
from symdiff.rules import registry

OWN = ("fixed_point", "root")
ROOTS = ("brentq", "brenth", "bisect", "ridder", "newton")
SOLVERS = {
    "fixed_point": "phi",
    "root": "residual",
    "scipy.integrate.quad": "integrand",
    "scipy.integrate.odeint": "slope",
    "scipy.optimize.fsolve": "residual",
    **{f"scipy.optimize.{name}": "residual" for name in ROOTS},
}
"""What a function without a name is called, by the solver that it is passed to."""


def solver_call(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value | None:
    """Lower the call of a solver; None if it is another call."""
    entry = registry.find(op)
    if op not in SOLVERS or entry is None or not args:
        return None
    names = [p.name for p in entry.params]
    if op in OWN:
        # Theirs follow the start, one by one.
        given = {**dict(zip(names[1:2], args[1:2], strict=False)), **kwargs}
        extra: Sequence[Value] = args[2:]
    else:
        given = {**dict(zip(names[1:], args[1:], strict=False)), **kwargs}
        extra = _extra(frame, given.pop("args", Items(())))
        if len(args) > len(names):
            return BAD
    if any(isinstance(v, Bad) for v in (*given.values(), *extra)):
        return BAD
    kinds = _own(frame, op, given, node)
    if kinds is None:
        return BAD
    found = outlined(frame, args[0], SOLVERS[op], kinds, extra, node)
    if found is None:
        return BAD
    if found.free:
        given["args"] = Plain(frame.emit("tuple", found.free, node))
    return apply(frame, op, [Plain(reference(found.name))], node, given)


def _extra(frame: Frame, value: Value) -> Sequence[Value]:
    """The further arguments of the function: a tuple of them, or a single one."""
    items = known_items(frame, value)
    return [value] if items is None else items


def _own(
    frame: Frame, op: str, given: dict[str, Value], node: cst.Call
) -> tuple[Type, ...] | None:
    """The types of what the solver itself passes; None, with a finding, if unknown."""
    if op == "scipy.integrate.odeint":
        state = _state(frame, given, "y0", node)
        return None if state is None else (state, FLOAT)
    if op in OWN:
        state = _start(frame, op, given, node)
        return None if state is None else (state,)
    if op == "scipy.optimize.fsolve":
        state = _state(frame, given, "x0", node)
        return None if state is None else (state,)
    start = given.get("x0")
    kind = FLOAT if start is None else type_of(atom_of(frame, start, node))
    if isinstance(kind, Scalar):
        return (FLOAT,)
    what = f"`{op}` is differentiated for one unknown"
    frame.report("SD202", what, node, help="pass a number as `x0`")
    return None


def _start(
    frame: Frame, op: str, given: dict[str, Value], node: cst.Call
) -> Type | None:
    """The type of the unknown of `fixed_point` or `root`: a number or an array."""
    if "z0" not in given:
        frame.report("SD203", f"`{op}` misses the argument `z0`", node)
        return None
    kind = type_of(atom_of(frame, given["z0"], node))
    if isinstance(kind, Scalar) and kind.dtype[0] in "if":
        return FLOAT
    if op == "fixed_point" and isinstance(kind, AnyType):
        return kind
    if op == "fixed_point" and isinstance(kind, Array):
        dtype = dtype_of(kind)
        if dtype is None or dtype[0] in "if":
            whole = dtype is not None and dtype[0] == "i"
            return Array("f8", kind.shape) if whole else kind
    return _state(frame, given, "z0", node)


def _state(
    frame: Frame, given: dict[str, Value], start: str, node: cst.Call
) -> Type | None:
    """What a solver starts from is an array, also where a list is given."""
    atom = atom_of(frame, given[start], node) if start in given else UNDEF
    if isinstance(type_of(atom), List | Tuple):
        atom = frame.emit("numpy.array", [atom], node)
        given[start] = Plain(atom)
    kind = type_of(atom)
    if isinstance(kind, Array) and rank(kind) == 1 and dtype_of(kind) == "f8":
        return kind
    frame.report(
        "SD202",
        f"the solver starts from {kind}",
        node,
        help="start from an array or list of floats",
    )
    return None
