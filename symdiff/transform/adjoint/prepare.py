"""Make a function ready for its reverse sweep: what the forward sweep must do besides.

Regions get marks, a `while` counts its iterations, a store saves the slot that it
overwrites, and a call of a differentiated function becomes a call of its forward
sweep. What of this no derivative needs is dropped later as dead code.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.nodes import (
    Apply,
    Block,
    Call,
    Const,
    For,
    If,
    Origin,
    Phi,
    Return,
    Stmt,
    Var,
    While,
)
from symdiff.ir.types import INT, Scalar
from symdiff.transform.adjoint.checkpoint import Checkpoints, store_snapshots
from symdiff.transform.adjoint.store import is_store
from symdiff.transform.adjoint.sweep import CallAdjoint
from symdiff.transform.checkpoint import CHECKPOINTED

SplitCall = Callable[[Call, Builder], CallAdjoint | None]


@dataclass(slots=True)
class Prepared:
    """The forward sweep, and what the reverse sweep must know of it.

    `live` are the values that a derivative flows through; `checkpoints` has the loops
    of which snapshots are stored by their mark.
    """

    names: Names
    split: SplitCall
    live: Collection[Var] = ()
    slots: dict[Var, Var] = field(default_factory=dict)
    counters: dict[str, Var] = field(default_factory=dict)
    backward: dict[str, CallAdjoint] = field(default_factory=dict)
    checkpoints: dict[str, Checkpoints] = field(default_factory=dict)
    ranges: dict[Var, Apply] = field(default_factory=dict)
    marks: int = 0

    def block(self, stmts: Block) -> Block:
        """Prepare the statements of a block."""
        build = Builder(self.names)
        for stmt in stmts:
            self._stmt(stmt, build)
        return tuple(build.stmts)

    def _stmt(self, stmt: Stmt, build: Builder) -> None:
        origin = Origin(stmt.origin.spans, "forward")
        match stmt:
            case Apply():
                if stmt.op in (CHECKPOINTED, "builtins.range"):
                    self.ranges[stmt.out] = stmt
                if is_store(stmt):
                    self._save_slot(stmt, build, origin)
                build.emit(replace(stmt, origin=origin))
            case Call():
                stmt = replace(stmt, origin=origin)
                adjoint = self.split(stmt, build)
                if adjoint is None:
                    build.emit(stmt)
                else:
                    self.backward[adjoint.result.name] = adjoint
            case If(then=then, orelse=orelse):
                mark = self._mark()
                arms = self.block(then), self.block(orelse)
                build.emit(
                    replace(
                        stmt, then=arms[0], orelse=arms[1], origin=origin, mark=mark
                    )
                )
            case For() if self._is_checkpointed(stmt):
                self._checkpoint(stmt, build, origin)
            case For() | While():
                build.emit(self._loop(stmt, origin))
            case Return():
                build.emit(replace(stmt, origin=origin))

    def _mark(self) -> str:
        self.marks += 1
        return f"R{self.marks}"

    def _is_checkpointed(self, loop: For) -> bool:
        """Whether snapshots are stored of a loop (see `with_steps`)."""
        active = any(phi.out in self.live for phi in loop.phis)
        return active and loop.mark == CHECKPOINTED

    def _checkpoint(self, loop: For, build: Builder, origin: Origin) -> None:
        marked = self.ranges[loop.iterable]  # type: ignore[index]
        over = self.ranges[marked.args[0]]  # type: ignore[index]
        mark = self._mark()
        known = store_snapshots(loop, marked, over, build, origin, mark)
        self.checkpoints[mark] = known

    def _save_slot(self, stmt: Apply, build: Builder, origin: Origin) -> None:
        source, index = stmt.args[0], stmt.args[1]
        assert isinstance(source, Var)
        slot = build.apply("getitem", source, index, base=source.base, origin=origin)
        if not isinstance(slot.type, Scalar):
            slot = build.apply("numpy.copy", slot, base=source.base, origin=origin)
        self.slots[stmt.out] = slot

    def _loop(self, stmt: For | While, origin: Origin) -> Stmt:
        """Mark a loop; count its iterations unless the iterable tells their number."""
        mark = self._mark()
        if isinstance(stmt, For) and stmt.stop is None:
            return replace(stmt, body=self.block(stmt.body), origin=origin, mark=mark)
        count = Var(self.names.take("count"), INT, "count", False)
        body = Builder(self.names)
        body.stmts = list(self.block(stmt.body))
        after = body.apply(
            "add", count, Const(1), base="count", temp=False, origin=origin
        )
        self.counters[mark] = count
        phis = (*stmt.phis, Phi(count, Const(0), after))
        new = replace(stmt, phis=phis, body=tuple(body.stmts), origin=origin, mark=mark)
        return (
            replace(new, head=self.block(new.head)) if isinstance(new, While) else new
        )
