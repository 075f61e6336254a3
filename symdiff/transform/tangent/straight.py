"""The tangent of one operation, by its rule."""

from __future__ import annotations

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import Scalar, shape_of
from symdiff.rules import registry
from symdiff.rules.cases import NoCase, environment, select
from symdiff.rules.registry import Case, Rule
from symdiff.rules.template import emit, reads
from symdiff.transform.adjoint.emitter import Emitter
from symdiff.transform.tangent import solvers
from symdiff.transform.tangent.scope import Tangents
from symdiff.transform.terms import linear_part

STRUCTURAL: dict[str, tuple[int, ...]] = {
    "tuple": (),
    "list": (),
    "dict": (),
    "unpack": (),
    "getitem": (1,),
    "setitem": (1,),
    "append": (),
    "builtins.dict": (),
    "builtins.dict.get": (1,),
    "insert": (1,),
    "pop": (1,),
    "same": (),
    "builtins.list": (),
    "builtins.tuple": (),
    "builtins.reversed": (),
    "builtins.zip": (),
}
"""Operations that only move values, with the operands that have no tangent."""


def tangent_apply(at: Tangents, stmt: Apply, build: Builder) -> None:
    """Add the tangents of an operation's results.

    t = numpy.sin(x)      →      t = numpy.sin(x)
                                 t_dot = x_dot * numpy.cos(x)
    """
    if not any(out in at.active for out in stmt.outs):
        return
    if stmt.op in STRUCTURAL:
        _structural(at, stmt, build)
        return
    if stmt.op in solvers.HANDLERS:
        solvers.HANDLERS[stmt.op](at, stmt, build)
        return
    if stmt.op == "builtins.enumerate":
        fresh = at.fresh(stmt.out)
        over = at.read(stmt.args[0], build)
        build.emit(
            Apply((fresh,), stmt.op, (over, *stmt.args[1:]), stmt.kwargs, build.origin)
        )
        at.dots[stmt.out] = fresh
        return
    entry = registry.find(stmt.op)
    case = None if entry is None else _case(entry, stmt, at.mixed)
    if entry is None or case is None or not case.dot or _lacks(at, entry, case, stmt):
        at.refuse(stmt.op, stmt.origin)
        return
    dot = _by_rule(at, entry, case, stmt, build)
    if len(stmt.outs) == 1:
        at.bind(stmt.outs[0], dot, build)
        return
    outs = tuple(at.fresh(out) for out in stmt.outs)
    build.emit(Apply(outs, "unpack", (dot,), (), build.origin))
    at.dots.update(zip(stmt.outs, outs, strict=True))


def _lacks(at: Tangents, entry: Rule, case: Case, stmt: Apply) -> bool:
    """Whether the tangent needs a derivative that is not known, or not in this form."""
    known = {f"{name}_dot" for name in case.adjoint} | reads(case.dot)
    return any(
        at.has(atom) and entry.varies_in(name) and f"{name}_dot" not in known
        for name, atom in environment(entry, stmt.args, stmt.kwargs).items()
    )


def _case(entry: Rule, stmt: Apply, mixed: bool) -> Case | None:
    try:
        return select(entry, stmt.args, stmt.kwargs, mixed=mixed)
    except NoCase:
        return None


def _by_rule(
    at: Tangents, entry: Rule, case: Case, stmt: Apply, build: Builder
) -> Atom:
    operands = environment(entry, stmt.args, stmt.kwargs)
    names: dict[str, Atom] = dict(operands)
    many = len(stmt.outs) > 1
    names.update((f"out{n}" if many else "out", v) for n, v in enumerate(stmt.outs))
    live = frozenset(f"{name}_dot" for name, a in operands.items() if at.has(a))
    text, zeros = linear_part(case.dot, live)
    if not text:
        return at.zero(stmt.outs[0], build)
    for name in (*sorted(live), *zeros):
        names[name] = at.read(operands[name.removesuffix("_dot")], build)
    dot = emit(text, names, Emitter(build, build.origin))
    if entry.elementwise and _narrow(dot, stmt.outs[0], text, operands):
        shape = build.apply("ndarray.shape", stmt.outs[0])
        return build.apply("numpy.broadcast_to", dot, shape)
    return dot


def _narrow(dot: Atom, out: Var, text: str, operands: dict[str, Atom]) -> bool:
    """Whether a tangent may lack an axis that only an operand it does not read has."""
    have, want = shape_of(dot.type), shape_of(out.type)
    if want == () or (have is not None and have == want):
        return False
    read = reads(text)
    return any(
        name not in read and f"{name}_dot" not in read
        for name, atom in operands.items()
        if not isinstance(atom, Const) and not isinstance(atom.type, Scalar)
    )


def _structural(at: Tangents, stmt: Apply, build: Builder) -> None:
    """The same operation on the tangents of what it moves."""
    passive = STRUCTURAL[stmt.op]
    if stmt.op == "dict":
        passive = tuple(range(0, len(stmt.args), 2))
    args = [a if n in passive else at.read(a, build) for n, a in enumerate(stmt.args)]
    outs = tuple(at.fresh(out) for out in stmt.outs)
    build.emit(Apply(outs, stmt.op, tuple(args), stmt.kwargs, build.origin))
    at.dots.update(zip(stmt.outs, outs, strict=True))
