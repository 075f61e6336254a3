"""What an expression of the user's program stands for while it is being lowered.

The IR knows immutable values only. Here are the references that Python has: a name
refers to a cell (storage that may be written to, with a current version) or to a view
of one, to an immutable value, to a tuple of those, or to something known by identity
that never becomes a value of the program (a module, a function, a lambda).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from symdiff.frontend.classes import ClassText
from symdiff.frontend.scope import Scope
from symdiff.frontend.source import FunctionText
from symdiff.ir.nodes import Atom, Const
from symdiff.ir.types import List, Opaque, Scalar, Table, Tuple, Type
from symdiff.options import Options

IMMUTABLE_KINDS = frozenset(
    {"str", "range", "slice", "none", "ellipsis", "module", "function", "dtype"}
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a view's path: the operation that takes the view out of its base."""

    op: str
    args: tuple[Atom, ...] = ()
    kwargs: tuple[tuple[str, Atom], ...] = ()
    token: int = field(default=0, compare=False)
    base: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Plain:
    """An immutable value, or one that no name refers to yet.

    `shares` are the cells whose storage the value may share, `holds` those that it may
    contain, `within` the containers that it may be an item of. The items of a `uniform`
    one may be one and the same, those of a `packed` array are in a row in memory.
    A `frozen` one is a view that cannot be written to.
    """

    atom: Atom
    shares: frozenset[int] = field(default=frozenset(), compare=False)
    holds: frozenset[int] = field(default=frozenset(), compare=False)
    within: frozenset[int] = field(default=frozenset(), compare=False)
    uniform: bool = field(default=False, compare=False)
    packed: bool = field(default=False, compare=False)
    frozen: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A cell, or the view of it that `path` leads to."""

    cell: int
    path: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple whose items are known one by one, a named tuple if it has a class."""

    items: tuple[Value, ...]
    cls: ClassText | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A module, a library function or a type, known by identity."""

    object: Any = field(compare=False)
    name: str


@dataclass(frozen=True, slots=True)
class UserFunction:
    """A function of the user's, by its text."""

    text: FunctionText


@dataclass(frozen=True, slots=True)
class Closure:
    """A lambda or a nested function; it is called in the scope that defines it."""

    text: FunctionText
    scope: Scope
    defaults: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """`x.name` before it is called."""

    receiver: Value
    name: str


@dataclass(frozen=True, slots=True)
class UserClass:
    """A class of the user's."""

    text: ClassText


@dataclass(frozen=True, slots=True)
class Object:
    """An object of a user's class that the program makes.

    Its attributes are names in the scope of its number.
    """

    number: int
    cls: ClassText


@dataclass(frozen=True, slots=True)
class Dict:
    """A dict with constant keys: its values are names in the scope of its number.

    `sites` are the places in the text that may have made it.
    """

    number: int
    sites: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of functions or objects, known item by item."""

    number: int


@dataclass(frozen=True, slots=True)
class Deque:
    """A `collections.deque`: a list that keeps its last `limit` items."""

    items: Value
    limit: Value | None


@dataclass(frozen=True, slots=True)
class Bound:
    """A method of a user's class and the object that it was taken from."""

    text: FunctionText
    receiver: Value


@dataclass(frozen=True, slots=True)
class Partial:
    """A function some of whose arguments are given already."""

    function: Value
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Lazy:
    """An iterator on its way to what uses it up: a `Plan` of `frontend.plans`."""

    plan: Any = field(compare=False)


@dataclass(frozen=True, slots=True)
class Super:
    """`super()` in a method of a live class: what comes after it for the receiver."""

    cls: type
    receiver: Value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of two functions: `test` says which one."""

    test: Atom
    first: Value
    second: Value


@dataclass(frozen=True, slots=True)
class Derived:
    """What transforms make of a function, innermost first: `symdiff.grad(f)`."""

    function: Value
    chain: tuple[Options, ...]


@dataclass(frozen=True, slots=True)
class Pulled:
    """What `symdiff.vjp` returns beside the value: pulls cotangents back.

    `backward` is a function of the program (see `derivatives`), `given` what it is
    passed of what was known at the call.
    """

    backward: Any
    given: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A name that stands for different functions on different paths."""

    what: str


@dataclass(frozen=True, slots=True)
class Bad:
    """What an expression that was refused stands for: silences what follows from it."""


BAD = Bad()
NOTHING = Plain(Const(None))
Value = (
    Plain
    | Ref
    | Items
    | Known
    | UserFunction
    | Closure
    | Method
    | UserClass
    | Object
    | Bound
    | Partial
    | Dict
    | Listed
    | Deque
    | Lazy
    | Super
    | Choice
    | Derived
    | Pulled
    | Conflict
    | Bad
)
DATA = (Plain, Ref, Items, Dict, Bad)
"""What may differ on two paths that meet."""
INLINED = (
    UserFunction,
    Closure,
    Method,
    UserClass,
    Object,
    Bound,
    Partial,
    Dict,
    Listed,
    Deque,
    Choice,
    Derived,
    Pulled,
    Super,
)
"""What cannot be passed to a function of the IR: such a call is inlined."""
CALLABLE = (
    Known,
    UserFunction,
    Closure,
    Method,
    UserClass,
    Bound,
    Partial,
    Choice,
    Derived,
    Pulled,
)
"""What is there to be called only."""


def immutable(type: Type) -> bool:
    """Whether no store can ever change a value of this type."""
    match type:
        case Scalar():
            return True
        case Opaque(kind=kind):
            return kind in IMMUTABLE_KINDS
        case Tuple(items=items):
            return all(map(immutable, items))
    return False


def of_immutable(type: Type) -> bool:
    """Whether a type is that of a container into whose items nothing can be stored."""
    match type:
        case Tuple(items=items):
            return all(map(immutable, items))
        case Table(value=item) | List(item=item):
            return immutable(item)
    return False


def inlined(value: Value) -> bool:
    """Whether a value, or one in it, cannot be passed to a function of the IR."""
    if isinstance(value, Items):
        return value.cls is not None or any(map(inlined, value.items))
    return isinstance(value, INLINED)


def leaves(value: Value) -> Iterator[Value]:
    """The items of nested tuples, left to right."""
    todo = [value]
    while todo:
        head = todo.pop()
        if isinstance(head, Items):
            todo.extend(reversed(head.items))
        else:
            yield head


def part_words(value: Value | None) -> tuple[str, ...]:
    """What the items of a tuple are called, if they have names of their own."""
    if not isinstance(value, Items):
        return ()
    names = [item.name for item in value.cls.fields() or ()] if value.cls else []
    return tuple(names) if names else ("",) * len(value.items)


def cells_of(value: Value) -> frozenset[int]:
    """Every cell whose storage a value refers to or may share."""
    found: set[int] = set()
    for leaf in leaves(value):
        match leaf:
            case Ref(cell=cell):
                found.add(cell)
            case Plain(shares=shares, holds=holds, within=within):
                found |= shares | holds | within
    return frozenset(found)
