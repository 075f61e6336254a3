"""What a loop runs over: `enumerate`, `zip`, `reversed` and plain iterables."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, constant_int, getitem
from symdiff.frontend.records import known_items
from symdiff.frontend.values import (
    Bad,
    Dict,
    Items,
    Listed,
    Plain,
    Ref,
    Value,
    cells_of,
)
from symdiff.ir.nodes import Apply, Atom, Const
from symdiff.ir.types import List, Tuple


@dataclass(frozen=True, slots=True)
class Plan:
    """An iterable taken apart: `kind` is `values`, `enumerate`, `zip` or `reversed`.

    `value` is the iterable itself, or the start of an `enumerate`.
    """

    kind: str
    value: Value
    parts: tuple[Plan, ...] = ()


def plan(frame: Frame, node: cst.BaseExpression) -> Plan | None:
    """Evaluate an iterable's parts; None if one of them was refused."""
    kind = _kind(frame, node)
    if kind is None:
        value = frame.engine.evaluate(frame, node)
        if isinstance(value, Dict | Listed):
            return Plan("known", Items(known_items(frame, value) or ()))
        if isinstance(value, Bad):
            return None
        return Plan("known" if _of_entries(value) else "values", value)
    assert isinstance(node, cst.Call)
    start: Value = Plain(Const(0))
    nodes = [arg.value for arg in node.args]
    if kind == "enumerate" and len(nodes) == 2:
        start = frame.engine.evaluate(frame, nodes.pop())
    parts = [plan(frame, inner) for inner in nodes]
    if isinstance(start, Bad) or None in parts:
        return None
    return Plan(kind, start, tuple(part for part in parts if part is not None))


def _of_entries(value: Value) -> bool:
    """Whether a tuple came from the keys or items of a dict, or holds functions."""
    if not isinstance(value, Items):
        return False
    return any(map(_static, value.items)) or any(map(_keyed, value.items))


def _keyed(value: Value) -> bool:
    first = value.items[0] if isinstance(value, Items) and value.items else value
    return (
        isinstance(first, Plain)
        and isinstance(first.atom, Const)
        and (isinstance(first.atom.value, str))
    )


def _kind(frame: Frame, node: cst.BaseExpression) -> str | None:
    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
        return None
    name = node.func.value
    if name not in ("enumerate", "zip", "reversed") or frame.key(name) is not None:
        return None
    found = frame.scope.text.resolver.find(name)
    if found is None or found.object is not getattr(builtins, name):
        return None
    names = [arg.keyword.value for arg in node.args if arg.keyword is not None]
    plain_args = all(not arg.star for arg in node.args)
    allowed = names == [] or (name == "enumerate" and names == ["start"])
    counts = {"enumerate": (1, 2), "reversed": (1,)}.get(name)
    fits = counts is None or len(node.args) in counts
    return name if plain_args and allowed and fits and node.args else None


def iterable(frame: Frame, source: Plan, node: cst.CSTNode) -> Atom:
    """The iterable as an atom."""
    if source.kind in ("values", "known"):
        return atom_of(frame, source.value, node)
    args: list[Value] = [plain(iterable(frame, p, node)) for p in source.parts]
    if source.kind == "enumerate" and source.value != Plain(Const(0)):
        args.append(source.value)
    return atom_of(frame, apply(frame, f"builtins.{source.kind}", args, node), node)


def by_index(frame: Frame, source: Plan, node: cst.CSTNode) -> Atom:
    """The `range` of the indices of an iterable that the loop itself stores into."""
    backwards = source.kind == "reversed"
    count = length(frame, source.parts[0] if backwards else source, node)
    out = apply(frame, "builtins.range", [plain(count)], node)
    if backwards:
        out = apply(frame, "builtins.reversed", [out], node)
    return atom_of(frame, out, node)


def length(frame: Frame, source: Plan, node: cst.CSTNode) -> Atom:
    """How many items an iterable has."""
    if source.kind == "values":
        return atom_of(frame, apply(frame, "builtins.len", [source.value], node), node)
    counts: list[Value] = [plain(length(frame, p, node)) for p in source.parts]
    if len(counts) == 1:
        return atom_of(frame, counts[0], node)
    return atom_of(frame, apply(frame, "builtins.min", counts, node), node)


def at_index(frame: Frame, source: Plan, index: Atom, node: cst.CSTNode) -> Value:
    """The item at an index, of the present version of what is looped over."""
    if source.kind == "values":
        return getitem(frame, source.value, index, node)
    if source.kind == "reversed":
        return at_index(frame, source.parts[0], index, node)
    found = tuple(at_index(frame, part, index, node) for part in source.parts)
    if source.kind == "zip":
        return Items(found)
    number: Value = plain(index)
    if source.value != Plain(Const(0)):
        number = apply(frame, "add", [source.value, number], node)
    return Items((number, *found))


def can_index(frame: Frame, source: Plan, outermost: bool = True) -> bool:
    """Whether the items can be taken by index instead."""
    if source.kind == "values":
        value = source.value
        known = value.atom if isinstance(value, Plain) else None
        if isinstance(value, Ref):
            known = frame.version(value.cell)
        return known is not None and not isinstance(type_of(known), List)
    if source.kind == "reversed" and not outermost:
        return False
    return all(can_index(frame, part, False) for part in source.parts)


def sources(source: Plan) -> frozenset[int]:
    """The cells that a loop takes its items from."""
    found = cells_of(source.value)
    return found.union(*(sources(part) for part in source.parts))


def static_items(source: Plan) -> Sequence[Value] | None:
    """The items, if they are known one by one and are not all data."""
    if source.kind in ("values", "known"):
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
    pairs = enumerate(rows[0])
    return [Items((Plain(Const(i)), item)) for i, item in pairs]


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
    listed = {c for c in cells if isinstance(type_of(frame.version(c)), List | Tuple)}
    return replace(item, shares=cells - listed, within=frozenset(listed))


def _counted(frame: Frame, source: Plan) -> range | None:
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
    if source.kind == "reversed":
        found = counted_items(frame, source.parts[0], node)
        return None if found is None else list(reversed(found))
    numbers = _counted(frame, source)
    if numbers is not None:
        few = len(numbers) <= SHORT
        return [Plain(Const(i)) for i in numbers] if few else None
    mark = frame.mark()
    count = constant_int(length(frame, source, node))
    frame.rollback(mark)
    if count is None or count > SHORT:
        return None
    return [at_index(frame, source, Const(i), node) for i in range(count)]
