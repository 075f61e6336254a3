"""Printed statements → lines of text."""

from __future__ import annotations

from symdiff.backend.flat import flat
from symdiff.backend.rows import Comment, Printed, Region, Row
from symdiff.backend.tree import Expr

LIMIT = 88
INDENT = "    "


def lay_out(body: list[Printed], depth: int) -> list[str]:
    """The lines of a block at a depth of indentation."""
    out: list[str] = []
    for row in body:
        match row:
            case Comment(lines=lines, gap=gap):
                if gap:
                    out.append("")
                out += [INDENT * depth + line for line in lines]
            case Row():
                out += _finish([INDENT * depth + _simple(row)], row.comment, depth)
            case Region():
                out += _region(row, depth)
    return out


def _finish(lines: list[str], comment: str, depth: int) -> list[str]:
    """Add a trailing comment, or put it above where the line gets too long."""
    if not comment:
        return lines
    if len(lines) == 1 and len(lines[0]) + 2 + len(comment) <= LIMIT:
        return [f"{lines[0]}  {comment}"]
    return [INDENT * depth + comment, *lines]


def _simple(row: Row) -> str:
    parts = [row.keyword] if row.keyword else []
    if row.target is not None:
        parts += [flat(row.target), row.op]
    if row.value is not None:
        parts.append(flat(row.value))
    text = " ".join(parts)
    return f"{text}, {flat(row.extra)}" if row.extra is not None else text


def _region(region: Region, depth: int, keyword: str = "") -> list[str]:
    word = keyword or region.keyword
    head = f"{word} {_header(region.target, region.test)}:"
    out = _finish([INDENT * depth + head], region.comment, depth)
    out += lay_out(region.body, depth + 1)
    match region.orelse:
        case []:
            pass
        case [Region(keyword="if") as only]:
            out += _region(only, depth, "elif")
        case orelse:
            out += [INDENT * depth + "else:", *lay_out(orelse, depth + 1)]
    return out


def _header(target: Expr | None, test: Expr) -> str:
    return flat(test) if target is None else f"{flat(target)} in {flat(test)}"
