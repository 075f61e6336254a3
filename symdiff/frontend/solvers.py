"""Solvers that are given a function: the function becomes one of the program.

quad(lambda x: k * x, 0.0, b)      →      quad(integrand, 0.0, b, args=(k,))
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from symdiff.analysis.builder import Names
from symdiff.frontend import prelude
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply
from symdiff.frontend.records import known_items
from symdiff.frontend.values import BAD, Bad, Closure, Items, Plain, UserFunction, Value
from symdiff.frontend.written import expand
from symdiff.ir.edit import map_vars, reads
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Call,
    Function,
    Return,
    Stmt,
    Var,
    bound,
    walk,
)
from symdiff.ir.references import reference
from symdiff.ir.types import FLOAT, AnyType, Scalar
from symdiff.rules import registry

ROOTS = ("brentq", "brenth", "bisect", "ridder", "newton")
SOLVERS = {
    "scipy.integrate.quad": "integrand",
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
    given = {**dict(zip(names[1:], args[1:], strict=False)), **kwargs}
    extra = _extra(frame, given.pop("args", Items(())))
    if len(args) > len(names) or any(isinstance(v, Bad) for v in given.values()):
        return BAD
    start = given.get("x0")
    if start is not None and not isinstance(
        type_of(atom_of(frame, start, node)), Scalar
    ):
        what = f"`{op}` is differentiated for one unknown"
        return frame.report("SD202", what, node, help="pass a number as `x0`")
    found = outlined(frame, args[0], SOLVERS[op], extra, node)
    if found is None:
        return BAD
    if found.free:
        given["args"] = Plain(frame.emit("tuple", found.free, node))
    return apply(frame, op, [Plain(reference(found.name))], node, given)


def _extra(frame: Frame, value: Value) -> Sequence[Value]:
    """The further arguments of the function: a tuple of them, or a single one."""
    items = known_items(frame, value)
    return [value] if items is None else items


@dataclass(frozen=True, slots=True)
class Outlined:
    """A function of the program, and what it is passed beside its own arguments."""

    name: str
    free: tuple[Atom, ...]


def outlined(
    frame: Frame, function: Value, label: str, extra: Sequence[Value], node: cst.CSTNode
) -> Outlined | None:
    """Lower a function of one number as a function of the program.

    What it reads of the scopes around it becomes parameters, after its own. None, with
    a finding, if it does not return a number.
    """
    text = function.text if isinstance(function, Closure | UserFunction) else None
    unnamed = text is None or isinstance(text.node, cst.Lambda)
    name = label if text is None or unnamed else text.name
    base = text.parameters[0].name if text is not None and text.parameters else "x"
    cells = len(frame.cells)
    written = set(frame.written)
    with frame.block() as inner:
        own = frame.builder.fresh(base, FLOAT, False)
        given = [function, Plain(own), Items(tuple(extra))]
        result = expand(frame, prelude.applied, given, {}, node)
        value = UNDEF if isinstance(result, Bad) else atom_of(frame, result, node)
        stmts = tuple(inner.stmts)
    if value == UNDEF:
        return None
    if not isinstance(type_of(value), Scalar | AnyType):
        frame.report("SD202", f"`{name}` returns {type_of(value)}, not a number", node)
        return None
    if any(cell < cells for cell in frame.written - written):
        frame.report("SD305", f"`{name}` writes to what is outside of it", node)
        return None
    if _has_effect(frame, stmts):
        frame.report(
            "SD202",
            f"`{name}` prints or draws, and a solver calls it as often as it likes",
            node,
            help="let it compute its value only",
        )
        return None
    free = _free(stmts, value, own)
    body = prune((*stmts, Return(value, frame.origin(node))))
    known = frame.session.outlined
    key = f"{name}#{label}{len(known)}"
    known[key] = _renamed(Function(key, (own, *free), body))
    return Outlined(key, free)


def _renamed(fn: Function) -> Function:
    """The function with names of its own: `x` for `x_1` of the function around it."""
    names = Names(set())
    found: dict[Var, Var] = {}
    for param in fn.params:
        base = param.base or "p"
        found[param] = Var(names.take(base), param.type, base, False)
    for stmt in walk(fn.body):
        for var in bound(stmt):
            found[var] = replace(var, name=names.take(var.base))
    body = map_vars(fn.body, found.__getitem__)
    return replace(fn, params=tuple(found[p] for p in fn.params), body=body)


_ALLOWED = ("assert", "raise", "defined")


def _has_effect(frame: Frame, stmts: Sequence[Stmt]) -> bool:
    """Whether statements, or the functions that they call, have an effect."""
    known = {f.function.name: f.function for f in frame.session.functions.values()}
    todo, seen = [tuple(stmts)], set[str]()
    while todo:
        for stmt in walk(todo.pop()):
            if isinstance(stmt, Apply) and stmt.op not in _ALLOWED:
                entry = registry.find(stmt.op)
                if entry is not None and entry.effect:
                    return True
            elif isinstance(stmt, Call) and stmt.function not in seen:
                seen.add(stmt.function)
                todo.append(known[stmt.function].body)
    return False


def _free(stmts: Sequence[Stmt], value: Atom, own: Var) -> tuple[Var, ...]:
    """The variables of the enclosing function that statements read, in order."""
    inside = {own, *(v for s in walk(tuple(stmts)) for v in bound(s))}
    last = [value] if isinstance(value, Var) else []
    return tuple(
        v for v in dict.fromkeys([*reads(tuple(stmts)), *last]) if v not in inside
    )
