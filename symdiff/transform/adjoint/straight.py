"""Reverse one operation: the cotangents of its operands by its rule."""

from __future__ import annotations

import re

from symdiff.ir.nodes import Apply, Atom, Origin, Var
from symdiff.ir.types import List, Tuple
from symdiff.rules import registry
from symdiff.rules.cases import NoCase, environment, select
from symdiff.rules.registry import Case, Rule
from symdiff.rules.template import emit, reads
from symdiff.transform.adjoint import structure
from symdiff.transform.adjoint.broadcast import unbroadcast
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.scope import Bar, Scope, backward


def reverse_apply(scope: Scope, stmt: Apply) -> None:
    """Pass the cotangents of `stmt.outs` on to its operands.

    y = numpy.tanh(x)      →      x_bar += y_bar * (1 - y**2)
    """
    bars = [scope.take(out) for out in stmt.outs]
    if all(bar is None for bar in bars):
        return
    origin = backward(stmt.origin)
    handler = structure.HANDLERS.get(stmt.op)
    if handler is not None and handler(scope, stmt, bars, origin):
        return
    entry = registry.find(stmt.op)
    if entry is None:
        _refuse(scope, stmt)
        return
    if entry.constant:
        return
    try:
        case = select(entry, stmt.args, stmt.kwargs, mixed=scope.sweep.mixed)
    except NoCase:
        _refuse(scope, stmt, " in this form")
        return
    primal = environment(entry, stmt.args, stmt.kwargs)
    names = {name: scope.read(atom) for name, atom in primal.items()}
    names.update(_results(scope, stmt, bars, origin))
    for name, atom in primal.items():
        if not scope.is_active(atom) or not varies_in(entry, name):
            continue
        if name not in case.adjoint:
            _refuse(scope, stmt, f" with respect to `{name}` in this form")
        else:
            _contribute(scope, entry, case, name, atom, names, origin)


def varies_in(entry: Rule, name: str) -> bool:
    """Whether an operation has a derivative, known or not, in an argument of it."""
    known = (*entry.operands, *entry.lacking)
    return name in known or re.sub(r"_\d+$", "", name) in known


def _contribute(
    scope: Scope,
    entry: Rule,
    case: Case,
    name: str,
    atom: Atom,
    names: dict[str, Atom],
    origin: Origin,
) -> None:
    assert isinstance(atom, Var)
    text = case.adjoint[name]
    build = Emitter(scope.build, origin)
    own = f"{name}_bar"
    since = len(scope.build.stmts)
    if own in reads(text):
        into = {**names, own: scope.current(atom, origin)}
        scope.put(atom, emit(text, into, build), origin, since)
        return
    value = emit(text, names, build)
    if atom.temp and entry.elementwise and entry.cost == "costly":
        value = build.named(value, scope.sweep.pre_activation)
    if entry.elementwise and not isinstance(atom.type, List | Tuple):
        value = unbroadcast(scope.build, value, names[name], origin)
    else:
        value = build.like(value, atom)
    scope.add(atom, value, origin, since)


def _results(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> dict[str, Atom]:
    """The results and their cotangents by the names that templates use."""
    names: dict[str, Atom] = {}
    for n, (out, bar) in enumerate(zip(stmt.outs, bars, strict=True)):
        prefix = "out" if len(stmt.outs) == 1 else f"out{n}"
        names[prefix] = scope.read(out)
        whole = (
            scope.zero(out, origin) if bar is None else scope.whole(out, bar, origin)
        )
        names[f"{prefix}_bar"] = whole
    return names


def _refuse(scope: Scope, stmt: Apply, how: str = "") -> None:
    scope.sweep.refuse(
        "SD201",
        f"`{stmt.op}` has no derivative rule{how}, and its argument depends on an"
        " independent variable",
        stmt.origin,
        "write it with operations that `symdiff ops` lists, or leave it out of argnums",
    )
