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
from symdiff.ir.types import INT, Scalar, Tuple
from symdiff.rules import registry
from symdiff.rules.typing import item_type
from symdiff.transform.adjoint.scope import Bar, Scope
from symdiff.transform.adjoint.structure import deposit

ITERATORS = ("builtins.zip", "builtins.enumerate", "builtins.range")


@dataclass(slots=True)
class Iteration:
    """The head of a reverse loop: `for target in iterable`, from its end.

    `reads` says where the primal's targets are items of sequences.
    """

    target: Target
    iterable: Atom
    reads: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Item:
    """`target` is the item of `place` that the reverse loop finds at `index`.

    `value` stands for the item as a whole; it is the target if that is one variable.
    """

    place: Atom
    target: Target
    value: Var
    index: Atom


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
        _bind(scope, inner, pairs, out, origin)
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
        self.reads: list[tuple[Atom, Target]] = []
        self.flipped: list[tuple[Atom, Var]] = []
        self.counters: list[Var] = []
        self.shifted: list[tuple[Atom, Var]] = []
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
        if op in ("builtins.zip", "builtins.enumerate"):
            return False
        if "." in op and registry.find(op) is None:
            # What an unknown function gives may be an iterator.
            return False
        if isinstance(target, tuple):
            self.reads.append((iterable, target))
            return op not in ("builtins.reversed", "builtins.range")
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
        if not isinstance(index, Var):
            return False
        if start in ((), (Const(0),)):
            self.counters.append(index)
        else:
            self.shifted.append((start[0], index))
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
    other = "k" if pairs.shifted else "i"
    base = pairs.counters[0].base if pairs.counters else other
    return Var(scope.sweep.names.take(base), INT, base, False), over


def _bind(
    scope: Scope, inner: Scope, pairs: _Pairs, out: Iteration, origin: Origin
) -> None:
    """Find the primal's items in the numbered iteration."""
    assert isinstance(out.target, Var)
    for var in pairs.counters:
        inner.values[var] = out.target
    for start, var in pairs.shifted:
        inner.values[var] = inner.build.apply(
            "add", out.target, inner.read(start), base=var.base, temp=False
        )
    found: list[tuple[Atom, Target, Atom]] = [
        (place, target, out.target) for place, target in (*pairs.ranges, *pairs.reads)
    ]
    for place, var in pairs.flipped:
        index: Atom = out.target
        if not pairs.alone_flipped():
            index = inner.build.apply("sub", Const(-1), out.target, origin=origin)
        found.append((place, var, index))
    items = [_read(scope, inner, *one, origin) for one in found]
    out.reads = items[len(pairs.ranges) :]


def _read(
    scope: Scope,
    inner: Scope,
    place: Atom,
    target: Target,
    index: Atom,
    origin: Origin,
) -> Item:
    """Read one item, and unpack it as the primal does."""
    if isinstance(target, Var):
        value, base, temp = target, target.base, target.temp
    else:
        name = scope.sweep.names.take("item")
        value, base, temp = Var(name, item_type(place.type), "item", True), "item", True
    # The type is the primal's, which knows what its other values have in common.
    read = Var(scope.sweep.names.take(base), value.type, base, temp)
    inner.build.emit(Apply((read,), "getitem", (inner.read(place), index), (), origin))
    inner.values[value] = read
    todo: list[tuple[Target, Var]] = [(target, read)]
    while todo:
        part, source = todo.pop()
        if isinstance(part, Var):
            inner.values[part] = source
            continue
        outs = [_fresh(scope, p) for p in part]
        inner.build.emit(Apply(tuple(outs), "unpack", (source,), (), origin))
        todo += zip(part, outs, strict=True)
    return Item(place, target, value, index)


def _fresh(scope: Scope, target: Target) -> Var:
    if isinstance(target, tuple):
        kinds = tuple(_fresh(scope, t).type for t in target)
        return Var(scope.sweep.names.take("item"), Tuple(kinds), "item", True)
    name = scope.sweep.names.take(target.base)
    return Var(name, target.type, target.base, target.temp)


def give_back(inner: Scope, item: Item, origin: Origin) -> None:
    """Add the cotangent of an item to its place in the sequence's."""
    bar = _gather(inner, item.target)
    if bar is None or not isinstance(item.place, Var):
        return
    if isinstance(bar, tuple) and not isinstance(item.value.type, Tuple):
        inner.sweep.refuse(
            "SD203",
            "this loop takes apart items whose structure is not known",
            origin,
            "loop over an index, or over `zip` or `enumerate`",
        )
        return
    value = inner.whole(item.value, bar, origin)
    since = len(inner.build.stmts)
    into = inner.current(item.place, origin)
    out = deposit(inner, into, item.index, value, origin)
    inner.put(item.place, out, origin, since)


def _gather(inner: Scope, target: Target) -> Bar | None:
    if isinstance(target, Var):
        return inner.take(target)
    parts = tuple(_gather(inner, t) for t in target)
    return None if all(part is None for part in parts) else parts
