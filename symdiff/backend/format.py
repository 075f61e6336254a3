"""Expressions → documents, broken as the common formatters break them."""

from __future__ import annotations

from symdiff.backend.brackets import (
    breaks_inside,
    brings_brackets,
    is_fluent,
    looseness,
)
from symdiff.backend.doc import Doc, Expandable, Group, IfBroken, Indent, Line
from symdiff.backend.flat import colon_spaces, hugs
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

Docs = tuple[Doc, ...]

BARE, INSIDE = 0, -1
"""Where an expression stands: where no line may end, or inside brackets.

A positive number is the group of parentheses that are printed only if need be.
"""


def value(expr: Expr, number: int) -> Docs:
    """An expression that ends a statement; `number` is free for a group."""
    match expr:
        case Display(left=""):
            return in_parentheses(sequence(expr.items))
        case Text(text=text):
            return in_parentheses((text,)) if len(text) > 5 else (text,)
    if brings_brackets(expr):
        return document(expr, BARE)
    if breaks_inside(expr):
        return optional(document(expr, number), number)
    return in_parentheses(document(expr, INSIDE))


def in_parentheses(parts: Docs) -> Docs:
    """Content that gets parentheses if it does not fit on the line."""
    inside = (Line(), *parts)
    return (Group((IfBroken(("(",)), Indent(inside), Line(), IfBroken((")",)))),)


def optional(parts: Docs, number: int) -> Docs:
    """Content that gets parentheses if opening its own brackets is not enough."""
    inside = Indent((Line(), *parts), number)
    group = (IfBroken(("(",)), inside, Line(), IfBroken((")",)))
    return (Group(group, number),)


def sequence(items: tuple[Expr, ...]) -> Docs:
    """Items between commas, with a comma after the last if each has its own line."""
    parts: list[Doc] = []
    for i, item in enumerate(items):
        parts += [",", Line(" ")] if i else []
        parts += document(item, INSIDE)
    if len(items) > 1:
        parts.append(IfBroken((",",)))
    return tuple(parts)


def enclosed(left: str, parts: Docs, right: str, where: int) -> Docs:
    """Content in brackets that can open over several lines."""
    group = Group((left, Indent((Line(), *parts)), Line(), right))
    return (Expandable((group,), where),) if where > 0 else (group,)


def document(expr: Expr, where: int) -> Docs:
    """The document of an expression that stands in a place."""
    match expr:
        case Text(text=text):
            return (text,)
        case Paren(value=inner):
            return enclosed("(", document(inner, INSIDE), ")", where)
        case Unary(op=op, operand=operand):
            return (op, *document(operand, where))
        case Binary():
            return _group(_chain(_flatten(expr), where), where)
        case Ternary():
            return _group(_ternary(expr, where), where)
        case Attribute() | Invoke() | Subscript():
            if where != BARE and is_fluent(expr):
                return (Group(_chained(expr, where, fluent=True)),)
            return _chained(expr, where, fluent=False)
    return _item(expr, where)


def _item(expr: Expr, where: int) -> Docs:
    match expr:
        case Keyword(name=name, value=inner):
            return (f"{name}=", *document(inner, where))
        case Starred(value=inner):
            return ("*", *document(inner, where))
        case Pair(key=key, value=inner):
            return (*document(key, where), ": ", *document(inner, where))
        case Slice():
            return _slice(expr)
        case Display(items=(), left=left, right=right):
            return (left + right,)
        case Display(items=items, left=left, right=right):
            comma: Docs = (",",) if len(items) == 1 and left == "(" else ()
            return enclosed(left, (*sequence(items), *comma), right, where)
    raise InternalError(f"no layout for {expr!r}")


def _chained(expr: Expr, where: int, fluent: bool) -> Docs:
    """Dots, calls and subscripts; in a fluent chain lines end before dots."""
    match expr:
        case Attribute(value=inner, name=name):
            after = fluent and isinstance(inner, Paren | Invoke | Subscript)
            gap: Docs = (_soft(where, ""),) if after else ()
            return (*_chained(inner, where, fluent), *gap, f".{name}")
        case Invoke(function=function, items=items):
            head = _chained(function, where, fluent)
            if not items:
                return (*head, "()")
            return (*head, *enclosed("(", (Group(sequence(items)),), ")", where))
        case Subscript(value=inner, items=items):
            inside: Docs = (Group(sequence(items)),)
            head = _chained(inner, where, fluent)
            return (*head, *enclosed("[", inside, "]", where))
    return document(expr, where)


def _slice(expr: Slice) -> Docs:
    before, after, last = colon_spaces(expr)
    parts: list[Doc] = [*_part(expr.lower), f"{before}:{after}", *_part(expr.upper)]
    if expr.step is not None:
        parts += [f"{after}:{last}", *_part(expr.step)]
    return tuple(parts)


def _part(expr: Expr | None) -> Docs:
    return () if expr is None else document(expr, INSIDE)


# ---- operators


def _soft(where: int, flat: str) -> Doc:
    """A line that may end only inside parentheses, printed or inside brackets."""
    if where == BARE:
        return flat
    if where == INSIDE:
        return Line(flat)
    return IfBroken((Line(flat),), (flat,), where)


def _group(parts: Docs, where: int) -> Docs:
    """A group that exists only inside parentheses."""
    if where == BARE:
        return parts
    return (Group(parts, when=max(where, 0)),)


def _ternary(expr: Ternary, where: int) -> Docs:
    orelse = expr.orelse
    rest = (
        _ternary(orelse, where)
        if isinstance(orelse, Ternary)
        else document(orelse, where)
    )
    return (
        *document(expr.body, where),
        _soft(where, " "),
        "if ",
        *document(expr.test, where),
        _soft(where, " "),
        "else ",
        *rest,
    )


_Piece = Expr | tuple[str, bool]


def _flatten(expr: Expr) -> list[_Piece]:
    """Operands and operators of nested operations, left to right; iterative."""
    out: list[_Piece] = []
    todo: list[_Piece] = [expr]
    while todo:
        head = todo.pop()
        if isinstance(head, Binary):
            todo += [head.right, (head.op, hugs(head)), head.left]
        else:
            out.append(head)
    return out


def _chain(pieces: list[_Piece], where: int) -> Docs:
    """Break at the loosest operators first, each at the start of its line."""
    if len(pieces) == 1:
        (only,) = pieces
        assert not isinstance(only, tuple)
        return document(only, where)
    loosest = max(looseness(p[0]) for p in pieces if isinstance(p, tuple))
    parts: list[Doc] = []
    start = 0
    for i, piece in enumerate(pieces):
        if isinstance(piece, tuple) and looseness(piece[0]) == loosest:
            op, hugged = piece
            parts += _side(pieces[start:i], where)
            parts += [_soft(where, "" if hugged else " "), op if hugged else f"{op} "]
            start = i + 1
    parts += _side(pieces[start:], where)
    return tuple(parts)


def _side(pieces: list[_Piece], where: int) -> Docs:
    docs = _chain(pieces, where)
    return docs if len(pieces) == 1 else _group(docs, where)
