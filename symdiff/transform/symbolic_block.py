"""The rational expressions of one block, in groups that share operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from symdiff.ir.nodes import Apply, Block, Const, Var, atoms
from symdiff.ir.types import dtype_of, shape_of
from symdiff.transform.symbolic_facts import Facts
from symdiff.transform.symbolic_pool import Node, Pool, as_node, rational

_SIZE = 60
"""The most operations that one expression may have, written out."""


@dataclass(slots=True)
class Region:
    """The reverse sweep's rational operations in one block.

    `nodes` has the node of each result; `roots` are the results that something else
    reads, in the order of the block.
    """

    pool: Pool = field(default_factory=Pool)
    nodes: dict[Var, int] = field(default_factory=dict)
    roots: list[Apply] = field(default_factory=list)
    statements: dict[int, Apply] = field(default_factory=dict)


def region(block: Block, facts: Facts) -> Region:
    """Collect the rational operations of a block, without those of inner blocks."""
    out = Region()
    members: list[Apply] = []
    cut: set[Var] = set()
    for stmt in block:
        if not isinstance(stmt, Apply) or not _member(stmt):
            continue
        node = _node(stmt, out)
        if out.pool.sizes[node] > _SIZE:
            cut.update(a for a in stmt.args if isinstance(a, Var) and a in out.nodes)
            for arg in cut:
                out.nodes[arg] = out.pool.atom(arg)
            node = _node(stmt, out)
        out.nodes[stmt.out] = node
        out.statements.setdefault(node, stmt)
        members.append(stmt)
    inside = Counter(a for stmt in members for a in atoms(stmt) if isinstance(a, Var))
    out.roots = [
        s for s in members if facts.uses[s.out] > inside[s.out] or s.out in cut
    ]
    return out


def _member(stmt: Apply) -> bool:
    if stmt.origin.sweep != "reverse" or not all(map(_real, (*stmt.args, *stmt.outs))):
        return False
    if stmt.op in ("iadd", "isub"):
        x, e = stmt.args
        shape, dtype = shape_of(x.type), dtype_of(x.type)
        grows = shape is None or shape_of(e.type) not in ((), shape)
        casts = dtype is None or dtype_of(e.type) != dtype
        return not (grows or casts)
    return rational(stmt)


def _real(atom: Var | Const) -> bool:
    dtype = dtype_of(atom.type)
    return dtype is None or dtype[0] in "fiub"


def _node(stmt: Apply, out: Region) -> int:
    args = tuple(
        out.nodes[a] if isinstance(a, Var) and a in out.nodes else out.pool.atom(a)
        for a in stmt.args
    )
    return as_node(out.pool, stmt, args)


def groups(found: Region) -> Iterator[list[Apply]]:
    """The roots in groups: two that share an operation are in one."""
    parent: dict[int, int] = {}

    def top(n: int) -> int:
        while parent.setdefault(n, n) != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for root in found.roots:
        at = found.nodes[root.out]
        for n in found.pool.below([at]):
            if isinstance(found.pool.items[n], Node):
                parent[top(n)] = top(at)
    together: dict[int, list[Apply]] = {}
    for root in found.roots:
        together.setdefault(top(found.nodes[root.out]), []).append(root)
    yield from together.values()


def promising(found: Region, roots: list[Apply], facts: Facts) -> bool:
    """Whether something may cancel, or be collected: a value that occurs twice.

    Values of the primal count as one where one is computed from the other.
    """
    pool = found.pool
    nodes = pool.below([found.nodes[r.out] for r in roots])
    operations = [n for n in map(pool.items.__getitem__, nodes) if isinstance(n, Node)]
    divides = any(item.op == "truediv" for item in operations)
    if len(operations) < (3 if divides else 5):
        return False
    occurrences: Counter[Var] = Counter()
    for item in operations:
        for arg in item.args:
            atom = pool.items[arg]
            if isinstance(atom, Var):
                occurrences.update(_family(atom, facts))
    return any(n > 1 for n in occurrences.values())


def _family(var: Var, facts: Facts) -> set[Var]:
    """A value and what it is rationally computed from."""
    out: set[Var] = set()
    todo = [var]
    while todo and len(out) < 16:
        at = todo.pop()
        if at in out:
            continue
        out.add(at)
        made = facts.definitions.get(at)
        if made is not None and rational(made) and at not in facts.cotangents:
            todo.extend(a for a in made.args if isinstance(a, Var))
    return out
