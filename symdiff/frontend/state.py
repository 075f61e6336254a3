"""What is known at one point: names, versions of cells, who may share storage."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from symdiff.errors import Span
from symdiff.frontend.values import Value
from symdiff.ir.nodes import Atom

Key = tuple[int, str]
"""A name in a scope: the scope's number and the name."""

HIDDEN = {
    "?return": "returned",
    "=return": "result",
    "?break": "stopped",
    "?continue": "skipped",
}
"""The hidden names of early exits (see `exits.py`), and what they are shown as."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Storage that names refer to. `site` says in a stable way where it was made."""

    name: str
    site: Hashable


@dataclass(frozen=True, slots=True)
class Poison:
    """Why the known version of a cell may be stale: a store through something else."""

    span: Span
    through: str


@dataclass(slots=True)
class State:
    """The references and versions at one point; branches copy it and join the copies.

    `pairs` are the cells that may share storage, smaller number first. `dead` says how
    the path has ended, if it has: by `raise`, by `return`, or by an exit of the `loop`
    around (break, continue). The exits taken are hidden names, see `exits.py`.
    """

    names: dict[Key, Value] = field(default_factory=dict)
    heap: dict[int, Atom] = field(default_factory=dict)
    pairs: set[tuple[int, int]] = field(default_factory=set)
    poison: dict[int, Poison] = field(default_factory=dict)
    dead: str = ""

    def copy(self) -> State:
        """An independent copy."""
        return State(
            dict(self.names),
            dict(self.heap),
            set(self.pairs),
            dict(self.poison),
            self.dead,
        )

    def pair(self, a: int, b: int) -> None:
        """Note that two cells may share storage."""
        if a != b:
            self.pairs.add((min(a, b), max(a, b)))

    def may_share(self, a: int, b: int) -> bool:
        """Whether two cells may share storage, or are one."""
        return a == b or (min(a, b), max(a, b)) in self.pairs

    def any_share(self, left: frozenset[int], right: frozenset[int]) -> bool:
        """Whether some cell of one set may share storage with one of the other."""
        return any(self.may_share(a, b) for a in left for b in right)

    def partners(self, cell: int) -> list[int]:
        """The other cells that may share storage with a cell."""
        return sorted({b if a == cell else a for a, b in self.pairs if cell in (a, b)})
