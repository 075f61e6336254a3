"""Nested functions: what a `def` inside of a function binds its name to."""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.source import function_text
from symdiff.frontend.transforms import decorated
from symdiff.frontend.values import BAD, Closure, Value


def define(frame: Frame, node: cst.FunctionDef) -> None:
    """Bind the name of a nested function, which transforms may decorate."""
    key = frame.key(node.name.value)
    value = _defined(frame, node)
    if key is not None:
        frame.state.names[key] = value


def _defined(frame: Frame, node: cst.FunctionDef) -> Value:
    if node.asynchronous is not None:
        return _refuse(frame, node, node)
    defaults = []
    params = node.params
    for param in (*params.posonly_params, *params.params, *params.kwonly_params):
        if param.default is not None:
            value = frame.engine.evaluate(frame, param.default)
            defaults.append((param.name.value, value))
    scope = frame.scope
    text = function_text(node, scope.text.text, scope.text.resolver)
    made: Value | None = Closure(text, scope, tuple(defaults))
    for decorator in reversed(node.decorators):
        by = frame.engine.evaluate(frame, decorator.decorator)
        made = decorated(frame, by, made, node) if made is not None else None
        if made is None:
            return _refuse(frame, node, decorator)
    return BAD if made is None else made


def _refuse(frame: Frame, node: cst.FunctionDef, place: cst.CSTNode) -> Value:
    return frame.report(
        "SD105",
        f"the nested function `{node.name.value}` is decorated or asynchronous",
        place,
        help="move it out of the function",
    )
