"""Ask a value that is there anyway for a shape, not one that is kept only for that.

summand.size      →      a.size            where both are known to be `n` long
"""

from __future__ import annotations

from dataclasses import replace

from symdiff.ir.edit import reads
from symdiff.ir.lengths import spelled_with
from symdiff.ir.nodes import Apply, Atom, Block, For, Function, If, Stmt, Var, While
from symdiff.ir.types import dtype_of, shape_of
from symdiff.rules import registry
from symdiff.transform.record.facts import Facts, survey

SHAPE_OPS = {
    "ndarray.shape": (0, False),
    "ndarray.size": (0, False),
    "ndarray.ndim": (0, False),
    "builtins.len": (0, False),
    "numpy.zeros_like": (0, True),
    "numpy.ones_like": (0, True),
    "numpy.empty_like": (0, True),
    "unbroadcast": (1, False),
    "last_written": (0, False),
}
"""Operations that read only the shape (and, if True, the dtype) of one argument."""


def borrow_shapes(fn: Function) -> Function:
    """Replace operands of which the reverse sweep reads only the shape."""
    facts = survey(fn)
    strong = _strong_reads(fn.body)
    return replace(fn, body=_block(fn.body, facts, fn, strong))


def _is_shape_read(stmt: Stmt, n: int) -> bool:
    return (
        isinstance(stmt, Apply) and stmt.op in SHAPE_OPS and SHAPE_OPS[stmt.op][0] == n
    )


def _strong_reads(block: Block) -> set[Var]:
    """What the reverse sweep reads for its value."""
    out: set[Var] = set()
    todo = [s for s in block if s.origin.sweep != "forward"]
    while todo:
        stmt = todo.pop()
        match stmt:
            case If(then=then, orelse=orelse):
                todo += [*then, *orelse]
                out.update(reads((replace(stmt, then=(), orelse=()),)))
            case For(body=body):
                todo += body
                out.update(reads((replace(stmt, body=()),)))
            case While():
                out.update(reads((stmt,)))
            case Apply(args=args, kwargs=kwargs):
                weak = [n for n in range(len(args)) if _is_shape_read(stmt, n)]
                strong = [a for n, a in enumerate(args) if n not in weak]
                strong += [a for _, a in kwargs]
                out.update(a for a in strong if isinstance(a, Var))
            case _:
                out.update(reads((stmt,)))
    return out


def _block(block: Block, facts: Facts, fn: Function, strong: set[Var]) -> Block:
    out: list[Stmt] = []
    for stmt in block:
        if stmt.origin.sweep == "forward":
            out.append(stmt)
            continue
        match stmt:
            case If(then=then, orelse=orelse):
                arms = (_block(arm, facts, fn, strong) for arm in (then, orelse))
                out.append(replace(stmt, then=next(arms), orelse=next(arms)))
            case For(body=body):
                out.append(replace(stmt, body=_block(body, facts, fn, strong)))
            case Apply(op=op, args=args) if op in SHAPE_OPS:
                at, exact = SHAPE_OPS[op]
                var = args[at]
                if isinstance(var, Var):
                    other = _lender(var, exact, facts, fn, strong)
                    args = (*args[:at], other, *args[at + 1 :])
                out.append(replace(stmt, args=args))
            case _:
                out.append(stmt)
    return tuple(out)


def _lender(
    var: Var, exact: bool, facts: Facts, fn: Function, strong: set[Var]
) -> Atom:
    """A value of the same shape (and dtype) that is there anyway, else `var`.

    A length that is spelled with a variable may be another one in another iteration.
    """
    home = facts.homes.get(var)
    kept = var in strong or (home == () and not var.temp and var not in facts.killed)
    shape = shape_of(var.type)
    inside = spelled_with([var.type]) - {p.name for p in fn.params}
    if home is None or kept or shape is None or inside:
        return var

    def fits(other: Atom) -> bool:
        if not isinstance(other, Var) or shape_of(other.type) != shape:
            return False
        return not exact or dtype_of(other.type) == dtype_of(var.type)

    seen: set[Var] = set()
    todo: list[Atom] = [var]
    while todo:
        v = todo.pop(0)
        if not isinstance(v, Var) or v in seen or not fits(v):
            continue
        seen.add(v)
        named = facts.homes.get(v) == () and not v.temp and v not in facts.killed
        if v != var and (named or v in strong):
            return v
        made = facts.made.get(v)
        entry = registry.find(made.op) if isinstance(made, Apply) else None
        if isinstance(made, Apply) and entry is not None and entry.elementwise:
            todo += made.args
    made = facts.made.get(var)
    entry = registry.find(made.op) if isinstance(made, Apply) else None
    if entry is not None and entry.view:
        # `xs[1:]` says how long it is better than an argument of the same length.
        return var
    return next((p for p in fn.params if fits(p)), var)
