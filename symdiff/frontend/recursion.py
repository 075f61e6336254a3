"""Functions that call themselves: what is assumed of a call until it is known.

A function is lowered with what earlier attempts have found out about it. Where an
attempt finds out more (that a function calls itself, that its arguments are more
general, that its result is of another type), all of the program is lowered again.
The first time nothing is known of the result: a call of the function under way ends
its path, so that the paths without one say what the result is.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from symdiff.frontend.findings import Place
from symdiff.frontend.session import Restart, Returned
from symdiff.frontend.values import Plain, Value
from symdiff.ir.lengths import forget, loose
from symdiff.ir.types import (
    ANY,
    AnyType,
    Array,
    Dim,
    Length,
    List,
    Tuple,
    Type,
    combine,
    join,
    join_all,
    symbol,
)

Arguments = Mapping[str, Type | Value]
"""The types of arguments by name; of those that are compiled in, their values."""

ATTEMPTS = 60
"""So many attempts are made before a program is refused."""


class Unlike(Exception):
    """An argument is a tuple or list of another structure than in another call."""


@dataclass(eq=False)
class Recursion:
    """A function that calls itself, for parameters of one kind.

    `calls` are the arguments that it has been called with, as far as each has made
    the parameters more general. `result` is what is assumed of a call, None if nothing
    is; then it is noted where it was `asked` for.
    """

    name: str
    calls: list[Arguments]
    result: Returned | None = None
    asked: Place | None = None
    guessed: bool = False

    def parameters(self) -> dict[str, Type | Value]:
        """What is true of the arguments of every call so far."""
        return _general(self.calls, self.name)

    def admit(self, call: Arguments) -> None:
        """Take the arguments of one more call into account.

        Raises `Restart` if that changes the parameters, `Unlike` if one is lost.
        """
        before = self.parameters()
        now = _general([*self.calls, call], self.name)
        for name, kind in now.items():
            if kind != before[name] and _holds_unlike(kind, call[name]):
                raise Unlike(name)
        if now != before:
            self.calls.append(call)
            raise Restart

    def learn(self, found: Returned) -> None:
        """Compare what a function gives with what was assumed of it.

        If all of it depends on calls of the function itself, any type is assumed of
        it; the attempt after that may tell.
        """
        if self.result is None and self.asked is None:
            self.result = found
            return
        blind = self.result is None and ANY in found.types
        found = replace(found, types=tuple(map(self._outside, found.types)))
        if self.result is not None and not self.guessed:
            found = _either(self.result, found)
        if self.result is None or _summary(self.result) != _summary(found):
            self.result, self.guessed = found, blind
            raise Restart

    def _outside(self, t: Type) -> Type:
        """A result's type without the lengths that only the function's body knows."""
        return forget(loose(t), lambda variable: True)

    def result_types(self, call: Arguments) -> tuple[Type, ...]:
        """The types of the results of one call: its own lengths for the parameters'."""
        assert self.result is not None
        lengths: dict[str, Length] = {}
        for name, kind in self.parameters().items():
            _match(kind, call[name], lengths)
        return tuple(_at(t, lengths) for t in self.result.types)


def structure(what: Type | Value) -> Hashable:
    """How tuples are nested in an argument: for each way there is a function."""
    match what:
        case Tuple(items=items):
            return tuple(map(structure, items))
        case List(item=item):
            return "list", structure(item)
    return None


MOST = 16
"""A function calls itself with at most so many kinds of arguments inside each other."""


def require_few(
    underway: Collection[Hashable], definition: object, call: Arguments
) -> None:
    """Raise `Unlike` if a function is lowered for ever new kinds of arguments."""
    same = [k for k in underway if isinstance(k, tuple) and k[0] is definition]
    if len(same) >= MOST:
        nested = [name for name, what in call.items() if structure(what) is not None]
        raise Unlike(nested[0] if nested else next(iter(call), ""))


# ---- what a function gives


def _summary(found: Returned) -> Hashable:
    captured = tuple(id(c.object) for c in found.captures)
    return (
        found.parameters,
        found.count,
        found.packed,
        found.types,
        found.same,
        found.shares,
        found.writes,
        found.doubts,
        captured,
    )


def _either(a: Returned, b: Returned) -> Returned:
    """What is true of both; the structure is that of the second."""
    if (a.count, a.packed, a.writes) != (b.count, b.packed, b.writes):
        return b
    pairs = zip(a.types, b.types, strict=True)
    return replace(
        b,
        types=tuple(join(x, y) for x, y in pairs),
        same=tuple(x if x == y else "" for x, y in zip(a.same, b.same, strict=True)),
        shares=tuple(x | y for x, y in zip(a.shares, b.shares, strict=True)),
        doubts=tuple(dict.fromkeys((*a.doubts, *b.doubts))),
    )


# ---- what it takes


def _general(calls: Sequence[Arguments], name: str) -> dict[str, Type | Value]:
    """What several calls have in common: lengths that are always equal stay so."""
    stem = name.split("#")[0]
    known: dict[tuple[Length, ...], Length] = {}
    found: dict[str, Type | Value] = {}
    for param, first in calls[0].items():
        column = [call[param] for call in calls]
        if isinstance(first, Plain) and all(what == first for what in column):
            found[param] = first
            continue
        types = [w.atom.type if isinstance(w, Plain) else w for w in column]
        path = f"{stem}__{param}"
        found[param] = _join([loose(t) for t in types], path, known)  # type: ignore[arg-type]
    return found


def _join(
    column: list[Type], path: str, known: dict[tuple[Length, ...], Length]
) -> Type:
    """The type of a parameter that has had these types, with lengths of its own."""
    first = column[0]
    match first:
        case Array(shape=shape) if shape is not None and all(
            isinstance(t, Array) and t.shape is not None and len(t.shape) == len(shape)
            for t in column
        ):
            rows = [t.shape for t in column if isinstance(t, Array) and t.shape]
            axes = [
                _length(axis, f"{path}.{n}", known)
                for n, axis in enumerate(zip(*rows, strict=True))
            ]
            dtypes = {t.dtype for t in column if isinstance(t, Array)}
            return Array(dtypes.pop() if len(dtypes) == 1 else None, tuple(axes))
        case Tuple(items=items) if all(
            isinstance(t, Tuple) and len(t.items) == len(items) for t in column
        ):
            parts = zip(*(t.items for t in column if isinstance(t, Tuple)), strict=True)
            return Tuple(
                tuple(
                    _join(list(part), f"{path}.{n}", known)
                    for n, part in enumerate(parts)
                )
            )
        case List() if all(isinstance(t, List) for t in column):
            lists = [t for t in column if isinstance(t, List)]
            items_of = [t.item for t in lists if t.length != 0] or [first.item]
            lengths = tuple(t.length for t in lists)
            count = None
            if None not in lengths:
                count = _length(lengths, path, known)  # type: ignore[arg-type]
            return List(_join(items_of, f"{path}_item", known), count)
    return forget(join_all(column), lambda variable: True)


def _holds_unlike(kind: Type | Value, argument: Type | Value) -> bool:
    """Whether nothing is known of what is a tuple or list, or has an item that is."""
    match kind, argument:
        case AnyType(), Tuple() | List():
            return True
        case Tuple(items=kinds), Tuple(items=found):
            return any(map(_holds_unlike, kinds, found))
        case List(item=one), List(item=other):
            return _holds_unlike(one, other)
    return False


def _length(
    column: tuple[Length, ...], path: str, known: dict[tuple[Length, ...], Length]
) -> Length:
    if isinstance(column[0], int) and len(set(column)) == 1:
        return column[0]
    return known.setdefault(column, symbol(path))


def _match(param: Type | Value, argument: Type | Value, out: dict[str, Length]) -> None:
    """Note the length that each symbol of a parameter's type has in a call."""
    if isinstance(argument, Plain):
        argument = argument.atom.type
    match param, argument:
        case Array(shape=tuple() as names), Array(shape=tuple() as lengths):
            for name, n in zip(names, lengths, strict=False):
                _note(name, n, out)
        case Tuple(items=names), Tuple(items=found):
            for name, part in zip(names, found, strict=False):
                _match(name, part, out)
        case List(), List():
            _match(param.item, argument.item, out)
            if param.length is not None and argument.length is not None:
                _note(param.length, argument.length, out)


def _note(name: Length, n: Length, out: dict[str, Length]) -> None:
    if isinstance(name, Dim) and len(name.terms) == 1:
        out.setdefault(name.terms[0][0], n)


def _at(t: Type, lengths: Mapping[str, Length]) -> Type:
    """A type with a call's lengths in the place of the parameters'."""
    match t:
        case Array(shape=tuple() as shape):
            return Array(t.dtype, tuple(_value(n, lengths) for n in shape))
        case Tuple(items=items):
            return Tuple(tuple(_at(item, lengths) for item in items))
        case List(item=item, length=count):
            kept = None if count is None else _value(count, lengths)
            return List(_at(item, lengths), kept)
    return t


def _value(n: Length, lengths: Mapping[str, Length]) -> Length:
    if isinstance(n, int):
        return n
    total: Length = n.const
    for name, factor in n.terms:
        total = combine(total, lengths.get(name, symbol(name)), factor)
    return total
