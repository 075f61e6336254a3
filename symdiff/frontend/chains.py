"""Long sums and products, cut into pieces before they are parsed.

libcst copies all that is to the left of an operator at every operator, so that a chain
of n terms costs n squared. Here the left part of a long chain is replaced by a
placeholder, parsed on its own, and put back into the tree.

    a + b + … + y + z      →      _left_1_ + y + z      and      a + b + …
"""

from __future__ import annotations

import ast
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import libcst as cst

LENGTH = 60
"""Chains of more operators than this are cut."""


DEPTH = 4000
"""The recursion limit under which `ast` reads a chain; it allows three times that."""

_LIMIT = threading.Lock()


@contextmanager
def recursion(depth: int) -> Iterator[None]:
    """Allow deeper recursion for a while, for code that walks along a chain."""
    with _LIMIT:
        before = sys.getrecursionlimit()
        sys.setrecursionlimit(max(before, depth))
        try:
            yield
        finally:
            sys.setrecursionlimit(before)


@dataclass(frozen=True, slots=True)
class Cut:
    """The left part of a chain: its place, lines from 0 and columns in characters."""

    name: str
    line: int
    column: int
    end_line: int
    end_column: int


def find_cuts(source: str) -> list[Cut]:
    """The left parts to be taken out, those inside of others first."""
    if max(map(len, re.split(r"[,;:=]", source)), default=0) < 4 * LENGTH:
        return []
    try:
        with recursion(DEPTH):
            tree = ast.parse(source)
    except (SyntaxError, RecursionError, MemoryError):
        return []
    rows = source.split("\n")
    cuts: list[Cut] = []
    for lefts in reversed(list(_chains(tree))):
        for node in lefts[LENGTH::LENGTH]:
            cuts.append(_cut(node, rows, f"_left_{len(cuts)}_"))
    return cuts


def _chains(tree: ast.AST) -> Iterator[list[ast.expr]]:
    """The left operands of each chain of binary operators, innermost first."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        lefts: list[ast.expr] = []
        while isinstance(node, ast.BinOp):
            todo.append(node.right)
            lefts.append(node.left)
            node = node.left
        if len(lefts) > LENGTH:
            yield lefts[::-1]
        todo.extend(ast.iter_child_nodes(node))


def _cut(node: ast.expr, rows: list[str], name: str) -> Cut:
    end_line, end_column = node.end_lineno or 1, node.end_col_offset or 0
    return Cut(
        name,
        node.lineno - 1,
        _characters(rows[node.lineno - 1], node.col_offset),
        end_line - 1,
        _characters(rows[end_line - 1], end_column),
    )


def _characters(row: str, column: int) -> int:
    """A column in bytes, as `ast` counts, in characters."""
    return column if row.isascii() else len(row.encode()[:column].decode())


def take_out(rows: list[str], cut: Cut) -> list[str] | None:
    """Put the placeholder in the place of a left part; returns that part's lines.

    Everything else keeps its place. None if the part is too short for that.
    """
    first, last = rows[cut.line], rows[cut.end_line]
    inside = rows[cut.line : cut.end_line + 1]
    inside[-1] = inside[-1][: cut.end_column]
    inside[0] = " " * cut.column + inside[0][cut.column :]
    width = (cut.end_column if cut.line == cut.end_line else len(first)) - cut.column
    if width < len(cut.name):
        return None
    head = first[: cut.column] + cut.name
    if cut.line == cut.end_line:
        rows[cut.line] = head.ljust(cut.end_column) + first[cut.end_column :]
        return inside
    rows[cut.line] = head
    for at in range(cut.line + 1, cut.end_line):
        rows[at] = ""
    rows[cut.end_line] = " " * cut.end_column + last[cut.end_column :]
    return inside


def put_back(
    nodes: Iterable[cst.CSTNode], parts: Mapping[str, cst.BaseExpression]
) -> None:
    """Put left parts in the places of their placeholders, which are among the nodes."""
    for node in nodes:
        if isinstance(node, cst.BinaryOperation) and isinstance(node.left, cst.Name):
            left = parts.get(node.left.value)
            if left is not None:
                # The tree is ours alone so far, and to rebuild it would be recursive.
                object.__setattr__(node, "left", left)
