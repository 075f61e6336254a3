"""Insert into the forward sweep what the recorder has decided."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from symdiff.analysis.builder import Names
from symdiff.ir.nodes import (
    Apply,
    Block,
    For,
    If,
    Origin,
    Phi,
    Stmt,
    Var,
    While,
    bound,
)
from symdiff.ir.types import List, Table, Type


@dataclass(slots=True)
class Edits:
    """New tapes by the loop they start before, appends by value, phis by arm."""

    starts: dict[str, list[Var]] = field(default_factory=dict)
    heads: dict[str, list[tuple[Var, Var, bool]]] = field(default_factory=dict)
    appends: dict[Var, list[tuple[Var, bool]]] = field(default_factory=dict)
    phis: dict[str, list[Phi]] = field(default_factory=dict)

    def start(self, mark: str, tape: Var) -> None:
        """Make an empty tape before the loop `mark`."""
        self.starts.setdefault(mark, []).append(tape)

    def append(self, var: Var, tape: Var, head: str, *, copy: bool) -> None:
        """Append `var` to `tape` where it is bound, or at the start of loop `head`."""
        if head:
            self.heads.setdefault(head, []).append((var, tape, copy))
        else:
            self.appends.setdefault(var, []).append((tape, copy))

    def pass_out(self, mark: str, phi: Phi) -> None:
        """Merge a value out of the `if` called `mark`."""
        self.phis.setdefault(mark, []).append(phi)


def insert(block: Block, edits: Edits, names: Names) -> Block:
    """Carry out the edits in a block of the forward sweep."""
    out: list[Stmt] = []
    for stmt in block:
        if isinstance(stmt, For | While | If):
            for tape in edits.starts.get(stmt.mark, ()):
                out.append(Apply((tape,), "list", (), (), Origin((), "forward")))
        out.append(_inside(stmt, edits, names))
        for var in bound(stmt):
            for tape, copy in edits.appends.get(var, ()):
                out += _append(var, tape, copy, names)
        for phi in edits.phis.get(stmt.mark, ()) if isinstance(stmt, If) else ():
            for tape, copy in edits.appends.get(phi.out, ()):
                out += _append(phi.out, tape, copy, names)
    return tuple(out)


def _inside(stmt: Stmt, edits: Edits, names: Names) -> Stmt:
    match stmt:
        case If(mark=mark):
            return replace(
                stmt,
                then=insert(stmt.then, edits, names),
                orelse=insert(stmt.orelse, edits, names),
                phis=(*stmt.phis, *edits.phis.get(mark, ())),
            )
        case For(mark=mark) | While(mark=mark):
            start: list[Stmt] = []
            for var, tape, copy in edits.heads.get(mark, ()):
                start += _append(var, tape, copy, names)
            return replace(stmt, body=(*start, *insert(stmt.body, edits, names)))
    return stmt


_COPIES: dict[type[Type], str] = {List: "builtins.list", Table: "builtins.dict"}
"""What copies a value that is not an array."""


def _append(var: Var, tape: Var, copy: bool, names: Names) -> list[Stmt]:
    origin = Origin((), "forward")
    if not copy:
        return [Apply((tape,), "append", (tape, var), (), origin)]
    fresh = Var(names.take(f"{tape.name}_item"), var.type, var.base, True)
    return [
        Apply((fresh,), _COPIES.get(type(var.type), "numpy.copy"), (var,), (), origin),
        Apply((tape,), "append", (tape, fresh), (), origin),
    ]
