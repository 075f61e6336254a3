"""Which variables share one name: the way out of SSA.

All versions of one base share its name where their lives do not overlap, loop
variables first, so that a loop needs no copies; others get `h_1`, `h_2`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from symdiff.backend.inline import Nesting
from symdiff.backend.liveness import Live, walk_liveness
from symdiff.backend.operations import is_update
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
    bound,
    walk,
)

Affinity = tuple[Var, Atom]


@dataclass(slots=True)
class Groups:
    """Variables by the name they share: a family of one base, and a color in it."""

    colors: dict[str, tuple[str, int]] = field(default_factory=dict)
    order: dict[str, list[list[Var]]] = field(default_factory=dict)
    merged: Live = field(default_factory=set)


@dataclass(slots=True)
class _Class:
    """Variables that will have one name, and those that must have another."""

    members: set[str]
    apart: set[str]


def affinities(block: Block) -> list[Affinity]:
    """Pairs that should have one name: loop phis first, then branches, then stores."""
    loops: list[Affinity] = []
    arms: list[Affinity] = []
    stores: list[Affinity] = []
    for stmt in walk(block):
        match stmt:
            case For(phis=phis) | While(phis=phis):
                loops += [(p.out, a) for p in phis for a in (p.second, p.first)]
            case If(phis=phis):
                arms += [(p.out, a) for p in phis for a in (p.first, p.second)]
            case Apply(op=op, outs=outs, args=args) if is_update(op):
                stores.append((outs[0], args[0]))
    return [*loops, *arms, *stores]


def printed(function: Function, nesting: Nesting) -> Iterator[Var]:
    """Every variable that is bound to a name, in textual order, parameters first."""
    yield from function.params
    for stmt in walk(function.body):
        for var in bound(stmt):
            if var.name not in nesting.nested:
                yield var


def group(function: Function, nesting: Nesting, families: Mapping[str, str]) -> Groups:
    """Share names among the variables of each family (variable -> family)."""
    members: dict[str, set[str]] = {}
    for name, family in families.items():
        members.setdefault(family, set()).add(name)
    apart: dict[str, set[str]] = {name: set() for name in families}

    def clash(a: str, found: set[str]) -> None:
        for b in found:
            if b != a:
                apart[a].add(b)
                apart[b].add(a)

    def define(outs: tuple[Var, ...], live: Live, stmt: Stmt | None) -> None:
        together = {v.name for v in outs}
        read: set[str] = set()
        own: set[str] = set()
        if isinstance(stmt, Apply) and is_update(stmt.op):
            # A store may be printed in two steps: what it reads must survive the first.
            read = {v.name for v in nesting.reads(stmt)}
            own = _own(stmt, nesting)
        for i, var in enumerate(outs):
            family = members[families[var.name]]
            later = together | (read if i else read - own)
            clash(var.name, (family & live) | (family & later))

    merged = walk_liveness(function, nesting, define)
    classes = {name: _Class({name}, apart[name]) for name in families}
    for var, atom in affinities(function.body):
        if isinstance(atom, Var):
            _join(classes, families, var.name, atom.name)
    return _color(function, nesting, families, classes, merged)


def _own(stmt: Apply, nesting: Nesting) -> set[str]:
    """What a store is done with when it has made, or has, the array that it writes to.

    The value of `x = zeros_like(x); x[0] += x[1]` would read the new array.
    """
    first, *others = stmt.args
    own = {v.name for v in nesting.leaves(first)}
    if isinstance(first, Var) and first.name in nesting.nested:
        own -= {v.name for a in others for v in nesting.leaves(a)}
    return own


def _join(
    classes: dict[str, _Class], families: Mapping[str, str], a: str, b: str
) -> None:
    if families.get(a) is None or families.get(a) != families.get(b):
        return
    left, right = classes[a], classes[b]
    if left is right or left.apart & right.members:
        return
    if len(left.members) < len(right.members):
        left, right = right, left
    left.members |= right.members
    left.apart |= right.apart
    for name in right.members:
        classes[name] = left


def _color(
    function: Function,
    nesting: Nesting,
    families: Mapping[str, str],
    classes: dict[str, _Class],
    merged: Live,
) -> Groups:
    """Give each class the first color of its family that none of its neighbours has."""
    out = Groups(merged=merged)
    for var in printed(function, nesting):
        if var.name in out.colors:
            continue
        found = classes[var.name]
        family = families[var.name]
        taken = {out.colors[n][1] for n in found.apart if n in out.colors}
        color = next(c for c in range(len(taken) + 1) if c not in taken)
        for name in found.members:
            out.colors[name] = family, color
        colors = out.order.setdefault(family, [])
        if color == len(colors):
            colors.append([])
        colors[color].append(var)
    return out
