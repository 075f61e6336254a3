"""What the program generator knows at a point of the program that it is writing."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

Shape = tuple[int, ...]

_DEFAULT = """
    views slices stores inplace alias branch ternary for each enumerate zip reversed
    while nested swap chain calls ints zero_trip math numpy reductions broadcast linalg
    where compare boolean names matrices shadow rebind fancy mutate_in_call
    globals keywords unpack
"""
_OPTIONAL = """
    break continue return lists dicts closures comprehensions steps effects
    param_stores
    reshape masks gathers rows out pops else wild regions match recursion dispatch
    star_args walrus nests picking objects
"""
DEFAULT = frozenset(_DEFAULT.split())
OPTIONAL = frozenset(_OPTIONAL.split())

NEW = itertools.count(1)
"""Numbers for pieces of storage; what counts is whether two of them are the same."""


@dataclass(frozen=True)
class Value:
    """A variable: its shape, or a whole number between `low` and `high`.

    `writable` is false for what may share memory with an argument. `homes` are the
    pieces of storage that it may be in.
    """

    shape: Shape = ()
    integer: bool = False
    low: int | None = None
    high: int | None = None
    writable: bool = True
    items: int = 0
    homes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Helper:
    """A function that the program may call; its last parameter may be `optional`."""

    name: str
    names: tuple[str, ...]
    params: tuple[Value, ...]
    results: tuple[Shape, ...]
    optional: bool = False
    stores: bool = False


@dataclass
class Scope:
    """The variables in sight, and the choices that are left.

    Loops around run over the `held` storage; the `lent` is of a caller of the function.
    """

    rng: random.Random
    features: frozenset[str]
    n: int
    m: int
    names: dict[str, Value] = field(default_factory=dict)
    helpers: list[Helper] = field(default_factory=list)
    frozen: frozenset[str] = frozenset()
    held: frozenset[int] = frozenset()
    lent: frozenset[int] = frozenset()
    depth: int = 0
    loops: int = 0

    def has(self, feature: str) -> bool:
        return not feature or feature in self.features

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def pick(self, items: Sequence[str]) -> str:
        return self.rng.choice(items)

    def number(self) -> str:
        return str(round(self.rng.uniform(-1.5, 1.5), 2) or 0.5)

    def of_shape(self, shape: Shape, writable: bool = False) -> list[str]:
        names = self.of_rank(len(shape), writable)
        return [name for name in names if self.names[name].shape == shape]

    def of_rank(self, rank: int, writable: bool = False) -> list[str]:
        return [
            name
            for name, v in self.names.items()
            if not v.integer and not v.items and len(v.shape) == rank
            if not writable or (v.writable and self.free(v))
        ]

    def free(self, v: Value) -> bool:
        """Whether no loop around runs over the storage of a value."""
        return self.has("wild") or not v.homes & self.held

    def may_bind(self, name: str, shared: bool) -> bool:
        """Whether a tame program binds a name anew; `shared` to an array that exists.

        Where it depends on the data which names share an array, a store is refused.
        """
        v = self.names.get(name)
        if v is None or not v.shape or not self.depth or self.has("wild"):
            return True
        others = (w.homes for other, w in self.names.items() if other != name)
        if shared or not self.free(v) or v.homes & self.lent:
            return False
        return not any(v.homes & h for h in others)

    def integers(self) -> list[str]:
        return [name for name, v in self.names.items() if v.integer]

    def lists(self) -> list[str]:
        return [name for name, v in self.names.items() if v.items]

    def inner(self, loop: bool = False) -> Scope:
        """A scope for a block: what it defines is not seen outside."""
        return replace(
            self,
            names=dict(self.names),
            depth=self.depth + 1,
            loops=self.loops + loop,
        )

    def leave(self, *blocks: Scope) -> None:
        """Keep of the variables what is sure after any of the blocks."""
        for name, value in self.names.items():
            for block in blocks:
                if not block.names[name].writable:
                    self.names[name] = value = replace(value, writable=False)
