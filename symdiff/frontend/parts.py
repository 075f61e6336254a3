"""Arguments of a derivative as leaves, and results put together out of leaves.

grad(loss)({"W": W, "b": b})      →      dW, db = loss_grad(W, b)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import libcst as cst

from symdiff.analysis.activity import differentiable
from symdiff.frontend.body import Given
from symdiff.frontend.callee import Callee
from symdiff.frontend.classes import ClassText
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.lifting import Lift, Piece
from symdiff.frontend.memory import materialise
from symdiff.frontend.operations import apply
from symdiff.frontend.passing import compiled_in, general, in_parts
from symdiff.frontend.records import (
    ITEMS,
    entries_of,
    known_items,
    new_dict,
    new_list,
    table_of,
)
from symdiff.frontend.scope import local_names
from symdiff.frontend.state import entry_value
from symdiff.frontend.values import (
    BAD,
    NOTHING,
    Bad,
    Dict,
    Items,
    Object,
    Plain,
    Value,
)
from symdiff.ir.lengths import forget
from symdiff.ir.nodes import UNDEF, Atom, Const
from symdiff.ir.records import Absent, Branch, Leaf, Tree, leaves_of
from symdiff.ir.types import Scalar


@dataclass(eq=False)
class Parts:
    """The arguments of a call: `given` of each parameter, the `atoms` of the leaves.

    The `trees` say how leaves make up the arguments.
    """

    given: dict[str, Given] = field(default_factory=dict)
    atoms: dict[str, Atom] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)

    def has_float(self, name: str) -> bool:
        """Whether an argument can carry a derivative."""
        leaves = leaves_of(self.trees[name])
        return any(differentiable(self.atoms[leaf.name].type) for leaf in leaves)


def take(
    frame: Frame,
    callee: Callee,
    values: Mapping[str, Value],
    wrt: set[str],
    node: cst.CSTNode,
) -> Parts | None:
    """Take the arguments of a call apart; a whole number in `wrt` becomes a real one.

    None, with a finding, if one of them is no value.
    """
    text, parts = callee.text, Parts()
    lift = Lift(frame, set(local_names(text.node)), distinct=True)
    decisive = frame.session.decisive(text)
    data: dict[str, Value] = {}
    if callee.closure is not None:
        parts.given[""] = lift.part(callee.closure, "")
    for name, value in values.items():
        lift.numbers = name in wrt
        value = real(frame, value, node) if name in wrt else value
        static = None if name in wrt else compiled_in(value, name in decisive)
        if static is not None:
            parts.given[name], parts.trees[name] = static, Absent()
        elif in_parts(value):
            piece = lift.part(value, name)
            parts.given[name], parts.trees[name] = piece, _tree(piece)
        else:
            data[name], parts.trees[name] = value, Leaf(name)
    for name, value in (data | lift.leaves).items():
        whole = materialise(frame, value, node)
        if isinstance(whole, Bad):
            return None
        parts.atoms[name] = whole.atom
        kind = general(type_of(whole.atom))
        parts.given[name] = forget(kind, lambda v: v[0] == "?" or v in values)
    return parts


def real(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """A value to differentiate by: a whole number is the real number that it is."""
    match value:
        case Plain(atom=Const(value=int() as number)) if type(number) is int:
            return plain(frame.emit("same", [Const(float(number))], node))
        case Plain(atom=Const(value=float())):
            return plain(frame.emit("same", [value.atom], node))
        case Plain(atom=atom):
            kind = type_of(atom)
            whole = isinstance(kind, Scalar) and kind.dtype[0] in "iu"
            return apply(frame, "builtins.float", [value], node) if whole else value
        case Items(items=items):
            return replace(value, items=tuple(real(frame, v, node) for v in items))
    return value


def _tree(piece: Piece) -> Tree:
    """How the leaves of an argument make it up; what is no data is absent."""
    items = tuple(map(_tree, piece.parts))
    match piece.kind:
        case "leaf":
            return Leaf(str(piece.key))
        case "items" if piece.what is None:
            return Branch("tuple", tuple(range(len(items))), items, ("tuple",))
        case "items":
            names = tuple(item.name for item in piece.what.fields() or ())
            return Branch("named", names, items, (piece.what,))
        case "dict":
            keys = tuple(map(entry_value, piece.names))
            return Branch("dict", keys, items, ("dict",))
        case "listed":
            (inner,) = items
            assert piece.names == (ITEMS,)
            return replace(inner, kind="list") if isinstance(inner, Branch) else inner
        case "object":
            return Branch("object", piece.names, items, (piece.what,))
    return Absent()


def flat(
    frame: Frame, value: Value, tree: Tree, node: cst.CSTNode
) -> list[tuple[str, Atom]] | None:
    """The leaves of a value that has the structure of a tree; None if it has not."""
    if isinstance(tree, Absent):
        return []
    if isinstance(tree, Leaf):
        atom = materialise(frame, real(frame, value, node), node)
        return None if isinstance(atom, Bad) else [(tree.name, atom.atom)]
    inner = _inside(frame, value, tree)
    if inner is None:
        return None
    found: list[tuple[str, Atom]] = []
    for item, part in zip(inner, tree.items, strict=True):
        leaves = flat(frame, item, part, node)
        if leaves is None:
            return None
        found += leaves
    return found


def _inside(frame: Frame, value: Value, tree: Branch) -> Sequence[Value] | None:
    """What a container has inside, in the order of a tree's keys."""
    entries: dict[Any, Value]
    match value:
        case Dict():
            entries = dict(entries_of(frame.state, value))
        case Object(number=number):
            names = frame.state.names.items()
            entries = {name: v for (found, name), v in names if found == number}
        case _:
            items = known_items(frame, value)
            return items if items and len(items) == len(tree.items) else None
    same = entries.keys() == set(tree.keys)
    return [entries[key] for key in tree.keys] if same else None


def nested(frame: Frame, tree: Tree, leaves: Sequence[Atom], node: cst.CSTNode) -> Atom:
    """The leaves of a tree as one value: a tuple for each container."""
    waiting = iter(leaves)

    def nest(part: Tree) -> Atom:
        if isinstance(part, Leaf):
            return next(waiting)
        assert isinstance(part, Branch)
        inner = [nest(item) for item in part.items if not isinstance(item, Absent)]
        return frame.emit("tuple", inner, node)

    return nest(tree)


def value_of(frame: Frame, tree: Tree, atom: Atom, node: cst.CSTNode) -> Value:
    """The containers that a value makes up, which is a tuple for each of them."""
    if atom == UNDEF:
        return BAD
    if isinstance(tree, Leaf):
        return plain(atom)
    if isinstance(tree, Absent):
        return NOTHING
    there = [part for part in tree.items if not isinstance(part, Absent)]
    outs = frame.builder.bind(
        "unpack", [atom], {}, ("",) * len(there), origin=frame.origin(node)
    )
    waiting = iter(outs)
    values = [
        NOTHING
        if isinstance(part, Absent)
        else value_of(frame, part, next(waiting), node)
        for part in tree.items
    ]
    return _container(frame, tree, values, node)


def _container(
    frame: Frame, tree: Branch, values: list[Value], node: cst.CSTNode
) -> Value:
    cls = tree.source[0] if tree.source else None
    match tree.kind:
        case "tuple":
            return Items(tuple(values))
        case "list":
            return new_list(frame, values)
        case "dict":
            pairs = [(Const(key), v) for key, v in zip(tree.keys, values, strict=True)]
            made = new_dict(frame, pairs, node)
            return table_of(frame, pairs, node) if made is None else made
        case "named" if isinstance(cls, ClassText):
            return Items(tuple(values), cls)
        case "object" if isinstance(cls, ClassText):
            number = frame.scope_number()
            for name, value in zip(tree.keys, values, strict=True):
                frame.state.names[number, name] = value
            return Object(number, cls)
    return frame.report(
        "SD204",
        "the function whose derivative is asked for returns an object",
        node,
        help="return a number, an array, or tuples, lists and dicts of them",
    )
