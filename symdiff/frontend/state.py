"""What is known at one point: names, versions of cells, who may share storage."""

from __future__ import annotations

import ast
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from symdiff.errors import Span
from symdiff.frontend.sharing import Sharing
from symdiff.frontend.values import Value
from symdiff.ir.nodes import Atom

Key = tuple[int, str]
"""A name in a scope: the scope's number and the name."""

HIDDEN = {
    "?return": "returned",
    "=return": "result",
    "?break": "stopped",
    "?else": "stopped",
    "?continue": "skipped",
}
"""The hidden names of early exits (see `exits.py`), and what they are shown as."""


def entry_name(key: Any) -> str:
    """The name that a dict keeps the value of a key under."""
    return f"[{key!r}]"


def entry_value(name: str) -> Any:
    """The key that an entry's name stands for."""
    return ast.literal_eval(name[1:-1])


def base_name(name: str) -> str:
    """What a name is shown as: an entry's as an identifier, a hidden one in words."""
    if not name.startswith("["):
        return HIDDEN.get(name, name)
    words = re.sub(r"\W+", "_", name).strip("_")
    return words if words.isidentifier() else f"item_{words}".rstrip("_")


@dataclass(frozen=True, slots=True)
class Cell:
    """Storage that names refer to. `site` says in a stable way where it was made.

    The items of a `packed` array are in a row in memory. NumPy lets nobody write to a
    `frozen` one.
    """

    name: str
    site: Hashable
    packed: bool = False
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Poison:
    """Why the known version of a cell may be stale: a store through something else."""

    span: Span
    through: str


@dataclass(slots=True)
class State:
    """The references and versions at one point; branches copy it and join the copies.

    `doubts` are the cells that were stale on a path that has returned. `dead` says how
    the path has ended, if it has: by `raise`, by `return`, or by an exit of the `loop`
    around (break, continue). The exits taken are hidden names, see `exits.py`.
    """

    names: dict[Key, Value] = field(default_factory=dict)
    heap: dict[int, Atom] = field(default_factory=dict)
    sharing: Sharing = field(default_factory=Sharing)
    poison: dict[int, Poison] = field(default_factory=dict)
    doubts: set[int] = field(default_factory=set)
    dead: str = ""

    def copy(self) -> State:
        """An independent copy."""
        return State(
            dict(self.names),
            dict(self.heap),
            self.sharing.copy(),
            dict(self.poison),
            set(self.doubts),
            self.dead,
        )
