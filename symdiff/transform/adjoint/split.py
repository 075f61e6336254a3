"""Cut the adjoint of a callee into a forward and a backward function."""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.edit import map_all_phis
from symdiff.ir.nodes import (
    NOWHERE,
    UNDEF,
    Apply,
    Atom,
    Const,
    Function,
    Origin,
    Phi,
    Return,
    Stmt,
    Var,
    atoms,
    bound,
    phis,
    walk,
)
from symdiff.ir.types import Array, Scalar, Tuple
from symdiff.rules import registry

CHEAP_STATEMENTS = 8


def is_cheap(joint: Function) -> bool:
    """Whether the forward part of a joint adjoint may well be run a second time."""
    forward = [s for s in joint.body if s.origin.sweep == "forward"]
    return len(forward) <= CHEAP_STATEMENTS and all(map(_is_cheap, forward))


def _is_cheap(stmt: Stmt) -> bool:
    if not isinstance(stmt, Apply):
        return False
    entry = registry.find(stmt.op)
    return entry is not None and not entry.effect and entry.cost in ("free", "cheap")


def cut(
    whole: Function, forward_name: str, backward_name: str
) -> tuple[Function, Function]:
    """Make `f_fwd(args) -> (result, saved)` and `f_bwd(args, saved, out_bar)`.

    `whole` returns the tuple of the result and the cotangents; what its reverse
    statements read of its forward statements is `saved`.
    """
    seed = whole.params[-1]
    params = whole.params[:-1]
    forward = [s for s in whole.body if s.origin.sweep == "forward"]
    reverse = [s for s in whole.body[:-1] if s.origin.sweep != "forward"]
    parts, reverse = _take_result(whole, reverse)
    result, bars = parts[0], parts[1:]
    inner = {v for s in forward for v in bound(s)}
    read = _reads(reverse) + [a for a in bars if isinstance(a, Var)]
    again = _again(forward, params, read)
    read += [a for s in again for a in atoms(s) if isinstance(a, Var)]
    found = {v for s in again for v in bound(s)}
    saved = [v for v in dict.fromkeys(read) if v in inner - found]
    kept = tuple(p for p in params if p in set(read))
    names = Names(
        {v.name for s in walk(whole.body) for v in bound(s)}
        | {p.name for p in whole.params}
    )
    fwd, out = Builder(names, Origin((), "forward")), Origin((), "reverse")
    pack: Atom = saved[0] if len(saved) == 1 else fwd.apply("tuple", *saved)
    both = fwd.apply("tuple", result, pack)
    forward = _defined(forward, saved)
    fn_forward = replace(
        whole,
        name=forward_name,
        params=params,
        body=(*forward, *fwd.stmts, Return(both, Origin((), "forward"))),
        doc=f"Forward sweep of `{whole.shown}`: its result, and what is saved of it.",
    )
    bwd = Builder(names, out)
    pack_in = (
        saved[0]
        if len(saved) == 1
        else bwd.fresh("saved", Tuple(tuple(v.type for v in saved)))
    )
    if len(saved) > 1:
        bwd.emit(Apply(tuple(saved), "unpack", (pack_in,), (), NOWHERE))
    bwd.stmts += [*again, *reverse]
    value = bars[0] if len(bars) == 1 else bwd.apply("tuple", *bars)
    fn_backward = replace(
        whole,
        name=backward_name,
        params=(*kept, pack_in, seed),
        body=(*bwd.stmts, Return(value, out)),
        defaults=(),
    )
    return fn_forward, fn_backward


def _again(forward: list[Stmt], params: tuple[Var, ...], read: list[Var]) -> list[Stmt]:
    """What is read off the parameters once more rather than saved: `n = len(x)`."""
    known: set[Atom] = set(params)
    found: dict[Var, Apply] = {}
    for stmt in forward:
        if not isinstance(stmt, Apply) or len(stmt.outs) != 1 or not _is_reading(stmt):
            continue
        if all(isinstance(a, Const) or a in known for a in atoms(stmt)):
            known.add(stmt.out)
            found[stmt.out] = stmt
    wanted: set[Var] = set()
    todo = list(read)
    while todo:
        made = found.get(todo.pop())
        if made is not None and made.out not in wanted:
            wanted.add(made.out)
            todo += [a for a in atoms(made) if isinstance(a, Var)]
    return [replace(s, origin=NOWHERE) for v, s in found.items() if v in wanted]


def _is_reading(stmt: Apply) -> bool:
    """Whether an operation takes no time: a length, a fixed item, a whole number."""
    if stmt.op == "getitem":
        return isinstance(stmt.args[1], Const) and isinstance(stmt.args[0].type, Array)
    if isinstance(stmt.out.type, Scalar) and stmt.out.type.dtype[0] == "i":
        return stmt.op in ("add", "sub", "mul", "floordiv", "builtins.len")
    entry = registry.find(stmt.op)
    return entry is not None and not entry.effect and entry.cost == "free"


def keep_parameters(
    pair: tuple[Function, Function], fn: Function, kept: frozenset[str]
) -> tuple[Function, Function]:
    """Let the backward function take all the parameters in `kept`."""
    forward, backward = pair
    params = tuple(p for p in fn.params if p.name in kept)
    return forward, replace(backward, params=(*params, *backward.params[-2:]))


def _defined(forward: list[Stmt], saved: list[Var]) -> list[Stmt]:
    """Let what is saved be None on a path that does not define it."""
    made = {p.out: p for s in walk(tuple(forward)) for p in phis(s)}
    found: set[Var] = set()
    todo = list(saved)
    while todo:
        phi = made.get(todo.pop())
        if phi is not None and phi.out not in found:
            found.add(phi.out)
            todo += [a for a in (phi.first, phi.second) if isinstance(a, Var)]

    def change(phi: Phi) -> Phi:
        if phi.out not in found:
            return phi
        ends = (Const(None) if a == UNDEF else a for a in (phi.first, phi.second))
        return Phi(phi.out, *ends)

    return list(map_all_phis(tuple(forward), change))


def _take_result(
    whole: Function, reverse: list[Stmt]
) -> tuple[tuple[Atom, ...], list[Stmt]]:
    """The items of the returned tuple, and the statements without its packing."""
    value = whole.result
    if isinstance(value, Const):
        return tuple(map(Const, value.value)), reverse
    pack = next(s for s in reverse if isinstance(s, Apply) and s.outs == (value,))
    return pack.args, [s for s in reverse if s is not pack]


def _reads(stmts: list[Stmt]) -> list[Var]:
    out: list[Atom] = []
    for stmt in walk(tuple(stmts)):
        out += atoms(stmt)
        for phi in phis(stmt):
            out += [phi.first, phi.second]
    return [a for a in out if isinstance(a, Var)]
