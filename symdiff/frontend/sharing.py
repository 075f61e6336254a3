"""Who sees a store: which cells may be changed by writing into which other.

Two relations between cells, both closed when they grow. `touch(a, b)`: writing into
`a` itself may change what `b` refers to, because they may be one, or views of one, or
because `b` is a container that holds `a`. `inner(a, b)`: the container `a` may hold
`b`, so that writing through an item of `a` may change `b`; `inner(a, a)` says that the
items of `a` may be one and the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Pair = tuple[int, int]
Relation = tuple[str, int, int]


@dataclass(slots=True)
class Sharing:
    """The two relations at one point of the program."""

    touch: set[Pair] = field(default_factory=set)
    inner: set[Pair] = field(default_factory=set)

    def copy(self) -> Sharing:
        """An independent copy."""
        return Sharing(set(self.touch), set(self.inner))

    def join(self, other: Sharing) -> Sharing:
        """What may hold after either of two paths."""
        return Sharing(self.touch | other.touch, self.inner | other.inner)

    def alias(self, a: int, b: int) -> None:
        """Note that two cells may be one, or views of one."""
        if a == b:
            return
        # Each of them stands in all relations in which the other does.
        for one, two in ((a, b), (b, a)):
            for relation in (self.touch, self.inner):
                relation |= {
                    (two if x == one else x, two if y == one else y)
                    for x, y in relation
                    if one in (x, y) and two not in (x, y)
                }
        self.touch |= {(a, b), (b, a)}

    def hold(self, container: int, item: int) -> None:
        """Note that a container may hold an item."""
        if container == item:
            return
        below = {item, *self.held(item)}
        above = {container, *(k for k, x in self.inner if x == container)}
        same = {b for a, b in self.touch if a == container and (b, a) in self.touch}
        holders = above | same
        inside = below | {x for x, y in self.touch if y in below}
        self.inner |= {(k, x) for k in holders for x in below if k != x}
        self.touch |= {(x, k) for x in inside for k in holders if k != x}

    def item(self, container: int, taken: int) -> None:
        """Note that a cell may be an item of a container, whatever that holds."""
        known = self.held(container)
        self.hold(container, taken)
        for other in known:
            self.alias(taken, other)

    def touched(self, cell: int) -> list[int]:
        """The cells that writing into a cell itself may change."""
        return sorted({b for a, b in self.touch if a == cell} - {cell})

    def held(self, cell: int) -> list[int]:
        """The cells that a container may hold."""
        return sorted({b for a, b in self.inner if a == cell} - {cell})

    def reached(self, cell: int) -> list[int]:
        """The cells that writing into a cell, or through an item of it, may change."""
        found = set(self.touched(cell))
        for item in self.held(cell):
            found |= {item, *self.touched(item)}
        same = {cell} if (cell, cell) in self.inner else set()
        return sorted((found - {cell}) | same)

    def together(self, left: Iterable[int], right: Iterable[int]) -> bool:
        """Whether a cell of one side may be one of the other, or a view of it."""
        mine, theirs = set(left), set(right)
        pairs = ((a, b) for a in mine for b in theirs)
        return bool(mine & theirs) or not self.touch.isdisjoint(pairs)

    def connected(self, left: Iterable[int], right: Iterable[int]) -> bool:
        """Whether a store into one side may be seen on the other."""
        mine, theirs = set(left), set(right)
        if mine & theirs:
            return True
        every = self.touch | self.inner
        return any(
            (a in mine and b in theirs) or (a in theirs and b in mine) for a, b in every
        )

    def between(self, parts: Mapping[int, frozenset[int]]) -> set[Relation]:
        """The relations of cells that stand for others: `parts` says for which."""
        stands: dict[int, set[int]] = {}
        for cell, cells in parts.items():
            for one in cells:
                stands.setdefault(one, set()).add(cell)
        found: set[Relation] = set()
        for group in stands.values():
            found |= {("touch", a, b) for a in group for b in group if a != b}
        for kind, relation in (("touch", self.touch), ("inner", self.inner)):
            for x, y in relation:
                pairs = ((a, b) for a in stands.get(x, ()) for b in stands.get(y, ()))
                found |= {(kind, a, b) for a, b in pairs if a != b or x == y}
        return found

    def add(self, relations: Iterable[Relation]) -> None:
        """Take relations over as they are."""
        for kind, a, b in relations:
            (self.touch if kind == "touch" else self.inner).add((a, b))

    def has(self, relation: Relation) -> bool:
        """Whether a relation is known."""
        kind, a, b = relation
        return (a, b) in (self.touch if kind == "touch" else self.inner)
