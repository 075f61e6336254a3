"""Containers at the border of a function: how arguments and results are taken apart.

A dict, a named tuple, an object, or a sequence of unlike items is no value of the IR.
What goes in is taken apart into leaves, each a parameter; what comes out is a tuple
of leaves. The last step (`transform/pack.py`) puts the user's containers back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from symdiff.ir.types import Type

KINDS = ("dict", "list", "tuple", "named", "object", "method", "partial")
"""What a record may be; `named` is a tuple whose items have names."""


@dataclass(frozen=True, slots=True)
class Record:
    """The type of an argument that is taken apart.

    `keys` are a dict's keys, an object's attributes, the fields of a named tuple or
    the positions of a sequence; `cls` is the live class of an object or named tuple,
    or what is known of it from the text.
    """

    kind: str
    keys: tuple[Any, ...]
    items: tuple[Part, ...]
    cls: Any = None

    def __str__(self) -> str:
        return (
            self.kind if self.cls is None else getattr(self.cls, "__name__", "object")
        )


@dataclass(frozen=True, slots=True)
class Static:
    """A part that is compiled in: a string, None, a function, a member of an enum.

    A number is one where only its own value decides what is computed.
    """

    value: Any

    def __eq__(self, other: object) -> bool:
        """Strings and numbers are compared by value, everything else by identity."""
        if not isinstance(other, Static):
            return NotImplemented
        if type(self.value) is type(other.value) and isinstance(self.value, str | int):
            return bool(self.value == other.value)
        return self.value is other.value

    def __hash__(self) -> int:
        """Hash what equality compares."""
        known = isinstance(self.value, str | int)
        return hash(self.value if known else id(self.value))

    def __str__(self) -> str:
        return type(self.value).__name__


@dataclass(frozen=True, slots=True)
class Again:
    """A part that is one of the records around it: `level` 1 is the innermost."""

    level: int

    def __str__(self) -> str:
        return "object"


@dataclass(frozen=True, slots=True)
class Whole:
    """An int that is differentiated as the real number that it is."""

    def __str__(self) -> str:
        return "int"


Part = Type | Record | Static | Again | Whole
"""What is known of an argument or of a part of one."""


# ---- how the leaves make up the containers


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of the flat function: the parameter of that name, or any result.

    A `whole` one is an int, which the function takes as a float.
    """

    name: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Absent:
    """A part that the flat function does not have; None in a result."""

    value: Any = field(default=None, compare=False)


Source = tuple[Any, ...]
"""What leads to a part: a parameter's name, then (kind, key) for each step into it."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A container of parts.

    `maker` is the operation that makes an object; a container of Python's own needs
    none. It is given what `source` leads to: an object to be like, or, of an object
    that the function makes itself, its class, which is a parameter.
    """

    kind: str
    keys: tuple[Any, ...]
    items: tuple[Tree, ...]
    source: Source = ()
    maker: str = ""


Tree = Leaf | Absent | Branch
VALUE = Leaf()
"""A result that is one value, whatever that is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the parameters and the result of a flat function make up the user's.

    `params` are the user's parameters in order, without what is captured. The flat
    result is a tuple for each `Branch`, of its items that are not `Absent`. `rebound`
    are the containers of the arguments whose items the function replaces.
    """

    params: tuple[tuple[str, Tree], ...]
    result: Tree = VALUE
    rebound: frozenset[Source] = frozenset()


PLAIN = Layout(())
"""The layout of a function that nobody but the program calls."""


def leaves_of(tree: Tree) -> Iterator[Leaf]:
    """The leaves, left to right."""
    todo = [tree]
    while todo:
        match todo.pop():
            case Leaf() as leaf:
                yield leaf
            case Branch(items=items):
                todo.extend(reversed(items))


def leaf_paths(tree: Branch) -> Iterator[tuple[Source, Leaf]]:
    """The leaves with the paths that lead to them, left to right."""
    todo: list[tuple[Source, Tree]] = [(tree.source, tree)]
    while todo:
        path, found = todo.pop()
        match found:
            case Leaf():
                yield path, found
            case Branch(kind=kind, keys=keys, items=items):
                pairs = zip(keys, items, strict=True)
                todo += reversed([((*path, (kind, k)), item) for k, item in pairs])


def map_leaves(tree: Tree, f: Callable[[Leaf], Tree], root: str = "") -> Tree:
    """The tree with other leaves; `root` is another parameter to make it like."""
    match tree:
        case Leaf():
            return f(tree)
        case Branch(items=items, source=source):
            found = tuple(map_leaves(item, f, root) for item in items)
            return replace(
                tree, items=found, source=(root, *source[1:]) if root else source
            )
    return tree


def sequence(*items: Tree) -> Branch:
    """A tuple of parts."""
    return Branch("tuple", tuple(range(len(items))), items)
