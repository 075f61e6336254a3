"""Whether a long expression is broken inside its own brackets, or gets new ones around.

    x = np.sum(                           x = (
        a, axis=0                             a
    )                                         + b
                                          )

The rules are those of the common formatters, so that our text stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from symdiff.backend.syntax import LEVELS
from symdiff.backend.tree import (
    Attribute,
    Binary,
    Display,
    Expr,
    Invoke,
    Paren,
    Subscript,
    Ternary,
    Text,
    Unary,
)

NONE, DOT, INVERT, CONDITION = -100, -50, -11, 1
"""How loosely operators bind, with the negated levels of `syntax` in between."""


def is_fluent(expr: Expr) -> bool:
    """Whether a chain of calls is long enough to give each dot its own line."""
    dots = 0
    while True:
        match expr:
            case Attribute(value=value):
                dots += isinstance(value, Paren | Invoke | Subscript)
                expr = value
            case Invoke(function=inner) | Subscript(value=inner):
                expr = inner
            case _:
                return dots > 1


def brings_brackets(expr: Expr) -> bool:
    """Whether an expression never gets parentheses around it to be broken."""
    if is_fluent(expr):
        return False
    match expr:
        case Text() | Display() | Paren():
            return True
        case Invoke(function=inner) | Subscript(value=inner) | Attribute(value=inner):
            return brings_brackets(inner)
        case Unary(operand=Paren()):
            return True
    return False


def breaks_inside(expr: Expr) -> bool:
    """Whether opening its own brackets is enough: one operator, a bracket at an end."""
    visit = _Visit()
    visit.inside(expr)
    if not visit.brackets or visit.count > 1:
        return False
    if visit.loosest in (NONE, DOT):
        return True
    ends = (visit.last, visit.first)
    return any(
        e is not None and not isinstance(e, Subscript) and _own_brackets(e)
        for e in ends
    )


def _own_brackets(expr: Expr) -> bool:
    """Whether an expression ends in brackets that are not empty."""
    match expr:
        case Paren() | Subscript():
            return True
        case Invoke(items=items) | Display(items=items):
            return bool(items)
    return False


@dataclass(slots=True)
class _Visit:
    """What is seen of an expression outside its brackets."""

    loosest: int = NONE
    count: int = 0
    brackets: bool = False
    first: Expr | None = None
    last: Expr | None = None
    begun: bool = False

    def outside(self, expr: Expr) -> None:
        """Visit an operand."""
        self.last = expr
        if isinstance(expr, Paren):
            self.brackets = True
        else:
            self.inside(expr)
        if not self.begun:
            self.begun, self.first = True, expr

    def inside(self, expr: Expr) -> None:
        """Visit the parts of an expression whose own parentheses do not count."""
        match expr:
            case Display():
                self.brackets = True
            case Invoke(function=inner) | Subscript(value=inner):
                self.brackets = True
                self.outside(inner)
                self.last = expr
            case Attribute(value=value):
                self.outside(value)
                if isinstance(value, Paren | Invoke | Subscript | Display):
                    self._operator(DOT, 1)
                self.last = expr
            case Unary(op=op, operand=operand):
                if op == "~":
                    self._operator(INVERT, 1)
                self.begun = True
                self.outside(operand)
            case Binary(op=op, left=left, right=right):
                self._operator(looseness(op), 1)
                self.outside(left)
                self.outside(right)
            case Ternary(test=test, body=body, orelse=orelse):
                self._operator(CONDITION, 2)
                for part in (body, test, orelse):
                    self.outside(part)

    def _operator(self, level: int, count: int) -> None:
        if level > self.loosest:
            self.loosest, self.count = level, count
        elif level == self.loosest:
            self.count += count


def looseness(op: str) -> int:
    """How early a long line is broken at an operator: `and` and `or` are alike."""
    return 0 if op in ("and", "or") else -LEVELS[op]
