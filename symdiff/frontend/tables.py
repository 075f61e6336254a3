"""Dicts whose keys are known at run time only: values of the program of type `Table`.

What cannot be one operation of the program is written out in the prelude.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from symdiff.analysis.activity import differentiable
from symdiff.frontend import prelude
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.kinds import is_table
from symdiff.frontend.memory import atom_of, materialise, write
from symdiff.frontend.operations import apply, getitem, hold, taken
from symdiff.frontend.records import entries_of, new_dict, table_of
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Closure,
    Dict,
    Known,
    Lazy,
    Plain,
    Ref,
    Step,
    Value,
    cells_of,
)
from symdiff.frontend.written import as_sequence, expand, keys_of
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import List, Table

FACTORIES = {"builtins.float": float, "builtins.int": int, "builtins.list": list}
"""What a `defaultdict` may make of a key that is missing."""

TABLE_METHODS = frozenset(
    {"get", "keys", "values", "items", "pop", "setdefault", "update", "copy", "clear"}
)


def new_default(
    frame: Frame, args: Sequence[Value], kwargs: Mapping[str, Value], node: cst.CSTNode
) -> Value | None:
    """`defaultdict(float)`, with nothing in it."""
    if len(args) != 1 or kwargs:
        return None
    factory = _factory(frame, args[0])
    if factory is None:
        return frame.report(
            "SD130",
            "this `defaultdict` makes its values by a function",
            node,
            help="use `float`, `int` or `list`, or a dict and `setdefault`",
        )
    atom = Const(FACTORIES[factory], factory)
    return apply(frame, "collections.defaultdict", [Plain(atom)], node)


def _factory(frame: Frame, value: Value) -> str | None:
    match value:
        case Known(name=name) if name in FACTORIES:
            return name
        case Closure(text=text) if isinstance(text.node, cst.Lambda):
            zero = text.node.body
            if isinstance(zero, cst.Float) and zero.evaluated_value == 0.0:
                return "builtins.float"
            if isinstance(zero, cst.Integer) and zero.evaluated_value == 0:
                return "builtins.int"
            if isinstance(zero, cst.List) and not zero.elements:
                return "builtins.list"
    return None


def read_default(frame: Frame, base: Value, key: Value, node: cst.CSTNode) -> Value:
    """`d[key]` of a `defaultdict`, which enters a key that is missing."""
    kind = type_of(atom_of(frame, base, node))
    assert isinstance(kind, Table)
    empty: Value = {
        "float": Plain(Const(0.0)),
        "int": Plain(Const(0)),
        "list": apply(frame, "list", [], node),
    }[kind.factory]
    expand(frame, prelude.enter_missing, [base, key, empty], {}, node)
    index = atom_of(frame, key, node)
    return getitem(frame, base, index, node)


def table_method(
    frame: Frame,
    table: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    """`table.name(...)`."""
    kind = type_of(atom_of(frame, table, node))
    if isinstance(kind, Table) and kind.factory == "set":
        return set_method(frame, table, name, args, node)
    match name, args:
        case "keys", []:
            return keys_of(frame, table, node)
        case "values", []:
            return expand(frame, prelude.table_values, [table], {}, node)
        case "items", []:
            return expand(frame, prelude.table_items, [table], {}, node)
        case "copy", []:
            return apply(frame, "builtins.dict", [table], node)
        case "get", [key]:
            return _get(frame, table, key, NOTHING, node)
        case "get", [key, default]:
            return _get(frame, table, key, default, node)
        case (("pop" | "setdefault" | "update" | "clear"), _):
            return _store(frame, table, name, args, kwargs, node)
    return frame.report("SD404", f"the method `{name}` of a dict is not known", node)


def new_set(frame: Frame, items: Value, node: cst.CSTNode) -> Value:
    """A set of passive values: `set(items)`."""
    listed = as_sequence(frame, items, node)
    if not isinstance(type_of(atom_of(frame, listed, node)), List):
        listed = apply(frame, "builtins.list", [listed], node)
    kind = type_of(atom_of(frame, listed, node))
    if isinstance(kind, List) and kind.length != 0 and differentiable(kind.item):
        return _refuse_set(frame, node)
    return apply(frame, "builtins.set", [listed], node)


def _refuse_set(frame: Frame, node: cst.CSTNode) -> Value:
    return frame.report(
        "SD108",
        "a set of numbers that may have a derivative is not supported",
        node,
        help="use a list, or a set of strings or whole numbers",
    )


def set_method(
    frame: Frame, table: Value, name: str, args: Sequence[Value], node: cst.Call
) -> Value:
    """`seen.add(item)` and `seen.copy()`."""
    match name, args:
        case "copy", []:
            return apply(frame, "builtins.set", [keys_of(frame, table, node)], node)
        case "add", [value] if isinstance(table, Ref):
            key = materialise(frame, value, node)
            if isinstance(key, Bad):
                return BAD
            if differentiable(type_of(key.atom)):
                return _refuse_set(frame, node)
            item, nothing = key.atom, Const(None)
            write(
                frame,
                table,
                node,
                lambda whole: frame.emit("setitem", [whole, item, nothing], node),
                "dict",
            )
            return NOTHING
    return frame.report(
        "SD108",
        f"the method `{name}` of a set is not supported",
        node,
        help="use `add` and `in`, or a dict",
    )


def _get(
    frame: Frame, table: Value, key: Value, default: Value, node: cst.Call
) -> Value:
    """`d.get(key, default)`: of a constant one operation, else a branch."""
    fixed = isinstance(default, Plain) and isinstance(default.atom, Const)
    if fixed and default != NOTHING:
        return apply(frame, "builtins.dict.get", [table, key, default], node)
    return expand(frame, prelude.get_or, [table, key, default], {}, node)


def _store(
    frame: Frame,
    table: Value,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
) -> Value:
    if not isinstance(table, Ref):
        return frame.report(
            "SD303", f"`{name}` is called on a value without name", node
        )
    match name, args:
        case "setdefault", [key, default]:
            return expand(frame, prelude.set_default, [table, key, default], {}, node)
        case "pop", [key]:
            return _pop(frame, table, key, node)
        case "pop", [key, default]:
            return expand(frame, prelude.pop_or, [table, key, default], {}, node)
        case "clear", []:
            write(frame, table, node, lambda _: frame.emit("dict", [], node), "dict")
            return NOTHING
        case "update", [] | [_]:
            return update_table(frame, table, args, kwargs, node)
    return frame.report(
        "SD404", f"`{name}` with these arguments is not supported", node
    )


def entered_place(frame: Frame, node: cst.BaseExpression) -> Value | None:
    """The place that `d.setdefault(key, default)` gives, where that is stored into."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=owner, attr=cst.Name(value="setdefault")),
            args=[cst.Arg(keyword=None, star=""), cst.Arg(keyword=None, star="")],
        ) if isinstance(owner, cst.Name):
            table = frame.engine.evaluate(frame, owner)
            if not isinstance(table, Ref) or not is_table(frame, table):
                return None
            key, default = (frame.engine.evaluate(frame, a.value) for a in node.args)
            place = materialise(frame, key, node)
            if isinstance(place, Bad):
                return BAD
            given: list[Value] = [table, place, default]
            expand(frame, prelude.enter_missing, given, {}, node)
            step = Step("getitem", (place.atom,), token=frame.token())
            return Ref(table.cell, (step,))
    return None


def _pop(frame: Frame, table: Ref, key: Value, node: cst.Call) -> Value:
    found: list[Atom] = []
    place = materialise(frame, key, node)
    if isinstance(place, Bad):
        return BAD

    def make(whole: Atom) -> Atom:
        rest, item = frame.builder.bind(
            "pop", [whole, place.atom], {}, ("", ""), origin=frame.origin(node)
        )
        found.append(item)
        return rest

    write(frame, table, node, make, "dict")
    if not found:
        return BAD
    return taken(Plain(found[0], within=cells_of(table)), found[0])


def update_table(
    frame: Frame,
    table: Ref,
    others: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`d.update(other, key=value)`: the entries one by one."""
    for other in others:
        if isinstance(other, Dict):
            for key, value in entries_of(frame.state, other):
                _enter(frame, table, Plain(Const(key)), value, node)
        elif is_table(frame, other):
            expand(frame, prelude.update_table, [table, other], {}, node)
        elif isinstance(other, Lazy):
            expand(frame, prelude.update_pairs, [table, other], {}, node)
        else:
            return frame.report("SD404", "`update` takes a dict that is known", node)
    for name, value in kwargs.items():
        _enter(frame, table, Plain(Const(name)), value, node)
    return NOTHING


def _enter(
    frame: Frame, table: Ref, key: Plain, value: Value, node: cst.CSTNode
) -> None:
    item = materialise(frame, value, node)
    if isinstance(item, Bad):
        return
    write(
        frame,
        table,
        node,
        lambda whole: frame.emit("setitem", [whole, key.atom, item.atom], node),
        "dict",
    )
    hold(frame, table.cell, item)


def merged(frame: Frame, parts: Sequence[Value], node: cst.CSTNode) -> Value:
    """`{**a, **b}`, `a | b`, where one of them is a table."""
    first = parts[0]
    if all(isinstance(part, Dict) for part in parts):
        every = {k: v for d in parts for k, v in entries_of(frame.state, d)}  # type: ignore[arg-type]
        known = new_dict(frame, [(Const(k), v) for k, v in every.items()], node)
        if known is not None:
            return known
    if isinstance(first, Dict):
        pairs = [(Const(k), v) for k, v in entries_of(frame.state, first)]
        whole = table_of(frame, pairs, node)
    elif is_table(frame, first):
        whole = apply(frame, "builtins.dict", [first], node)
    else:
        whole = BAD
    start = materialise(frame, whole, node)
    if isinstance(start, Bad):
        return frame.report("SD109", "a dict is unpacked with `**`", node)
    cell = frame.new_cell(start, "", ("merged", id(node), frame.scope.number))
    update_table(frame, Ref(cell), parts[1:], {}, node)
    found = materialise(frame, Ref(cell), node)
    held = frozenset(frame.state.sharing.held(cell))
    return found if isinstance(found, Bad) else Plain(found.atom, holds=held)
