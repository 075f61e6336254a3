"""The phis at a loop's head: one for each value that an iteration changes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend.exits import base, default
from symdiff.frontend.frame import Block, Frame, plain, type_of
from symdiff.frontend.join import Arm, read_at_end
from symdiff.frontend.state import Key, State, base_name
from symdiff.frontend.values import (
    Bad,
    Dict,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    immutable,
    part_words,
)
from symdiff.ir.nodes import Atom, Var
from symdiff.ir.types import ANY, Tuple, Type, join


@dataclass(frozen=True, slots=True)
class Keyed:
    """The types of a dict that each iteration may make anew, entry by entry."""

    entries: tuple[tuple[str, Tree], ...]
    sites: frozenset[int] = frozenset()


Tree = Type | tuple["Tree", ...] | Keyed
"""The type at the head of a name, item by item for what is known that way."""

Path = tuple[int | str, ...]


@dataclass(eq=False)
class Leaf:
    """A value that is carried around a loop: `out` at the head, `first` before it.

    `cell` is the storage it has at the head, `before` the cells it had before the loop.
    """

    key: Key
    path: Path
    out: Var
    first: Atom
    cell: int | None = None
    before: frozenset[int] = frozenset()


@dataclass(eq=False)
class Head:
    """The head of a loop in one attempt at lowering it."""

    frame: Frame
    node: cst.CSTNode
    outer: Block
    before: State
    leaves: list[Leaf] = field(default_factory=list)

    def value(
        self, tree: Tree, key: Key, path: Path, at: Value | None, word: str = ""
    ) -> Value:
        """The value of a name at the head, `at` being the one before the loop.

        `word` is what it is called, if it is a part that has a name of its own.
        """
        if isinstance(tree, tuple):
            items = at.items if isinstance(at, Items) else (None,) * len(tree)
            words = part_words(at) or ("",) * len(tree)
            parts = enumerate(zip(tree, items, words, strict=True))
            found = tuple(
                self.value(t, key, (*path, i), v, w or word) for i, (t, v, w) in parts
            )
            return Items(found, at.cls if isinstance(at, Items) else None)
        if isinstance(tree, Keyed):
            made = Dict(self.frame.scope_number(), tree.sites)
            for name, inner in tree.entries:
                entry = part(at, (name,), self.before)
                called = base_name(name)
                value = self.value(inner, key, (*path, name), entry, called)
                self.frame.state.names[made.number, name] = value
            return made
        first = read_at_end(self.frame, Arm(self.outer, self.before), at, self.node)
        return self.leaf(tree, key, path, first, at, word)

    def leaf(
        self,
        type: Type,
        key: Key,
        path: Path,
        first: Atom,
        at: Value | None,
        word: str = "",
    ) -> Value:
        """A phi at the head, with storage of its own if it may be written to."""
        word = word or base(self.frame, key)
        out = self.frame.builder.fresh(word, type)
        cells = frozenset() if at is None else cells_of(at)
        leaf = Leaf(key, path, out, first, None, cells)
        self.leaves.append(leaf)
        if immutable(type):
            return plain(out)
        site = ("head", key, path, id(self.node))
        leaf.cell = self.frame.new_cell(Plain(out), word, site)
        return Ref(leaf.cell)


def value_before(state: State, key: Key) -> Value | None:
    """What a name is in a state; the flag of an exit is false unless it is bound."""
    return state.names.get(key, default(key))


def part(value: Value | None, path: Path, state: State) -> Value | None:
    """The item of nested tuples and dicts that a path leads to."""
    for at in path:
        if isinstance(value, Items) and isinstance(at, int):
            value = value.items[at]
        elif isinstance(value, Dict) and isinstance(at, str):
            value = state.names.get((value.number, at))
        else:
            value = None
    return value


def widen(
    tree: Tree | None, frame: Frame, arm: Arm, value: Value | None, node: cst.CSTNode
) -> Tree | None:
    """The types at the head after one more value has been seen for a name."""
    if value is None or isinstance(value, Bad):
        return tree
    if isinstance(value, Items):
        old = tree if isinstance(tree, tuple) else (None,) * len(value.items)
        if (tree is None or isinstance(tree, tuple)) and len(old) == len(value.items):
            pairs = zip(old, value.items, strict=True)
            found = [widen(t, frame, arm, v, node) for t, v in pairs]
            return None if None in found else tuple(t for t in found if t is not None)
    if isinstance(value, Dict):
        return _widen_dict(tree, frame, arm, value, node)
    if not isinstance(value, Plain | Ref | Items) or isinstance(tree, Keyed):
        return tree
    seen = frame.outside(type_of(read_at_end(frame, arm, value, node)))
    return seen if tree is None else join(flat(tree), seen)


def _widen_dict(
    tree: Tree | None, frame: Frame, arm: Arm, value: Dict, node: cst.CSTNode
) -> Tree | None:
    if tree is not None and not isinstance(tree, Keyed):
        return tree
    found: dict[str, Tree | None] = dict(tree.entries) if tree is not None else {}
    for (number, name), entry in arm.state.names.items():
        if number == value.number:
            found[name] = widen(found.get(name), frame, arm, entry, node)
    known = tuple((name, t) for name, t in found.items() if t is not None)
    return Keyed(known, value.sites | (tree.sites if tree is not None else frozenset()))


def flat(tree: Tree) -> Type:
    """A tree as a single type."""
    if isinstance(tree, Keyed):
        return ANY
    return Tuple(tuple(map(flat, tree))) if isinstance(tree, tuple) else tree


def site_of(frame: Frame, cell: int) -> Hashable:
    """The stable name of a cell."""
    return frame.cell(cell).site
