"""What a loop runs over: `enumerate`, `zip`, `reversed` and plain iterables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.iterators import (
    ENTRIES,
    REFUSED,
    Plan,
    iterator_name,
    itertools_plan,
)
from symdiff.frontend.kinds import is_table
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, constant_int
from symdiff.frontend.picked import at_index, length
from symdiff.frontend.records import known_items
from symdiff.frontend.values import (
    Bad,
    Deque,
    Dict,
    Items,
    Lazy,
    Listed,
    Plain,
    Ref,
    Value,
    cells_of,
)
from symdiff.frontend.written import as_sequence, keys_of, passive, spread
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import List, Table, Tuple


def plan(frame: Frame, node: cst.BaseExpression) -> Plan | None:
    """Evaluate an iterable's parts; None if one of them was refused."""
    found = lazy_plan(frame, node)
    if found is not None:
        return None if isinstance(found.value, Bad) else found
    value = frame.engine.evaluate(frame, node)
    return None if isinstance(value, Bad) else plan_of(frame, value, node)


def plan_of(frame: Frame, value: Value, node: cst.CSTNode) -> Plan:
    """The plan of a value."""
    if isinstance(value, Lazy):
        assert isinstance(value.plan, Plan)
        return value.plan
    if isinstance(value, Deque):
        value = value.items
    if isinstance(value, Dict | Listed):
        return Plan("known", Items(known_items(frame, value) or ()))
    if _of_entries(value):
        return Plan("known", value)
    listed = isinstance(value, Items) and not passive(frame, value)
    if listed or is_table(frame, value):
        return Plan("values", as_sequence(frame, value, node))
    return Plan("values", value)


def lazy_plan(frame: Frame, node: cst.BaseExpression) -> Plan | None:
    """The plan of a call that makes an iterator, None if it is none.

    The `REFUSED` plan, with a finding, if a part of it was refused.
    """
    name = iterator_name(frame, node)
    if name is None:
        return entries_plan(frame, node)
    assert isinstance(node, cst.Call)
    module, _, kind = name.rpartition(".")
    given = {
        arg.keyword.value: frame.engine.evaluate(frame, arg.value)
        for arg in node.args
        if arg.keyword is not None
    }
    if any(arg.star for arg in node.args):
        rows = spread(frame, frame.engine.evaluate(frame, node.args[0].value), node)
        if rows is None:
            return REFUSED
        found = tuple(plan_of(frame, row, node) for row in rows)
        return Plan(kind, Plain(Const(False)), found)
    nodes = [arg.value for arg in node.args if arg.keyword is None]
    if kind in _NUMBERED and len(nodes) == 2:
        given["start"] = frame.engine.evaluate(frame, nodes.pop())
    if kind in ("count", "repeat"):
        values = [frame.engine.evaluate(frame, inner) for inner in nodes]
        return Plan(kind, values[0] if values else given.get("start", Plain(Const(0))))
    parts = [plan(frame, inner) for inner in nodes]
    known = [_whole(frame, part, node) for part in parts if part is not None]
    if len(known) < len(parts) or any(isinstance(v, Bad) for v in given.values()):
        return REFUSED
    if module == "itertools":
        return itertools_plan(frame, kind, known, given, node)
    first = next(iter(given.values()), Plain(Const(kind != "zip" and 0)))
    return Plan(kind, first, tuple(known))


def _whole(frame: Frame, part: Plan, node: cst.CSTNode) -> Plan:
    """A plan inside of another: what picks its items by other things is a list."""
    if part.kind == "indices" or part.kind in ENTRIES:
        return Plan("values", as_sequence(frame, Lazy(part), node))
    return part


def entries_plan(frame: Frame, node: cst.BaseExpression) -> Plan | None:
    """The plan of `d.items()` and `d.values()` of a table: its keys, one by one."""
    match node:
        case cst.Call(
            func=cst.Attribute(value=cst.Name() as owner, attr=cst.Name(value=kind)),
            args=[],
        ) if kind in ("items", "values") and frame.key(owner.value) is not None:
            table = frame.engine.evaluate(frame, owner)
            if is_table(frame, table):
                keys = keys_of(frame, table, node)
                kind = "items" if kind == "items" else "entries"
                return Plan(kind, keys, (Plan("values", table),))
    return None


_NUMBERED = (
    "enumerate",
    "combinations",
    "permutations",
    "combinations_with_replacement",
)
"""Iterators whose second argument is a number."""


def _of_entries(value: Value) -> bool:
    """Whether a tuple came from a dict, holds functions, or things of many kinds."""
    if not isinstance(value, Items):
        return False
    if len({type(v) for v in value.items}) > 1 or any(map(_nested, value.items)):
        return True
    return any(map(_static, value.items)) or any(map(_keyed, value.items))


def _nested(value: Value) -> bool:
    """Whether an item is a tuple that does not consist of constants."""
    return isinstance(value, Items) and not all(
        isinstance(v, Plain) and isinstance(v.atom, Const) for v in value.items
    )


def _keyed(value: Value) -> bool:
    first = value.items[0] if isinstance(value, Items) and value.items else value
    return (
        isinstance(first, Plain)
        and isinstance(first.atom, Const)
        and (isinstance(first.atom.value, str))
    )


def iterable(frame: Frame, source: Plan, node: cst.CSTNode) -> Atom:
    """The iterable as an atom."""
    if source.kind in ("values", "known", "indices", *ENTRIES):
        return atom_of(frame, source.value, node)
    args: list[Value] = [plain(iterable(frame, p, node)) for p in source.parts]
    kwargs: dict[str, Value] = {}
    if source.kind == "enumerate" and source.value != Plain(Const(0)):
        args.append(source.value)
    if source.kind == "zip" and source.value != Plain(Const(False)):
        kwargs["strict"] = source.value
    made = apply(frame, f"builtins.{source.kind}", args, node, kwargs)
    return atom_of(frame, made, node)


def sources(source: Plan) -> frozenset[int]:
    """The cells that a loop takes its items from."""
    found = cells_of(source.value)
    return found.union(*(sources(part) for part in source.parts))


def static_items(source: Plan) -> Sequence[Value] | None:
    """The items, if they are known one by one and are not all data."""
    if source.kind not in ("enumerate", "zip", "reversed"):
        known = source.value if source.kind == "known" else None
        return known.items if isinstance(known, Items) else None
    found = [_listed(part) for part in source.parts]
    if not any(static_items(part) for part in source.parts) or None in found:
        return None
    rows = [row for row in found if row is not None]
    if source.kind == "reversed":
        return list(reversed(rows[0]))
    if source.kind == "zip":
        return [Items(tuple(row)) for row in zip(*rows, strict=False)]
    start = constant_int(atom) if (atom := _start(source)) is not None else None
    if start is None:
        return None
    pairs = enumerate(rows[0], start)
    return [Items((Plain(Const(i)), item)) for i, item in pairs]


def _start(source: Plan) -> Atom | None:
    return source.value.atom if isinstance(source.value, Plain) else None


def _listed(source: Plan) -> Sequence[Value] | None:
    value = source.value
    if source.kind in ("values", "known") and isinstance(value, Items):
        return value.items
    return static_items(source)


def _static(value: Value) -> bool:
    if isinstance(value, Items):
        return any(map(_static, value.items))
    return not isinstance(value, Plain | Ref | Bad)


def with_shares(frame: Frame, source: Plan, item: Value) -> Value:
    """An item with the cells that it may share storage with."""
    if isinstance(item, Items):
        inner = source.parts
        if source.kind == "zip":
            pairs = zip(inner, item.items, strict=True)
            return Items(tuple(with_shares(frame, p, v) for p, v in pairs))
        if source.kind == "enumerate":
            number, rest = item.items
            return Items((number, with_shares(frame, inner[0], rest)))
        source = inner[0] if source.kind == "reversed" else source
        return Items(tuple(with_shares(frame, source, v) for v in item.items))
    if not isinstance(item, Plain):
        return item
    cells = sources(source)
    kinds = List | Table | Tuple
    listed = {c for c in cells if isinstance(type_of(frame.version(c)), kinds)}
    return replace(item, shares=cells - listed, within=frozenset(listed))


def _numbers(frame: Frame, source: Plan) -> range | None:
    """The numbers of a `range` whose bounds are known."""
    if source.kind != "values" or not isinstance(source.value, Plain):
        return None
    for stmt in reversed(frame.builder.stmts):
        if isinstance(stmt, Apply) and source.value.atom in stmt.outs:
            bounds = [constant_int(a) for a in stmt.args]
            if stmt.op != "builtins.range" or None in bounds:
                return None
            known = [bound for bound in bounds if bound is not None]
            return range(*known) if known[2:] != [0] else None
    return None


SHORT = 16
"""Loops of at most so many iterations are unrolled where they cannot be kept."""


def counted_items(
    frame: Frame, source: Plan, node: cst.CSTNode
) -> Sequence[Value] | None:
    """The items one by one, if their number is known and small."""
    if source.kind in ("indices", "known", *ENTRIES):
        return None
    if source.kind == "reversed":
        found = counted_items(frame, source.parts[0], node)
        return None if found is None else list(reversed(found))
    numbers = _numbers(frame, source)
    if numbers is not None:
        few = len(numbers) <= SHORT
        return [Plain(Const(i)) for i in numbers] if few else None
    mark = frame.mark()
    count = constant_int(length(frame, source, node))
    frame.rollback(mark)
    if count is None or count > SHORT:
        return None
    return [at_index(frame, source, Const(i), node) for i in range(count)]
