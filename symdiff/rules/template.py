"""Templates: a derivative as NumPy text → operations, through a builder.

A template is an expression, or lines (assignments, `x[i] += e`, `for` loops) that end
in one. It is parsed once; names of values come from the caller, names of functions
from the rule table.
"""

from __future__ import annotations

import ast

from symdiff.errors import InternalError
from symdiff.ir.nodes import Atom
from symdiff.rules.build import Build, Names, Targets
from symdiff.rules.expression import OPERATORS, Expression
from symdiff.rules.reads import parse, reads

__all__ = ["Build", "Names", "Targets", "emit", "reads"]


def emit(text: str, names: Names, build: Build) -> Atom:
    """Emit a template through `build` and return the atom of its last line."""
    statements = parse(text)
    env = dict(names)
    for stmt in statements[:-1]:
        _statement(stmt, env, build, text)
    last = statements[-1]
    assert isinstance(last, ast.Expr)
    return Expression(env, build, text).emit(last.value)


def _statement(stmt: ast.stmt, env: dict[str, Atom], build: Build, text: str) -> None:
    expression = Expression(env, build, text)
    match stmt:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            env[name] = build.named(expression.emit(value), name)
        case ast.Assign(targets=[ast.Tuple(elts=elts)], value=value):
            bases = [ast.unparse(e) for e in elts]
            for base, atom in zip(
                bases, expression.unpack(value, len(bases)), strict=True
            ):
                env[base] = build.named(atom, base)
        case ast.AugAssign(target=ast.Subscript() as place, op=ast.Add(), value=value):
            base = ast.unparse(place.value)
            index = expression.emit(place.slice)
            added = expression.emit(value)
            env[base] = build("additem", (env[base], index, added), {})
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            operator = f"i{OPERATORS[type(op)]}"
            env[name] = build(operator, (env[name], expression.emit(value)), {})
        case ast.For(target=target, iter=iterable, body=body):
            _loop(target, expression.emit(iterable), body, env, build, text)
        case _:
            raise InternalError(f"{ast.unparse(stmt)!r} in the template {text!r}")


def _loop(
    target: ast.expr,
    iterable: Atom,
    body: list[ast.stmt],
    env: dict[str, Atom],
    build: Build,
    text: str,
) -> None:
    stored = {n for stmt in body for n in _stores(stmt)}
    carried = {name: atom for name, atom in env.items() if name in stored}

    def iteration(inner: Build, names: Names) -> Names:
        scope = {**env, **names}
        for stmt in body:
            _statement(stmt, scope, inner, text)
        return {name: scope[name] for name in carried}

    env.update(build.loop(_targets(target), iterable, carried, iteration))


def _stores(stmt: ast.stmt) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(stmt):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                names.add(name)
    return names


def _targets(target: ast.expr) -> Targets:
    if isinstance(target, ast.Tuple):
        return tuple(map(_targets, target.elts))
    return ast.unparse(target)
