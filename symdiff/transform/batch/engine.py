"""Give a sweep one more axis: all directions at once instead of one after the other.

    y_bar = np.tanh(...)         y_bar: (n,)      y_bar: (count, n)
    x_bar = W.T @ y_bar      →   x_bar = y_bar @ W

Only what depends on the seed gets the axis; the rest is as before, and is computed
once. What an operation makes of the axis is in the tables of the sibling modules; an
operation that is in none of them, or an operand of unknown rank, raises `NotBatched`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from symdiff.analysis.builder import Builder
from symdiff.ir.edit import map_reads
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    If,
    Phi,
    Return,
    Stmt,
    Target,
    Var,
    While,
    atoms,
    blocks,
    targets,
)
from symdiff.ir.types import List, rank
from symdiff.rules import registry
from symdiff.transform.batch import indexing, layout, products
from symdiff.transform.batch.scope import NotBatched, Scope
from symdiff.transform.batch.taint import ONLY_SHAPES

RULES: dict[str, layout.Rule] = {**products.RULES, **indexing.RULES, **layout.RULES}
INPLACE = ("iadd", "isub", "imul", "itruediv")


def batch(at: Scope, block: Iterable[Stmt], build: Builder) -> None:
    """Emit a block's statements, those that depend on a seed with the axis."""
    for stmt in block:
        build.origin = stmt.origin
        match stmt:
            case Apply():
                _apply(at, stmt, build)
            case If():
                _if(at, stmt, build)
            case For() | While():
                _loop(at, stmt, build)
            case Return():
                build.emit(map_reads(stmt, at.read))
            case _:
                if any(map(at.has, atoms(stmt))):
                    raise NotBatched("a call of a function")
                build.emit(stmt)


def _apply(at: Scope, stmt: Apply, build: Builder) -> None:
    if stmt.op in ONLY_SHAPES and any(map(at.has, stmt.args)):
        _shape(at, stmt, build)
        return
    if not any(out in at.batched for out in stmt.outs):
        build.emit(stmt)
        return
    if len(stmt.outs) > 1:
        raise NotBatched(f"several results of {stmt.op}")
    if stmt.op == "tuple" and at.made(stmt.out, "tuple"):
        # Read by what joins its items, which puts them together anew.
        return
    # Also a gradient's own statements belong to the sweep that is simplified.
    build.origin = replace(stmt.origin, sweep=at.sweep)
    mark = len(build.stmts)
    found = _by_rule(at, stmt, build)
    _settle(at, stmt, found, build, mark)


def _by_rule(at: Scope, stmt: Apply, build: Builder) -> Atom:
    listed = [a for a in stmt.args if at.has(a) and isinstance(a.type, List)]
    if listed and stmt.op in products.RULES:
        raise NotBatched(f"{stmt.op} of a list")
    rule = RULES.get(stmt.op)
    if rule is not None:
        return rule(at, stmt, build)
    entry = registry.find(stmt.op)
    plain = entry is not None and entry.elementwise and not entry.effect
    if not plain or stmt.op.startswith(("math.", "builtins.")):
        raise NotBatched(f"the operation {stmt.op}")
    return _elementwise(at, stmt, build)


def _elementwise(at: Scope, stmt: Apply, build: Builder) -> Atom:
    """The same operation; operands with fewer axes get some after the first."""
    op = stmt.op
    if op in INPLACE and not at.has(stmt.args[0]):
        op = op.removeprefix("i")  # the operand lacks the axis that the result has
    want = at.rank(stmt.out)
    args = [at.aligned(a, want, build) for a in stmt.args]
    named = {k: at.aligned(a, want, build) for k, a in stmt.kwargs}
    return build.bind(op, args, named)[0]


def _settle(at: Scope, stmt: Apply, found: Atom, build: Builder, mark: int) -> None:
    """Give the last operation that a rule has emitted the name of the result."""
    wide = at.widen(stmt.out)
    origin = build.origin
    last = build.stmts[-1] if len(build.stmts) > mark else None
    if isinstance(last, Apply) and last.outs == (found,):
        have = rank(last.out.type)
        if have is not None and have != rank(wide.type):
            raise NotBatched(f"{stmt.op} gives {last.out.type} for {wide.type}")
        build.stmts[-1] = replace(last, outs=(wide,))
        return
    build.emit(Apply((wide,), "same", (found,), (), origin))


def _shape(at: Scope, stmt: Apply, build: Builder) -> None:
    """The shape of a value for one direction."""
    (x,) = stmt.args
    kinds = ("numpy.shape", "ndarray.shape", "builtins.len")
    if stmt.op == "ndarray.dtype" or stmt.op not in kinds or at.rank(x) == 0:
        if stmt.op != "ndarray.dtype":
            raise NotBatched(f"{stmt.op} of a value for each direction")
        build.emit(map_reads(stmt, at.read))
        return
    whole = build.apply("ndarray.shape", at.read(x))
    index = 1 if stmt.op == "builtins.len" else slice(1, None)
    build.apply("getitem", whole, index)
    last = build.stmts[-1]
    assert isinstance(last, Apply)
    build.stmts[-1] = replace(last, outs=stmt.outs)


# --- regions ---


def _if(at: Scope, stmt: If, build: Builder) -> None:
    if at.has(stmt.test):
        raise NotBatched("a branch that a direction decides")
    arms: list[Block] = []
    ends: list[list[Atom]] = []
    for body, side in ((stmt.then, "first"), (stmt.orelse, "second")):
        inner = build.nested()
        batch(at, body, inner)
        inner.origin = stmt.origin
        ends.append([_end(at, p, getattr(p, side), inner) for p in stmt.phis])
        arms.append(tuple(inner.stmts))
    merged = tuple(
        Phi(_out(at, p), one, other)
        for p, one, other in zip(stmt.phis, *ends, strict=True)
    )
    build.emit(replace(stmt, then=arms[0], orelse=arms[1], phis=merged))


def _loop(at: Scope, stmt: For | While, build: Builder) -> None:
    """Loops stay; what they hand on from one iteration to the next gets the axis."""
    build.origin = stmt.origin
    decides = [stmt.stop, stmt.test if isinstance(stmt, While) else None]
    if any(a is not None and at.has(a) for a in decides):
        raise NotBatched("a loop that a direction ends")
    firsts = [_end(at, p, p.first, build) for p in stmt.phis]
    heads = [_out(at, p) for p in stmt.phis]
    target = _target(at, stmt.target) if isinstance(stmt, For) else ()
    parts = []
    for body in blocks(stmt):
        inner = build.nested()
        batch(at, body, inner)
        parts.append(inner)
    parts[-1].origin = stmt.origin
    ends = [_end(at, p, p.second, parts[-1]) for p in stmt.phis]
    merged = tuple(map(Phi, heads, firsts, ends))
    inside = [tuple(p.stmts) for p in parts]
    if isinstance(stmt, While):
        build.emit(replace(stmt, phis=merged, head=inside[0], body=inside[1]))
        return
    over = at.read(stmt.iterable)
    if at.has(stmt.iterable) and not isinstance(stmt.iterable.type, List):
        over = at.items(stmt.iterable, build)
    build.emit(replace(stmt, target=target, iterable=over, phis=merged, body=inside[0]))


def _target(at: Scope, target: Target) -> Target:
    """A loop's target: the items of a list or an array have the axis."""
    if isinstance(target, Var):
        return at.widen(target) if target in at.batched else target
    if any(var in at.batched for var in targets(target)):
        raise NotBatched("several items at once for each direction")
    return target


def _out(at: Scope, phi: Phi) -> Var:
    return at.widen(phi.out) if phi.out in at.batched else phi.out


def _end(at: Scope, phi: Phi, atom: Atom, build: Builder) -> Atom:
    """What a phi reads, with the axis if its value has it."""
    if phi.out in at.batched:
        return at.promote(atom, phi.out.type, build)
    return at.read(atom)
