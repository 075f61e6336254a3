"""Reverse `on_gradient`: the user's code, where the cotangent has been added up."""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.edit import map_origins, map_vars, substitute
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Function,
    Origin,
    Return,
    Var,
    bound,
    walk,
)
from symdiff.ir.references import referred
from symdiff.transform.adjoint.scope import Bar, Scope


def reverse_insertion(
    scope: Scope, stmt: Apply, bars: list[Bar | None], origin: Origin
) -> bool:
    """Run the code that was given for the cotangent of a value.

    with symdiff.on_gradient(h) as h_bar:      →      h_bar = np.clip(h_bar, -1, 1)
        h_bar = np.clip(h_bar, -1, 1)
    """
    source, hook, *held = stmt.args
    (bar,) = bars
    assert bar is not None
    assert isinstance(source, Var)
    fn = scope.sweep.function(referred(hook))
    whole = scope.whole(stmt.out, bar, origin)
    since = len(scope.build.stmts)
    end = inlined(scope, fn, (whole, *map(scope.read, held)), origin)
    scope.add(source, end, origin, since)
    return True


def inlined(scope: Scope, fn: Function, args: tuple[Atom, ...], origin: Origin) -> Atom:
    """Emit the body of a function of the program for given arguments."""
    names = scope.sweep.names
    # The parameters first, so that no name of the body is one of them.
    fresh = {param: replace(param, name=names.take("")) for param in fn.params}
    for stmt in walk(fn.body):
        for var in bound(stmt):
            fresh[var] = replace(var, name=names.take(var.base))
    body = map_vars(fn.body, fresh.__getitem__)
    given = (fresh[param] for param in fn.params)
    body = substitute(body, dict(zip(given, args, strict=True)))
    body = map_origins(body, lambda _: origin)
    *stmts, last = body
    assert isinstance(last, Return)
    scope.build.stmts += stmts
    return last.value
