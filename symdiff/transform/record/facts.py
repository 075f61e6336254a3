"""What the recorder knows of a differentiated function before it decides anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Stmt,
    Target,
    Var,
    While,
    blocks,
    bound,
    targets,
)
from symdiff.ir.types import AnyType, Array, List, Opaque, Scalar, Table, Type
from symdiff.rules import registry
from symdiff.transform.adjoint.store import STORES, is_store

Path = tuple[tuple[str, str], ...]
"""The regions around a statement, outermost first: (mark, "then" | "else" | "body")."""

FREE = 0.0
NEVER = float("inf")


@dataclass(slots=True)
class Facts:
    """The forward sweep, indexed.

    `homes` says in which region a value is bound; `heads` has the loop of each phi at
    a loop's head, whose value outside of the loop is the final one.
    """

    regions: dict[str, Stmt] = field(default_factory=dict)
    homes: dict[Var, Path] = field(default_factory=dict)
    heads: dict[Var, str] = field(default_factory=dict)
    made: dict[Var, Stmt] = field(default_factory=dict)
    killed: set[Var] = field(default_factory=set)
    order: dict[Var, int] = field(default_factory=dict)

    def home(self, var: Var, at: Path) -> Path | None:
        """The region in which a primal value is bound, seen from `at`; else None."""
        home = self.homes.get(var)
        if home is None:
            return None
        mark = self.heads.get(var)
        if mark is not None and not any(m == mark for m, _ in at):
            return home[:-1]
        return home

    def loops(self, path: Path) -> list[str]:
        """The marks of the loops of a path."""
        return [m for m, side in path if side == "body"]


def survey(fn: Function) -> Facts:
    """Index the forward sweep of a differentiated function."""
    facts = Facts()
    for p in fn.params:
        facts.homes[p] = ()
    _survey(fn.body, (), facts)
    return facts


def _survey(block: Block, path: Path, facts: Facts) -> None:
    for stmt in block:
        if stmt.origin.sweep != "forward":
            continue
        for var in bound(stmt):
            facts.made[var] = stmt
            facts.homes[var] = path
            facts.order[var] = len(facts.order)
        match stmt:
            case Apply():
                if _overwrites(stmt) and isinstance(stmt.args[0], Var):
                    facts.killed.add(stmt.args[0])
            case If(mark=mark):
                facts.regions[mark] = stmt
                _survey(stmt.then, (*path, (mark, "then")), facts)
                _survey(stmt.orelse, (*path, (mark, "else")), facts)
            case For() | While():
                _survey_loop(stmt, path, facts)


def _survey_loop(stmt: For | While, path: Path, facts: Facts) -> None:
    facts.regions[stmt.mark] = stmt
    inner = (*path, (stmt.mark, "body"))
    facts.homes.update((var, inner) for var in bound(stmt))
    facts.heads.update((phi.out, stmt.mark) for phi in stmt.phis)
    for block in blocks(stmt):
        _survey(block, inner, facts)


def _overwrites(stmt: Apply) -> bool:
    """Whether the first operand is not there any more after the statement."""
    entered = stmt.op in (*STORES, "pop") and isinstance(stmt.args[0].type, Table)
    return is_store(stmt) or entered


def price(stmt: Apply) -> float:
    """What it costs to compute a value again: 1 for a number, 3 for an array."""
    entry = registry.find(stmt.op)
    if entry is None or entry.effect or len(stmt.outs) != 1 or stmt.op in STORES:
        return NEVER
    if entry.cost == "free" or isinstance(stmt.out.type, Opaque):
        return FREE
    if entry.cost != "cheap" and not _small_power(stmt):
        return NEVER
    match stmt.out.type:
        case Scalar(dtype=dtype):
            return FREE if dtype[0] in "iub" else 1.0
        case Array() | AnyType():
            return 3.0
    return NEVER


def _small_power(stmt: Apply) -> bool:
    """Whether this is a square or a cube, which NumPy computes by multiplying."""
    exponent = stmt.args[1] if stmt.op == "pow" else None
    return isinstance(exponent, Const) and exponent.value in (2, 3)


def is_array(t: Type) -> bool:
    """Whether a value of this type may own storage that a store can overwrite."""
    return isinstance(t, Array | AnyType | List | Table)


def shares_killed_storage(var: Var, facts: Facts) -> bool:
    """Whether a store of the forward sweep may overwrite what `var` looks at."""
    todo: list[Var] = [var]
    seen: set[Var] = set()
    while todo:
        v = todo.pop()
        if v in seen or not is_array(v.type):
            continue
        seen.add(v)
        if v in facts.killed:
            return True
        made = facts.made.get(v)
        if isinstance(made, Apply):
            if made.op in STORES:
                return True
            todo += _viewed(made)
        elif isinstance(made, If | For | While):
            for phi in made.phis:
                if phi.out == v:
                    todo += [a for a in (phi.first, phi.second) if isinstance(a, Var)]
            if isinstance(made, For) and v in set(targets(made.target)):
                todo += [made.iterable] if isinstance(made.iterable, Var) else []
    return False


def _viewed(stmt: Apply) -> list[Var]:
    entry = registry.find(stmt.op)
    if entry is None:
        return []
    named = registry.arguments(entry, stmt.args, stmt.kwargs)
    out: list[Atom] = []
    for name in entry.view:
        value = named.get(name, Const(None))
        out += value if isinstance(value, tuple) else (value,)
    return [a for a in out if isinstance(a, Var)]


def pair_targets(a: Target, b: Target) -> dict[Var, Var]:
    """Match two loop targets of the same form."""
    if isinstance(a, Var) and isinstance(b, Var):
        return {a: b}
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        out: dict[Var, Var] = {}
        for x, y in zip(a, b, strict=True):
            out.update(pair_targets(x, y))
        return out
    return {}


Element = tuple[Literal["getitem", "add"], Atom]
"""How the value of a loop's target comes from the number of the iteration."""


def pair_sequences(
    target: Target, iterable: Atom, facts: Facts
) -> list[tuple[Var, Element | None]]:
    """The sequence that each target of a loop is an item of; None for a counter.

    The counter of `enumerate(x, start)` is the number of the iteration plus `start`.
    """
    made = facts.made.get(iterable) if isinstance(iterable, Var) else None
    if isinstance(made, Apply) and isinstance(target, tuple):
        if made.op == "builtins.enumerate" and isinstance(target[0], Var):
            start = (*made.args[1:], *(v for _, v in made.kwargs), Const(0))[0]
            counter: Element | None = None if start == Const(0) else ("add", start)
            inner = pair_sequences(target[1], made.args[0], facts)
            return [(target[0], counter), *inner]
        if made.op == "builtins.zip" and len(target) == len(made.args):
            pairs = zip(target, made.args, strict=True)
            return [p for t, a in pairs for p in pair_sequences(t, a, facts)]
    if not isinstance(target, Var):
        return []
    if isinstance(made, Apply) and made.op == "builtins.reversed":
        return []
    plain = isinstance(made, Apply) and made.op == "builtins.range"
    counts = plain and isinstance(made, Apply) and len(made.args) == 1
    return [(target, None if counts else ("getitem", iterable))]
