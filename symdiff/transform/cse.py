"""Common subexpressions: what is computed twice is computed once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from symdiff.ir.core import AUGMENTED
from symdiff.ir.edit import map_phis, map_reads, map_vars
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Stmt,
    Var,
    While,
    atoms,
    walk,
)
from symdiff.ir.types import AnyType, Array, Scalar
from symdiff.rules import registry

Key = tuple[object, ...]

_COMMUTE = frozenset(["add", "mul", "numpy.maximum", "numpy.minimum", "eq", "ne"])
_STORAGE = """
    setitem additem append insert pop list dict builtins.dict
    collections.defaultdict zeros same
    numpy.zeros numpy.ones numpy.empty numpy.full
    numpy.zeros_like numpy.ones_like numpy.empty_like numpy.full_like
    numpy.copy numpy.array ndarray.astype numpy.add.at numpy.errstate
"""
_ITERATORS = (
    "builtins.reversed builtins.zip builtins.enumerate builtins.map builtins.iter"
)
_PICKING = """
    itertools.product itertools.combinations itertools.permutations
    itertools.combinations_with_replacement itertools.count
"""
_FRESH = AUGMENTED | frozenset((_STORAGE + _ITERATORS + _PICKING).split())
"""Operations that make storage for somebody to store into, or an iterator for somebody
to use up: each has its own. A context can be entered once only."""


_STORES = frozenset(["setitem", "additem", "numpy.add.at"])


def cse_unrecorded(fn: Function) -> Function:
    """Merge with what the forward sweep computes in the iteration that is reversed.

        for i in range(n):             for i in range(n):
            t = numpy.sin(d)               t = numpy.sin(d)
        for i in range(n):      →      for i in range(n):
            s = numpy.sin(d)               d_bar = mul(y_bar, t)
            d_bar = mul(y_bar, s)

    For what the recorder has not seen yet: in that form a reverse loop may refer to
    the values of the iteration.
    """
    return cse(fn, unrecorded=True)


def cse(
    fn: Function,
    sweeps: Collection[str] = ("reverse",),
    *,
    unrecorded: bool = False,
) -> Function:
    """Read an earlier value instead of computing it again.

        x2 = pow(x, 2)                     x2 = pow(x, 2)
        y = mul(c, x2)                     y = mul(c, x2)
        t = pow(x, 2)             →        c_bar = mul(y_bar, x2)
        c_bar = mul(y_bar, t)

    The earlier one must dominate: blocks are scopes. `sweeps` says whose statements
    may read it: the user's own code stays as it is. What is free is written again where
    it is used, as a person would, and a cheap number is not kept alive for the sake of
    an inner block.
    """
    reads, heads = _read_by(fn.body, sweeps), _heads(fn.body)
    main = _Pass(sweeps, reads, heads, _stored(fn.body), unrecorded)
    body = main.block(fn.body, _Scope({}, None))
    if main.renames:
        body = map_vars(body, lambda v: main.renames.get(v, v))
    return replace(fn, body=body)


@dataclass(slots=True)
class _Scope:
    """The values that a block may read, by what they are."""

    known: dict[Key, Apply]
    outer: _Scope | None
    own: set[Var] = field(default_factory=set)

    def find(self, key: Key) -> Apply | None:
        scope: _Scope | None = self
        while scope is not None:
            if key in scope.known:
                return scope.known[key]
            scope = scope.outer
        return None


@dataclass(slots=True)
class _Pass:
    """`values`: what is read instead; `leaders`: the first variable of equal value.

    Until the recorder has run, a reverse loop reads the phis of the loop that it
    reverses as of the iteration, while outside of it they are the final values:
    `heads` has the loop of each phi, `inside` the reverse loops around.
    `regions` has what the forward sweep's regions compute, by their mark.
    `contexts` counts the `with` and `try` around.
    """

    sweeps: Collection[str]
    recorded: set[Var]
    heads: dict[Var, str]
    stored: set[Atom]
    unrecorded: bool
    inside: list[str] = field(default_factory=list)
    values: dict[Var, Atom] = field(default_factory=dict)
    leaders: dict[Var, Atom] = field(default_factory=dict)
    renames: dict[Var, Var] = field(default_factory=dict)
    regions: dict[tuple[str, str], dict[Key, Apply]] = field(default_factory=dict)
    contexts: int = 0

    def read(self, atom: Atom) -> Atom:
        return self.values.get(atom, atom) if isinstance(atom, Var) else atom

    def block(self, block: Block, scope: _Scope) -> Block:
        return tuple(
            new
            for stmt in block
            for new in self.stmt(map_reads(stmt, self.read), scope)
        )

    def stmt(self, stmt: Stmt, scope: _Scope) -> Iterator[Stmt]:
        match stmt:
            case Apply():
                yield from self.apply(stmt, scope)
                return
            case If(then=then, orelse=orelse, phis=phis):
                stmt = replace(
                    stmt,
                    then=self.block(then, self.region(stmt, scope, "then")),
                    orelse=self.block(orelse, self.region(stmt, scope, "else")),
                )
                stmt = replace(stmt, phis=map_phis(phis, self.read))
            case For(body=body, phis=phis):
                self.inside.append(stmt.mark)
                stmt = replace(stmt, body=self.block(body, self.region(stmt, scope)))
                stmt = replace(stmt, phis=map_phis(phis, self.read))
                self.inside.pop()
            case While(head=head, body=body, phis=phis):
                inner = _Scope({}, scope)
                stmt = replace(stmt, head=self.block(head, inner))
                stmt = replace(stmt, body=self.block(body, self.region(stmt, inner)))
                stmt = replace(stmt, phis=map_phis(phis, self.read))
        # A loop's test and stop are read inside: what they read is known only now.
        yield map_reads(stmt, self.read) if isinstance(stmt, For | While) else stmt

    def region(
        self, stmt: If | For | While, outer: _Scope, side: str = "body"
    ) -> _Scope:
        """The scope of a region; its reverse knows what it knew at its end."""
        known: dict[Key, Apply] = {}
        if not self.unrecorded:
            return _Scope(known, outer)
        if stmt.mark and stmt.origin.sweep in self.sweeps:
            known.update(self.regions.get((stmt.mark, side), {}))
        elif stmt.mark:
            self.regions[stmt.mark, side] = known
        return _Scope(known, outer)

    def apply(self, stmt: Apply, scope: _Scope) -> Iterator[Stmt]:
        self.contexts += {"enter": 1, "attempt": 1, "leave": -1}.get(stmt.op, 0)
        key = self.key(stmt)
        if stmt.op == "same":
            self.leaders[stmt.out] = self.leader(stmt.args[0])
        if key is None:
            yield stmt
            return
        scope.own.update(stmt.outs)
        found = scope.find(key)
        if found is None:
            scope.known[key] = stmt
            yield stmt
            return
        for out, first in zip(stmt.outs, found.outs, strict=True):
            self.leaders[out] = self.leader(first)
        if not self.worth(stmt, found, scope):
            reverse = stmt.origin.sweep in self.sweeps
            named = found.outs[0].temp and not stmt.outs[0].temp
            if named or (reverse and found.outs[0] not in scope.own):
                scope.known[key] = stmt
            yield stmt
        elif all(out.temp for out in stmt.outs):
            self.values.update(zip(stmt.outs, found.outs, strict=True))
        else:
            yield from self.named(stmt, found, scope)

    def named(self, stmt: Apply, found: Apply, scope: _Scope) -> Iterator[Stmt]:
        """A named value that an earlier temporary is equal to: the name moves there."""
        first, out = found.outs[0], stmt.outs[0]
        if first.temp and first not in self.renames and first in scope.own:
            self.renames[first] = Var(first.name, first.type, out.base, False)
            self.values[out] = first
        else:
            yield Apply((out,), "same", (first,), (), stmt.origin)

    def worth(self, stmt: Apply, found: Apply, scope: _Scope) -> bool:
        """Whether reading the earlier value is what a person would do."""
        if stmt.origin.sweep not in self.sweeps:
            return self.recorded_anyway(stmt, found, scope)
        if len(stmt.outs) != 1 and not all(out.temp for out in stmt.outs):
            return False
        entry = registry.find(stmt.op)
        cost = "costly" if entry is None else entry.cost
        out = found.outs[0]
        if cost == "free":
            return False
        if cost == "cheap" and isinstance(out.type, Scalar) and out.temp:
            return out in scope.own
        return True

    def recorded_anyway(self, stmt: Apply, found: Apply, scope: _Scope) -> bool:
        """Whether two equal temporaries of the user's code get names in any case.

        Of what is costly to compute one is enough: the other one then reads it.

        Under a context, `np.errstate` say, a computation may do more than give a value.
        """
        if self.contexts:
            return False
        (out,), (first,) = stmt.outs[:1], found.outs[:1]
        if not (out.temp and first.temp and first in scope.own):
            return False
        entry = registry.find(stmt.op)
        cheap = entry is not None and entry.cost in ("free", "cheap")
        if cheap and isinstance(first.type, Scalar) and not self.lost(stmt):
            return False
        known = out in self.recorded, first in self.recorded
        return all(known) if cheap else any(known)

    def lost(self, stmt: Apply) -> bool:
        """Whether an item is read of an array that is stored into later: it is taped.

        With two names it would be on two tapes.
        """
        return stmt.op == "getitem" and stmt.args[0] in self.stored

    def leader(self, atom: Atom) -> Atom:
        """The first variable that is known to have the same value."""
        return self.leaders.get(atom, atom) if isinstance(atom, Var) else atom

    def of_iteration(self, atom: Atom) -> bool:
        """Whether this is the phi of a loop that is being reversed here."""
        return isinstance(atom, Var) and self.heads.get(atom, "?") in self.inside

    def key(self, stmt: Apply) -> Key | None:
        """What an operation computes; None if it must not be merged."""
        entry = registry.find(stmt.op)
        if entry is None or entry.effect or stmt.op in _FRESH:
            return None
        args = [self.leader(a) for a in stmt.args]
        kwargs = tuple((k, self.leader(v)) for k, v in stmt.kwargs)
        if any(self.of_iteration(a) for a in (*args, *dict(kwargs).values())):
            return "of the iteration", tuple(self.inside), stmt.op, tuple(args), kwargs
        if stmt.op in _COMMUTE and all(map(_numeric, args)):
            args.sort(key=_order)
        return stmt.op, tuple(args), kwargs


def _read_by(body: Block, sweeps: Collection[str]) -> set[Var]:
    """The values that statements of the sweeps read."""
    found = (s for s in walk(body) if s.origin.sweep in sweeps)
    return {a for s in found for a in atoms(s) if isinstance(a, Var)}


def _stored(body: Block) -> set[Atom]:
    """The versions of arrays that a store makes another one of."""
    return {s.args[0] for s in walk(body) if isinstance(s, Apply) and s.op in _STORES}


def _heads(body: Block) -> dict[Var, str]:
    """The phis of the forward sweep's loops, by the mark of the loop."""
    loops = (s for s in walk(body) if isinstance(s, For | While) and s.mark)
    return {p.out: s.mark for s in loops if s.origin.sweep == "forward" for p in s.phis}


def _numeric(atom: Atom) -> bool:
    return isinstance(atom.type, Scalar | Array | AnyType)


def _order(atom: Atom) -> tuple[int, str]:
    """A fixed order of operands: constants, then variables by name."""
    return (1, atom.name) if isinstance(atom, Var) else (0, repr(atom))
