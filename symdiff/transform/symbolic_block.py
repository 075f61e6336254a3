"""The rational expressions of one block, in groups that share operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from symdiff.analysis.builder import infer
from symdiff.ir.nodes import Apply, Atom, Block, Var, atoms
from symdiff.ir.types import dtype_of
from symdiff.transform.algebra_forms import fits
from symdiff.transform.symbolic_facts import Facts
from symdiff.transform.symbolic_pool import Node, Pool, as_node, rational

_LOGIC = frozenset(
    ["lt", "le", "gt", "ge", "eq", "ne", "not_", "invert", "and_", "or_"]
)
_SIZE = 60
"""The most operations that one expression may have, written out."""


@dataclass(slots=True)
class Region:
    """The reverse sweep's rational operations in one block.

    `nodes` has the node of each result; `roots` are the results that something else
    reads, in the order of the block. `safe` says that some division must not raise at
    zero on Python floats; `divisors` are the nodes that are divided by plainly.
    """

    pool: Pool = field(default_factory=Pool)
    nodes: dict[Var, int] = field(default_factory=dict)
    roots: list[Apply] = field(default_factory=list)
    statements: dict[int, Apply] = field(default_factory=dict)
    safe: bool = False
    divisors: set[int] = field(default_factory=set)


def region(block: Block, facts: Facts) -> Region:
    """Collect the rational operations of a block, without those of inner blocks."""
    out = Region()
    members: list[Apply] = []
    seen: dict[Atom, int] = {}
    cut: set[Var] = set()
    for stmt in block:
        if isinstance(stmt, Apply) and stmt.op == "same" and _sweep(stmt):
            (arg,) = stmt.args
            seen[stmt.out] = seen[arg] if arg in seen else out.pool.atom(arg)
        if not isinstance(stmt, Apply) or not _member(stmt, facts):
            continue
        node = _node(stmt, seen, out.pool)
        if out.pool.sizes[node] > _SIZE:
            ends = [a for a in stmt.args if isinstance(a, Var) and a in seen]
            seen.update((a, out.pool.atom(a)) for a in ends)
            cut.update(ends)
            node = _node(stmt, seen, out.pool)
        if stmt.op == "truediv":
            out.divisors.add(seen.get(stmt.args[1], out.pool.atom(stmt.args[1])))
        out.safe |= stmt.op == "divide"
        out.nodes[stmt.out] = seen[stmt.out] = node
        out.statements.setdefault(node, stmt)
        members.append(stmt)
    inside = Counter(a for stmt in members for a in atoms(stmt) if isinstance(a, Var))
    out.roots = [
        s for s in members if facts.uses[s.out] > inside[s.out] or s.out in cut
    ]
    return out


def _node(stmt: Apply, seen: dict[Atom, int], pool: Pool) -> int:
    """The node of a statement; operands of the block are written out."""
    args = (seen[a] if a in seen else pool.atom(a) for a in stmt.args)
    return as_node(pool, stmt, tuple(args))


def _sweep(stmt: Apply) -> bool:
    return stmt.origin.sweep == "reverse"


def _member(stmt: Apply, facts: Facts) -> bool:
    """Whether a statement is arithmetic of the reverse sweep on real numbers."""
    if any(_is_mask(a, facts) for a in stmt.args):
        return False
    if not _sweep(stmt) or not all(map(_real, (*stmt.args, *stmt.outs))):
        return False
    if stmt.op in ("iadd", "isub"):
        # In place nothing is broadcast or promoted: the same as a sum only then.
        return fits(infer("add", stmt.args, ())[0], stmt.out.type)
    return rational(stmt)


def _is_mask(atom: Atom, facts: Facts) -> bool:
    """Whether a value of unknown type is the result of a comparison."""
    made = facts.definitions.get(atom) if isinstance(atom, Var) else None
    if made is None or dtype_of(atom.type) is not None:
        return False
    return made.op in _LOGIC or made.op.startswith(("numpy.logical", "numpy.is"))


def _real(atom: Atom) -> bool:
    dtype = dtype_of(atom.type)
    return dtype is None or dtype[0] in "fiub"


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


def promising(pool: Pool, roots: list[int], facts: Facts) -> bool:
    """Whether something may cancel, or be collected: a value that occurs twice.

    Values of the primal count as one where one is computed from the other.
    """
    below = map(pool.items.__getitem__, pool.below(roots))
    operations = [item for item in below if isinstance(item, Node)]
    divides = any(item.op == "truediv" for item in operations)
    if len(operations) < (2 if divides else 5):
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
