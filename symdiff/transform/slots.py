"""Loops in which each iteration has a slot of its own: it is set, and never cleared.

    for i in reversed(range(n)):            for i in reversed(range(n)):
        g = out_bar[i]                          g = out_bar[i]
        out_bar[i] = 0.0              →         x_bar[i] = 2 * g
        x_bar[i] += 2 * g

`x_bar` starts at zero, and nobody reads what `out_bar` is after the loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from symdiff.ir.edit import reads, substitute
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Phi,
    Stmt,
    Target,
    Var,
    While,
    walk,
)
from symdiff.ir.types import Array
from symdiff.transform.algebra_forms import is_number

_ZEROS = ("zeros", "numpy.zeros_like", "numpy.zeros")


def slots(fn: Function) -> Function:
    """Set slots that would be added to once, and leave cleared ones as they are."""
    made = {v: s for s in walk(fn.body) if isinstance(s, Apply) for v in s.outs}
    return replace(fn, body=_Slots(made, Counter(reads(fn.body))).block(fn.body))


@dataclass(frozen=True, slots=True)
class _Nest:
    """A value carried through nested loops to one store: its phis and the store."""

    phis: tuple[Phi, ...]
    store: Apply
    readers: tuple[Apply, ...]


@dataclass(slots=True)
class _Slots:
    made: Mapping[Var, Apply]
    uses: Counter[Var]

    def block(self, block: Block) -> Block:
        return tuple(self._region(stmt) for stmt in block)

    def _region(self, stmt: Stmt) -> Stmt:
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(stmt, then=self.block(then), orelse=self.block(orelse))
            case While(head=head, body=body):
                return replace(stmt, head=self.block(head), body=self.block(body))
            case For():
                if stmt.origin.sweep == "reverse":
                    for phi in stmt.phis:
                        stmt = self._carried(stmt, phi)
                return replace(stmt, body=self.block(stmt.body))
        return stmt

    def _carried(self, loop: For, phi: Phi) -> For:
        nest = self._nest(loop, phi)
        if nest is None:
            return loop
        if self._is_set_once(nest):
            return self._set(loop, nest)
        if self._is_cleared(nest):
            return self._left(loop, nest)
        return loop

    def _nest(self, loop: For, phi: Phi) -> _Nest | None:
        """The one store that a carried value ends in, at an index of its own."""
        counters: list[Var] = []
        phis = [phi]
        while True:
            counter = self._counter(loop)
            if counter is None:
                return None
            counters.append(counter)
            inner = self._inner(loop, phis[-1])
            if inner is None:
                break
            loop, phi = inner
            phis.append(phi)
        last = phis[-1]
        store = next(
            (s for s in loop.body if isinstance(s, Apply) and last.second in s.outs),
            None,
        )
        if store is None or store.op not in ("setitem", "additem"):
            return None
        index = self._index(store.args[1])
        if store.args[0] != last.out or not all(c in index for c in counters):
            return None
        local = [s for s in loop.body if isinstance(s, Apply) and s is not store]
        readers = tuple(s for s in local if last.out in s.args)
        if any(s.op != "getitem" or s.args[1] != store.args[1] for s in readers):
            return None
        if any(last.out in reads((s,)) for s in loop.body if not isinstance(s, Apply)):
            return None
        return _Nest(tuple(phis), store, readers)

    def _counter(self, loop: For) -> Var | None:
        """The loop's own number: another one in each iteration, and none negative."""
        made = self.made.get(loop.iterable) if isinstance(loop.iterable, Var) else None
        target: Target = loop.target
        if made is not None and made.op == "builtins.reversed":
            source = made.args[0]
            made = self.made.get(source) if isinstance(source, Var) else None
        if made is None or loop.stop is not None:
            return None
        if made.op == "builtins.enumerate" and isinstance(target, tuple):
            plain = len(made.args) == 1 and not made.kwargs
            target = target[0] if plain else ()
        elif made.op != "builtins.range" or not _counts_from_zero(made.args):
            return None
        return target if isinstance(target, Var) else None

    def _inner(self, loop: For, phi: Phi) -> tuple[For, Phi] | None:
        """The loop inside that the value is handed on to, and comes back from."""
        for stmt in loop.body:
            for inner in stmt.phis if isinstance(stmt, For) else ():
                handed = inner.first == phi.out and inner.out == phi.second
                if not handed or _count(loop, phi) != 1 or not isinstance(stmt, For):
                    continue
                if self.uses[inner.out] <= _count(stmt, inner) + 1:
                    return stmt, inner
        return None

    def _index(self, atom: Atom) -> tuple[Atom, ...]:
        made = self.made.get(atom) if isinstance(atom, Var) else None
        return made.args if made is not None and made.op == "tuple" else (atom,)

    # ---- slots that are added to

    def _is_set_once(self, nest: _Nest) -> bool:
        """Whether the first value is zero and each slot is added to once."""
        start = nest.phis[0].first
        made = self.made.get(start) if isinstance(start, Var) else None
        if made is None or not _is_zero(made) or self.uses[made.outs[0]] > 1:
            return False
        if nest.store.op == "additem":
            return not nest.readers
        return self._added(nest) is not None

    def _added(self, nest: _Nest) -> Atom | None:
        """What `x[i] = plus(x[i], v)` adds."""
        value = nest.store.args[2]
        made = self.made.get(value) if isinstance(value, Var) else None
        if made is None or made.op != "plus" or len(nest.readers) != 1:
            return None
        old = nest.readers[0].out
        alone = self.uses[old] == 1 and self.uses[made.out] == 1
        return made.args[1] if made.args[0] == old and alone else None

    def _set(self, loop: For, nest: _Nest) -> For:
        value = self._added(nest) if nest.readers else nest.store.args[2]
        assert value is not None
        args = (*nest.store.args[:2], value)
        new = replace(nest.store, op="setitem", args=args)
        return _replaced(loop, nest.store, (new,))

    # ---- slots that are cleared

    def _is_cleared(self, nest: _Nest) -> bool:
        """Whether slots are read, cleared, and looked at no more after the loops."""
        store, last = nest.store, nest.phis[-1]
        if store.op != "setitem" or not is_number(store.args[2], 0):
            return False
        if not isinstance(last.out.type, Array):
            return False
        again = 1 if len(nest.phis) > 1 else 0
        inside = len(nest.readers) + 1
        used = self.uses[last.out] == inside + again
        outer = nest.phis[0]
        return used and (again == 0 or self.uses[outer.out] == 1)

    def _left(self, loop: For, nest: _Nest) -> For:
        gone = {phi.out: nest.phis[0].first for phi in nest.phis}
        loop = _without(_replaced(loop, nest.store, ()), frozenset(gone))
        return replace(loop, body=substitute(loop.body, gone))


def _count(loop: For, phi: Phi) -> int:
    """How often a carried value is read in the loop's body."""
    return sum(v == phi.out for v in reads(loop.body))


def _counts_from_zero(bounds: tuple[Atom, ...]) -> bool:
    """Whether a range has no negative numbers, which would be slots from the end."""
    if len(bounds) == 1:
        return True
    found = [a.value if isinstance(a, Const) else None for a in bounds]
    start, stop, step = (*found, 1) if len(found) == 2 else found
    if not isinstance(step, int):
        return False
    least = start if step > 0 else stop
    return isinstance(least, int) and least >= (0 if step > 0 else -1)


def _is_zero(made: Apply) -> bool:
    if made.op == "mul":
        return made.args[0] == Const(0.0)
    return made.op in _ZEROS


def _replaced(loop: For, old: Apply, new: Block) -> For:
    """The loop with one statement of it, perhaps of a loop inside, exchanged."""
    body: list[Stmt] = []
    for stmt in loop.body:
        if stmt is old:
            body += new
        else:
            body.append(_replaced(stmt, old, new) if isinstance(stmt, For) else stmt)
    return replace(loop, body=tuple(body))


def _without(loop: For, gone: frozenset[Var]) -> For:
    """The loop and those inside without some of their phis."""
    body = tuple(_without(s, gone) if isinstance(s, For) else s for s in loop.body)
    phis = tuple(p for p in loop.phis if p.out not in gone)
    return replace(loop, phis=phis, body=body)
