"""The statements of a function as a reader sees them: header on one line, comments."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

import libcst as cst

from symdiff.errors import Span
from symdiff.frontend.source import FunctionText, Text
from symdiff.ir.nodes import Line, Source

_JOINTS = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE)
_ENDS = (tokenize.ENDMARKER, tokenize.INDENT, tokenize.DEDENT)


def source_of(function: FunctionText) -> Source:
    """The text that a function is in, and its statements in textual order."""
    text = function.text
    return Source(text.filename, "\n".join(text.lines), tuple(_lines(function)))


def _lines(function: FunctionText) -> Iterator[Line]:
    node = function.node
    if isinstance(node, cst.Lambda):
        span = function.text.span(node.body)
        yield Line(span, one_line(function.text.slice(span)))
        return
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        head = todo.pop()
        if isinstance(head, cst.BaseSuite | cst.Else | cst.Finally):
            todo.extend(reversed(_inside(head)))
        elif isinstance(head, cst.SimpleStatementLine):
            yield from _simple(head, function.text)
        elif isinstance(head, cst.BaseSmallStatement):
            span = function.text.span(head)
            yield Line(span, one_line(function.text.slice(span)))
        else:
            yield _compound(head, function.text)
            if not isinstance(head, cst.FunctionDef | cst.ClassDef):
                todo.extend(reversed(_blocks(head)))


_CLOSING = re.compile(r"(\s*\))+")


def _inside(suite: cst.CSTNode) -> list[cst.CSTNode]:
    match suite:
        case cst.IndentedBlock(body=body):
            return list(body)
        case cst.SimpleStatementSuite(body=body):
            return list(body)
        case cst.Else(body=body) | cst.Finally(body=body):
            return [body]
    return []


def _blocks(node: cst.CSTNode) -> list[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for name in ("cases", "body", "handlers", "orelse", "finalbody"):
        part = getattr(node, name, None)
        parts = part if isinstance(part, tuple | list) else (part,)
        found += [inner for inner in parts if inner is not None]
    return found


def _simple(node: cst.SimpleStatementLine, text: Text) -> Iterator[Line]:
    above, trailing = _above(node), _comment(node.trailing_whitespace)
    for statement in node.body:
        last = statement is node.body[-1]
        span = text.span(statement)
        code = one_line(text.slice(span))
        yield Line(span, code, above, trailing if last else "")
        above = ()


def _compound(node: cst.CSTNode, text: Text) -> Line:
    whole = text.span(node)
    body = getattr(node, "body", None)
    header = getattr(body, "header", None)
    last = _header_end(node)
    end = whole if last is None else text.span(last)
    column = end.end_column
    if not isinstance(node, cst.FunctionDef | cst.ClassDef):
        # An expression's own parentheses are outside of its span.
        closed = _CLOSING.match(text.lines[end.end_line - 1], column - 1)
        column = column if closed is None else closed.end() + 1
    span = Span(whole.line, whole.column, end.end_line, column)
    code = one_line(text.slice(span))
    return Line(span, code, _above(node), _comment(header))


def _header_end(node: cst.CSTNode) -> cst.CSTNode | None:
    """The last node of a compound statement's header that has a place."""
    match node:
        case cst.If(test=test) | cst.While(test=test):
            return test
        case cst.For(iter=iterable):
            return iterable
        case cst.With(items=items):
            return items[-1]
        case cst.FunctionDef(name=name) | cst.ClassDef(name=name):
            return name
        case cst.Match(subject=subject):
            return subject
        case cst.MatchCase(pattern=pattern, guard=guard):
            return pattern if guard is None else guard
    return None


def _above(node: cst.CSTNode) -> tuple[str, ...]:
    rows = getattr(node, "leading_lines", ())
    return tuple(row.comment.value for row in rows if row.comment is not None)


def _comment(place: object) -> str:
    comment = getattr(place, "comment", None)
    return "" if comment is None else str(comment.value)


def one_line(code: str) -> str:
    """A piece of code with its line breaks and comments taken out."""
    if "\n" not in code and "#" not in code:
        return code
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({code}\n)").readline))
    except (tokenize.TokenError, IndentationError):
        return " ".join(code.split())
    return _joined(tokens)[1:-1].strip()


def _joined(tokens: list[tokenize.TokenInfo]) -> str:
    out = ""
    end = (1, 0)
    joint = False
    for token in tokens:
        if token.type in _ENDS:
            continue
        if token.type in _JOINTS:
            joint = True
            continue
        if joint:
            out = out.rstrip().removesuffix("\\").rstrip()
            tight = out.endswith(("(", "[", "{")) or token.string in (")", "]", "}")
            if tight:
                out = out.removesuffix(",")
            out += "" if tight else " "
        elif token.start > end:
            out += " " * (token.start[1] - end[1]) if token.start[0] == end[0] else " "
        out += token.string
        end, joint = token.end, False
    return out
