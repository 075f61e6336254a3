"""What is assumed of a loop while its body is lowered, and what is seen of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import libcst as cst

from symdiff.frontend.frame import Block, Frame
from symdiff.frontend.heads import (
    Head,
    Tree,
)
from symdiff.frontend.scope import bound_names, has_exit, stored_names, target_names
from symdiff.frontend.state import Key, Poison, State
from symdiff.frontend.values import Ref
from symdiff.ir.nodes import Atom, Var
from symdiff.ir.types import Type


@dataclass(eq=False)
class Assumption:
    """What a loop's body is taken to change; a cell is named by its site.

    `names` maps a name to the types at the head, None while it has no value there.
    `indexed` says that a `for` must take its items one by one, by index; `places` that
    it stores into them.
    """

    names: dict[Key, Tree | None] = field(default_factory=dict)
    cells: dict[Hashable, Type] = field(default_factory=dict)
    sharing: set[tuple[str, Hashable, Hashable]] = field(default_factory=set)
    poison: dict[Hashable, Poison] = field(default_factory=dict)
    indexed: bool = False
    places: bool = False

    def size(self) -> tuple[object, ...]:
        """What is compared to see whether an assumption has grown."""
        poisoned = set(self.poison)
        parts = dict(self.names), dict(self.cells), set(self.sharing)
        return (*parts, poisoned, self.indexed, self.places)


Body = Callable[[Assumption, State], Block]
"""Lowers an iteration from the present state; returns the block that it ends in.

It is also given the state before the loop.
"""


@dataclass(eq=False)
class Loop:
    """One attempt at a loop: the states at its head and at the end of an iteration.

    `scopes` is the number of the last scope, dict or object made before the loop.
    """

    frame: Frame
    node: cst.CSTNode
    assume: Assumption
    outer: Block
    before: State
    head: Head
    scopes: int = 0
    start: State = field(default_factory=State)
    end: State = field(default_factory=State)
    cells: list[tuple[int, Var, Atom]] = field(default_factory=list)


def changed_names(frame: Frame, node: cst.CSTNode) -> list[Key]:
    """The names that a loop assigns, with the hidden ones of its early exits."""
    surely = bound_names(node, augmented=False)
    if isinstance(node, cst.CompFor):
        surely |= target_names(node.target)
    found: list[Key] = []
    for name in sorted(bound_names(node) | surely):
        key = frame.key(name)
        if key is None or not frame.live_at_head(node, key):
            continue
        if name in surely or not isinstance(frame.state.names.get(key), Ref):
            found.append(key)
    number = frame.scope.number
    if has_exit(node, (cst.Return,)):
        found += [(number, "?return"), (number, "=return")]
    if getattr(node, "orelse", None) is not None:
        found.append((number, "?else"))
    return found


def stored_cells(frame: Frame, node: cst.CSTNode) -> list[int]:
    """The cells that a loop may store into, as a first guess from its text."""
    found: list[int] = []
    for name in sorted(stored_names(node)):
        key = frame.key(name)
        value = frame.state.names.get(key) if key is not None else None
        if isinstance(value, Ref) and value.cell >= 0:
            found.append(value.cell)
    return found
