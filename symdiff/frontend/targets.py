"""The targets of loops: variables for the items, and what the names in the text are."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import libcst as cst

from symdiff.frontend.assign import assign
from symdiff.frontend.frame import Frame
from symdiff.frontend.iterators import Plan
from symdiff.frontend.picked import at_index, entry_at
from symdiff.frontend.values import Items, Plain, Value
from symdiff.ir.lengths import bound
from symdiff.ir.nodes import Target
from symdiff.ir.types import INT, Tuple, Type
from symdiff.rules.typing import item_type


def bind_indices(frame: Frame, target: cst.BaseExpression, source: Plan) -> Target:
    """Indices as the loop's target, and the items that they pick."""
    letters = itertools.cycle("ijkl")
    found = tuple(frame.builder.fresh(next(letters), INT) for _ in source.parts)
    pairs = zip(source.parts, found, strict=True)
    items = tuple(at_index(frame, part, index, target) for part, index in pairs)
    assign(frame, target, Items(items), target)
    return found


def bind_entry(
    frame: Frame, target: cst.BaseExpression, source: Plan, type: Type
) -> Target:
    """The key as the loop's target, and the entry that it leads to."""
    names = target.elements if isinstance(target, cst.Tuple) else ()
    first = names[0].value if names and source.kind == "items" else None
    base = first.value if isinstance(first, cst.Name) else "key"
    key = frame.builder.fresh(base, type)
    assign(frame, target, entry_at(frame, source, key, target), target)
    return key


def pattern(
    frame: Frame,
    target: cst.BaseExpression,
    type: Type,
    source: Plan,
    owners: list[str],
) -> tuple[Target, Value]:
    """Variables for a target, and the same as a value to assign to it.

    The first of the `owners` gives its name to all lengths of the item that are not
    known, so that those of its parts are seen to be equal.
    """
    if isinstance(target, cst.Name) and source.kind in ("zip", "enumerate"):
        return _tuplepattern(frame, target, type)
    if isinstance(target, cst.Tuple | cst.List) and _plain_names(target):
        inner = [element.value for element in target.elements]
        known = type.items if isinstance(type, Tuple) else None
        shared = known is not None
        if known is None:
            known = (item_type(type),) * len(inner)
        if len(known) == len(inner):
            pairs = zip(inner, known, strict=True)
            inside = _sources(source, len(inner))
            parts = [
                pattern(frame, node, t, s, owners if shared else [])
                for (node, t), s in zip(pairs, inside, strict=True)
            ]
            return tuple(p[0] for p in parts), Items(tuple(p[1] for p in parts))
    base = target.value if isinstance(target, cst.Name) else ""
    var = frame.builder.fresh(base, temp=not base)
    owners.append(var.name)
    var = replace(var, type=bound(type, owners[0]))
    return var, Plain(var)


def _sources(source: Plan, count: int) -> Sequence[Plan]:
    """The plans that the items of a pattern come from."""
    if source.kind == "enumerate" and count == 2:
        return (Plan("values", source.value), source.parts[0])
    if source.kind == "zip" and len(source.parts) == count:
        return source.parts
    return (Plan("values", source.value),) * count


def _tuplepattern(frame: Frame, target: cst.Name, type: Type) -> tuple[Target, Value]:
    """One name for the tuples of a `zip`: variables for their items."""
    kinds = type.items if isinstance(type, Tuple) else ()
    base = target.value
    found = tuple(frame.builder.fresh(f"{base}_{i}", t) for i, t in enumerate(kinds))
    return found, Items(tuple(map(Plain, found)))


def _plain_names(target: cst.Tuple | cst.List) -> bool:
    return all(
        isinstance(element.value, cst.Name | cst.Tuple | cst.List)
        for element in target.elements
    )
