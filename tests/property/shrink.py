"""A failing program → a smaller one that fails in the same way."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator
from typing import Any

Edit = Callable[[], None]


def shrink(source: str, fails: Callable[[str], bool], seconds: float = 60) -> str:
    """Delete and simplify while `fails` holds, for so long."""
    end = time.perf_counter() + seconds
    source = ast.unparse(ast.parse(source)) + "\n"
    changed = True
    while changed and time.perf_counter() < end:
        changed = False
        at = 0
        while time.perf_counter() < end:
            smaller = nth(source, at)
            if smaller is None:
                break
            if len(smaller) < len(source) and fails(smaller):
                source, changed = smaller, True
            else:
                at += 1
    return source


def nth(source: str, number: int) -> str | None:
    """The source after one of its edits, or None if there are not so many."""
    tree = ast.parse(source)
    found = list(edits(tree))
    if number >= len(found):
        return None
    found[number]()
    return ast.unparse(tree) + "\n"


def edits(tree: ast.Module) -> Iterator[Edit]:
    """Every single change that makes the program smaller: large pieces first."""
    nodes = list(ast.walk(tree))
    for node in nodes:
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield from _statements(block, keep=name == "body")
    for node in nodes:
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr):
                yield from _expression(value, _setter(node, name))
            elif isinstance(value, list):
                for i, item in enumerate(value):
                    if isinstance(item, ast.expr):
                        yield from _expression(item, _placer(value, i))


def _chunks(block: list[Any]) -> Iterator[Edit]:
    """Halves, quarters and so on of a block."""
    size = len(block) // 2
    while size > 1:
        for i in range(0, len(block) - size + 1, size):
            if not any(
                isinstance(b, ast.Return | ast.Import) for b in block[i : i + size]
            ):
                yield _replacer(block, i, [], size)
        size //= 2


def _statements(block: list[Any], keep: bool) -> Iterator[Edit]:
    yield from _chunks(block)
    for i in reversed(range(len(block))):
        stmt = block[i]
        if isinstance(stmt, ast.Return | ast.Import):
            continue
        if len(block) > 1 or not keep:
            yield _replacer(block, i, [])
        if isinstance(stmt, ast.If | ast.For | ast.While):
            yield _replacer(block, i, stmt.body)
            if stmt.orelse:
                yield _replacer(block, i, stmt.orelse)


def _expression(node: ast.expr, put: Callable[[ast.expr], None]) -> Iterator[Edit]:
    if isinstance(node, ast.Name | ast.Constant | ast.Attribute | ast.Slice):
        return
    if isinstance(getattr(node, "ctx", None), ast.Store):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and not isinstance(child, ast.Slice):
            yield lambda child=child: put(child)  # type: ignore[misc]
    yield lambda: put(ast.Constant(0.5))


def _replacer(block: list[Any], i: int, rows: list[ast.stmt], size: int = 1) -> Edit:
    def apply() -> None:
        block[i : i + size] = rows

    return apply


def _setter(node: ast.AST, name: str) -> Callable[[ast.expr], None]:
    return lambda value: setattr(node, name, value)


def _placer(items: list[Any], i: int) -> Callable[[ast.expr], None]:
    def put(value: ast.expr) -> None:
        items[i] = value

    return put
