"""What the program generator knows at a point of the program that it is writing."""

from __future__ import annotations

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
    break continue return lists dicts closures comprehensions effects param_stores
    reshape
"""
DEFAULT = frozenset(_DEFAULT.split())
OPTIONAL = frozenset(_OPTIONAL.split())


@dataclass(frozen=True)
class Value:
    """A variable: its shape, or a whole number between `low` and `high`.

    `writable` is false for what may share memory with an argument.
    """

    shape: Shape = ()
    integer: bool = False
    low: int | None = None
    high: int | None = None
    writable: bool = True
    items: int = 0


@dataclass(frozen=True)
class Helper:
    """A function that the program may call; its last parameter may be `optional`."""

    name: str
    names: tuple[str, ...]
    params: tuple[Value, ...]
    results: tuple[Shape, ...]
    optional: bool = False


@dataclass
class Scope:
    """The variables in sight, and the choices that are left."""

    rng: random.Random
    features: frozenset[str]
    n: int
    m: int
    names: dict[str, Value] = field(default_factory=dict)
    helpers: list[Helper] = field(default_factory=list)
    frozen: frozenset[str] = frozenset()
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
        return [
            name
            for name, v in self.names.items()
            if not v.integer and not v.items and v.shape == shape
            if v.writable or not writable
        ]

    def of_rank(self, rank: int, writable: bool = False) -> list[str]:
        return [
            name
            for name, v in self.names.items()
            if not v.integer and not v.items and len(v.shape) == rank
            if v.writable or not writable
        ]

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
