"""What a template needs of whoever builds statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from symdiff.ir.nodes import Atom

Names = Mapping[str, Atom]
Targets = str | tuple["Targets", ...]
Body = Callable[["Build", Names], Names]


class Build(Protocol):
    """What a template needs of a builder of statements."""

    def __call__(
        self, op: str, args: tuple[Atom, ...], kwargs: Mapping[str, Atom]
    ) -> Atom:
        """Bind one operation that has one result, and infer its type."""

    def many(
        self, n: int, op: str, args: tuple[Atom, ...], kwargs: Mapping[str, Atom]
    ) -> tuple[Atom, ...]:
        """Bind one operation that has `n` results."""

    def named(self, atom: Atom, base: str) -> Atom:
        """The same value; `base` is the name the template gives to it, a suggestion."""

    def loop(
        self, target: Targets, iterable: Atom, carried: Names, body: Body
    ) -> Names:
        """Run `body` for every item of `iterable`; the final values of `carried`.

        `body(build, names)` is called with a builder for the inside of the loop and
        the atoms of the targets and of the carried names; it emits one iteration and
        returns the new values of the carried names.
        """
