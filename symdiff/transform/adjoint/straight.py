"""Reverse one operation: the cotangents of its operands by its rule."""

from __future__ import annotations

import re

from symdiff.ir.nodes import Apply, Atom, Const, Origin, Var
from symdiff.ir.types import List, Tuple
from symdiff.rules import registry
from symdiff.rules.cases import NoCase, environment, select
from symdiff.rules.registry import Rule
from symdiff.rules.template import emit, reads
from symdiff.transform.adjoint import solvers, structure
from symdiff.transform.adjoint.broadcast import unbroadcast
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.adjoint.insertion import reverse_insertion
from symdiff.transform.adjoint.scope import Bar, Scope, backward
from symdiff.transform.terms import linear_part

HANDLERS = {
    **structure.HANDLERS,
    **solvers.HANDLERS,
    "symdiff.on_gradient": reverse_insertion,
}
"""What is reversed by more than a template."""


def reverse_apply(scope: Scope, stmt: Apply) -> None:
    """Pass the cotangents of `stmt.outs` on to its operands.

    y = numpy.tanh(x)      →      x_bar += y_bar * (1 - y**2)
    """
    bars = [scope.take(out) for out in stmt.outs]
    if all(bar is None for bar in bars):
        return
    origin = backward(stmt.origin)
    handler = HANDLERS.get(stmt.op)
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
    names.update(_results(scope, stmt, entry, bars, origin))
    for name, atom in primal.items():
        if not scope.is_active(atom) or not entry.varies_in(name):
            continue
        if name not in case.adjoint:
            _refuse(scope, stmt, f" with respect to `{name}` in this form")
        else:
            text = _live(scope, stmt, case.adjoint[name], names, origin)
            if text:
                _contribute(scope, entry, text, name, atom, names, origin)


def _live(
    scope: Scope, stmt: Apply, text: str, names: dict[str, Atom], origin: Origin
) -> str:
    """A template without what results without a cotangent would contribute.

    Where it cannot do without their cotangents, `names` gets them as zeros.
    """
    live = frozenset(name for name in names if BAR.fullmatch(name))
    wanted = {name for name in reads(text) if BAR.fullmatch(name)}
    if wanted <= live or "out_bar" in names:
        return text
    text, zeros = linear_part(text, live, "_bar")
    for name in zeros:
        n = int(name.removeprefix("out").removesuffix("_bar"))
        one = len(stmt.outs) == 1
        names[name] = (
            scope.zero_item(stmt.out, n, origin)
            if one
            else scope.zero(stmt.outs[n], origin)
        )
    return text


BAR = re.compile(r"out\d+_bar")


def _contribute(
    scope: Scope,
    entry: Rule,
    text: str,
    name: str,
    atom: Atom,
    names: dict[str, Atom],
    origin: Origin,
) -> None:
    assert isinstance(atom, Var)
    build = Emitter(scope.build, origin)
    own = f"{name}_bar"
    since = len(scope.build.stmts)
    if own in reads(text):
        into = _addable(scope, atom, text, origin)
        found = scope.fitted(atom, emit(text, {**names, own: into}, build), origin)
        scope.put(atom, found, origin, since)
        return
    value = emit(text, names, build)
    if atom.temp and entry.elementwise and entry.cost == "costly":
        value = build.named(value, scope.sweep.pre_activation)
    if entry.elementwise:
        value = unbroadcast(scope.build, value, names[name], origin)
    if not entry.elementwise or isinstance(atom.type, List | Tuple):
        value = build.like(value, atom)
    scope.add(atom, value, origin, since)


def _addable(scope: Scope, var: Var, text: str, origin: Origin) -> Atom:
    """The cotangent so far, as what a template can add to in place."""
    found = scope.current(var, origin)
    if isinstance(var.type, List | Tuple) and "np.add.at" in text:
        return scope.build.apply("numpy.array", found, origin=origin)
    if isinstance(var.type, Tuple):
        return scope.build.apply("builtins.list", found, origin=origin)
    return found


def _results(
    scope: Scope, stmt: Apply, entry: Rule, bars: list[Bar | None], origin: Origin
) -> dict[str, Atom]:
    """The results and their cotangents by the names that templates use.

    Of several results those without a cotangent have none here either.
    """
    if len(stmt.outs) > 1:
        names = {f"out{n}": scope.read(out) for n, out in enumerate(stmt.outs)}
        for n, (out, bar) in enumerate(zip(stmt.outs, bars, strict=True)):
            if bar is not None:
                names[f"out{n}_bar"] = scope.whole(out, bar, origin)
        return names
    (bar,) = bars
    assert bar is not None
    names = {"out": scope.read(stmt.out)}
    parts = bar if isinstance(bar, tuple) and entry.outs == len(bar) else ()
    if any(isinstance(part, tuple) for part in parts) or not parts:
        names["out_bar"] = scope.whole(stmt.out, bar, origin)
        return names
    for n, part in enumerate(parts):
        if isinstance(part, Var | Const):
            names[f"out{n}_bar"] = part
    return names


def _refuse(scope: Scope, stmt: Apply, how: str = "") -> None:
    if stmt.op == "verbatim":
        scope.sweep.refuse(
            "SD101",
            "what is differentiated depends on an exception",
            stmt.origin,
            "test the condition with `if`, or raise at the end of every `except`",
        )
        return
    scope.sweep.refuse(
        "SD201",
        f"`{stmt.op}` has no derivative rule{how}, and its argument depends on an"
        " independent variable",
        stmt.origin,
        "write it with operations that `symdiff ops` lists, or leave it out of argnums",
    )
