"""What a reverse loop iterates over, and how its iteration finds the primal's items.

The same iterable from its end will do as long as no item has a cotangent. Where one
has, or where the loop may have been left early, the iterations are numbered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Const,
    For,
    Origin,
    Target,
    Var,
    While,
    targets,
)
from symdiff.ir.types import INT, Scalar
from symdiff.transform.adjoint.scope import Scope


ITERATORS = ("builtins.zip", "builtins.enumerate", "builtins.range")


@dataclass(slots=True)
class Iteration:
    """The head of a reverse loop: `for target in iterable`, from its end.

    `reads` are the sequences that the primal's targets are items of, each with the
    target and with the index at which the reverse loop finds the item.
    """

    target: Target
    iterable: Atom
    reads: list[tuple[Atom, Var, Atom]] = field(default_factory=list)


def iteration(scope: Scope, inner: Scope, stmt: For, origin: Origin) -> Iteration:
    """Choose the form of the reverse loop of a `for`."""
    pairs = _Pairs(scope, counted=stmt.stop is not None)
    wanted = stmt.stop is not None or any(map(scope.is_active, targets(stmt.target)))
    numbered = wanted and pairs.match(stmt.target, stmt.iterable)
    if wanted and not numbered and any(map(scope.is_active, targets(stmt.target))):
        scope.sweep.refuse(
            "SD203",
            "the loop takes active items apart in a way that cannot be reversed",
            stmt.origin,
            "iterate over range(len(...)) and index, or over one array or list",
        )
    if stmt.stop is not None:
        out = counted(scope, stmt, origin)
    elif numbered:
        out = Iteration(*_count(scope, pairs, origin))
    else:
        return _same(scope, inner, stmt)
    if numbered:
        _bind(inner, pairs, out, origin)
    return out


def counted(scope: Scope, stmt: For | While, origin: Origin) -> Iteration:
    """As many iterations as the primal loop has counted."""
    over = scope.build.apply(
        "builtins.range", scope.sweep.counters[stmt.mark], origin=origin
    )
    return Iteration(Var(scope.sweep.names.take("k"), INT, "k", False), over)


def _same(scope: Scope, inner: Scope, stmt: For) -> Iteration:
    """Iterate over the same thing, each target under a name of the reverse sweep."""

    def rename(target: Target) -> Target:
        if isinstance(target, tuple):
            return tuple(map(rename, target))
        name = scope.sweep.names.take(target.base)
        fresh = Var(name, target.type, target.base, target.temp)
        inner.values[target] = fresh
        return fresh

    return Iteration(rename(stmt.target), scope.read(stmt.iterable))


class _Pairs:
    """Matches the targets of a loop with what they are items of."""

    def __init__(self, scope: Scope, *, counted: bool) -> None:
        self.scope = scope
        self.reads: list[tuple[Atom, Var]] = []
        self.flipped: list[tuple[Atom, Var]] = []
        self.counters: list[Var] = []
        self.ranges: list[tuple[Atom, Var]] = []
        self.counted = counted

    def match(self, target: Target, iterable: Atom) -> bool:
        """Match a target, or the parts of one with those of a zip or enumerate."""
        made = self.scope.sweep.definitions.get(iterable)  # type: ignore[arg-type]
        op = made.op if isinstance(made, Apply) else ""
        if isinstance(made, Apply) and isinstance(target, tuple):
            if op == "builtins.enumerate":
                return self._enumerated(target, made)
            if op == "builtins.zip" and len(target) == len(made.args):
                pairs = zip(target, made.args, strict=True)
                return all(self.match(t, a) for t, a in pairs)
        if isinstance(target, tuple) or op in ("builtins.zip", "builtins.enumerate"):
            return False
        if isinstance(made, Apply) and op == "builtins.range":
            plain = len(made.args) == 1
            (self.counters if plain else self.ranges).append(
                target if plain else (iterable, target)  # type: ignore[arg-type]
            )
            return True
        if isinstance(made, Apply) and op == "builtins.reversed":
            return self._flipped(made.args[0], target)
        self.reads.append((iterable, target))
        return True

    def _flipped(self, source: Atom, target: Var) -> bool:
        made = self.scope.sweep.definitions.get(source)  # type: ignore[arg-type]
        if isinstance(made, Apply) and made.op in ITERATORS:
            return False
        self.flipped.append((source, target))
        return True

    def alone_flipped(self) -> bool:
        """Whether the loop runs through one sequence from its end."""
        others = (*self.reads, *self.counters, *self.ranges)
        return len(self.flipped) == 1 and not others and not self.counted

    def _enumerated(self, target: tuple[Target, ...], made: Apply) -> bool:
        start = (*made.args[1:], *(v for _, v in made.kwargs))
        index, inner = target
        if start not in ((), (Const(0),)) or not isinstance(index, Var):
            return False
        self.counters.append(index)
        return self.match(inner, made.args[0])


def _count(scope: Scope, pairs: _Pairs, origin: Origin) -> tuple[Var, Atom]:
    """A loop variable and the range of the shortest sequence."""
    everything = (*pairs.reads, *pairs.ranges, *pairs.flipped)
    places = dict.fromkeys(place for place, _ in everything)
    lengths = [
        scope.build.apply("builtins.len", scope.read(place), origin=origin)
        for place in places
    ]
    known = {
        t.value if isinstance(t, Scalar) else None for t in (n.type for n in lengths)
    }
    if len(lengths) == 1 or (len(known) == 1 and None not in known):
        least = lengths[0]
    else:
        least = scope.build.apply("builtins.min", *lengths, origin=origin)
    over = scope.build.apply("builtins.range", least, origin=origin)
    if pairs.alone_flipped():
        over = scope.build.apply("builtins.reversed", over, origin=origin)
    base = pairs.counters[0].base if pairs.counters else "i"
    return Var(scope.sweep.names.take(base), INT, base, False), over


def _bind(inner: Scope, pairs: _Pairs, out: Iteration, origin: Origin) -> None:
    """Find the primal's items in the numbered iteration."""
    assert isinstance(out.target, Var)
    for var in pairs.counters:
        inner.values[var] = out.target
    forward = [*pairs.ranges, *pairs.reads]
    places: list[tuple[Atom, Var, Atom]] = [(p, v, out.target) for p, v in forward]
    for place, var in pairs.flipped:
        index: Atom = out.target
        if not pairs.alone_flipped():
            index = inner.build.apply("sub", Const(-1), out.target, origin=origin)
        places.append((place, var, index))
    for place, element, index in places:
        inner.values[element] = inner.build.apply(
            "getitem",
            inner.read(place),
            index,
            base=element.base,
            temp=element.temp,
            origin=origin,
        )
    out.reads = places[len(pairs.ranges) :]
