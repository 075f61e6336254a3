"""The shape of an expression before it is laid out: small frozen nodes.

The constructors in `syntax.py` put every parenthesis that the grammar, or a reader,
needs into the tree as a `Paren`, so that layout never has to think of precedence.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A name or a literal: what cannot be split."""

    text: str


@dataclass(frozen=True, slots=True)
class Paren:
    """`(value)`."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value.name`."""

    value: Expr
    name: str


@dataclass(frozen=True, slots=True)
class Invoke:
    """`function(items)`."""

    function: Expr
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Keyword:
    """`name=value` among the arguments of a call."""

    name: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Starred:
    """`*value`."""

    value: Expr


@dataclass(frozen=True, slots=True)
class Subscript:
    """`value[items]`."""

    value: Expr
    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """`lower:upper:step` inside a subscript."""

    lower: Expr | None
    upper: Expr | None
    step: Expr | None = None


@dataclass(frozen=True, slots=True)
class Unary:
    """`-operand`, `~operand`, `+operand` or `not operand`."""

    op: str
    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """`left op right`: arithmetic, a comparison, `and` or `or`."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Ternary:
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr


@dataclass(frozen=True, slots=True)
class Pair:
    """`key: value` in a dict display."""

    key: Expr
    value: Expr


@dataclass(frozen=True, slots=True)
class Display:
    """`[items]`, `(items)` or `{items}`; with no brackets a bare tuple."""

    items: tuple[Expr, ...]
    left: str
    right: str


Expr = (
    Text
    | Paren
    | Attribute
    | Invoke
    | Keyword
    | Starred
    | Subscript
    | Slice
    | Unary
    | Binary
    | Ternary
    | Pair
    | Display
)
