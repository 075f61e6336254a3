"""Templates as trees: parsed once, and what they read."""

from __future__ import annotations

import ast
from functools import cache

from symdiff.errors import InternalError

MODULES = {"np": "numpy", "math": "math", "scipy": "scipy"}
SHAPE_ATTRIBUTES = frozenset({"shape", "size", "ndim", "dtype"})
SHAPE_FUNCTIONS = frozenset(
    ["np.shape", "np.size", "np.ndim", "np.zeros_like", "np.ones_like", "np.empty_like"]
)


@cache
def parse(text: str) -> tuple[ast.stmt, ...]:
    """The statements of a template; the last one is an expression."""
    lines = text.strip("\n").splitlines()
    indent = min((len(s) - len(s.lstrip()) for s in lines if s.strip()), default=0)
    body = ast.parse("\n".join(line[indent:] for line in lines)).body
    if not body or not isinstance(body[-1], ast.Expr):
        raise InternalError(f"a template ends in an expression, not so: {text!r}")
    return tuple(body)


@cache
def reads(text: str) -> frozenset[str]:
    """The names that a template reads; what only asks for a shape reads `x.shape`."""
    found: set[str] = set()
    local: set[str] = set()
    for stmt in parse(text):
        _collect(stmt, found)
        local |= {
            node.id
            for node in ast.walk(stmt)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
    return frozenset(n for n in found if n.removesuffix(".shape") not in local)


def _collect(tree: ast.AST, found: set[str]) -> None:
    todo = [tree]
    while todo:
        node = todo.pop()
        match node:
            case ast.Attribute(value=ast.Name(id=x), attr=a) if a in SHAPE_ATTRIBUTES:
                if x not in MODULES:
                    found.add(f"{x}.shape")
            case ast.Call(func=f, args=[ast.Name(id=x)]) if (
                ast.unparse(f) in SHAPE_FUNCTIONS
            ):
                found.add(f"{x}.shape")
            case ast.Call(func=ast.Name(), args=args, keywords=keywords):
                if node.func.id == "unbroadcast":  # type: ignore[attr-defined]
                    _shape_of_last(args, found, todo)
                else:
                    todo += [*args, *(k.value for k in keywords)]
            case ast.Name(id=x, ctx=ast.Load()):
                if x not in MODULES:
                    found.add(x)
            case _:
                todo += ast.iter_child_nodes(node)


def _shape_of_last(args: list[ast.expr], found: set[str], todo: list[ast.AST]) -> None:
    value, like = args
    todo.append(value)
    if isinstance(like, ast.Name):
        found.add(f"{like.id}.shape")
    else:
        todo.append(like)
