"""Assignments: names, patterns, stores into items, `x += e` in its three senses."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.instances import refuse_attribute, store_attribute
from symdiff.frontend.memory import (
    atom_of,
    bind,
    materialise,
    refuse_store,
    set_version,
    write,
)
from symdiff.frontend.operations import apply, getitem, hold, taken
from symdiff.frontend.order import Place
from symdiff.frontend.records import get_entry, known_items, set_entry
from symdiff.frontend.state import Key, Poison, entry_name
from symdiff.frontend.subscripts import index_atom, subscript
from symdiff.frontend.typed import adds_up, signed
from symdiff.frontend.values import (
    BAD,
    Bad,
    Deque,
    Dict,
    Items,
    Object,
    Plain,
    Ref,
    Step,
    Value,
    cells_of,
    immutable,
)
from symdiff.frontend.views import flat_place
from symdiff.frontend.writers import updated
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.types import (
    AnyType,
    Array,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
)


def assign(frame: Frame, target: cst.CSTNode, value: Value, node: cst.CSTNode) -> None:
    """Assign a value to a target of any form; `node` is the place of the statement."""
    match target:
        case cst.Name(value=name):
            key = frame.key(name)
            if key is not None:
                bind(frame, key, value, node)
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            _unpack(frame, elements, value, node)
        case cst.Subscript():
            store(frame, target, value, node)
        case cst.Attribute():
            _attribute(frame, target, value, node)
        case cst.StarredElement(value=inner):
            assign(frame, inner, value, node)
        case _:
            frame.report("SD100", "this target of an assignment is not supported", node)


def _attribute(
    frame: Frame, target: cst.Attribute, value: Value, node: cst.CSTNode
) -> None:
    """`x.name = value`, of an object that the program itself has made."""
    owner = frame.engine.evaluate(frame, target.value)
    if isinstance(owner, Object):
        store_attribute(frame, owner, target.attr.value, value, node)
    elif not isinstance(owner, Bad):
        refuse_attribute(frame, target.attr.value, "", node)


# ---- unpacking


def _unpack(
    frame: Frame,
    elements: Sequence[cst.BaseElement],
    value: Value,
    node: cst.CSTNode,
) -> None:
    stars = [i for i, e in enumerate(elements) if isinstance(e, cst.StarredElement)]
    found: Sequence[Value] | None
    if isinstance(value, Bad):
        found = [BAD] * len(elements)
    elif stars:
        found = _starred(frame, elements, stars[0], value, node)
    else:
        found = unpacked(frame, value, len(elements), node)
    if found is None:
        found = [BAD] * len(elements)
    for element, item in zip(elements, found, strict=True):
        assign(frame, element.value, item, node)


def unpacked(
    frame: Frame, value: Value, count: int, node: cst.CSTNode
) -> list[Value] | None:
    """The `count` items of a value; None, with a finding, if it has another number."""
    known = known_items(frame, value)
    if known is not None:
        if len(known) == count:
            return list(known)
        _count(frame, count, len(known), node)
        return None
    whole = materialise(frame, value, node)
    if isinstance(whole, Bad):
        return None
    type = type_of(whole.atom)
    if isinstance(type, Tuple) and len(type.items) != count:
        _count(frame, count, len(type.items), node)
        return None
    outs = frame.builder.bind(
        "unpack", [whole.atom], {}, ("",) * count, origin=frame.origin(node)
    )
    return [taken(whole, out) for out in outs]


def _count(frame: Frame, count: int, found: int, node: cst.CSTNode) -> None:
    frame.report("SD132", f"{count} targets for {found} values", node)


def _starred(
    frame: Frame,
    elements: Sequence[cst.BaseElement],
    at: int,
    value: Value,
    node: cst.CSTNode,
) -> list[Value] | None:
    after = len(elements) - at - 1
    if isinstance(value, Items):
        items = value.items
        if len(items) < at + after:
            _count(frame, at + after, len(items), node)
            return None
        stop = len(items) - after
        middle = apply(frame, "list", items[at:stop], node)
        return [*items[:at], middle, *items[stop:]]
    first = [getitem(frame, value, Const(i), node) for i in range(at)]
    last = [getitem(frame, value, Const(i - after), node) for i in range(after)]
    stop_at = -after if after else None
    inner = getitem(frame, value, Const(slice(at, stop_at)), node)
    middle = apply(frame, "builtins.list", [inner], node)
    return [*first, middle, *last]


# ---- stores into items


def store(frame: Frame, target: cst.Subscript, value: Value, node: cst.CSTNode) -> None:
    """`base[index] = value`: a new version of the base."""
    base = reference(frame, target.value)
    index = index_atom(frame, target)
    if isinstance(base, Dict) and index != UNDEF:
        set_entry(frame, base, index, value, node)
        return
    item = materialise(frame, value, node)
    if isinstance(base, Bad) or isinstance(item, Bad) or index == UNDEF:
        return
    if not isinstance(base, Ref):
        refuse_store(frame, base, target)
        return
    write(
        frame,
        base,
        node,
        lambda whole: frame.emit("setitem", [whole, index, item.atom], node),
        _kind(index),
    )
    contain(frame, base, item)


def contain(frame: Frame, base: Ref, item: Plain) -> None:
    """Note that a container may now hold something that has a name of its own."""
    type = type_of(frame.version(base.cell))
    if isinstance(type, Array) or immutable(type_of(item.atom)):
        return
    hold(frame, base.cell, item)


def reference(frame: Frame, node: cst.BaseExpression) -> Value:
    """What a store goes into: also an item of a list counts as a place."""
    if isinstance(node, cst.Attribute) and node.attr.value == "flat":
        return flat_place(frame, frame.engine.evaluate(frame, node.value), node)
    if not isinstance(node, cst.Subscript):
        found = frame.engine.evaluate(frame, node)
        return found.items if isinstance(found, Deque) else found
    base = reference(frame, node.value)
    index = index_atom(frame, node)
    if isinstance(base, Ref) and index != UNDEF:
        whole = type_of(atom_of(frame, base, node))
        if isinstance(whole, List | Table) or _is_dict(whole, index):
            step = Step("getitem", (index,), token=frame.token())
            return Ref(base.cell, (*base.path, step))
    return subscript(frame, base, index, node)


def _kind(index: Atom) -> str:
    """What a value that is stored into by this index must be."""
    return "dict" if type_of(index) == Opaque("str") else "array"


def _is_dict(type: Type, index: Atom) -> bool:
    return isinstance(type, AnyType) and _kind(index) == "dict"


# ---- augmented assignment


def augment(frame: Frame, target: cst.CSTNode, op: str, node: cst.AugAssign) -> None:
    """`target op= value`."""
    match target:
        case cst.Name(value=name):
            _augment_name(frame, frame.key(name), op, node)
        case cst.Subscript():
            _augment_item(frame, target, op, node)
        case cst.Attribute(attr=attr):
            owner = frame.engine.evaluate(frame, target.value)
            if isinstance(owner, Object) and owner.cls.setter(attr.value) is None:
                _augment_name(frame, (owner.number, attr.value), op, node)
            elif not isinstance(owner, Bad):
                why = "" if not isinstance(owner, Object) else "its class sets it"
                refuse_attribute(frame, attr.value, why, node)
        case _:
            frame.report("SD100", "this target of an assignment is not supported", node)


def _augment_item(
    frame: Frame, target: cst.Subscript, op: str, node: cst.AugAssign
) -> None:
    base = reference(frame, target.value)
    index = index_atom(frame, target)
    if isinstance(base, Dict) and index != UNDEF:
        _augment_entry(frame, base, index, op, node)
        return
    place = Place(frame, base)
    value = materialise(frame, frame.engine.evaluate(frame, node.value), node)
    if isinstance(base, Bad) or isinstance(value, Bad) or index == UNDEF:
        return
    if place.is_changed(frame, [node.value], node):
        return
    if not isinstance(base, Ref):
        refuse_store(frame, base, target)
        return
    atom = value.atom

    def make(whole: Atom) -> Atom:
        if op == "iadd" and adds_up(type_of(whole), type_of(index)):
            return frame.emit("additem", [whole, index, atom], node)
        if op == "isub" and signed(type_of(whole)) and signed(type_of(atom)):
            less = frame.emit("neg", [atom], node)
            return frame.emit("additem", [whole, index, less], node)
        item = frame.emit("getitem", [whole, index], target)
        scalar = isinstance(type_of(item), Scalar)
        new = frame.emit(op.removeprefix("i") if scalar else op, [item, atom], node)
        return frame.emit("setitem", [whole, index, new], node)

    write(frame, base, node, make, _kind(index))


def _augment_entry(
    frame: Frame, made: Dict, index: Atom, op: str, node: cst.AugAssign
) -> None:
    old = get_entry(frame, made, index, node)
    if isinstance(index, Const) and not isinstance(old, Bad):
        key = (made.number, entry_name(index.value))
        _augment_value(frame, key, old, op, node)


def _augment_name(frame: Frame, key: Key | None, op: str, node: cst.AugAssign) -> None:
    old = frame.engine.evaluate(frame, node.target)
    if key is not None:
        _augment_value(frame, key, old, op, node)


def _augment_value(
    frame: Frame, key: Key, old: Value, op: str, node: cst.AugAssign
) -> None:
    value = materialise(frame, frame.engine.evaluate(frame, node.value), node)
    if isinstance(old, Bad) or isinstance(value, Bad):
        return
    if not isinstance(old, Ref):
        before = atom_of(frame, old, node)
        found = plain(frame.emit(op, [before, value.atom], node))
        bind(frame, key, found, node)
        return
    type = type_of(atom_of(frame, old, node))
    if isinstance(type, Array | List | Table):
        change = value.atom
        write(frame, old, node, lambda x: updated(frame, op, x, change, node))
        contain(frame, old, value)
        return
    _augment_unknown(frame, key, old, op, value.atom, node)


def _augment_unknown(
    frame: Frame, key: Key, old: Ref, op: str, value: Atom, node: cst.AugAssign
) -> None:
    """`x += e` where `x` may be a number or an array: its other names are in doubt."""
    before = atom_of(frame, old, node)
    new = frame.emit(op, [before, value], node)
    if new == UNDEF:
        return
    site = frame.cell(old.cell).site
    passed = isinstance(site, tuple) and site[0] == "parameter"
    alone = not old.path and not _other_names(frame, old.cell, key)
    if alone and not passed and not frame.state.sharing.touched(old.cell):
        set_version(frame, old.cell, new, node)
        return
    poison = Poison(frame.span(node), key[1])
    for cell in (old.cell, *frame.state.sharing.reached(old.cell)):
        frame.state.poison[cell] = poison
    bind(frame, key, plain(new), node)


def _other_names(frame: Frame, cell: int, key: tuple[int, str]) -> bool:
    return any(
        cell in cells_of(value)
        for other, value in frame.state.names.items()
        if other != key
    )
