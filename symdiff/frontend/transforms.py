"""Calls of `symdiff.grad` and its relatives inside of a function.

What they make of a function is known by that function and the transforms; nothing is
differentiated before it is called (see `derivatives`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.checkpoints import checkpoint_call
from symdiff.frontend.frame import Frame
from symdiff.frontend.library import TRANSFORMS
from symdiff.frontend.values import (
    BAD,
    CALLABLE,
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


def transform_call(
    frame: Frame,
    callee: Known,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value | None:
    """Lower the call of a transform; None if it is a call of something else."""
    checkpoint = checkpoint_call(frame, callee, args, kwargs, node)
    if checkpoint is not None:
        return checkpoint
    if callee.name not in TRANSFORMS:
        return None
    name = callee.name.removeprefix("symdiff.")
    if any(isinstance(v, Bad) for v in (*args, *kwargs.values())):
        return BAD
    rest = dict(kwargs)
    if not args and "fun" not in rest:
        return Partial(callee, (), tuple(rest.items()))
    function, *more = args or [rest.pop("fun")]
    if not is_function(frame, name, function, node):
        return BAD
    if len(more) > 1:
        return refuse(frame, f"`{name}` takes a function and `argnums`", node)
    if more:
        rest["argnums"] = more[0]
    chain = _chain(frame, name, rest, node)
    return BAD if chain is None else derived(function, chain)


def is_function(frame: Frame, name: str, function: Value, node: cst.CSTNode) -> bool:
    """Whether a transform gets a function; a finding says if not."""
    if isinstance(function, (*CALLABLE, Object)):
        return True
    data = isinstance(function, Plain | Items)
    what = "data" if data else describe(function)
    refuse(frame, f"`{name}` takes a function, not {what}", node)
    return False


def derived(function: Value, chain: tuple[Options, ...]) -> Derived:
    """What transforms make of a function, which transforms may have made."""
    if isinstance(function, Derived):
        return Derived(function.function, (*function.chain, *chain))
    return Derived(function, chain)


def decorated(
    frame: Frame, by: Value, function: Value, node: cst.CSTNode
) -> Value | None:
    """A function that is decorated by a transform; None if it is by something else."""
    match by:
        case Partial(function=Known() as callee, args=(), kwargs=kwargs):
            return transform_call(frame, callee, [function], dict(kwargs), node)
        case Known():
            return transform_call(frame, by, [function], {}, node)
    return BAD if isinstance(by, Bad) else None


def _chain(
    frame: Frame, name: str, given: Mapping[str, Value], node: cst.CSTNode
) -> tuple[Options, ...] | None:
    """The transforms that a call asks for; None, with a finding, if it is not known."""
    allowed = {"argnums", "has_aux", "backend"} if "grad" in _ONE.get(name, "") else ()
    found: dict[str, Any] = {}
    for key, value in given.items():
        known, constant = _constant(value)
        if key != "argnums" and key not in allowed:
            refuse(frame, f"`{name}` is given `{key}` inside of a function", node)
            return None
        if not known:
            refuse(frame, f"`{key}` of `{name}` is not a constant", node)
            return None
        found[key] = constant
    if found.pop("backend", "numpy") != "numpy":
        refuse(frame, f"`{name}` has another backend inside of a function", node)
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


def refuse(frame: Frame, what: str, node: cst.CSTNode) -> Value:
    """Report a transform that cannot be applied here."""
    return frame.report("SD204", what, node, help="make the derivative outside of it")
