"""What is still read after each definition: one walk backwards over structured code.

A loop's values are live around its back edge, an arm's only in that arm, so that
`if c: x = f(x) else: x = g(x)` needs no second name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symdiff.backend.inline import Nesting
from symdiff.backend.operations import has_storage
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Phi,
    Stmt,
    Var,
    While,
    blocks,
    bound,
    phis,
    targets,
)

Live = set[str]
OnDefine = Callable[[tuple[Var, ...], Live, Stmt | None], None]


def walk_liveness(function: Function, nesting: Nesting, define: OnDefine) -> Live:
    """Report every definition with what is live after it; return the phis that matter.

    `define(outs, live, stmt)` gets the variables that are bound at once, and the names
    that are read later, `outs` themselves among them if they are. The parameters come
    last, with no statement.
    """
    walker = _Walker(nesting, define)
    walker.count(function.body)
    live = walker.block(function.body, set())
    define(function.params, live, None)
    return walker.merged


class _Walker:
    """The walk, and what each loop reads from outside."""

    def __init__(self, nesting: Nesting, define: OnDefine) -> None:
        self.nesting = nesting
        self.define = define
        self.merged: Live = set()
        self.inside: dict[int, tuple[Live, Live]] = {}

    def count(self, block: Block) -> tuple[Live, Live]:
        """Collect what a block reads and binds, also for every region inside."""
        read: Live = set()
        made: Live = set()
        for stmt in block:
            if self.nesting.is_hidden(stmt):
                continue
            own = {v.name for v in self.nesting.reads(stmt)}
            inner_made = {v.name for v in bound(stmt)}
            if not self.nesting.is_choice(stmt):
                inner_read = set(own) if isinstance(stmt, For | While) else set()
                for inner in blocks(stmt):
                    r, m = self.count(inner)
                    inner_read |= r
                    inner_made |= m
                for phi in phis(stmt):
                    own |= self._names(phi.first)
                    inner_read |= self._names(phi.second)
                self.inside[id(stmt)] = inner_read, inner_made
                own |= inner_read
            read |= own
            made |= inner_made
        return read, made

    def _names(self, *found: Atom) -> Live:
        return {v.name for a in found for v in self.nesting.leaves(a)}

    def block(self, block: Block, live: Live) -> Live:
        """Walk a block backwards; `live` is what is read after it, and is used up."""
        for stmt in reversed(block):
            if self.nesting.is_hidden(stmt):
                continue
            if self.nesting.is_choice(stmt):
                live = self._bind(tuple(bound(stmt)), stmt, live)
                continue
            match stmt:
                case Apply(outs=outs) | Call(outs=outs):
                    live = self._bind(outs, stmt, live)
                case If():
                    live = self._if(stmt, live)
                case For():
                    live = self._for(stmt, live)
                case While():
                    live = self._while(stmt, live)
                case _:
                    live |= {v.name for v in self.nesting.reads(stmt)}
        return live

    def _bind(self, outs: tuple[Var, ...], stmt: Stmt, live: Live) -> Live:
        self.define(outs, live, stmt)
        live -= {v.name for v in outs}
        live |= {v.name for v in self.nesting.reads(stmt)}
        return live

    def _kept(self, merged: tuple[Phi, ...], live: Live) -> tuple[Phi, ...]:
        """The phis whose value is read; no other is assigned at all."""
        kept = tuple(p for p in merged if p.out.name in live)
        self.merged |= {p.out.name for p in kept}
        return kept

    def _if(self, stmt: If, live: Live) -> Live:
        kept = self._kept(stmt.phis, live)
        self.define(tuple(p.out for p in kept), live, stmt)
        live -= {p.out.name for p in stmt.phis}
        arms = [
            self.block(stmt.then, live | self._names(*(p.first for p in kept))),
            self.block(stmt.orelse, live | self._names(*(p.second for p in kept))),
        ]
        return arms[0] | arms[1] | self._names(stmt.test)

    def _loop(
        self, stmt: For | While, live: Live
    ) -> tuple[Live, Live, tuple[Phi, ...]]:
        """What is live at the head and at the body's end, and the phis that matter."""
        read, made = self.inside[id(stmt)]
        outs = {p.out.name for p in stmt.phis}
        kept = self._kept(stmt.phis, live | read)
        head = live | (read - made) | {p.out.name for p in kept}
        end = (head - outs) | self._names(*(p.second for p in kept))
        if stmt.stop is not None:
            end |= self._names(stmt.stop)
        return head, end, kept

    def _enter(self, stmt: For | While, kept: Iterable[Phi], live: Live) -> Live:
        # The first values are assigned before the header is evaluated; a value that
        # is itself the first one may be read there under either name.
        header = self._names(stmt.iterable) if isinstance(stmt, For) else set()
        outs = {p.out.name for p in kept}
        for phi in kept:
            others = header - self._names(phi.first)
            self.define((phi.out,), live | others | outs, stmt)
        live = live - {p.out.name for p in stmt.phis}
        return live | self._names(*(p.first for p in kept)) | header

    def _for(self, stmt: For, live: Live) -> Live:
        # The iterable is read at every turn: nothing may be stored into it meanwhile.
        leaves = self.nesting.leaves(stmt.iterable)
        held = {v.name for v in leaves if has_storage(v.type)}
        head, end, kept = self._loop(stmt, live | held)
        body = self.block(stmt.body, end)
        aims = tuple(targets(stmt.target))
        self.define(aims, body, stmt)
        head |= body - {v.name for v in aims}
        return self._enter(stmt, kept, head)

    def _while(self, stmt: While, live: Live) -> Live:
        head, end, kept = self._loop(stmt, set(live))
        body = self.block(stmt.body, end)
        tested = set(live) | body | self._names(stmt.test)
        head |= self.block(stmt.head, tested)
        return self._enter(stmt, kept, head)
