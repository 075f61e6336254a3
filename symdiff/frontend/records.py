"""Dicts and lists that are known item by item, so that nothing of them is in the IR.

A dict with constant keys is a scope of its own, each key a name in it: so its values
are versions, views and references like any other. A list is known that way only if it
holds functions or objects, which are no values of the IR.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.memory import atom_of, bind, note_rebound
from symdiff.frontend.operations import apply, constant_int, getitem
from symdiff.frontend.state import Key, State, entry_name, entry_value
from symdiff.frontend.values import (
    BAD,
    INLINED,
    NOTHING,
    Bad,
    Deque,
    Dict,
    Items,
    Listed,
    Plain,
    Ref,
    Value,
)
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import ANY, List, Table, Type, join_all

ITEMS = "[items]"
"""The hidden name that a known list keeps its items under."""


# ---- dicts


def new_dict(
    frame: Frame, entries: Sequence[tuple[Atom, Value]], node: cst.CSTNode
) -> Value | None:
    """A dict whose keys are constants; None if one is not, or will not be."""
    if id(node) in frame.session.tables:
        return None
    if not all(isinstance(key, Const) for key, _ in entries):
        return None
    made = Dict(frame.scope_number(), frozenset({id(node)}))
    for key, value in entries:
        assert isinstance(key, Const)
        bind(frame, (made.number, entry_name(key.value)), value, node)
    return made


def entries_of(state: State, made: Dict) -> list[tuple[Any, Value]]:
    """The keys and values of a dict, in the order in which the keys were first set."""
    return [
        (entry_value(name), value)
        for (number, name), value in state.names.items()
        if number == made.number
    ]


def _key(made: Dict, index: Atom) -> Key | None:
    if isinstance(index, Const):
        return made.number, entry_name(index.value)
    return None


def get_entry(frame: Frame, made: Dict, index: Atom, node: cst.CSTNode) -> Value:
    """`d[key]`."""
    key = _key(made, index)
    if key is None:
        return _at_run_time(frame, made, index, node)
    if key in frame.state.names:
        return frame.state.names[key]
    if key in frame.pending:
        frame.wanted.add(key)
        return BAD
    return frame.report(
        "SD406", f"the dict has no key {entry_value(key[1])!r} here", node
    )


def _not_constant(frame: Frame, node: cst.CSTNode) -> Bad:
    return frame.report(
        "SD407",
        "the key of a dict is not a constant",
        node,
        help="use constant keys, or a list with an index",
    )


def _at_run_time(frame: Frame, made: Dict, index: Atom, node: cst.CSTNode) -> Value:
    """`d[key]` for a key that is known at run time only."""
    if made.sites or _table_type(frame, made, node) is None:
        return become_table(frame, made, node)
    return getitem(frame, as_table(frame, made, node), index, node)


def as_table(frame: Frame, made: Dict, node: cst.CSTNode) -> Value:
    """What a dict holds now, as a table."""
    pairs: list[tuple[Atom, Value]] = []
    for key, value in entries_of(frame.state, made):
        inner = as_table(frame, value, node) if isinstance(value, Dict) else value
        pairs.append((Const(key), inner))
    return table_of(frame, pairs, node)


def become_table(frame: Frame, made: Dict, node: cst.CSTNode) -> Bad:
    """Have a dict lowered again as a table: its keys are known at run time only."""
    if not made.sites or _table_type(frame, made, node) is None:
        return _not_constant(frame, node)
    todo = [made]
    while todo:
        one = todo.pop()
        frame.session.tables |= one.sites
        entries = entries_of(frame.state, one)
        todo += [value for _, value in entries if isinstance(value, Dict)]
    return BAD


def stored_whole(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """What is put into a list: a dict as a table."""
    if not isinstance(value, Dict):
        return value
    if value.sites or _table_type(frame, value, node) is None:
        return become_table(frame, value, node)
    return as_table(frame, value, node)


def _table_type(frame: Frame, made: Dict, node: cst.CSTNode) -> Table | None:
    """The type of a dict as a table, None if its values are not data of one type."""
    kinds: list[Type] = []
    for _, value in entries_of(frame.state, made):
        inner: Type | None
        if isinstance(value, Dict):
            inner = _table_type(frame, value, node)
        elif holds_functions(value) or isinstance(value, Bad):
            inner = None
        else:
            inner = type_of(atom_of(frame, value, node))
        if inner is None:
            return None
        kinds.append(inner)
    certain = [kind for kind in kinds if kind != ANY]
    if certain and join_all(certain) == ANY:
        return None
    return Table(ANY, join_all(kinds), empty=not kinds)


def set_entry(
    frame: Frame, made: Dict, index: Atom, value: Value, node: cst.CSTNode
) -> None:
    """`d[key] = value`."""
    key = _key(made, index)
    if key is None:
        become_table(frame, made, node)
    elif not isinstance(value, Bad):
        bind(frame, key, value, node)


def dict_method(
    frame: Frame,
    made: Dict,
    name: str,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    """`d.name(...)` for the methods that read, and `update`."""
    entries = entries_of(frame.state, made)
    match name, len(args):
        case "keys", 0:
            return Items(tuple(Plain(Const(key)) for key, _ in entries))
        case "values", 0:
            return Items(tuple(value for _, value in entries))
        case "items", 0:
            return Items(tuple(Items((Plain(Const(k)), v)) for k, v in entries))
        case "copy", 0:
            return copied(frame, made, node)
        case "get", 1 | 2:
            return _get(frame, made, args, node)
        case "setdefault" | "pop" | "clear", _:
            return _change(frame, made, name, args, node)
        case "update", 0 | 1:
            return _update(frame, made, args, kwargs, node)
    return frame.report("SD404", f"the method `{name}` of a dict is not known", node)


def copied(frame: Frame, made: Dict, node: cst.CSTNode) -> Value:
    """`d.copy()`."""
    pairs = [(Const(key), value) for key, value in entries_of(frame.state, made)]
    known = new_dict(frame, pairs, node)
    return table_of(frame, pairs, node) if known is None else known


def table_of(
    frame: Frame, entries: Sequence[tuple[Atom, Value]], node: cst.CSTNode
) -> Value:
    """A dict whose keys are known at run time, as a value of the program."""
    flat = [part for key, value in entries for part in (plain(key), value)]
    return apply(frame, "dict", flat, node)


def _get(frame: Frame, made: Dict, args: Sequence[Value], node: cst.CSTNode) -> Value:
    index = args[0]
    if not isinstance(index, Plain) or not isinstance(index.atom, Const):
        return become_table(frame, made, node)
    key = (made.number, entry_name(index.atom.value))
    if key in frame.state.names or key in frame.pending:
        return get_entry(frame, made, index.atom, node)
    return args[1] if len(args) > 1 else NOTHING


def _change(
    frame: Frame, made: Dict, name: str, args: Sequence[Value], node: cst.CSTNode
) -> Value:
    """`setdefault`, `pop` and `clear`: in a branch or loop, of a table only."""
    index = args[0] if args else NOTHING
    constant = isinstance(index, Plain) and isinstance(index.atom, Const)
    if name == "clear" or not constant or frame.blocks:
        return become_table(frame, made, node)
    assert isinstance(index, Plain)
    assert isinstance(index.atom, Const)
    key = (made.number, entry_name(index.atom.value))
    if key not in frame.state.names:
        if len(args) == 1:
            return get_entry(frame, made, index.atom, node)
        if name == "setdefault":
            bind(frame, key, args[1], node)
        return args[1]
    found = frame.state.names[key]
    if name == "pop":
        del frame.state.names[key]
    return found


def _update(
    frame: Frame,
    made: Dict,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.CSTNode,
) -> Value:
    entries: list[tuple[Any, Value]] = []
    for other in args:
        if not isinstance(other, Dict):
            return frame.report("SD404", "`update` takes a dict that is known", node)
        entries += entries_of(frame.state, other)
    entries += kwargs.items()
    for key, value in entries:
        set_entry(frame, made, Const(key), value, node)
    return NOTHING


def has_key(frame: Frame, made: Dict, index: Value) -> bool | None:
    """`key in d`, if the key is known."""
    if not isinstance(index, Plain) or not isinstance(index.atom, Const):
        return None
    return (made.number, entry_name(index.atom.value)) in frame.state.names


# ---- lists of functions and objects


def new_list(frame: Frame, items: Sequence[Value]) -> Listed:
    """A list whose items are known one by one."""
    made = Listed(frame.scope_number())
    frame.state.names[made.number, ITEMS] = Items(tuple(items))
    return made


def items_of(frame: Frame, made: Listed) -> tuple[Value, ...]:
    """The items of a known list."""
    found = frame.state.names.get((made.number, ITEMS))
    return found.items if isinstance(found, Items) else ()


def list_method(
    frame: Frame, made: Listed, name: str, args: Sequence[Value], node: cst.CSTNode
) -> Value:
    """`append` and `extend` of a known list."""
    items = items_of(frame, made)
    more: Sequence[Value] | None = None
    if name == "append" and len(args) == 1:
        more = args
    elif name == "extend" and len(args) == 1:
        more = known_items(frame, args[0])
    if more is None:
        return frame.report(
            "SD404", f"`{name}` of a list of functions or objects", node
        )
    note_rebound(frame, made.number)
    frame.state.names[made.number, ITEMS] = Items((*items, *more))
    return NOTHING


def known_items(frame: Frame, value: Value) -> tuple[Value, ...] | None:
    """The items of a tuple, list or dict that is known item by item."""
    match value:
        case Items(items=items):
            return items
        case Listed():
            return items_of(frame, value)
        case Dict():
            return tuple(Plain(Const(k)) for k, _ in entries_of(frame.state, value))
    return None


def list_item(frame: Frame, made: Listed, index: Atom, node: cst.CSTNode) -> Value:
    """`xs[i]` of a known list."""
    items = items_of(frame, made)
    number = constant_int(index)
    if number is not None and -len(items) <= number < len(items):
        return items[number]
    if isinstance(index, Const) and isinstance(index.value, slice):
        return new_list(frame, items[index.value])
    return frame.report("SD407", "the index into this list is not a constant", node)


def holds_functions(value: Value) -> bool:
    """Whether a value, or something in it, is no value of the IR."""
    if isinstance(value, Deque):
        return False
    if isinstance(value, Items):
        return any(map(holds_functions, value.items))
    return isinstance(value, INLINED)


def become_known(frame: Frame, receiver: Value) -> Listed | None:
    """An empty list that gets a function or object, under all of its names."""
    if not isinstance(receiver, Ref) or receiver.cell < 0:
        return None
    type = frame.version(receiver.cell).type
    if not isinstance(type, List) or type.length != 0:
        return None
    made = new_list(frame, ())
    for key, value in frame.state.names.items():
        if isinstance(value, Ref) and value.cell == receiver.cell:
            frame.state.names[key] = made
    return made
