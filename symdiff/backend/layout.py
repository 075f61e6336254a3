"""Printed statements → lines of text, broken where a formatter would break them."""

from __future__ import annotations

from symdiff.backend.doc import LIMIT, show
from symdiff.backend.flat import flat
from symdiff.backend.format import (
    BARE,
    Docs,
    document,
    in_parentheses,
    sequence,
    value,
)
from symdiff.backend.rows import Comment, Printed, Region, Row
from symdiff.backend.tree import (
    Attribute,
    Binary,
    Display,
    Expr,
    Invoke,
    Subscript,
    Ternary,
    Text,
    Unary,
)

INDENT = "    "


def lay_out(body: list[Printed], depth: int) -> list[str]:
    """The lines of a block at a depth of indentation."""
    out: list[str] = []
    for row in body:
        match row:
            case Comment(lines=texts, gap=gap):
                if gap:
                    out.append("")
                out += [INDENT * depth + line for line in texts]
            case Row():
                lines = [INDENT * depth + _plain(row)]
                if len(lines[0]) > LIMIT:
                    lines = show(_row(row), len(INDENT) * depth)
                out += _commented(lines, row.comment, depth)
            case Region():
                out += _region(row, depth)
    return out


def header(name: str, params: list[str]) -> list[str]:
    """The `def` line of a function."""
    plain = f"def {name}({', '.join(params)}):"
    joined = f"{INDENT}{', '.join(params)}"
    if len(plain) <= LIMIT:
        return [plain]
    if len(joined) <= LIMIT:
        return [f"def {name}(", joined, "):"]
    return [f"def {name}(", *(f"{INDENT}{p}," for p in params), "):"]


def _commented(lines: list[str], comment: str, depth: int) -> list[str]:
    """Add a trailing comment, or put it above where the line would get too long."""
    if not comment:
        return lines
    if len(lines) == 1 and len(lines[0]) + 2 + len(comment) <= LIMIT:
        return [f"{lines[0]}  {comment}"]
    return [INDENT * depth + comment, *lines]


def _region(region: Region, depth: int, keyword: str = "") -> list[str]:
    word = keyword or region.keyword
    over = "" if region.target is None else f"{flat(region.target)} in "
    test = flat(region.test)
    lines = [f"{INDENT * depth}{word}{' ' if over or test else ''}{over}{test}:"]
    if len(lines[0]) > LIMIT:
        parts = (f"{word} ", over, *value(region.test, 1), ":")
        lines = show(parts, len(INDENT) * depth)
    out = _commented(lines, region.comment, depth)
    out += lay_out(region.body, depth + 1)
    match region.orelse:
        case []:
            pass
        case [Region(keyword="if") as only]:
            out += _region(only, depth, "elif")
        case orelse:
            out += [INDENT * depth + "else:", *lay_out(orelse, depth + 1)]
    return out


# ---- simple statements


def _plain(row: Row) -> str:
    parts = [row.keyword] if row.keyword else []
    if row.target is not None:
        parts += [flat(row.target), row.op]
    if row.value is not None:
        parts.append(flat(row.value))
    text = " ".join(parts)
    return f"{text}, {flat(row.extra)}" if row.extra is not None else text


def _row(row: Row) -> Docs:
    assert row.value is not None
    if row.keyword:
        extra = () if row.extra is None else (", ", *value(row.extra, 2))
        return (f"{row.keyword} ", *value(row.value, 1), *extra)
    if row.target is not None:
        return _assignment(row.target, row.op, row.value)
    if isinstance(row.value, Binary | Unary | Ternary):
        return value(row.value, 1)
    return document(row.value, BARE)


def _assignment(target: Expr, op: str, right: Expr) -> Docs:
    if isinstance(target, Subscript) and _is_short(right):
        # Rather than the target's, the value's line is broken.
        return (flat(target), f" {op} ", *in_parentheses((flat(right),)))
    return (*_target(target), f" {op} ", *value(right, 1))


def _is_short(expr: Expr) -> bool:
    """Whether a value has no brackets that could be opened."""
    match expr:
        case Attribute(value=inner) | Invoke(function=inner, items=()):
            return _is_short(inner)
    return isinstance(expr, Text)


def _target(target: Expr) -> Docs:
    if isinstance(target, Display) and not target.left:
        return in_parentheses(sequence(target.items))
    return document(target, BARE)
