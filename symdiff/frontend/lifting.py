"""Arguments that are no values of the IR: taken apart by the caller, and put together.

A closure is its text and what its free names refer to; an object is its class and its
attributes. What is data in them is passed as further arguments; the rest, the `Piece`,
is compiled into the callee.

    def total(p):                                 def rec(t, n, p): ...
        def rec(t, n): ... p ...            →     return rec(t, 5, p)
        return rec(t, 5)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from symdiff.frontend.frame import Frame
from symdiff.frontend.liveness import mentioned
from symdiff.frontend.scope import Scope, local_names
from symdiff.frontend.state import base_name
from symdiff.frontend.values import (
    Bound,
    Choice,
    Closure,
    Derived,
    Dict,
    Items,
    Listed,
    Method,
    Object,
    Partial,
    Plain,
    Pulled,
    Ref,
    Value,
)
from symdiff.ir.nodes import Const


@dataclass(frozen=True, slots=True)
class Piece:
    """What is compiled into a callee of an argument; `parts` are what it is made of.

    `key` tells parts apart that need different code; `what` is what it stands for.
    """

    kind: str
    key: Hashable
    what: Any = field(compare=False, default=None)
    names: tuple[str, ...] = ()
    parts: tuple[Piece, ...] = ()


@dataclass
class Lift:
    """Takes the arguments of one call apart; `leaves` are the data in them, by name.

    What is passed twice is one leaf, unless they are to be `distinct`. Constant real
    numbers are leaves too if `numbers` are.
    """

    frame: Frame
    taken: set[str]
    leaves: dict[str, Value] = field(default_factory=dict)
    distinct: bool = False
    numbers: bool = False
    inside: list[Closure] = field(default_factory=list)

    def part(self, value: Value, name: str) -> Piece:
        """Take one value apart; the data in it gets names like `name`."""
        match value:
            case Plain(atom=Const(value=float())) if self.numbers:
                return Piece("leaf", self._leaf(value, name))
            case Plain(atom=Const(value=found)):
                return Piece("fixed", (type(found).__name__, repr(found)), value)
            case Plain() | Ref():
                return Piece("leaf", self._leaf(value, name))
            case Closure():
                return self._closure(value)
            case Items(items=items, cls=cls):
                parts = tuple(self.part(v, f"{name}_{n}") for n, v in enumerate(items))
                return Piece("items", cls, cls, (), parts)
        return self._made_of(value, name)

    def _made_of(self, value: Value, name: str) -> Piece:
        """Take apart what has other values in it; what has none is compiled in."""
        match value:
            case Partial(function=function, args=args, kwargs=kwargs):
                more = (*args, *(v for _, v in kwargs))
                parts = tuple(self.part(v, name) for v in (function, *more))
                return Piece(
                    "partial", len(args), None, tuple(k for k, _ in kwargs), parts
                )
            case Derived(function=function, chain=chain):
                return Piece("derived", chain, chain, (), (self.part(function, name),))
            case Pulled(backward=back, given=given):
                parts = tuple(self.part(v, name) for v in given)
                return Piece("pulled", back, back, (), parts)
            case Bound(text=text, receiver=receiver):
                return Piece("bound", text, text, (), (self.part(receiver, name),))
            case Method(receiver=receiver, name=method):
                return Piece("method", method, None, (), (self.part(receiver, name),))
            case Choice(test=test, first=first, second=second):
                parts = tuple(self.part(v, name) for v in (Plain(test), first, second))
                return Piece("choice", None, None, (), parts)
            case Object(number=number, cls=cls):
                return self._record("object", number, cls)
            case Dict(number=number) | Listed(number=number):
                return self._record(type(value).__name__.lower(), number, None)
        return Piece("fixed", _identity(value), value)

    def _leaf(self, value: Value, name: str) -> str:
        for known, leaf in self.leaves.items():
            if leaf == value and not self.distinct:
                return known
        free, count = name, 1
        while free in self.taken:
            count += 1
            free = f"{name}_{count}"
        self.taken.add(free)
        self.leaves[free] = value
        return free

    def _closure(self, value: Closure) -> Piece:
        for depth, outer in enumerate(self.inside):
            if outer.text is value.text:
                return Piece("again", depth)
        names = [f"={name}" for name, _ in value.defaults]
        parts = [self.part(found, name) for name, found in value.defaults]
        self.inside.append(value)
        free = mentioned(value.text.node.body) - local_names(value.text.node)
        for name in sorted(free):
            found = self._seen_from(value.scope, name)
            if found is not None:
                names.append(name)
                parts.append(self.part(found, name))
        self.inside.pop()
        return Piece("closure", value.text.node, value.text, tuple(names), tuple(parts))

    def _seen_from(self, scope: Scope | None, name: str) -> Value | None:
        """What a free name of a closure refers to, None if it is not bound so far."""
        while scope is not None:
            if name in scope.locals:
                return self.frame.state.names.get((scope.number, name))
            scope = scope.parent
        return None

    def _record(self, kind: str, number: int, cls: Any) -> Piece:
        entries = [
            (name, value)
            for (found, name), value in self.frame.state.names.items()
            if found == number
        ]
        parts = tuple(self.part(v, base_name(n)) for n, v in entries)
        return Piece(kind, cls, cls, tuple(n for n, _ in entries), parts)


@dataclass
class Rebuild:
    """Puts arguments together again in the callee, whose parameters are `leaves`.

    `records` are the dicts, objects and scopes made, with what they hold: the caller
    does not see what is bound in them.
    """

    frame: Frame
    leaves: Mapping[str, Value]
    inside: list[Closure] = field(default_factory=list)
    records: dict[int, dict[str, Value]] = field(default_factory=dict)

    def value(self, part: Piece) -> Value:
        """The value that a part stands for."""
        match part.kind:
            case "fixed":
                found: Value = part.what
                return found
            case "leaf":
                return self.leaves[str(part.key)]
            case "closure":
                return self._closure(part)
            case "again":
                assert isinstance(part.key, int)
                return self.inside[part.key]
        return _MADE[part.kind](self, part)

    def _closure(self, part: Piece) -> Closure:
        frame = self.frame
        free = frozenset(n for n in part.names if not n.startswith("="))
        scope = Scope(frame.scope_number(), part.what, free)
        depth = len(self.inside)
        pairs = list(zip(part.names, part.parts, strict=True))
        # A default is evaluated before its function exists, so it comes first.
        defaults = tuple((n[1:], self.value(p)) for n, p in pairs if n not in free)
        made = Closure(part.what, scope, defaults)
        self.inside.append(made)
        held = {name: self.value(inner) for name, inner in pairs if name in free}
        for name, value in held.items():
            frame.state.names[scope.number, name] = value
        self.records[scope.number] = held
        del self.inside[depth:]
        return made

    def record(self, part: Piece) -> int:
        """A scope with the entries of a dict, a list or an object."""
        number = self.frame.scope_number()
        held = {
            name: self.value(inner)
            for name, inner in zip(part.names, part.parts, strict=True)
        }
        for name, value in held.items():
            self.frame.state.names[number, name] = value
        self.records[number] = held
        return number


def _partial(made: Rebuild, part: Piece) -> Value:
    function, *rest = map(made.value, part.parts)
    assert isinstance(part.key, int)
    args, more = rest[: part.key], rest[part.key :]
    return Partial(function, tuple(args), tuple(zip(part.names, more, strict=True)))


def _choice(made: Rebuild, part: Piece) -> Value:
    test, first, second = map(made.value, part.parts)
    assert isinstance(test, Plain)
    return Choice(test.atom, first, second)


_MADE: dict[str, Callable[[Rebuild, Piece], Value]] = {
    "items": lambda m, p: Items(tuple(map(m.value, p.parts)), p.what),
    "partial": _partial,
    "choice": _choice,
    "bound": lambda m, p: Bound(p.what, m.value(p.parts[0])),
    "derived": lambda m, p: Derived(m.value(p.parts[0]), p.what),
    "pulled": lambda m, p: Pulled(p.what, tuple(map(m.value, p.parts))),
    "method": lambda m, p: Method(m.value(p.parts[0]), str(p.key)),
    "object": lambda m, p: Object(m.record(p), p.what),
    "dict": lambda m, p: Dict(m.record(p)),
    "listed": lambda m, p: Listed(m.record(p)),
}


def _identity(value: Value) -> Hashable:
    found = getattr(value, "object", None)
    text = getattr(value, "text", None)
    return type(value).__name__, id(found) if found is not None else text
