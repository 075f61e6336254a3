"""Calls of `symdiff.grad` and its relatives inside of a function.

What they make of a function is known by that function and the transforms; nothing is
differentiated before it is called (see `derivatives`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.derivatives import call_derived, pull_back
from symdiff.frontend.frame import Frame
from symdiff.frontend.values import (
    BAD,
    CALLABLE,
    NOTHING,
    Bad,
    Derived,
    Items,
    Known,
    Object,
    Partial,
    Plain,
    Value,
)
from symdiff.frontend.words import describe
from symdiff.frontend.written import spread
from symdiff.ir.nodes import Const
from symdiff.options import Options, Transform

_ONE: dict[str, Transform] = {
    "grad": "grad",
    "value_and_grad": "grad",
    "elementwise_grad": "elementwise",
    "jacfwd": "jacfwd",
    "jacrev": "jacrev",
    "jacobian": "jacobian",
}
_OF_GRADIENT: dict[str, Transform] = {"hessian": "hessian", "hvp": "hvp"}
MAKERS = frozenset((*_ONE, *_OF_GRADIENT))
"""What makes a function of a function, by its name in `symdiff`."""


def transform_call(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """Lower the call of a transform; None if it is a call of something else."""
    name = callee.name.removeprefix("symdiff.")
    if name == callee.name or name not in (*MAKERS, "jvp", "vjp"):
        return None
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return BAD
    rest = dict(kwargs)
    if not args and "fun" not in rest:
        return Partial(callee, (), tuple(rest.items()))
    function, *more = args or [rest.pop("fun")]
    if not isinstance(function, (*CALLABLE, Object)):
        return _refuse(frame, f"`{name}` takes a function, not {_said(function)}", node)
    if name == "vjp" and not rest:
        return pull_back(frame, function, more, node)
    if name == "jvp":
        return _in_direction(frame, function, more, rest, node)
    if len(more) > 1:
        return _refuse(frame, f"`{name}` takes a function and `argnums`", node)
    if more:
        rest["argnums"] = more[0]
    chain = _chain(frame, name, rest, node)
    return BAD if chain is None else derived(function, chain)


def derived(function: Value, chain: tuple[Options, ...]) -> Derived:
    """What transforms make of a function, which transforms may have made."""
    if isinstance(function, Derived):
        return Derived(function.function, (*function.chain, *chain))
    return Derived(function, chain)


def _chain(
    frame: Frame, name: str, given: Mapping[str, Value], node: cst.CSTNode
) -> tuple[Options, ...] | None:
    """The transforms that a call asks for; None, with a finding, if it is not known."""
    allowed = {"argnums", "has_aux", "backend"} if "grad" in _ONE.get(name, "") else ()
    found: dict[str, Any] = {}
    for key, value in given.items():
        known, constant = _constant(value)
        if key != "argnums" and key not in allowed:
            _refuse(frame, f"`{name}` is given `{key}` inside of a function", node)
            return None
        if not known:
            _refuse(frame, f"`{key}` of `{name}` is not a constant", node)
            return None
        found[key] = constant
    if found.pop("backend", "numpy") != "numpy":
        _refuse(frame, f"`{name}` has another backend inside of a function", node)
        return None
    argnums = found.get("argnums", 0)
    if name in _OF_GRADIENT:
        return (
            Options(argnums=argnums),
            Options(argnums=argnums, transform=_OF_GRADIENT[name]),
        )
    options = Options(
        argnums=argnums,
        value=name == "value_and_grad",
        aux=bool(found.get("has_aux", False)),
        transform=_ONE[name],
    )
    return (options,)


def _constant(value: Value) -> tuple[bool, Any]:
    """Whether a value is a constant, and which."""
    match value:
        case Plain(atom=Const(value=found)):
            return True, found
        case Items(items=items, cls=None):
            parts = [_constant(item) for item in items]
            return all(known for known, _ in parts), tuple(v for _, v in parts)
    return False, None


def _in_direction(
    frame: Frame,
    function: Value,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`jvp(f, primals, tangents)`."""
    given = {**dict(zip(("primals", "tangents"), args, strict=False)), **kwargs}
    if given.keys() != {"primals", "tangents"} or len(args) > 2:
        return _refuse(frame, "`jvp` takes a function, primals and tangents", node)
    primals = spread(frame, given["primals"], node)
    tangents = spread(frame, given["tangents"], node)
    if primals is None or tangents is None:
        return BAD
    wrt = tuple(n for n, tangent in enumerate(tangents) if tangent != NOTHING)
    if len(primals) != len(tangents) or not wrt:
        what = "`jvp` needs a tangent for each primal, one of them not None"
        return _refuse(frame, what, node)
    made = derived(function, (Options(argnums=wrt, transform="jvp"),))
    chosen = [tangents[n] for n in wrt]
    return call_derived(frame, made, primals, {}, node, chosen)


def _said(value: Value) -> str:
    return "data" if isinstance(value, Plain | Items) else describe(value)


def _refuse(frame: Frame, what: str, node: cst.CSTNode) -> Value:
    return frame.report("SD204", what, node, help="make the derivative outside of it")
