"""Dead code: a function → the same without what nobody reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    Function,
    If,
    Phi,
    Program,
    Return,
    Stmt,
    Var,
    While,
    atoms,
    blocks,
    phis,
    targets,
    walk,
)
from symdiff.rules import registry


def dce(fn: Function, effectful: Collection[str] = ()) -> Function:
    """Drop what is computed and never read; effects stay, in their order.

        tape_1 = list()
        for x in xs:
            tape_2 = phi(tape_1, tape_3)
            tape_3 = append(tape_2, x)            →      y = numpy.sin(x)
        z = numpy.cos(x)                                 return y
        y = numpy.sin(x)
        return y

    What is needed is marked from the effects and the result, through phis, so a value
    that a loop only carries to itself goes, and a list that is only appended to and
    popped. `effectful` names the functions whose calls do more than give a value. A
    region stays as long as something in it is needed.
    """
    needed = _Marks(fn.body, effectful)
    return replace(fn, body=needed.keep(fn.body))


def effectful(program: Program) -> frozenset[str]:
    """The functions of a program that have effects, by themselves or by a call."""
    found: set[str] = set()
    before = -1
    while len(found) != before:
        before = len(found)
        for fn in program.functions:
            inner = (s for s in walk(fn.body) if not isinstance(s, Return))
            if any(has_effect(stmt, found) for stmt in inner):
                found.add(fn.name)
    return frozenset(found)


def has_effect(stmt: Stmt, effectful: Collection[str] = ()) -> bool:
    """Whether the statement itself does more than bind its results."""
    match stmt:
        case Apply(op=op):
            entry = registry.find(op)
            return entry is None or entry.effect
        case Call(function=name):
            return name in effectful
        case Return():
            return True
    return False


@dataclass(slots=True, eq=False)
class _Node:
    """What must be there if a statement or phi is: its operands and its region."""

    reads: tuple[Atom, ...]
    region: _Node | None
    needed: bool = False


class _Marks:
    """Which statements and phis of a block are needed."""

    def __init__(self, body: Block, effectful: Collection[str]) -> None:
        self.homes: dict[Var, _Node] = {}
        self.nodes: dict[int, _Node] = {}
        self.todo: list[_Node] = []
        self.effectful = effectful
        self.managers: set[Var] = set()
        self.silent: dict[Atom, _Node] = {}
        self._enter(body, None)
        self._spread()

    def _enter(self, block: Block, region: _Node | None) -> None:
        for stmt in block:
            if isinstance(stmt, Apply) and stmt.op == "leave":
                opened = self.silent.get(stmt.args[0])
                if opened is not None:
                    self.nodes[id(stmt)] = opened
                    region = opened.region
                    continue
            node = _Node(tuple(atoms(stmt)), region)
            self.nodes[id(stmt)] = node
            for var in _own(stmt):
                self.homes[var] = node
            for phi in phis(stmt):
                self.homes[phi.out] = _Node((phi.first, phi.second), node)
            if isinstance(stmt, Apply) and self._is_silent(stmt):
                self.silent[stmt.outs[-1]] = region = node
            elif has_effect(stmt, self.effectful):
                self._need(node)
            for inner in blocks(stmt):
                self._enter(inner, node)

    def _is_silent(self, stmt: Apply) -> bool:
        """Whether this begins an `np.errstate`, which does nothing by itself."""
        if stmt.op == "numpy.errstate":
            self.managers.add(stmt.out)
        return stmt.op == "enter" and stmt.args[0] in self.managers

    def _need(self, node: _Node) -> None:
        if not node.needed:
            node.needed = True
            self.todo.append(node)

    def _spread(self) -> None:
        while self.todo:
            node = self.todo.pop()
            if node.region is not None:
                self._need(node.region)
            for atom in node.reads:
                if isinstance(atom, Var) and atom in self.homes:
                    self._need(self.homes[atom])

    def keep(self, block: Block) -> Block:
        """The needed statements of a block, with the needed phis of its regions."""
        kept = [self._trim(stmt) for stmt in block if self.nodes[id(stmt)].needed]
        return tuple(_without_empty(kept))

    def _trim(self, stmt: Stmt) -> Stmt:
        kept = tuple(p for p in phis(stmt) if self._carried(p))
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(
                    stmt, then=self.keep(then), orelse=self.keep(orelse), phis=kept
                )
            case For(body=body):
                return replace(stmt, body=self.keep(body), phis=kept)
            case While(head=head, body=body):
                return replace(
                    stmt, head=self.keep(head), body=self.keep(body), phis=kept
                )
        return stmt

    def _carried(self, phi: Phi) -> bool:
        return self.homes[phi.out].needed


def _without_empty(block: list[Stmt]) -> list[Stmt]:
    """Leave out a `try` that nothing is left of but what it leads to if it fails."""
    out: list[Stmt] = []
    for stmt in block:
        out.append(stmt)
        if not isinstance(stmt, Apply) or stmt.op != "leave":
            continue
        start = len(out) - 2
        while start > 0 and _is_handler(out[start - 1], out[start]):
            start -= 2
        first = out[start]
        if isinstance(first, Apply) and first.op == "attempt":
            del out[start:]
    return out


def _is_handler(first: Stmt, second: Stmt) -> bool:
    match first, second:
        case Apply(op="handler", outs=outs), If(test=test):
            return test in outs
    return False


def _own(stmt: Stmt) -> Iterator[Var]:
    """What the statement binds as a whole, so without its phis."""
    match stmt:
        case Apply(outs=outs) | Call(outs=outs):
            yield from outs
        case For(target=target):
            yield from targets(target)
