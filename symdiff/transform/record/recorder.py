"""Store or recompute: give the reverse sweep the primal values that it refers to.

The reverse sweep comes in with references to values inside the loops and arms of the
forward sweep. For each of them, innermost region first, one of these is chosen:

* computed again from values that are there anyway (free and cheap operations),
* carried backwards from iteration to iteration (a value after a step is the next
  step's value before it, so one tape serves both),
* recorded: appended to a tape where it is bound, popped before it is first read,
* passed out of an arm that no loop surrounds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Names
from symdiff.ir.nodes import (
    Atom,
    Block,
    For,
    Function,
    If,
    Phi,
    Stmt,
    Var,
    bound,
    walk,
)
from symdiff.ir.types import List
from symdiff.transform.record.facts import (
    Facts,
    Path,
    survey,
)
from symdiff.transform.record.fuse import fuse
from symdiff.transform.record.insert import Edits, insert
from symdiff.transform.record.iterate import finish_loops
from symdiff.transform.record.resolver import Resolver
from symdiff.transform.record.shadow import Shadows
from symdiff.transform.record.thread import thread


def record(fn: Function, *, fused: bool = True) -> Function:
    """Resolve every reference of the reverse sweep to a value that is not in scope.

    With `fused`, loops whose iterations can be reversed on the spot are (see `fuse`).

    for x in xs:                     h_tape = []
        h_1 = tanh(W @ h)            for x in xs:
    ...                                  h_tape.append(h)
    for x in xs (reversed):      →       h_1 = tanh(W @ h)
        W_bar += outer(z_bar, h)     ...
                                     for x in reversed(xs):
                                         h = h_tape.pop()
                                         W_bar += outer(z_bar, h)
    """
    names = Names(
        {p.name for p in fn.params} | {v.name for s in walk(fn.body) for v in bound(s)}
    )
    forward = tuple(s for s in fn.body if s.origin.sweep == "forward")
    reverse = tuple(s for s in fn.body if s.origin.sweep != "forward")
    shadows = Shadows(forward, names)
    reverse = shadows.zeros(reverse)
    facts = survey(replace(fn, body=shadows.insert(forward)))
    recorder = Recorder(facts, names, shadows)
    reverse = recorder.region(reverse, ())
    forward = insert(shadows.insert(forward), recorder.edits, names)
    body = (*forward, *reverse)
    if fused:
        body = fuse(body, fn.params, set(recorder.tapes), names)
    whole = replace(fn, body=body)
    whole = finish_loops(whole, recorder.facts, recorder.tapes, names)
    return thread(whole, set(recorder.tapes), names)


@dataclass(slots=True)
class Recorder:
    """Decides for one function; `edits` is what the forward sweep does besides.

    What may be undefined where it is recorded is recorded by its shadow.
    """

    facts: Facts
    names: Names
    shadows: Shadows
    edits: Edits = field(default_factory=Edits)
    tapes: dict[Var, str] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def region(self, block: Block, path: Path) -> Block:
        """Resolve what the regions of a reverse block refer to."""
        return tuple(self._nested(stmt, path) for stmt in block)

    def _arm(
        self, block: Block, path: Path, ends: tuple[Atom, ...]
    ) -> tuple[Block, tuple[Atom, ...]]:
        """An arm, and the values that it ends with, resolved to its primal arm."""
        resolver = Resolver(self, self.region(block, path), path, None)
        return resolver.run(ends), tuple(map(resolver.read, ends))

    def _nested(self, stmt: Stmt, path: Path) -> Stmt:
        match stmt:
            case If(mark=mark) if mark:
                firsts = tuple(p.first for p in stmt.phis)
                seconds = tuple(p.second for p in stmt.phis)
                then, firsts = self._arm(stmt.then, (*path, (mark, "then")), firsts)
                orelse, seconds = self._arm(
                    stmt.orelse, (*path, (mark, "else")), seconds
                )
                ends = zip(stmt.phis, firsts, seconds, strict=True)
                merged = tuple(Phi(p.out, a, b) for p, a, b in ends)
                return replace(stmt, then=then, orelse=orelse, phis=merged)
            case For(mark=mark) if mark:
                inner = (*path, (mark, "body"))
                resolver = Resolver(self, self.region(stmt.body, inner), inner, stmt)
                lasts = tuple(p.second for p in stmt.phis)
                body = resolver.run(lasts)
                pairs = zip(stmt.phis, map(resolver.read, lasts), strict=True)
                merged = tuple(Phi(p.out, p.first, last) for p, last in pairs)
                return replace(stmt, body=body, phis=(*merged, *resolver.carried))
        return stmt

    def tape(self, var: Var, path: Path) -> Var:
        """A new tape for a value of the region `path`."""
        base = f"{var.base}_tape" if var.base else "tape"
        tape = Var(self.names.take(base), List(var.type), base, False)
        self.tapes[tape] = self.facts.loops(path)[0]
        self.edits.start(path[0][0], tape)
        return tape
