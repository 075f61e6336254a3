"""The items of what a loop runs over taken one by one, by index."""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.frame import Frame, plain
from symdiff.frontend.iterators import ENTRIES, Plan
from symdiff.frontend.memory import atom_of, depth, view
from symdiff.frontend.operations import apply, getitem
from symdiff.frontend.values import Items, Plain, Ref, Step, Value
from symdiff.ir.nodes import Atom, Const


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
    if source.kind in ("values", "known", *ENTRIES):
        return atom_of(frame, apply(frame, "builtins.len", [source.value], node), node)
    finite = [part for part in source.parts if not part.endless]
    counts: list[Value] = [plain(length(frame, p, node)) for p in finite]
    if len(counts) == 1:
        return atom_of(frame, counts[0], node)
    return atom_of(frame, apply(frame, "builtins.min", counts, node), node)


def at_index(
    frame: Frame, source: Plan, index: Atom, node: cst.CSTNode, places: bool = False
) -> Value:
    """The item at an index, of the present version of what is looped over.

    `places`: an item of a list stands for its place, and a store to it goes there.
    """
    match source.kind:
        case "values" | "known":
            if places and isinstance(source.value, Ref):
                return view(frame, source.value, Step("getitem", (index,)), node)
            return getitem(frame, source.value, index, node)
        case "reversed":
            return at_index(frame, source.parts[0], index, node, places)
        case "repeat":
            return source.value
        case "items" | "entries":
            key = getitem(frame, source.value, index, node)
            return entry_at(frame, source, atom_of(frame, key, node), node)
        case "count":
            return _counted(frame, source, index, node)
        case "cycle":
            return _cycled(frame, source.parts[0], index, node)
    found = tuple(at_index(frame, p, index, node, places) for p in source.parts)
    if source.kind == "zip":
        return Items(found)
    return Items((_counted(frame, source, index, node), *found))


def _counted(frame: Frame, source: Plan, index: Atom, node: cst.CSTNode) -> Value:
    """The number at an index of an `enumerate` or `count`."""
    number: Value = plain(index)
    if source.value != Plain(Const(0)):
        number = apply(frame, "add", [source.value, number], node)
    return number


def entry_at(frame: Frame, source: Plan, key: Atom, node: cst.CSTNode) -> Value:
    """What a loop over the entries of a table sees for a key."""
    value = getitem(frame, source.parts[0].value, key, node)
    return Items((plain(key), value)) if source.kind == "items" else value


def _cycled(frame: Frame, part: Plan, index: Atom, node: cst.CSTNode) -> Value:
    """`xs[k % len(xs)]`."""
    count = plain(length(frame, part, node))
    place = apply(frame, "mod", [plain(index), count], node)
    return at_index(frame, part, atom_of(frame, place, node), node)


def can_index(frame: Frame, source: Plan, outermost: bool = True) -> bool:
    """Whether the items can be taken by index instead.

    That of a list is what Python does itself, as long as the list does not grow.
    """
    if source.kind == "indices" or source.kind in ENTRIES:
        return False
    if source.kind == "values":
        value = source.value
        if isinstance(value, Ref):
            return not is_rearranged(frame, source, resized=True)
        return isinstance(value, Plain)
    if source.kind == "reversed" and not outermost:
        return False
    return all(can_index(frame, part, False) for part in source.parts)


def is_rearranged(frame: Frame, source: Plan, resized: bool = False) -> bool:
    """Whether a list that is looped over gets other items, or more or less of them."""
    value = source.value
    if source.kind == "values" and isinstance(value, Ref):
        kinds = (True,) if resized else (True, False)
        places = {(value.cell, depth(value), kind) for kind in kinds}
        return bool(places & frame.rearranged)
    return any(is_rearranged(frame, part, resized) for part in source.parts)
