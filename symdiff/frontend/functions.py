"""Calls of the user's functions: arguments bound by name, then inlined or called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.constants import Unresolved, fold, literal
from symdiff.frontend.decorators import check_decorators
from symdiff.frontend.fence import refuse_async
from symdiff.frontend.findings import Place
from symdiff.frontend.frame import Frame
from symdiff.frontend.lookup import from_object
from symdiff.frontend.memory import settle
from symdiff.frontend.passive import call_as_it_is, passive_atoms
from symdiff.frontend.records import new_dict
from symdiff.frontend.rerun import run_again
from symdiff.frontend.scope import Scope, local_names
from symdiff.frontend.session import Restart
from symdiff.frontend.source import FunctionText, Resolver, signature
from symdiff.frontend.values import (
    BAD,
    Bad,
    Closure,
    Items,
    Value,
    inlined,
)
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY

SMALL = 8
"""A function of one returned expression with at most so many operations is inlined."""

_OPERATIONS = (
    cst.BinaryOperation,
    cst.UnaryOperation,
    cst.Call,
    cst.Comparison,
    cst.Subscript,
    cst.BooleanOperation,
)
_LARGE = (
    cst.IfExp,
    cst.ListComp,
    cst.GeneratorExp,
    cst.Lambda,
    cst.NamedExpr,
    cst.DictComp,
    cst.SetComp,
    cst.BooleanOperation,
)


def call_user(
    frame: Frame,
    text: FunctionText,
    scope: Scope | None,
    defaults: Sequence[tuple[str, Value]],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """Call a user's function; `scope` is the one it is nested in, if it is."""
    if text in frame.session.active and text.node not in frame.session.recursive:
        frame.session.recursive.add(text.node)
        raise Restart
    if scope is None:
        check_decorators(frame.session, text)
    values = bind_arguments(frame, text, dict(defaults), args, kwargs, node)
    if values is None or any(isinstance(v, Bad) for v in values.values()):
        return BAD
    closure = None if scope is None else Closure(text, scope, tuple(defaults))
    mark = frame.session.findings.mark()
    atoms = _as_it_is(text, closure, values)
    before = None if atoms is None else (frame.mark(), len(frame.captures))
    value = _lowered(frame, text, closure, values, node)
    if before is not None and atoms is not None and frame.session.findings.since(mark):
        frame.rollback(before[0])
        del frame.captures[before[1] :]
        return call_as_it_is(frame, text.live, text.name, atoms, ANY, node)
    frame.session.findings.trace(mark, text.name, frame.place(node))
    return value


def _as_it_is(
    text: FunctionText, closure: Closure | None, values: Mapping[str, Value]
) -> list[Atom] | None:
    """The arguments of a live function that may be called instead of being lowered."""
    if closure is not None or text.live is None:
        return None
    if any(param.kind not in ("positional", "any") for param in text.parameters):
        return None
    return passive_atoms(values.values())


def _lowered(
    frame: Frame,
    text: FunctionText,
    closure: Closure | None,
    values: dict[str, Value],
    node: cst.CSTNode,
) -> Value:
    """Lower a call in one of its forms: of a recursive function, inlined, or split."""
    scope = None if closure is None else closure.scope
    if text.again:

        def inlined_call() -> Value:
            return inline(frame, text, scope, values, node)

        return run_again(frame, text, closure, values, node, inlined_call)
    if text.node in frame.session.recursive:
        return frame.engine.call_again(frame, text, closure, values, node)
    functions = any(map(inlined, values.values()))
    if closure is not None or functions or is_small(text):
        return inline(frame, text, scope, values, node)
    return frame.engine.call(frame, text, values, node)


def bind_arguments(
    frame: Frame,
    text: FunctionText,
    defaults: Mapping[str, Value],
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> dict[str, Value] | None:
    """The values of all parameters; None, with a finding, if they do not fit."""
    try:
        bound = signature(text).bind_partial(*args, **kwargs).arguments
    except TypeError as error:
        frame.report("SD203", f"`{text.name}`: {error}", node)
        return None
    found: dict[str, Value] = {}
    for param in text.parameters:
        value = bound.get(param.name, defaults.get(param.name))
        if param.kind == "star":
            value = Items(bound.get(param.name, ()))
        elif param.kind == "stars":
            entries = bound.get(param.name, {}).items()
            value = new_dict(frame, [(Const(k), v) for k, v in entries], node)
        elif value is None:
            value = default_of(frame, text, param.name, node)
        if value is None:
            why = f"`{text.name}` misses the argument `{param.name}`"
            frame.report("SD203", why, node)
            return None
        found[param.name] = value
    return found


def default_of(
    frame: Frame, text: FunctionText, name: str, node: cst.CSTNode
) -> Value | None:
    """The default of a parameter: of the live function, or a constant of the text."""
    if text.values is not None:
        if name not in text.values:
            return None
        value = text.values[name]
        return from_object(frame, value, name, _getter(text, name), node)
    param = next(p for p in text.parameters if p.name == name)
    if param.default is None:
        return None
    value = fold(param.default, lambda leaf: leaf_of(text.resolver, leaf))
    return from_object(frame, value, name, None, node)


def _getter(text: FunctionText, name: str) -> Any:
    fun = text.live

    def get() -> Any:
        keyword = (fun.__kwdefaults__ or {}).get(name)
        if keyword is not None:
            return keyword
        code, values = fun.__code__, fun.__defaults__ or ()
        plain = code.co_varnames[: code.co_argcount]
        return values[plain.index(name) - len(plain)]

    return get


def leaf_of(resolver: Resolver | None, node: cst.CSTNode) -> Any:
    """What a name in the default of a text refers to."""
    if isinstance(node, cst.Name):
        if node.value in ("None", "True", "False"):
            return literal(node)
        found = None if resolver is None else resolver.find(node.value)
        return Unresolved("") if found is None else found.object
    if isinstance(node, cst.Attribute):
        owner = leaf_of(resolver, node.value)
        return getattr(owner, node.attr.value, Unresolved(""))
    return Unresolved("it is not a constant in the text")


def is_small(text: FunctionText) -> bool:
    """Whether a function is one returned expression of a few operations."""
    value = returned_expression(text)
    if value is None:
        return False
    count = 0
    todo: list[cst.CSTNode] = [value]
    while todo and count <= SMALL:
        node = todo.pop()
        if isinstance(node, _LARGE):
            return False
        count += isinstance(node, _OPERATIONS)
        todo.extend(node.children)
    return count <= SMALL


def returned_expression(text: FunctionText) -> cst.BaseExpression | None:
    """The expression that a function's whole body returns, after its docstring."""
    node = text.node
    if isinstance(node, cst.Lambda):
        return node.body
    body = list(node.body.body)
    if body and text.doc:
        body = body[1:]
    if len(body) != 1:
        return None
    (line,) = body
    inner = line.body if isinstance(line, cst.SimpleStatementLine) else [line]
    last = inner[0] if len(inner) == 1 else None
    return last.value if isinstance(last, cst.Return) else None


def inline(
    frame: Frame,
    text: FunctionText,
    parent: Scope | None,
    values: Mapping[str, Value],
    node: cst.CSTNode,
    place: Place | None = None,
) -> Value:
    """Lower a function's body in place of its call; all of it has the call's place.

    So have its findings, if `place` is given: then the text is not the user's.
    """
    origin = frame.origin(node)
    names = local_names(text.node)
    scope = Scope(frame.scope_number(), text, names, parent, origin, place)
    for name, value in values.items():
        site = ("argument", scope.number, name)
        frame.state.names[scope.number, name] = settle(frame, value, site, node)
    frame.session.active.append(text)
    try:
        with frame.inside(scope):
            refuse_async(frame)
            return _body(frame, text, node)
    finally:
        frame.session.active.pop()


def _body(frame: Frame, text: FunctionText, node: cst.CSTNode) -> Value:
    if isinstance(text.node, cst.Lambda):
        return frame.engine.evaluate(frame, text.node.body, root=frame.root is node)
    frame.engine.suite(frame, text.node.body)
    return exits.result(frame)
