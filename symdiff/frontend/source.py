"""The user's text: parsed with libcst, every node with its place in the file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import libcst as cst
from libcst.metadata import (
    CodePosition,
    CodeRange,
    MetadataWrapper,
    PositionProvider,
)

from symdiff.errors import SourceError, Span
from symdiff.frontend.chains import Cut, find_cuts, put_back, recursion, take_out


@dataclass(frozen=True, eq=False)
class Text:
    """A parsed piece of a file; its spans are those of the whole file."""

    filename: str
    lines: tuple[str, ...] = field(repr=False)
    module: cst.Module = field(repr=False)
    positions: Mapping[cst.CSTNode, CodeRange] = field(repr=False)
    offset: int = 0

    def span(self, node: cst.CSTNode) -> Span:
        """Where a node is: lines and columns count from 1."""
        place = self.positions[node]
        return Span(
            place.start.line + self.offset,
            place.start.column + 1,
            place.end.line + self.offset,
            place.end.column + 1,
        )

    def slice(self, span: Span) -> str:
        """The characters of a span."""
        rows = list(self.lines[span.line - 1 : span.end_line])
        rows[-1] = rows[-1][: span.end_column - 1]
        rows[0] = rows[0][span.column - 1 :]
        return "\n".join(rows)


@dataclass(frozen=True, slots=True)
class Global:
    """What a name outside of the function refers to, and how to ask again."""

    name: str
    object: Any
    getter: Callable[[], Any] | None = None


class Resolver(Protocol):
    """Knows the names that a function does not bind itself."""

    def find(self, name: str) -> Global | None:
        """What the name refers to, or None if there is no such name."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; `kind` is `positional`, `any`, `star`, `keyword` or `stars`."""

    name: str
    kind: str = "any"
    default: cst.BaseExpression | None = None
    annotation: str = ""


@dataclass(frozen=True, eq=False)
class FunctionText:
    """A function's definition in the text, and what knows the names around it.

    `values` holds the defaults of a live function. One that runs `again` is computed
    once more where its adjoint needs what it has computed.
    """

    name: str
    node: cst.FunctionDef | cst.Lambda
    text: Text = field(repr=False)
    resolver: Resolver = field(repr=False)
    parameters: tuple[Parameter, ...] = ()
    values: Mapping[str, Any] | None = None
    doc: str = ""
    live: Any = None
    again: bool = False

    @property
    def span(self) -> Span:
        """The place of the whole definition."""
        return self.text.span(self.node)


def parse(source: str, filename: str, lines: tuple[str, ...], offset: int = 0) -> Text:
    """Parse a text whose first line is line `offset + 1` of the file.

    Raises `SourceError` if it is not valid Python.
    """
    rows = source.split("\n")
    parts: list[tuple[Cut, list[str]]] = []
    for cut in find_cuts(source):
        inside = take_out(rows, cut)
        if inside is not None:
            parts.append((cut, inside))
    try:
        module, positions = _parsed("\n".join(rows))
        nodes: dict[str, cst.BaseExpression] = {}
        for cut, inside in parts:
            nodes[cut.name] = _part(cut, inside, positions)
    except cst.ParserSyntaxError as error:
        if parts:
            return _whole(source, filename, lines, offset)
        raise _invalid(error, filename, offset) from error
    put_back(positions, nodes)
    return Text(filename, lines, module, positions, offset)


def _whole(source: str, filename: str, lines: tuple[str, ...], offset: int) -> Text:
    """Parse a text without cutting its long chains."""
    try:
        module, positions = _parsed(source)
    except cst.ParserSyntaxError as error:
        raise _invalid(error, filename, offset) from error
    return Text(filename, lines, module, positions, offset)


def _invalid(error: cst.ParserSyntaxError, filename: str, offset: int) -> SourceError:
    place = f"{filename}:{error.raw_line + offset}:{error.raw_column + 1}"
    return SourceError(f"{place}: not valid Python: {error.message.splitlines()[0]}")


def _parsed(source: str) -> tuple[cst.Module, dict[cst.CSTNode, CodeRange]]:
    module = cst.parse_module(source)
    # libcst recurses as deep as the text nests. The frames are plain Python's, which
    # take heap and not stack.
    with recursion(3000 + 8 * len(source)):
        wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
        return module, dict(wrapper.resolve(PositionProvider))


def _part(
    cut: Cut, inside: list[str], positions: dict[cst.CSTNode, CodeRange]
) -> cst.BaseExpression:
    """Parse the left part of a chain; its places are added to those of the whole."""
    module, found = _parsed("\n".join(["(", *inside, ")"]))
    shift = cut.line - 1
    for node, place in found.items():
        start = CodePosition(place.start.line + shift, place.start.column)
        end = CodePosition(place.end.line + shift, place.end.column)
        positions[node] = CodeRange(start, end)
    (line,) = module.body
    assert isinstance(line, cst.SimpleStatementLine)
    (statement,) = line.body
    assert isinstance(statement, cst.Expr)
    return statement.value


def split(source: str) -> tuple[str, ...]:
    """The lines of a file without their ends."""
    return tuple(source.split("\n"))


def parameters(node: cst.FunctionDef | cst.Lambda, text: Text) -> tuple[Parameter, ...]:
    """The parameters of a definition in the order of the signature."""
    params = node.params
    groups = [(params.posonly_params, "positional"), (params.params, "any")]
    found = [_parameter(p, kind, text) for group, kind in groups for p in group]
    if isinstance(params.star_arg, cst.Param):
        found.append(_parameter(params.star_arg, "star", text))
    found += [_parameter(p, "keyword", text) for p in params.kwonly_params]
    if params.star_kwarg is not None:
        found.append(_parameter(params.star_kwarg, "stars", text))
    return tuple(found)


def _parameter(param: cst.Param, kind: str, text: Text) -> Parameter:
    note = param.annotation
    annotation = "" if note is None else text.slice(text.span(note.annotation))
    return Parameter(param.name.value, kind, param.default, annotation)


def docstring(node: cst.FunctionDef | cst.Lambda) -> str:
    """The cleaned docstring of a definition, empty if there is none."""
    if isinstance(node, cst.Lambda):
        return ""
    return node.get_docstring() or ""


def function_text(
    node: cst.FunctionDef | cst.Lambda,
    text: Text,
    resolver: Resolver,
    values: Mapping[str, Any] | None = None,
    live: Any = None,
) -> FunctionText:
    """A definition with what its header says."""
    name = node.name.value if isinstance(node, cst.FunctionDef) else "function"
    params = parameters(node, text)
    return FunctionText(
        name, node, text, resolver, params, values, docstring(node), live
    )


_KINDS = {
    "positional": inspect.Parameter.POSITIONAL_ONLY,
    "any": inspect.Parameter.POSITIONAL_OR_KEYWORD,
    "star": inspect.Parameter.VAR_POSITIONAL,
    "keyword": inspect.Parameter.KEYWORD_ONLY,
    "stars": inspect.Parameter.VAR_KEYWORD,
}


def signature(text: FunctionText, skipped: int = 0) -> inspect.Signature:
    """The signature without its first parameters; `...` for a default of the text."""
    found = []
    for param in text.parameters[skipped:]:
        default: Any = inspect.Parameter.empty if param.default is None else ...
        if text.values is not None and param.name in text.values:
            default = text.values[param.name]
        found.append(inspect.Parameter(param.name, _KINDS[param.kind], default=default))
    return inspect.Signature(found)
