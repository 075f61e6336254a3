"""An expression on one line, as the formatter would space it."""

from __future__ import annotations

from symdiff.backend.tree import (
    Attribute,
    Binary,
    Display,
    Expr,
    Invoke,
    Keyword,
    Pair,
    Paren,
    Slice,
    Starred,
    Subscript,
    Ternary,
    Text,
    Unary,
)
from symdiff.errors import InternalError


def flat(expr: Expr) -> str:
    """The text of an expression without line breaks."""
    match expr:
        case Text(text=text):
            return text
        case Paren(value=value):
            return f"({flat(value)})"
        case Unary(op=op, operand=operand):
            return f"{op}{flat(operand)}"
        case Binary(op=op, left=left, right=right):
            space = "" if hugs(expr) else " "
            return f"{flat(left)}{space}{op}{space}{flat(right)}"
        case Ternary(test=test, body=body, orelse=orelse):
            return f"{flat(body)} if {flat(test)} else {flat(orelse)}"
        case Attribute(value=value, name=name):
            return f"{flat(value)}.{name}"
        case Invoke(function=function, items=items):
            return f"{flat(function)}({_list(items)})"
        case Subscript(value=value, items=items):
            return f"{flat(value)}[{_list(items)}]"
    return _item(expr)


def _item(expr: Expr) -> str:
    """What only stands between brackets, and displays."""
    match expr:
        case Keyword(name=name, value=value):
            return f"{name}={flat(value)}"
        case Starred(value=value):
            return f"*{flat(value)}"
        case Pair(key=key, value=value):
            return f"{flat(key)}: {flat(value)}"
        case Slice():
            return _slice(expr)
        case Display(items=items, left=left, right=right):
            comma = "," if len(items) == 1 and left in ("", "(") else ""
            return f"{left}{_list(items)}{comma}{right}"
    raise InternalError(f"no text for {expr!r}")


def _list(items: tuple[Expr, ...]) -> str:
    return ", ".join(map(flat, items))


def hugs(expr: Binary) -> bool:
    """Whether a power is written without spaces: `x**2`, but `(a + b) ** 2`."""
    return expr.op == "**" and _simple(expr.left) and _simple(expr.right)


def _simple(expr: Expr) -> bool:
    match expr:
        case Text(text=text):
            return not text.endswith(("j", '"', "'", "...", "None"))
        case Attribute(value=value):
            return _simple(value)
        case Unary(op=op, operand=operand):
            return op != "not " and _simple(operand)
    return False


def colon_spaces(expr: Slice) -> tuple[str, str, str]:
    """The gaps before a slice's first colon, after it, and after the second one."""
    parts = (expr.lower, expr.upper, expr.step)
    if all(p is None or _plain(p) for p in parts):
        return "", "", ""
    gaps = [" " if p is not None else "" for p in parts]
    return gaps[0], gaps[1], gaps[2]


def _plain(expr: Expr) -> bool:
    match expr:
        case Text():
            return True
        case Unary(op=op, operand=operand):
            return op != "not " and _plain(operand)
    return False


def _slice(expr: Slice) -> str:
    before, after, last = colon_spaces(expr)
    lower = flat(expr.lower) if expr.lower else ""
    upper = flat(expr.upper) if expr.upper else ""
    text = f"{lower}{before}:{after}{upper}"
    if expr.step is None:
        return text
    return f"{text}{after}:{last}{flat(expr.step)}"
