"""The printed function before layout: simple statements, and regions of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from symdiff.backend.tree import Expr
from symdiff.ir.nodes import NOWHERE, Origin


@dataclass(slots=True)
class Row:
    """A simple statement: `target op value`, or `keyword value`, or just `value`."""

    value: Expr | None
    target: Expr | None = None
    op: str = "="
    keyword: str = ""
    extra: Expr | None = None
    origin: Origin = NOWHERE
    comment: str = ""


@dataclass(slots=True)
class Region:
    """`if`, `elif`, `for` or `while` with its body, and perhaps an `else`."""

    keyword: str
    test: Expr
    body: list[Printed] = field(default_factory=list)
    orelse: list[Printed] = field(default_factory=list)
    target: Expr | None = None
    origin: Origin = NOWHERE
    comment: str = ""


@dataclass(slots=True)
class Comment:
    """A comment on lines of its own; `gap` asks for a blank line before it."""

    lines: tuple[str, ...]
    gap: bool = False


Printed = Row | Region | Comment
