"""The parameters of the entry: what is known of each before its body is lowered."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from symdiff.errors import Span
from symdiff.frontend.arguments import static_value
from symdiff.frontend.described import described
from symdiff.frontend.findings import Place
from symdiff.frontend.lifting import Piece
from symdiff.frontend.read import Target
from symdiff.frontend.session import Session
from symdiff.frontend.source import FunctionText, Parameter
from symdiff.frontend.state import entry_name
from symdiff.frontend.values import BAD
from symdiff.ir.records import Part
from symdiff.ir.types import ANY


def entry_parameters(
    session: Session,
    target: Target,
    types: Mapping[str, Part],
    statics: Mapping[str, Any],
) -> dict[str, Any]:
    """What is known of each parameter of the entry; a star needs its type."""
    text = target.function
    wrapped = _wrapped(session, target, types)
    if wrapped is not None:
        return wrapped
    given: dict[str, Any] = {}
    for at, param in enumerate(text.parameters):
        bound = at == 0 and target.receiver is not None
        values = {param.name: target.receiver} if bound else statics
        if param.name in values:
            given[param.name] = static_value(session, values[param.name], param.name)
        elif param.kind in ("star", "stars") and param.name not in types:
            _refuse_star(session, text, param)
            given[param.name] = BAD
        else:
            given[param.name] = types.get(param.name) or described(
                param.annotation, text.resolver
            )
    return given


_POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


def _wrapped(
    session: Session, target: Target, types: Mapping[str, Part]
) -> dict[str, Any] | None:
    """The parameters of the function that a decorator's wrapper stands for.

    @wraps(f)
    def wrapper(*args, **kwargs):      is called as      f(x, y, *, scale)

    The wrapper's own are put together from them, under names with a `=` before them.
    None if the text is no such wrapper, or has the parameters itself.
    """
    text, receiver = target.function, target.receiver
    if not hasattr(text.live, "__wrapped__"):
        return None
    shown = list(inspect.signature(text.live).parameters.values())
    if [p.name for p in shown] == [p.name for p in text.parameters]:
        return None
    first = [Piece("leaf", p.name) for p in shown if p.kind in _POSITIONAL]
    named = {p.name: Piece("leaf", p.name) for p in shown if p.kind is p.KEYWORD_ONLY}
    if len(first) + len(named) != len(shown):
        return None
    if receiver is not None:
        owner = static_value(session, receiver, shown[0].name)
        first[0] = Piece("fixed", ("known", id(receiver)), owner)
        shown = shown[1:]
    given: dict[str, Any] = {p.name: types.get(p.name) or ANY for p in shown}
    for param in text.parameters:
        piece = _taken(param, first, named)
        if piece is None:
            return None
        given[f"={param.name}"] = piece
    return None if first or named else given


def _taken(
    param: Parameter, first: list[Piece], named: dict[str, Piece]
) -> Piece | None:
    """What a parameter of a wrapper gets of the arguments that are left."""
    match param.kind:
        case "star":
            every = tuple(first)
            first.clear()
            return Piece("items", None, None, (), every)
        case "stars":
            left = dict(named)
            named.clear()
            keys = tuple(map(entry_name, left))
            return Piece("dict", None, None, keys, tuple(left.values()))
        case "keyword":
            return named.pop(param.name, None)
    return first.pop(0) if first else None


def _refuse_star(session: Session, text: FunctionText, param: Parameter) -> None:
    stars = "**" if param.kind == "stars" else "*"
    session.findings.report(
        "SD117",
        f"the parameter `{stars}{param.name}` collects any number of arguments",
        header_place(text),
        help="name the parameters",
    )


def header_place(text: FunctionText) -> Place:
    """The first line of a definition, for a finding about all of it."""
    span = text.span
    first = Span(
        span.line, span.column, span.line, len(text.text.lines[span.line - 1]) + 1
    )
    return Place(first, text.text.filename, text.name, text.text.lines)
