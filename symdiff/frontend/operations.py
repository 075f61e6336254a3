"""One operation of the user's program → one `Apply`, and what its result may share."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.library import METHODS
from symdiff.frontend.memory import argument_of, atom_of, view
from symdiff.frontend.spellings import spelled
from symdiff.frontend.typed import basic_index, never_none
from symdiff.frontend.values import (
    BAD,
    Bad,
    Items,
    Plain,
    Ref,
    Step,
    Value,
    cells_of,
    immutable,
    of_immutable,
)
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, Stmt
from symdiff.ir.types import NONE, Array, List, Opaque, Scalar, Table, Tuple, rank
from symdiff.rules import registry

_FOLDED = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
    "is_": operator.is_,
    "is_not": operator.is_not,
}


def apply(
    frame: Frame,
    op: str,
    args: Sequence[Value],
    node: cst.CSTNode,
    kwargs: Mapping[str, Value] | None = None,
) -> Value:
    """Bind an operation to values; refuses in the rule's words what does not fit it."""
    values = [*args, *(kwargs or {}).values()]
    if any(isinstance(value, Bad) for value in values):
        return BAD
    args, kwargs = spelled(frame, op, args, kwargs or {}, node)
    values = [*args, *kwargs.values()]
    atoms = [argument_of(frame, value, node) for value in args]
    named = {k: argument_of(frame, v, node) for k, v in kwargs.items()}
    try:
        out = frame.emit(op, atoms, node, named)
    except TypeError as error:
        return frame.report(
            "SD202",
            f"`{op}` {error}",
            node,
            help="leave out what is not supported here, or write it in other words",
        )
    if out == UNDEF or immutable(type_of(out)):
        return plain(out)
    if op in DISPLAYS:
        return _holding(frame, out, [cells_of(value) for value in values])
    if op in _COPIES and atoms and isinstance(type_of(atoms[0]), List | Table | Tuple):
        whole = values[0]
        return _holding(frame, out, [_contents(frame, whole)], repeats(frame, whole))
    if op in _JOINS and any(isinstance(type_of(a), List | Tuple) for a in atoms):
        parts = [_contents(frame, value) for value in values]
        repeated = op == "mul" or any(repeats(frame, value) for value in values)
        return _holding(frame, out, parts, repeated)
    pairs = list(zip([*atoms, *named.values()], values, strict=True))
    packed = op in _PACKED and "order" not in named
    frozen = op in _FROZEN or (op == "numpy.diag" and rank(type_of(atoms[0])) == 2)
    shares = _shares(op, atoms, named, pairs)
    return Plain(out, shares, packed=packed, frozen=frozen)


DISPLAYS = ("list", "tuple", "dict")
_PACKED = frozenset(
    f"numpy.{name}" for name in ("zeros", "ones", "empty", "full", "eye", "arange")
)
"""What makes an array whose items are in a row in memory."""
_FROZEN = frozenset({"numpy.diagonal", "numpy.broadcast_to"})
"""What gives a view that NumPy lets nobody write to; `diag` does, of a matrix."""
_COPIES = ("builtins.list", "builtins.tuple", "builtins.dict")
"""What makes a new container of the same items."""
_JOINS = ("add", "mul")
"""What lists and tuples are joined and repeated by."""


def _contents(frame: Frame, value: Value) -> frozenset[int]:
    """The cells that a value may hold.

    Also itself, if its type is not known, or if its items can be stored into: they
    have no cells of their own, so that a store to one is a store into the container.
    """
    cells = cells_of(value)
    held = cells.union(*(frame.state.sharing.held(cell) for cell in cells))
    if isinstance(value, Plain) and of_immutable(type_of(value.atom)):
        return held - value.shares
    if isinstance(value, Ref) and of_immutable(type_of(frame.version(value.cell))):
        return held - cells
    return held


def _holding(
    frame: Frame, out: Atom, parts: Sequence[frozenset[int]], repeated: bool = False
) -> Plain:
    """A new container; its items may be one and the same if two parts may be."""
    sharing = frame.state.sharing
    held: frozenset[int] = frozenset()
    for part in parts:
        repeated = repeated or sharing.together(held, part)
        held |= part
    return Plain(out, holds=held, uniform=repeated)


def repeats(frame: Frame, value: Value) -> bool:
    """Whether two items of a container may be one and the same."""
    if isinstance(value, Plain) and value.uniform:
        return True
    inner = frame.state.sharing.inner
    return any((cell, cell) in inner for cell in cells_of(value))


def taken(owner: Plain, item: Atom) -> Value:
    """An item that was taken out of a value."""
    if immutable(type_of(item)):
        return plain(item)
    if isinstance(type_of(owner.atom), List | Table | Tuple):
        return Plain(item, within=owner.shares | owner.within, shares=owner.holds)
    return Plain(item, owner.shares, owner.holds, owner.within)


def hold(frame: Frame, container: int, item: Plain) -> None:
    """Note that a container now holds a value that may have names of its own."""
    if immutable(type_of(item.atom)):
        return
    sharing, cells = frame.state.sharing, cells_of(item)
    if sharing.together(sharing.held(container), cells):
        sharing.inner.add((container, container))
    for cell in sorted(cells):
        sharing.hold(container, cell)


def extend(frame: Frame, container: int, items: Plain) -> None:
    """Note that a container now holds what another one holds."""
    sharing, cells = frame.state.sharing, cells_of(items)
    inside = cells.union(*map(sharing.held, cells))
    known = sharing.held(container)
    if repeats(frame, items) or sharing.together(known, inside):
        sharing.inner.add((container, container))
    for cell in sorted(inside):
        sharing.hold(container, cell)


def _shares(
    op: str,
    atoms: list[Atom],
    named: dict[str, Atom],
    pairs: list[tuple[Atom, Value]],
) -> frozenset[int]:
    """The cells that a result may be a view of, as the rule says it."""
    entry = registry.find(op)
    if entry is None:
        every = "." in op or op in ("ifelse", "unpack")
        found = [cells_of(value) for _, value in pairs if every]
        return frozenset().union(*found)
    bound = registry.arguments(entry, *registry.bind(entry, atoms, named))
    shared: list[Any] = []
    for name in entry.view:
        operand = bound.get(name)
        shared += operand if isinstance(operand, tuple) else [operand]
    return frozenset().union(
        *(cells_of(value) for atom, value in pairs if atom in shared)
    )


def getitem(frame: Frame, base: Value, index: Atom, node: cst.CSTNode) -> Value:
    """`base[index]`: an item of a known tuple, a view, or a value of its own."""
    if isinstance(base, Bad) or index == UNDEF:
        return BAD
    if isinstance(base, Items):
        found = known_item(base, index)
        if found is not None:
            return found
    whole = atom_of(frame, base, node)
    if whole == UNDEF:
        return BAD
    is_view = basic_index(type_of(index))
    if isinstance(base, Ref) and isinstance(type_of(whole), Array) and is_view:
        return view(frame, base, Step("getitem", (index,)), node)
    out = frame.emit("getitem", [whole, index], node)
    if out == UNDEF or immutable(type_of(out)):
        return plain(out)
    if isinstance(type_of(whole), Array) and is_view is False:
        return Plain(out)
    if isinstance(type_of(whole), List | Tuple) and _is_slice(index):
        return _holding(frame, out, [_contents(frame, base)], repeats(frame, base))
    owner = base if isinstance(base, Plain) else Plain(whole, cells_of(base))
    return taken(owner, out)


def _is_slice(index: Atom) -> bool:
    type = type_of(index)
    return isinstance(type, Opaque) and type.kind == "slice"


def known_item(base: Items, index: Atom) -> Value | None:
    """The item or slice of a tuple whose items are known; None if it cannot be told."""
    number = constant_int(index)
    if number is not None:
        inside = -len(base.items) <= number < len(base.items)
        return base.items[number] if inside else None
    if isinstance(index, Const) and isinstance(index.value, slice):
        return Items(base.items[index.value])
    return None


def constant_int(atom: Atom) -> int | None:
    """The value of an integer that is known before the program runs."""
    if isinstance(atom, Const):
        return atom.value if type(atom.value) is int else None
    known = atom.type.value if isinstance(atom.type, Scalar) else None
    return known if isinstance(known, int) else None


def fold(op: str, left: Atom, right: Atom) -> bool | None:
    """The result of a comparison that is known before the program runs."""
    if op in ("is_", "is_not"):
        return _fold_identity(op, left, right)
    if op not in _FOLDED:
        return None
    known = [_constant(left), _constant(right)]
    if any(value is None for value in known):
        return None
    try:
        return bool(_FOLDED[op](*[value[0] for value in known if value]))
    except TypeError:
        return None


def _constant(atom: Atom) -> tuple[Any] | None:
    number = constant_int(atom)
    if number is not None:
        return (number,)
    if isinstance(atom, Const) and isinstance(atom.value, bool | int | float | str):
        return (atom.value,)
    return None


def _fold_identity(op: str, left: Atom, right: Atom) -> bool | None:
    if isinstance(left, Const) and isinstance(right, Const):
        return bool(_FOLDED[op](left.value, right.value))
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Const) and one.value is None:
            if type_of(other) == NONE:
                return op == "is_"
            if never_none(type_of(other)):
                return op == "is_not"
    return None


def truth(atom: Atom) -> bool | None:
    """Whether a value is true, where that is known before the program runs."""
    if isinstance(atom, Const) and atom != UNDEF:
        return bool(atom.value)
    if type_of(atom) == NONE:
        return False
    number = constant_int(atom)
    return None if number is None else bool(number)


def to_method(name: str) -> str:
    """The function that a method of an array is."""
    return f"numpy.{name}" if name in METHODS else f"ndarray.{name}"


_QUIET = frozenset(
    [
        "lt",
        "le",
        "gt",
        "ge",
        "eq",
        "ne",
        "not_",
        "add",
        "sub",
        "mul",
        "neg",
        "pos",
        "logical_and",
        "logical_or",
        "ifelse",
        "same",
    ]
)
_FREE = frozenset(
    ["is_", "is_not", "ndarray.shape", "ndarray.ndim", "ndarray.size", "builtins.len"]
)


def harmless(stmts: Sequence[Stmt]) -> bool:
    """Whether statements are cheap, pure and cannot raise, so that order is free."""
    return len(stmts) <= 6 and all(map(_harmless, stmts))


def _harmless(stmt: Stmt) -> bool:
    if not isinstance(stmt, Apply) or stmt.kwargs:
        return False
    if stmt.op in _FREE:
        return stmt.op.startswith("is") or _sized(stmt.args[0])
    numbers = all(isinstance(type_of(a), Scalar) for a in stmt.args)
    if stmt.op in ("mod", "floordiv"):
        divisor = constant_int(stmt.args[1])
        return numbers and divisor not in (None, 0)
    if stmt.op == "getitem":
        owner, index = type_of(stmt.args[0]), constant_int(stmt.args[1])
        count = len(owner.items) if isinstance(owner, Tuple) else 0
        return index is not None and -count <= index < count
    return stmt.op in _QUIET and numbers


def _sized(atom: Atom) -> bool:
    return isinstance(type_of(atom), Array | List | Tuple)


def splice(frame: Frame, stmts: Sequence[Stmt]) -> None:
    """Put the statements of a nested block into the present one."""
    frame.builder.stmts.extend(stmts)


def is_str(atom: Atom) -> bool:
    """Whether a value is surely a string."""
    return type_of(atom) == Opaque("str")
