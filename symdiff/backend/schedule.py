"""Reads of an old version go before the store that ends it, so that it is in place.

    x_1 = setitem(x, i, 0.0)          →      g = getitem(x, i)
    g = getitem(x, i)                        x_1 = setitem(x, i, 0.0)

Values are immutable, so a pure operation may move up to where its operands are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symdiff.backend.inline import Nesting
from symdiff.backend.liveness import Live, walk_liveness
from symdiff.backend.operations import MAKERS, has_effect, has_storage, is_update
from symdiff.ir.nodes import (
    Apply,
    Block,
    For,
    Function,
    If,
    Stmt,
    Var,
    While,
    atoms,
    bound,
)

Last = set[tuple[int, str]]
"""Statements that are the last to read a variable, and the variable."""

_HOLDERS = frozenset({"tuple", "list", "dict", "same"}) | MAKERS
"""What holds an old version: it is no use to build it earlier."""


def schedule(function: Function) -> Function:
    """Move reads before stores where no read of the old version is left behind."""
    last: set[tuple[int, str]] = set()

    def define(outs: tuple[Var, ...], live: Live, stmt: Stmt | None) -> None:
        if isinstance(stmt, Apply):
            names = {a.name for a in atoms(stmt) if isinstance(a, Var)}
            last.update((id(stmt), name) for name in names - live)

    walk_liveness(function, Nesting(), define)
    return replace(function, body=_scheduled(function.body, last))


def _scheduled(block: Block, last: Last) -> Block:
    # The order first: rebuilt statements have another identity.
    return tuple(_inside(stmt, last) for stmt in _Order(list(block), last).run())


def _inside(stmt: Stmt, last: Last) -> Stmt:
    match stmt:
        case If(then=then, orelse=orelse):
            arms = _scheduled(then, last), _scheduled(orelse, last)
            return replace(stmt, then=arms[0], orelse=arms[1])
        case For(body=body):
            return replace(stmt, body=_scheduled(body, last))
        case While(head=head, body=body):
            parts = _scheduled(head, last), _scheduled(body, last)
            return replace(stmt, head=parts[0], body=parts[1])
    return stmt


@dataclass(slots=True)
class _Order:
    """The statements of a block and, as they are moved, the places they get."""

    stmts: list[Stmt]
    last: Last

    def run(self) -> Block:
        """Move what can be moved; everything else keeps its order."""
        place = list(range(len(self.stmts)))
        made = {v.name: i for i, s in enumerate(self.stmts) for v in bound(s)}
        readers: dict[str, list[int]] = {}
        fences: list[int] = []
        for i, stmt in enumerate(self.stmts):
            for atom in atoms(stmt):
                if isinstance(atom, Var):
                    readers.setdefault(atom.name, []).append(i)
            if not _is_pure(stmt) and not _is_store(stmt):
                fences.append(i)
        for i, stmt in enumerate(self.stmts):
            if _is_store(stmt) and place[i] == i:
                self._before(i, place, made, readers, fences)
        order = sorted(range(len(place)), key=lambda i: (place[i], place[i] == i, i))
        return tuple(self.stmts[i] for i in order)

    def _before(
        self,
        store: int,
        place: list[int],
        made: dict[str, int],
        readers: dict[str, list[int]],
        fences: list[int],
    ) -> None:
        """Move all later reads of a store's operand before it, or none."""
        x = next(iter(atoms(self.stmts[store])))
        if not isinstance(x, Var) or not has_storage(x.type):
            return
        later = [i for i in readers[x.name] if place[i] > store]
        if not later or (id(self.stmts[later[-1]]), x.name) not in self.last:
            return
        moved: set[int] = set()
        todo = list(later)
        while todo:
            i = todo.pop()
            if i in moved or place[i] < store:
                continue
            if i == store or not _is_pure(self.stmts[i]):
                return
            moved.add(i)
            names = [a.name for a in atoms(self.stmts[i]) if isinstance(a, Var)]
            todo += [made[n] for n in names if n in made]
        if any(store < f < max(moved) for f in fences):
            return
        for i in moved:
            place[i] = store


def _is_pure(stmt: Stmt) -> bool:
    """Whether a statement may move: it computes a value and does nothing else."""
    return (
        isinstance(stmt, Apply)
        and stmt.op not in _HOLDERS
        and not is_update(stmt.op)
        and not has_effect(stmt.op)
    )


def _is_store(stmt: Stmt) -> bool:
    return isinstance(stmt, Apply) and is_update(stmt.op)
