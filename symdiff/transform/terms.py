"""The part of a linear template that is not zero: terms of its sums are dropped."""

from __future__ import annotations

import ast
from functools import cache


@cache
def linear_part(
    text: str, live: frozenset[str], suffix: str = "_dot"
) -> tuple[str, tuple[str, ...]]:
    """Write a template without the terms that are zero, and name the zeros it needs.

    What ends in `suffix` (tangents, or the cotangents of several results) is zero but
    for the names in `live`. The template is linear in these together, and so is each
    term of a sum that reads one: a term that reads none of `live` is zero. Zeros that
    are still read are returned. The text is empty if all of it is zero.
    """
    *before, last = ast.parse(text.strip()).body
    assert isinstance(last, ast.Expr)
    local = {name for line in before for name in _stored(line)}
    carriers = (
        set(live) | {n for n in _names(ast.parse(text)) if n.endswith(suffix)} - local
    )
    alive = set(live)
    lines: list[ast.stmt] = []
    for line in before:
        if isinstance(line, ast.Assign):
            line = ast.Assign(line.targets, _sum(line.value, carriers, alive), lineno=0)
        carriers |= _stored(line) if _names(line) & carriers else set()
        alive |= _stored(line) if _names(line) & alive else set()
        lines.append(line)
    kept = [(plus, node) for plus, node in _terms(last.value) if _names(node) & alive]
    if not kept:
        return "", ()
    read = {name for _, node in kept for name in _names(node)}
    out = [_text(kept)]
    for line in reversed(lines):
        if _stored(line) & read:
            read |= _names(line)
            out.append(ast.unparse(line))
    rest = {name for name in read if name.endswith(suffix)} - live - local
    return "\n".join(reversed(out)), tuple(sorted(rest))


def _sum(value: ast.expr, carriers: set[str], alive: set[str]) -> ast.expr:
    """A sum without its zero terms; as it is if there are no others."""
    terms = _terms(value)
    kept = [
        (plus, node)
        for plus, node in terms
        if not _names(node) & carriers or _names(node) & alive
    ]
    if not kept or len(kept) == len(terms):
        return value
    return ast.parse(_text(kept), mode="eval").body


def _text(kept: list[tuple[bool, ast.expr]]) -> str:
    """The sum of some terms."""
    out = ""
    for plus, node in kept:
        sign = ("" if plus else "-") if not out else (" + " if plus else " - ")
        out += f"{sign}({ast.unparse(node)})"
    return out


def _terms(node: ast.expr) -> list[tuple[bool, ast.expr]]:
    """The terms of a sum, left to right, each with whether it is added."""
    out: list[tuple[bool, ast.expr]] = []
    todo = [(True, node)]
    while todo:
        plus, part = todo.pop()
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
            todo.append((plus == isinstance(part.op, ast.Add), part.right))
            todo.append((plus, part.left))
        else:
            out.append((plus, part))
    return out


def _names(node: ast.AST) -> set[str]:
    """The values that are read; the name of a helper such as `left_of_dot` is none."""
    called = {id(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)}
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {n.id for n in names if id(n) not in called}


def _stored(line: ast.stmt) -> set[str]:
    """The names that a line assigns, or stores into."""
    found: set[str] = set()
    for node in ast.walk(line):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store()):
                found.add(name)
    return found
