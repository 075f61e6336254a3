"""Values of the user's program → atoms; stores → new versions of cells."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace

import libcst as cst

from symdiff.frontend.claims import claim
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.library import is_dtype, is_exception
from symdiff.frontend.state import Key, Poison, base_name
from symdiff.frontend.values import (
    BAD,
    Bad,
    Deque,
    Items,
    Known,
    Plain,
    Ref,
    Step,
    Value,
    cells_of,
    immutable,
)
from symdiff.frontend.words import describe
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, Var
from symdiff.ir.types import Array, List, Scalar, Table

SHAPED = frozenset(
    {"numpy.reshape", "numpy.ravel", "numpy.expand_dims", "numpy.squeeze"}
)
"""Views that have the items of their base in the same order."""


def atom_of(frame: Frame, value: Value, node: cst.CSTNode) -> Atom:
    """The present value as an atom; a view whose base has changed is read again."""
    match value:
        case Plain(atom=atom):
            return atom
        case Ref():
            return _read(frame, value, node)
        case Items(items=items):
            return frame.emit("tuple", [atom_of(frame, v, node) for v in items], node)
        case Known(object=found, name=name) if is_dtype(found) or is_exception(found):
            return Const(found, name)
        case Deque(items=items):
            return atom_of(frame, items, node)
        case Bad():
            return UNDEF
    frame.report(
        "SD130",
        f"{describe(value)} is used as a value",
        node,
        help="call it here, or pass it to a function that calls it",
    )
    return UNDEF


def argument_of(frame: Frame, value: Value, node: cst.CSTNode) -> Atom:
    """The atom of an argument; `(0, 1)` is a constant, which rules can tell apart."""
    if isinstance(value, Items) and value.items:
        found = [v.atom for v in value.items if isinstance(v, Plain)]
        if len(found) == len(value.items) and all(map(_is_literal, found)):
            return Const(tuple(a.value for a in found if isinstance(a, Const)))
    return atom_of(frame, value, node)


def _is_literal(atom: Atom) -> bool:
    return isinstance(atom, Const) and type(atom.value) is int and not atom.name


def materialise(frame: Frame, value: Value, node: cst.CSTNode) -> Plain | Bad:
    """The present value as one atom that remembers what it may share storage with."""
    if isinstance(value, Deque):
        value = value.items
    if isinstance(value, Plain | Bad):
        return value
    atom = atom_of(frame, value, node)
    return BAD if atom == UNDEF else Plain(atom, cells_of(value))


def _read(frame: Frame, ref: Ref, node: cst.CSTNode) -> Atom:
    if frame.stale(ref.cell, node):
        return UNDEF
    atom = frame.version(ref.cell)
    for step in ref.path:
        atom = _take(frame, atom, step, node)
    return atom


def _take(frame: Frame, atom: Atom, step: Step, node: cst.CSTNode) -> Atom:
    key = (step.token, str(atom.name))
    known = frame.viewed(key)
    if known is not None:
        return known
    args = (atom, *step.args)
    out = frame.emit(step.op, args, node, dict(step.kwargs), step.base)
    if isinstance(out, Var):
        frame.builder.seen[key] = out
    return out


def view(frame: Frame, ref: Ref, step: Step, node: cst.CSTNode) -> Value:
    """Take a view of a reference, reading it at once."""
    base = _read(frame, ref, node)
    if base == UNDEF:
        return BAD
    step = replace(step, token=frame.token())
    out = _take(frame, base, step, node)
    if out == UNDEF:
        return BAD
    if immutable(type_of(out)):
        return plain(out)
    return Ref(ref.cell, (*ref.path, step))


# ---- binding


def bind(
    frame: Frame, key: Key, value: Value, node: cst.CSTNode, alias: bool = True
) -> None:
    """Let a name refer to a value; `alias` if the text says so: `y = x`."""
    name = frame.labels.get(key) or base_name(key[1])
    note_rebound(frame, key[0])
    frame.state.names[key] = _named(frame, value, name, (key, id(node)), node, alias)


def note_rebound(frame: Frame, number: int) -> None:
    """Note that a container that is an argument gets another item."""
    if number in frame.records:
        frame.rebound.add(frame.records[number].source)


def _named(
    frame: Frame,
    value: Value,
    name: str,
    site: Hashable,
    node: cst.CSTNode,
    alias: bool,
) -> Value:
    match value:
        case Plain():
            return _named_plain(frame, value, name, site, node)
        case Ref():
            return _named_ref(frame, value, name, node, alias)
        case Items(items=items):
            return replace(
                value,
                items=tuple(
                    settle(frame, item, (site, at), node)
                    for at, item in enumerate(items)
                ),
            )
        case Deque(items=items):
            return replace(value, items=_named(frame, items, name, site, node, alias))
    return value


def settle(frame: Frame, value: Value, site: Hashable, node: cst.CSTNode) -> Value:
    """Give storage of its own to what has none yet, without a name for it."""
    if isinstance(value, Items):
        pairs = enumerate(value.items)
        found = tuple(settle(frame, v, (site, i), node) for i, v in pairs)
        return replace(value, items=found)
    if isinstance(value, Plain) and not immutable(type_of(value.atom)):
        return Ref(frame.new_cell(value, "", site))
    return value


def _named_plain(
    frame: Frame, value: Plain, name: str, site: Hashable, node: cst.CSTNode
) -> Value:
    atom = value.atom
    if isinstance(atom, Const):
        if type(atom.value) not in (float, complex):
            return value
        return plain(frame.emit("same", [atom], node, base=name))
    if not atom.base:
        named = claim(frame, atom, name)
    elif atom.base == name:
        named = atom
    elif immutable(type_of(atom)):
        named = frame.emit("same", [atom], node, base=name)
    else:
        named = atom
    atom = atom if named is None else named
    if immutable(type_of(atom)):
        return plain(atom)
    return Ref(frame.new_cell(replace(value, atom=atom), name, site))


def _named_ref(
    frame: Frame, ref: Ref, name: str, node: cst.CSTNode, alias: bool
) -> Value:
    if not alias:
        return ref
    if ref.path and not ref.path[-1].base:
        # A view that has just been taken: from now on it has the user's name.
        *path, last = ref.path
        base = _read(frame, Ref(ref.cell, tuple(path)), node)
        taken = frame.builder.seen.pop(
            (last.token, str(getattr(base, "name", ""))), None
        )
        if taken is not None:
            named = claim(frame, taken, name)
            step = replace(last, token=frame.token(), base=name)
            if isinstance(named, Var) and isinstance(base, Var):
                frame.builder.seen[step.token, base.name] = named
                return Ref(ref.cell, (*path, step))
    found = view(frame, ref, Step("same", base=name), node)
    return ref if isinstance(found, Bad) else found


# ---- stores


def write(
    frame: Frame,
    ref: Ref,
    node: cst.CSTNode,
    make: Callable[[Atom], Atom],
    kind: str = "array",
) -> None:
    """Give a cell a new version: `make` maps what `ref` refers to to its new value.

    `kind` is what the cell must be if its type is not known.
    """
    if ref.cell < 0:
        name = frame.cell(ref.cell).name
        frame.report(
            "SD305",
            f"`{name}` belongs to an enclosing scope and is written to",
            node,
            help=f"pass `{name}` as an argument, or copy it first",
        )
        return
    if frame.cell(ref.cell).frozen:
        frame.report(
            "SD302",
            "this is a view that NumPy does not let anybody write to",
            node,
            help="write to the array itself, or to a `.copy()`",
        )
        return
    if frame.stale(ref.cell, node):
        return
    versions = [frame.version(ref.cell)]
    for step in ref.path:
        versions.append(_take(frame, versions[-1], step, node))
    new = make(versions[-1])
    if isinstance(type_of(versions[-1]), List):
        frame.rearranged.add((ref.cell, depth(ref), not _keeps_length(frame)))
    for step, base in zip(reversed(ref.path), reversed(versions[:-1]), strict=True):
        new = _put(frame, step, base, new, node)
    if new == UNDEF:
        return
    if isinstance(type_of(new), List):
        kind = "list"
    elif isinstance(type_of(new), Table):
        kind = "dict"
    frame.stored.setdefault(ref.cell, kind)
    deep = any(_is_item(frame, base) for base in versions[: len(ref.path)])
    set_version(frame, ref.cell, new, node, deep)


def depth(ref: Ref) -> int:
    """How many containers a reference goes through."""
    return sum(step.op == "getitem" for step in ref.path)


def _keeps_length(frame: Frame) -> bool:
    """Whether the last statement only gives a list another item in the place of one."""
    match frame.builder.stmts[-1:]:
        case [Apply(op="setitem", args=(_, index, _))]:
            return isinstance(type_of(index), Scalar)
    return False


def _is_item(frame: Frame, base: Atom) -> bool:
    """Whether a step leads from a container to one of its items, not to a view."""
    return not isinstance(type_of(base), Array)


def _put(frame: Frame, step: Step, base: Atom, new: Atom, node: cst.CSTNode) -> Atom:
    if step.op == "same":
        return new
    if step.op == "getitem":
        return frame.emit("setitem", [base, *step.args, new], node)
    if step.op in SHAPED:
        shape = frame.emit("ndarray.shape", [base], node)
        return frame.emit("numpy.reshape", [new, shape], node)
    axes = dict(step.kwargs).get("axes")
    if isinstance(axes, Const) and axes.value is not None:
        order = tuple(sorted(range(len(axes.value)), key=axes.value.__getitem__))
        return frame.emit(step.op, [new], node, {"axes": Const(order)})
    # A swap of two axes is its own inverse; `moveaxis` takes the places in turn.
    back = step.args[::-1] if step.op == "numpy.moveaxis" else step.args
    return frame.emit(step.op, [new, *back], node, dict(step.kwargs))


def set_version(
    frame: Frame, cell: int, new: Atom, node: cst.CSTNode, deep: bool = False
) -> None:
    """Make an atom the version of a cell; what sees the store otherwise is stale.

    A `deep` store goes through an item of a container.
    """
    name = frame.cell(cell).name
    if name:
        new = claim(frame, new, name) or new
    frame.state.heap[cell] = new
    frame.written.add(cell)
    span = frame.place(node).span
    sharing = frame.state.sharing
    for other in sharing.reached(cell) if deep else sharing.touched(cell):
        frame.state.poison[other] = Poison(span, name or "another name")


def refuse_store(frame: Frame, value: Value, node: cst.CSTNode) -> None:
    """Report a store of which it cannot be told whether it goes into a copy."""
    if isinstance(value, Bad):
        return
    origins = sorted(frame.cell(c).name for c in cells_of(value))
    if not origins:
        frame.report(
            "SD303",
            "the value that is written to has no name",
            node,
            help="give it a name first: `a = …; a[i] = v`",
        )
        return
    listed = ", ".join(f"`{name}`" for name in origins if name) or "another value"
    frame.report(
        "SD302",
        f"this may write to a view of {listed} or to a copy of it: it cannot be told",
        node,
        help="write to the array itself, or make the copy explicit with `.copy()`",
    )
