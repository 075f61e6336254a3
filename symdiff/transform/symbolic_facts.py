"""What the simplifier knows of a function before it looks at any block."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from symdiff.ir.edit import reads
from symdiff.ir.nodes import (
    Apply,
    Block,
    Function,
    Stmt,
    Var,
    atoms,
    blocks,
    bound,
    phis,
)
from symdiff.ir.types import AnyType, Array

Path = tuple[tuple[int, int], ...]
"""The regions around a block: the identity of each, and which of its blocks."""

_STORES = frozenset(["setitem", "additem", "append", "insert", "pop", "numpy.add.at"])


@dataclass(slots=True)
class Facts:
    """Definitions, homes and readers of all values of one function.

    `cotangents` are the values that depend on one called `x_bar`: results are linear
    in them. `stored` are arrays that a later version of overwrites. `quotients` has for
    a temporary the named values of the user's that are a product or quotient with it.
    """

    definitions: dict[Var, Apply] = field(default_factory=dict)
    homes: dict[Var, Path] = field(default_factory=dict)
    order: dict[Var, int] = field(default_factory=dict)
    uses: Counter[Var] = field(default_factory=Counter)
    cotangents: set[Var] = field(default_factory=set)
    stored: set[Var] = field(default_factory=set)
    quotients: dict[Var, list[Var]] = field(default_factory=dict)

    def dominates(self, var: Var, path: Path) -> bool:
        """Whether a value can be read in a block as it is; else it must be recorded."""
        home = self.homes.get(var, ())
        return path[: len(home)] == home

    def readable(self, var: Var) -> bool:
        """Whether a value may be read where it has not been read before."""
        if isinstance(var.type, Array | AnyType) and var in self.stored:
            return False
        return var not in self.cotangents


def survey(fn: Function) -> Facts:
    """Look at every statement of a function once."""
    facts = Facts(uses=Counter(reads(fn.body)))
    for param in fn.params:
        _bind(facts, param, ())
        if _is_bar(param):
            facts.cotangents.add(param)
    _block(facts, fn.body, ())
    return facts


def _block(facts: Facts, block: Block, path: Path) -> None:
    for stmt in block:
        own = (*path, (id(stmt), 0))
        for var in bound(stmt):
            _bind(facts, var, own if blocks(stmt) and _inside(stmt, var) else path)
        _note(facts, stmt)
        for n, inner in enumerate(blocks(stmt)):
            _block(facts, inner, (*path, (id(stmt), n)))
        for phi in phis(stmt):
            if {phi.first, phi.second} & facts.cotangents:
                facts.cotangents.add(phi.out)


def _inside(stmt: Stmt, var: Var) -> bool:
    """Whether only the region itself sees what it binds: the target of a loop."""
    return all(phi.out != var for phi in phis(stmt))


def _bind(facts: Facts, var: Var, path: Path) -> None:
    facts.homes[var] = path
    facts.order[var] = len(facts.order)


def _note(facts: Facts, stmt: Stmt) -> None:
    found = list(bound(stmt))
    reverse = stmt.origin.sweep == "reverse"
    tainted = reverse and any(a in facts.cotangents for a in atoms(stmt))
    facts.cotangents.update(v for v in found if tainted or _is_bar(v))
    if not isinstance(stmt, Apply):
        return
    if len(stmt.outs) == 1:
        facts.definitions[stmt.out] = stmt
        if stmt.op in ("mul", "truediv") and not (stmt.out.temp or reverse):
            for atom in stmt.args:
                if isinstance(atom, Var) and atom.temp:
                    facts.quotients.setdefault(atom, []).append(stmt.out)
    if stmt.op in _STORES and isinstance(stmt.args[0], Var):
        facts.stored.add(stmt.args[0])


def _is_bar(var: Var) -> bool:
    return "_bar" in var.base
