"""Expressions: each kind of node → the value it stands for.

A handler is a generator: it yields the nodes inside and gets their values back, so
that an expression of a thousand terms is lowered without recursion.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Generator, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.attributes import read_attribute
from symdiff.frontend.branches import (
    lower_boolean,
    lower_not,
    lower_ternary,
)
from symdiff.frontend.calls import lower_call
from symdiff.frontend.comparisons import lower_comparison
from symdiff.frontend.comprehensions import lower_comprehension
from symdiff.frontend.frame import Frame
from symdiff.frontend.kinds import is_table
from symdiff.frontend.lookup import lookup
from symdiff.frontend.memory import atom_of, bind
from symdiff.frontend.operations import apply
from symdiff.frontend.protocols import call_operator
from symdiff.frontend.records import (
    entries_of,
    holds_functions,
    known_items,
    new_dict,
    new_list,
    table_of,
)
from symdiff.frontend.source import function_text
from symdiff.frontend.subscripts import lower_subscript
from symdiff.frontend.tables import merged, new_set
from symdiff.frontend.values import BAD, Bad, Closure, Dict, Items, Plain, Value
from symdiff.frontend.written import concatenated
from symdiff.ir.nodes import Atom, Const

Lowering = Generator[cst.BaseExpression, Value, Value]

BINARY: dict[type[cst.CSTNode], str] = {
    cst.Add: "add",
    cst.Subtract: "sub",
    cst.Multiply: "mul",
    cst.Divide: "truediv",
    cst.FloorDivide: "floordiv",
    cst.Modulo: "mod",
    cst.Power: "pow",
    cst.MatrixMultiply: "matmul",
    cst.BitAnd: "and_",
    cst.BitOr: "or_",
    cst.BitXor: "xor",
    cst.LeftShift: "lshift",
    cst.RightShift: "rshift",
}

UNARY: dict[type[cst.CSTNode], str] = {
    cst.Minus: "neg",
    cst.Plus: "pos",
    cst.BitInvert: "invert",
}


def _name(frame: Frame, node: cst.Name) -> Lowering:
    return lookup(frame, node.value, node)
    yield


def _literal(frame: Frame, node: Any) -> Lowering:
    value = node.evaluated_value
    if isinstance(value, bytes):
        return frame.report("SD108", "bytes are not supported", node)
    return Plain(Const(value))
    yield


def _ellipsis(frame: Frame, node: cst.Ellipsis) -> Lowering:
    return Plain(Const(Ellipsis))
    yield


def _binary(frame: Frame, node: cst.BinaryOperation) -> Lowering:
    left = yield node.left
    right = yield node.right
    known = _known(node, left, right)
    if known is not None:
        return known
    if isinstance(node.operator, cst.BitOr) and _are_dicts(frame, left, right):
        return merged(frame, [left, right], node)
    op = BINARY[type(node.operator)]
    found = call_operator(frame, op, [left, right], node)
    return apply(frame, op, [left, right], node) if found is None else found


_WHOLE: dict[type[cst.CSTNode], Callable[[Any, Any], Any]] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
}


def _known(node: cst.BinaryOperation, left: Value, right: Value) -> Value | None:
    """`i + 1` in a loop that is unrolled; what is written out stays as it is."""
    whole = _WHOLE.get(type(node.operator))
    sides = (node.left, node.right)
    if whole is None or all(isinstance(side, cst.Integer) for side in sides):
        return None
    match left, right:
        case Plain(atom=Const(value=a, name="")), Plain(atom=Const(value=b, name="")):
            texts = isinstance(a, str) and isinstance(b, str) and whole is operator.add
            if texts or (type(a) is int and type(b) is int):
                return Plain(Const(whole(a, b)))
    return None


def _are_dicts(frame: Frame, *values: Value) -> bool:
    return all(isinstance(v, Dict) or is_table(frame, v) for v in values)


def _set(frame: Frame, node: cst.Set) -> Lowering:
    items: list[Value] = []
    for element in node.elements:
        value = yield element.value
        if isinstance(element, cst.StarredElement):
            return frame.report("SD109", "a value is unpacked with `*`", element)
        items.append(value)
    return new_set(frame, Items(tuple(items)), node)


def _unary(frame: Frame, node: cst.UnaryOperation) -> Lowering:
    value = yield node.expression
    if isinstance(node.operator, cst.Not):
        return lower_not(frame, value, node)
    if isinstance(node.operator, cst.Minus) and isinstance(value, Plain):
        literal = isinstance(node.expression, cst.Integer | cst.Float | cst.Imaginary)
        if isinstance(value.atom, Const) and (literal or _is_infinite(value.atom)):
            return Plain(Const(-value.atom.value))
    op = UNARY[type(node.operator)]
    found = call_operator(frame, op, [value], node)
    return apply(frame, op, [value], node) if found is None else found


def _is_infinite(atom: Const) -> bool:
    return type(atom.value) is float and math.isinf(atom.value)


def _tuple(frame: Frame, node: cst.Tuple) -> Lowering:
    items: list[Value] = []
    parts: list[tuple[Value, bool]] = []
    known = True
    for element in node.elements:
        value = yield element.value
        starred = isinstance(element, cst.StarredElement)
        parts.append((value, starred))
        more = known_items(frame, value) if starred else (value,)
        known = known and more is not None
        items += more or ()
    if any(isinstance(v, Bad) for v, _ in parts):
        return BAD
    if known:
        return Items(tuple(items))
    return apply(frame, "builtins.tuple", [concatenated(frame, parts, node)], node)


def _list(frame: Frame, node: cst.List) -> Lowering:
    parts: list[tuple[Value, bool]] = []
    for element in node.elements:
        value = yield element.value
        parts.append((value, isinstance(element, cst.StarredElement)))
    items: list[Value] = []
    for value, starred in parts:
        if isinstance(value, Bad):
            return BAD
        more = known_items(frame, value) if starred else (value,)
        if more is None:
            return concatenated(frame, parts, node)
        items += more
    if any(map(holds_functions, items)):
        return new_list(frame, items)
    return apply(frame, "list", items, node)


def _dict(frame: Frame, node: cst.Dict) -> Lowering:
    entries: list[tuple[Atom, Value]] = []
    parts: list[Value] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            key = yield element.key
            entries.append((atom_of(frame, key, node), (yield element.value)))
            continue
        value = yield element.value
        if isinstance(value, Dict):
            entries += [(Const(k), v) for k, v in entries_of(frame.state, value)]
        elif is_table(frame, value):
            parts += [display(frame, entries, node), value]
            entries = []
        else:
            return frame.report("SD109", "a dict is unpacked with `**`", element)
    if any(isinstance(value, Bad) for _, value in entries):
        return BAD
    last = display(frame, entries, node)
    return merged(frame, [*parts, last], node) if parts else last


def display(
    frame: Frame, entries: Sequence[tuple[Atom, Value]], node: cst.CSTNode
) -> Value:
    """`{k: v}`: taken apart if its keys are constants, else a table."""
    known = new_dict(frame, entries, node)
    return table_of(frame, entries, node) if known is None else known


def _string(frame: Frame, node: cst.ConcatenatedString) -> Lowering:
    value = node.evaluated_value
    if isinstance(value, str):
        return Plain(Const(value))
    parts: list[Value] = []
    for part in (node.left, node.right):
        parts.append((yield part))
    return apply(frame, "add", parts, node)


def _fstring(frame: Frame, node: cst.FormattedString) -> Lowering:
    template, values = "", []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            template += _text(node, part.value)
            continue
        assert isinstance(part, cst.FormattedStringExpression)
        values.append((yield part.expression))
        spec = ""
        for inner in part.format_spec or ():
            if isinstance(inner, cst.FormattedStringText):
                spec += inner.value
            else:
                assert isinstance(inner, cst.FormattedStringExpression)
                values.append((yield inner.expression))
                spec += "{}"
        template += _shown(frame, part) + _field(part, spec)
    known = [found for value in values for found in _constant(value)]
    if len(known) == len(values):
        return Plain(Const(template.format(*known)))
    return apply(frame, "builtins.str.format", [Plain(Const(template)), *values], node)


def _constant(value: Value) -> list[str | int]:
    """A number or a text that is known before the program runs, or nothing."""
    match value:
        case Plain(atom=Const(value=str() | int() as found, name="")):
            return [found]
    return []


def _text(node: cst.FormattedString, raw: str) -> str:
    """A literal part with its escapes read and its doubled braces kept."""
    if "r" in node.start.lower():
        return raw
    quote = node.end
    found = ast.literal_eval(f"{quote}{raw}{quote}")
    assert isinstance(found, str)
    return found


def _shown(frame: Frame, part: cst.FormattedStringExpression) -> str:
    if part.equal is None:
        return ""
    text = frame.scope.text.text
    code = text.slice(text.span(part.expression))
    return code.replace("{", "{{").replace("}", "}}") + "="


def _field(part: cst.FormattedStringExpression, spec: str) -> str:
    conversion = part.conversion
    if conversion is None and part.equal is not None and not spec:
        conversion = "r"
    return (
        "{" + (f"!{conversion}" if conversion else "") + (f":{spec}" * bool(spec)) + "}"
    )


def _lambda(frame: Frame, node: cst.Lambda) -> Lowering:
    defaults = []
    for param in (*node.params.params, *node.params.kwonly_params):
        if param.default is not None:
            defaults.append((param.name.value, (yield param.default)))
    scope = frame.scope
    text = function_text(node, scope.text.text, scope.text.resolver)
    return Closure(text, scope, tuple(defaults))


def _walrus(frame: Frame, node: cst.NamedExpr) -> Lowering:
    value = yield node.value
    key = frame.key(node.target.value) if isinstance(node.target, cst.Name) else None
    if key is None:
        return frame.report("SD100", "`:=` has a target that is not supported", node)
    bind(frame, key, value, node)
    return frame.state.names[key]


def _attribute(frame: Frame, node: cst.Attribute) -> Lowering:
    owner = yield node.value
    return read_attribute(frame, owner, node)


EXPRESSIONS: dict[type[cst.CSTNode], Callable[[Frame, Any], Lowering]] = {
    cst.Name: _name,
    cst.Integer: _literal,
    cst.Float: _literal,
    cst.Imaginary: _literal,
    cst.SimpleString: _literal,
    cst.ConcatenatedString: _string,
    cst.FormattedString: _fstring,
    cst.Ellipsis: _ellipsis,
    cst.BinaryOperation: _binary,
    cst.UnaryOperation: _unary,
    cst.BooleanOperation: lower_boolean,
    cst.Comparison: lower_comparison,
    cst.IfExp: lower_ternary,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Dict: _dict,
    cst.Set: _set,
    cst.Subscript: lower_subscript,
    cst.Attribute: _attribute,
    cst.Call: lower_call,
    cst.Lambda: _lambda,
    cst.NamedExpr: _walrus,
    cst.ListComp: lower_comprehension,
    cst.GeneratorExp: lower_comprehension,
    cst.DictComp: lower_comprehension,
    cst.SetComp: lower_comprehension,
}
"""What is accepted as an expression, and how it is lowered."""
