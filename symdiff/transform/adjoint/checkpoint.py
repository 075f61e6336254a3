"""Reverse a checkpointed loop: a few snapshots, and the steps between them again.

The forward sweep stores the state at the steps that a binomial schedule chooses:

    snapshots = [(0, u)]
    stops = snapshot_steps(0, n, 9)
    for t in range(n):
        if t in stops:
            snapshots.append((t, u))
        u = f_step(u, t)

The reverse sweep starts each step from the last snapshot before it. On the way there
it stores new ones where there is room again; one that has been reached is done with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symdiff.analysis.builder import Builder
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Call,
    Const,
    For,
    If,
    Origin,
    Phi,
    Target,
    Var,
)
from symdiff.ir.types import INT, List, Tuple
from symdiff.transform.adjoint.scope import Scope, backward, cotangent_type


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A checkpointed loop, and what its reverse needs of the forward sweep.

    In it `call` is the step, which is passed the state and what else it reads, `item`
    among it.
    `over` is the range, or None if the iterations are numbered by `count` from 0;
    `snapshots` is the list as it is after the loop.
    """

    loop: For
    item: Var
    call: Call
    over: Atom | None
    count: Atom
    most: Atom
    snapshots: Var

    @property
    def state(self) -> tuple[Var, ...]:
        """What is carried from one iteration to the next."""
        return tuple(phi.out for phi in self.loop.phis)


def store_snapshots(
    loop: For, marked: Apply, over: Apply, build: Builder, origin: Origin, mark: str
) -> Checkpoints:
    """Emit the forward sweep of a checkpointed loop."""
    (call,) = loop.body
    assert isinstance(call, Call)
    assert isinstance(loop.target, Var)
    item = loop.target
    if item.base == "_":
        # It is read now, to see whether the schedule has it.
        item = build.fresh("t", INT)
    call = replace(call, args=_with(call.args, loop.target, item), origin=origin)
    plain = len(over.args) == 1
    most = marked.args[1]
    count: Atom = over.args[0]
    target: Target = item
    index, iterable = item, marked.args[0]
    if not plain:
        count = build.apply("builtins.len", iterable, origin=origin)
        index = build.fresh("k", INT)
        iterable = build.apply("builtins.enumerate", iterable, origin=origin)
        target = (index, item)
    free: Atom = (
        Const(most.value - 1)
        if isinstance(most, Const)
        else build.apply("sub", most, Const(1), origin=origin)
    )
    firsts = [phi.first for phi in loop.phis]
    start = build.apply("tuple", Const(0), *firsts, origin=origin)
    first = build.apply("list", start, base="snapshots", temp=False, origin=origin)
    stops = build.apply(
        "snapshot_steps",
        *(Const(0), count, free),
        base="stops",
        temp=False,
        origin=origin,
    )
    kind = List(Tuple((INT, *(phi.out.type for phi in loop.phis))))
    head = build.fresh("snapshots", kind)
    inner = build.nested(origin)
    state = [phi.out for phi in loop.phis]
    after = _stored(inner, head, stops, index, state)
    body = (*inner.stmts, call)
    phis = (*loop.phis, Phi(head, first, after))
    build.emit(For(target, iterable, phis, body, origin, mark))
    numbers = None if plain else marked.args[0]
    return Checkpoints(loop, item, call, numbers, count, most, head)


def _with(args: tuple[Atom, ...], old: Var, new: Var) -> tuple[Atom, ...]:
    return tuple(new if atom == old else atom for atom in args)


def _stored(
    build: Builder, snapshots: Var, stops: Var, index: Var, state: Sequence[Atom]
) -> Var:
    """The snapshots, with one of the present state if the schedule says so."""
    test = build.apply("contains", stops, index)
    inner = build.nested()
    item = inner.apply("tuple", index, *state)
    longer = inner.apply("append", snapshots, item, base="snapshots", temp=False)
    out = build.fresh("snapshots", snapshots.type)
    build.emit(_if(test, inner, Phi(out, longer, snapshots), build.origin))
    return out


def _if(test: Atom, inner: Builder, phi: Phi, origin: Origin) -> If:
    return If(test, tuple(inner.stmts), (), (phi,), origin)


def reverse_checkpointed(scope: Scope, stmt: For, known: Checkpoints) -> None:
    """Reverse a loop that has stored snapshots.

    for last in reversed(range(n)):
        first, u = snapshots[-1]
        stops = snapshot_steps(first, last + 1, 10 - len(snapshots))
        for t in range(first, last):
            if t in stops:
                snapshots.append((t, u))
            u = f_step(u, t)
        if first == last:
            snapshots.pop()
        u_bar = f_step_vjp(u, last, u_bar)
    """
    origin = backward(stmt.origin)
    inner = Scope(scope.sweep, scope)
    inner.build.origin = origin
    carried = _carried(scope, known, origin)
    sums = _sums(scope, inner, known, origin)
    if not carried:
        return
    count = scope.read(known.count)
    over = scope.build.apply("builtins.range", count, origin=origin)
    over = scope.build.apply("builtins.reversed", over, origin=origin)
    names = scope.sweep.names
    last = Var(names.take("last"), INT, "last", False)
    head = Var(names.take("snapshots"), known.snapshots.type, "snapshots", False)
    state, rest = _state_at(scope, inner.build, known, head, last)
    pulled = _pulled_back(scope, inner, known, state, last, carried)
    phis = [Phi(head, scope.read(known.snapshots), rest)]
    phis += [replace(phi, second=pulled[var]) for var, phi in carried.items()]
    for var, phi in sums.items():
        end = inner.whole(var, inner.bars.pop(var), origin)
        phis.append(replace(phi, second=end))
        scope.bars[var] = phi.out
    body = tuple(inner.build.stmts)
    scope.build.emit(For(last, over, tuple(phis), body, origin))
    for phi in known.loop.phis:
        if phi.out in carried:
            scope.add(phi.first, carried[phi.out].out, origin)


def _carried(scope: Scope, known: Checkpoints, origin: Origin) -> dict[Var, Phi]:
    """The cotangents of the state: after the loop, then after each iteration."""
    out: dict[Var, Phi] = {}
    for var in known.state:
        if not scope.is_active(var):
            continue
        given = scope.take(var)
        first = (
            scope.zero(var, origin)
            if given is None
            else scope.whole(var, given, origin)
        )
        out[var] = _phi(scope, var, first)
    return out


def _sums(
    scope: Scope, inner: Scope, known: Checkpoints, origin: Origin
) -> dict[Var, Phi]:
    """The cotangents of what else the steps read, to which each of them adds."""
    out: dict[Var, Phi] = {}
    for var in _others(known):
        if isinstance(var, Var) and scope.is_active(var):
            out[var] = _phi(scope, var, scope.current(var, origin))
            inner.bars[var] = out[var].out
    return out


def _phi(scope: Scope, var: Var, first: Atom) -> Phi:
    base = f"{var.base}_bar" if var.base else ""
    out = Var(scope.sweep.names.take(base), cotangent_type(var.type), base, False)
    return Phi(out, first, out)


def _others(known: Checkpoints) -> tuple[Atom, ...]:
    """What the step is passed besides the state."""
    return known.call.args[len(known.state) :]


def _state_at(
    scope: Scope, build: Builder, known: Checkpoints, head: Var, last: Var
) -> tuple[list[Var], Var]:
    """The state before the step `last`, and the snapshots that are left then."""
    bases = tuple(var.base for var in known.state)
    top = build.apply("getitem", head, Const(-1))
    first, *state = build.apply_many(
        len(bases) + 1, "unpack", top, base=("first", *bases), temp=False
    )
    held = build.apply("builtins.len", head)
    free = build.apply("sub", scope.read(known.most), held)
    stop = build.apply("add", last, Const(1))
    stops = build.apply("snapshot_steps", first, stop, free, base="stops", temp=False)
    over = build.apply("builtins.range", first, last)
    index = build.fresh(_index(known), INT)
    heads = [build.like(var) for var in known.state]
    longer = build.like(head)
    inner = build.nested()
    after = _stored(inner, longer, stops, index, heads)
    outs = tuple(build.like(var) for var in known.state)
    args = (*heads, *_given(scope, inner, known, index))
    inner.emit(Call(outs, known.call.function, args, build.origin))
    phis = [Phi(longer, head, after)]
    phis += [Phi(*ends) for ends in zip(heads, state, outs, strict=True)]
    build.emit(For(index, over, tuple(phis), tuple(inner.stmts), build.origin))
    done = build.nested()
    shorter, _ = done.apply_many(2, "pop", longer, base=("snapshots", ""))
    test = build.apply("eq", first, last)
    rest = build.like(head)
    build.emit(_if(test, done, Phi(rest, shorter, longer), build.origin))
    return heads, rest


def _index(known: Checkpoints) -> str:
    return known.item.base if known.over is None else "k"


def _given(scope: Scope, build: Builder, known: Checkpoints, index: Var) -> list[Atom]:
    """The further arguments of the step, whose item is that of an iteration."""

    def read(atom: Atom) -> Atom:
        if atom != known.item:
            return scope.read(atom)
        if known.over is None:
            return index
        over = scope.read(known.over)
        return build.apply("getitem", over, index)

    return list(map(read, _others(known)))


def _pulled_back(
    scope: Scope,
    inner: Scope,
    known: Checkpoints,
    state: Sequence[Var],
    last: Var,
    carried: dict[Var, Phi],
) -> dict[Var, Atom]:
    """Reverse one step; the cotangents of the state before it."""
    build = inner.build
    bars: list[Atom] = [
        carried[var].out if var in carried else Const(0.0) for var in known.state
    ]
    bar = bars[0] if len(bars) == 1 else build.apply("tuple", *bars)
    others = _others(known)
    mask = [*(v in carried for v in known.state), *map(scope.is_active, others)]
    name = scope.sweep.derive(known.call.function, tuple(mask))
    args = (*state, *_given(scope, build, known, last), bar)
    outs: dict[Var, Var] = {}
    for var in (*known.state, *others):
        if isinstance(var, Var) and (var in carried or scope.is_active(var)):
            mine = var in carried
            base = f"{var.base}_bar" if mine else ""
            outs[var] = build.fresh(base, cotangent_type(var.type), not mine)
    build.emit(Call(tuple(outs.values()), name, args, build.origin))
    for var in others:
        if var in outs:
            assert isinstance(var, Var)
            inner.add(var, outs[var], build.origin)
    return {var: outs[var] for var in carried}
