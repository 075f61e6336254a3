"""The part of a tangent's template that is not zero: terms of a sum are dropped."""

from __future__ import annotations

import ast
from functools import cache


@cache
def linear_part(text: str, live: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """Write a template without the terms that are zero, and name the zeros it needs.

    Each term of the last line's sum is linear in the tangents that it reads, so a term
    that reads no tangent of `live` is zero. Other tangents that are still read are
    returned: they must be there as zeros. The text is empty if all of it is zero.
    """
    *before, last = ast.parse(text.strip()).body
    assert isinstance(last, ast.Expr)
    carriers = set(live)
    for line in before:
        if _names(line) & carriers:
            carriers |= _stored(line)
    kept = [
        (plus, node) for plus, node in _terms(last.value) if _names(node) & carriers
    ]
    if not kept:
        return "", ()
    out = ""
    for plus, node in kept:
        sign = ("" if plus else "-") if not out else (" + " if plus else " - ")
        out += f"{sign}({ast.unparse(node)})"
    read = {name for _, node in kept for name in _names(node)}
    lines = []
    for line in reversed(before):
        if _stored(line) & read:
            read |= _names(line)
            lines.append(ast.unparse(line))
    rest = {name for name in read if name.endswith("_dot")} - live
    rest -= {name for line in before for name in _stored(line)}
    return "\n".join([*reversed(lines), out]), tuple(sorted(rest))


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
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


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
