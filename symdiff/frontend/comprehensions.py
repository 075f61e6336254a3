"""Comprehensions: `[f(x) for x in xs if c]` → a list and a loop that appends to it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

import libcst as cst

from symdiff.frontend.assign import assign
from symdiff.frontend.branches import decide
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.iteration import lower_for_over
from symdiff.frontend.iterators import Plan
from symdiff.frontend.join import Arm, join_arms
from symdiff.frontend.memory import atom_of, materialise, write
from symdiff.frontend.operations import apply, hold
from symdiff.frontend.picked import length
from symdiff.frontend.plans import plan, static_items
from symdiff.frontend.records import new_dict, stored_whole, table_of
from symdiff.frontend.scope import Scope, target_names
from symdiff.frontend.steps import Steps, check_kept, steps_of
from symdiff.frontend.tables import new_set
from symdiff.frontend.values import BAD, Bad, Plain, Ref, Value
from symdiff.ir.edit import substitute
from symdiff.ir.nodes import UNDEF, Atom, For, If, Var
from symdiff.ir.types import List, Scalar

Lowering = Generator[cst.BaseExpression, Value, Value]
Comprehension = cst.ListComp | cst.GeneratorExp | cst.DictComp | cst.SetComp


def lower_comprehension(frame: Frame, node: Comprehension) -> Lowering:
    """Lower a list comprehension, or a generator that is used up at once."""
    if node.for_in.asynchronous is not None:
        return frame.report("SD104", "an asynchronous comprehension", node)
    if isinstance(node, cst.GeneratorExp) and check_kept(frame, node, None):
        return BAD
    names = frozenset().union(*map(_targets, _clauses(node.for_in)))
    around = frame.scope
    scope = replace(around, number=frame.scope_number(), locals=names, parent=around)
    with frame.inside(scope):
        found = _listed(frame, node, around)
        if isinstance(node, cst.SetComp) and not isinstance(found, Bad):
            return new_set(frame, found, node)
        return found
    yield


def _clauses(clause: cst.CompFor | None) -> Sequence[cst.CompFor]:
    found = []
    while clause is not None:
        found.append(clause)
        clause = clause.inner_for_in
    return found


def _targets(clause: cst.CompFor) -> frozenset[str]:
    return frozenset(target_names(clause.target))


def _listed(frame: Frame, node: Comprehension, around: Scope) -> Value:
    clause = node.for_in
    since = len(frame.builder.stmts)
    with frame.inside(around):
        # The first iterable alone is computed outside: `[x for x in x]`.
        source = plan(frame, clause.iter)
        if source is None:
            return BAD
        steps = steps_of(frame, clause.iter, since)
    items = static_items(source)
    if items is not None and not clause.ifs and clause.inner_for_in is None:
        found = _static(frame, node, items)
        if steps is not None:
            steps.check(frame, clause.iter, node)
        return found
    empty = "dict" if isinstance(node, cst.DictComp) else "list"
    start = materialise(frame, apply(frame, empty, [], node), node)
    if isinstance(start, Bad):
        return BAD
    cell = frame.new_cell(start, "", ("comprehension", id(node), frame.scope.number))
    out = Ref(cell)
    lower_for_over(
        frame,
        clause,
        clause.target,
        source,
        lambda: _body(frame, node, clause, 0, out, steps),
        (cell,),
    )
    if not clause.ifs and clause.inner_for_in is None:
        _count(frame, source, cell, node)
    found = materialise(frame, out, node)
    if isinstance(found, Bad):
        return found
    sharing = frame.state.sharing
    uniform = (cell, cell) in sharing.inner
    return Plain(found.atom, holds=frozenset(sharing.held(cell)), uniform=uniform)


def _count(frame: Frame, source: Plan, cell: int, node: Comprehension) -> None:
    """Note how long the list is: as long as what it is made from.

    Nobody but the loop sees the list before that.
    """
    mark = frame.mark()
    steps = type_of(length(frame, source, node))
    frame.rollback(mark)
    out, loop = frame.state.heap[cell], frame.builder.stmts[-1]
    known = steps.value if isinstance(steps, Scalar) else None
    if known is None or not isinstance(out, Var) or not isinstance(loop, For):
        return
    if isinstance(out.type, List):
        long = replace(out, type=replace(out.type, length=known))
        phis = (replace(p, out=long) if p.out == out else p for p in loop.phis)
        (counted,) = substitute((replace(loop, phis=tuple(phis)),), {out: long})
        frame.builder.stmts[-1] = counted
        frame.state.heap[cell] = long


def _static(frame: Frame, node: Comprehension, items: Sequence[Value]) -> Value:
    values = []
    entries = []
    for item in items:
        assign(frame, node.for_in.target, item, node)
        if isinstance(node, cst.DictComp):
            key = atom_of(frame, frame.engine.evaluate(frame, node.key), node)
            entries.append((key, frame.engine.evaluate(frame, node.value)))
        else:
            values.append(frame.engine.evaluate(frame, node.elt))
    if isinstance(node, cst.DictComp):
        known = new_dict(frame, entries, node)
        return table_of(frame, entries, node) if known is None else known
    return apply(frame, "list", values, node)


def _body(
    frame: Frame,
    node: Comprehension,
    clause: cst.CompFor,
    at: int,
    out: Ref,
    steps: Steps | None = None,
) -> None:
    """What is left of a clause from its condition number `at` on.

    `steps` are those of what the clause runs over.
    """
    if at < len(clause.ifs):
        _condition(frame, node, clause, at, out)
    elif clause.inner_for_in is not None:
        inner = clause.inner_for_in
        since = len(frame.builder.stmts)
        source = plan(frame, inner.iter)
        if source is not None:
            steps = steps_of(frame, inner.iter, since)
            lower_for_over(
                frame,
                inner,
                inner.target,
                source,
                lambda: _body(frame, node, inner, 0, out, steps),
                (out.cell,),
            )
    else:
        _append(frame, node, out)
    if steps is not None:
        steps.check(frame, clause.iter, node)


def _condition(
    frame: Frame, node: Comprehension, clause: cst.CompFor, at: int, out: Ref
) -> None:
    place = clause.ifs[at].test
    test = decide(frame, frame.engine.evaluate(frame, place), place)
    if isinstance(test, bool):
        if test:
            _body(frame, node, clause, at + 1, out)
        return
    before = frame.state
    with frame.block(before.copy()) as builder:
        _body(frame, node, clause, at + 1, out)
        taken = Arm(builder, frame.state)
    with frame.block(before.copy()) as empty:
        other = Arm(empty, frame.state)
    phis, _ = join_arms(frame, before, taken, other, place)
    if test != UNDEF:
        frame.builder.emit(
            If(test, tuple(builder.stmts), (), phis, frame.origin(place))
        )


def _append(frame: Frame, node: Comprehension, out: Ref) -> None:
    place: list[Atom] = []
    if isinstance(node, cst.DictComp):
        place.append(atom_of(frame, frame.engine.evaluate(frame, node.key), node))
        value = frame.engine.evaluate(frame, node.value)
    else:
        value = frame.engine.evaluate(frame, node.elt)
    item = materialise(frame, stored_whole(frame, value, node), node)
    if isinstance(item, Bad):
        return
    op = "setitem" if place else "append"
    write(
        frame, out, node, lambda whole: frame.emit(op, [whole, *place, item.atom], node)
    )
    hold(frame, out.cell, item)
