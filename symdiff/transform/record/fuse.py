"""Reverse an iteration on the spot, where no iteration waits for a later one.

    r_tape = []                              total_bar = 1.0
    for x, y in zip(xs, ys):                 w_bar = zeros_like(w)
        r = w @ x - y                        for x, y in zip(xs, ys):
        r_tape.append(r)                         r = w @ x - y
        total += r**2                  →         w_bar += 2 * r * total_bar * x
    total_bar = 1.0
    w_bar = zeros_like(w)
    for x, y, r in reversed(...):
        w_bar += 2 * r * total_bar * x

The reverse loop must only add up what it finds, and all that it starts from must be
known before the loop. Then nothing has to be recorded.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Names
from symdiff.ir.edit import reads, substitute
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    For,
    If,
    Origin,
    Phi,
    Stmt,
    Var,
    bound,
    phis,
    walk,
)
from symdiff.rules import registry
from symdiff.transform.record.facts import pair_targets

_ADDS = ("iadd", "isub", "additem", "numpy.add.at")
_FORWARD = Origin((), "forward")


def fuse(body: Block, params: tuple[Var, ...], tapes: set[Var], names: Names) -> Block:
    """Put reverse loops into the loops of the forward sweep that they belong to.

    `body` has its tapes as names that are written many times (see `thread`). What
    depends on a cotangent that is a parameter stays: that function may yet be cut.
    """
    seeds = {p for p in params if p.base.endswith("_bar")}
    gone: set[Var] = set()
    body = _Fusing(seeds, tapes, names, gone).block(body)
    return tuple(s for s in body if not (isinstance(s, Apply) and gone & set(s.outs)))


@dataclass(slots=True)
class _Fusing:
    """One function; `gone` are the tapes that nothing is recorded on any more."""

    seeds: set[Var]
    tapes: set[Var]
    names: Names
    gone: set[Var]

    def block(self, body: Block) -> Block:
        for stmt in body:
            if isinstance(stmt, For) and stmt.origin.sweep == "forward":
                body = self._fused(body, stmt.mark)
        return body

    def _fused(self, body: Block, mark: str) -> Block:
        loops = [s for s in body if isinstance(s, For) and s.mark == mark]
        if len(loops) != 2:
            return body
        loop, back = loops
        first, second = body.index(loop), body.index(back)
        alike = loop.iterable.type == back.iterable.type
        pairs = pair_targets(loop.target, back.target) if alike else {}
        free = set(bound(back)) & set(reads(back.body)) - {p.out for p in back.phis}
        sums = [p for p in back.phis if not _stays(back.body, p.out, p.second)]
        apart = all(_adds(back.body, p.out, p.second) for p in sums)
        apart = apart and not any(map(_acts, walk(back.body)))
        if loop.stop is not None or not free <= set(pairs.values()) or not apart:
            return body
        setup = self._setup(body[first + 1 : second], back, loop)
        if setup is None:
            return body
        values: dict[Var, Atom] = {v: t for t, v in pairs.items()}
        steady = {p.out: p.first for p in back.phis if p not in sums}
        for var, value in steady.items():
            values |= dict.fromkeys(_names_of(var, back.body), value)
        inside = _Mixed(self.tapes, self.names, values)
        kept = inside.join(loop.body, back.body)
        if kept is None:
            return body
        self.gone |= inside.gone
        start = [replace(s, origin=_FORWARD) for s in setup]
        between = [s for s in body[first + 1 : second] if s not in setup]
        one = replace(loop, body=self.block(kept), phis=(*loop.phis, *sums))
        after = substitute(body[second + 1 :], steady)
        return (*body[:first], *start, one, *between, *after)

    def _setup(self, between: Block, back: For, loop: For) -> list[Stmt] | None:
        """What the reverse loop needs from between the two, if not from the loop."""
        found = needed(between, back)
        if found is None or found[1] & (set(bound(loop)) | self.seeds):
            return None
        return found[0]


def needed(between: Block, back: Stmt) -> tuple[list[Stmt], set[Var]] | None:
    """The operations that a region depends on, and what they all read from before.

    None if one of them is more than an operation.
    """
    inner = {v for s in walk((back,)) for v in bound(s)}
    wanted = set(reads((back,))) - inner
    found: list[Stmt] = []
    for stmt in reversed(between):
        if not set(bound(stmt)) & wanted:
            continue
        entry = registry.find(stmt.op) if isinstance(stmt, Apply) else None
        if entry is None or entry.effect:
            return None
        found.append(stmt)
        wanted |= set(reads((stmt,)))
    return found[::-1], wanted


def _acts(stmt: Stmt) -> bool:
    """Whether code of the user's in the gradient prints: it does so backwards."""
    entry = registry.find(stmt.op) if isinstance(stmt, Apply) else None
    return entry is not None and entry.effect


def _names_of(var: Var, block: Block) -> list[Var]:
    """A value that stays as it is, and its names after the arms of a block."""
    merged = [p.out for stmt in block if isinstance(stmt, If) for p in stmt.phis]
    return [var, *(v for v in merged if _stays(block, var, v))]


def _stays(block: Block, start: Atom, end: Atom) -> bool:
    """Whether `end` is `start` under another name."""
    if end == start:
        return True
    for stmt in block:
        if isinstance(stmt, Apply):
            if stmt.op == "same" and end in stmt.outs:
                return _stays(block, start, stmt.args[0])
            continue
        for phi in phis(stmt):
            if phi.out != end:
                continue
            if isinstance(stmt, If):
                arms = ((stmt.then, phi.first), (stmt.orelse, phi.second))
                return all(_stays((*arm, *block), start, last) for arm, last in arms)
            again = isinstance(stmt, For) and _stays(stmt.body, phi.out, phi.second)
            return again and _stays(block, start, phi.first)
    return False


def _adds(block: Block, start: Var, end: Atom) -> bool:
    """Whether `end` is `start` with contributions added to it, and nothing else."""
    uses = Counter(reads(block))
    at, inside = start, 0
    for stmt in block:
        here = _count(at, (stmt,))
        if not here or at in bound(stmt):
            continue
        if uses[at] != inside + here:
            return False
        inside = 0
        match stmt:
            case Apply(op=op, args=(first, *_), outs=(out,)) if op in _ADDS:
                if first != at or here != 1:
                    return False
                at = out
            case If():
                phi = next((p for p in stmt.phis if at in (p.first, p.second)), None)
                if phi is None or not _adds_in_arms(stmt, at, phi):
                    return False
                at = phi.out
            case For():
                phi = next((p for p in stmt.phis if p.first == at), None)
                if phi is None or not _adds(stmt.body, phi.out, phi.second):
                    return False
                at, inside = phi.out, _count(phi.out, (stmt,))
            case _:
                return False
    return at == end and uses[at] == inside


def _adds_in_arms(stmt: If, at: Var, phi: Phi) -> bool:
    """The same for the two arms of an `if`; one of them may add nothing."""
    ends = zip((stmt.then, stmt.orelse), (phi.first, phi.second), strict=True)
    return all(
        _count(at, arm) == 0 if end == at else _adds(arm, at, end) for arm, end in ends
    )


def _count(var: Var, block: Block) -> int:
    return sum(v == var for v in reads(block))


@dataclass(slots=True)
class _Mixed:
    """The body of the one loop that is left; `values` names what was recorded."""

    tapes: set[Var]
    names: Names
    values: dict[Var, Atom]
    gone: set[Var] = field(default_factory=set)

    def join(self, forward: Block, reverse: Block) -> Block | None:
        """One iteration and its reverse; None if a tape would be left in an arm."""
        # What was recorded goes by its own name before anything is moved.
        body = substitute(self._direct((*forward, *reverse)), self.values)
        for mark in [s.mark for s in body if isinstance(s, If) and s.mark]:
            body = substitute(self._merged(body, mark), self.values)
        body = self._direct(
            tuple(self._arms(s) if isinstance(s, If) else s for s in body)
        )
        arms = [b for s in body if isinstance(s, If) for b in (s.then, s.orelse)]
        if any(set(bound(s)) & self.tapes for arm in arms for s in walk(arm)):
            return None
        return substitute(body, self.values)

    def _direct(self, block: Block) -> Block:
        """The block without its own appends, and without what pops that again."""
        out: list[Stmt] = []
        for stmt in block:
            match stmt:
                case Apply(op="append", args=(Var() as tape, value)) if (
                    tape in self.tapes
                ):
                    self.gone.add(tape)
                    self.values[tape] = value
                case Apply(op="pop", args=(Var() as tape,), outs=(_, item)) if (
                    tape in self.gone
                ):
                    self.values[item] = self.values[tape]
                case _:
                    out.append(stmt)
        return tuple(out)

    def _merged(self, body: Block, mark: str) -> Block:
        """The block with the reverse of an `if` in the arms of the `if` itself."""
        both = [s for s in body if isinstance(s, If) and s.mark == mark]
        if len(both) != 2:
            return body
        stmt = both[0]
        first, second = body.index(both[0]), body.index(both[1])
        between = body[first + 1 : second]
        found = needed(between, both[1])
        if found is None or found[1] & set(bound(stmt)):
            return body
        one = replace(
            stmt,
            then=self._direct((*stmt.then, *both[1].then)),
            orelse=self._direct((*stmt.orelse, *both[1].orelse)),
            phis=(*stmt.phis, *both[1].phis),
        )
        rest = [s for s in between if s not in found[0]]
        return (*body[:first], *found[0], one, *rest, *body[second + 1 :])

    def _arms(self, stmt: If) -> If:
        """An `if` that passes out what its arms record."""
        passed: list[Phi] = []
        arms: list[Block] = []
        for n, arm in enumerate((stmt.then, stmt.orelse)):
            before = set(self.gone)
            arms.append(self._direct(arm))
            inside = {v for s in arm for v in bound(s)}
            for tape in sorted(self.gone - before, key=lambda v: v.name):
                value = self.values[tape]
                if isinstance(value, Var) and value in inside:
                    name = self.names.take(value.base)
                    out = Var(name, value.type, value.base, value.temp)
                    passed.append(Phi(out, *((UNDEF, value) if n else (value, UNDEF))))
                    self.values[tape] = out
        both = (*stmt.phis, *passed)
        return replace(stmt, then=arms[0], orelse=arms[1], phis=both)
