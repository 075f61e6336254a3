"""Conditions: `if`, `a if c else b`, `and` and `or` → `If` or an operation."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.frame import Frame, plain, type_of
from symdiff.frontend.identity import is_true
from symdiff.frontend.join import Arm, join_arms
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, harmless, splice, truth
from symdiff.frontend.records import known_items
from symdiff.frontend.scope import has_exit
from symdiff.frontend.state import State
from symdiff.frontend.values import (
    BAD,
    Plain,
    Value,
    immutable,
)
from symdiff.ir.nodes import UNDEF, Atom, Const, If

Lowering = Generator[cst.BaseExpression, Value, Value]
EXITS = (cst.Return, cst.Break, cst.Continue)
Places = tuple[cst.CSTNode, cst.CSTNode]


def decide(frame: Frame, value: Value, node: cst.CSTNode) -> bool | Atom:
    """A condition: what it is known to be, or the atom to test."""
    items = known_items(frame, value)
    if items is not None:
        return bool(items)
    found = is_true(value)
    if found is not None:
        return found
    atom = atom_of(frame, value, node)
    known = truth(atom)
    return atom if known is None else known


# ---- the statement


def lower_if(frame: Frame, node: cst.If, rest: Sequence[cst.CSTNode] = ()) -> bool:
    """Lower an `if`; true if the `rest` of the statements was lowered with it."""
    test = decide(frame, frame.engine.evaluate(frame, node.test), node.test)

    def orelse() -> None:
        if node.orelse is not None:
            _arm(frame, node.orelse)

    return fork(frame, test, lambda: _arm(frame, node.body), orelse, (node, node), rest)


def fork(
    frame: Frame,
    test: bool | Atom,
    then: Callable[[], object],
    orelse: Callable[[], object],
    places: Places,
    rest: Sequence[cst.CSTNode],
) -> bool:
    """Lower two arms; true if the `rest` of the statements was lowered with them.

    `places` are the test's place and the whole statement.

    If one arm leaves, the rest goes into the other, so that no flag is needed:

        if c: return a        →   if c: result = a
        rest                      else: rest
    """
    if isinstance(test, bool):
        (then if test else orelse)()
        return False
    node, whole = places
    before = frame.state
    arms: list[Arm] = []
    for lower in (then, orelse):
        with frame.block(before.copy()) as builder:
            lower()
            arms.append(Arm(builder, frame.state))
    taken = [arm for arm in arms if not arm.state.dead]
    if len(taken) == 1 and has_exit(whole, EXITS):
        with frame.reopen(taken[0].builder, taken[0].state):
            frame.engine.statements(frame, tuple(rest))
            arms[arms.index(taken[0])] = Arm(taken[0].builder, frame.state)
    else:
        taken = []
    last = rest[-1] if taken and rest else node
    phis, _ = join_arms(frame, before, arms[0], arms[1], last, test=test)
    if test != UNDEF:
        blocks = tuple(arms[0].builder.stmts), tuple(arms[1].builder.stmts)
        frame.builder.emit(If(test, *blocks, phis, frame.origin(node)))
    return bool(taken)


def _arm(frame: Frame, part: cst.CSTNode) -> None:
    match part:
        case cst.Else(body=body):
            frame.engine.suite(frame, body)
        case cst.If():
            frame.engine.statements(frame, (part,))
        case _:
            frame.engine.suite(frame, part)


def lower_guarded(frame: Frame, node: cst.While) -> None:
    """Lower the body of a loop that is left if its condition does not hold."""
    test = decide(frame, frame.engine.evaluate(frame, node.test), node.test)
    if isinstance(test, bool):
        if test:
            frame.engine.suite(frame, node.body)
        else:
            exits.leave(frame, "break")
        return
    before = frame.state
    with frame.block(before.copy()) as then:
        frame.engine.suite(frame, node.body)
        first = Arm(then, frame.state)
    with frame.block(before.copy()) as orelse:
        exits.leave(frame, "break")
        second = Arm(orelse, frame.state)
    phis, _ = join_arms(frame, before, first, second, node.test)
    if test != UNDEF:
        arms = tuple(then.stmts), tuple(orelse.stmts)
        frame.builder.emit(If(test, *arms, phis, frame.origin(node)))


def guard(frame: Frame, rest: Callable[[], None], places: Places) -> None:
    """Lower what runs only if no exit was taken before; `places` are its two ends."""
    node, last = places
    flag = exits.left(frame, node)
    before = frame.state
    number = frame.scope.number
    with frame.block(before.copy()) as gone:
        in_loop = any((number, kind) in before.names for kind in exits.KINDS[1:])
        frame.state.dead = "loop" if in_loop else "return"
        first = Arm(gone, frame.state)
    with frame.block(before.copy()) as builder:
        for kind in exits.KINDS:
            frame.state.names.pop((number, kind), None)
        rest()
        second = Arm(builder, frame.state)
    phis, _ = join_arms(frame, before, first, second, last)
    then, orelse = tuple(gone.stmts), tuple(builder.stmts)
    frame.builder.emit(If(flag, then, orelse, phis, frame.origin(node)))


def lower_else(frame: Frame, node: cst.For | cst.While) -> None:
    """Lower the `else` of a loop, which runs unless the loop was left by `break`."""
    if node.orelse is None:
        return
    value = frame.state.names.pop((frame.scope.number, "?else"), None)
    flag = value.atom if isinstance(value, Plain) else Const(False)
    if flag == Const(False):
        frame.engine.suite(frame, node.orelse.body)
        return
    before = frame.state
    with frame.block(before.copy()) as then:
        first = Arm(then, frame.state)
    with frame.block(before.copy()) as orelse:
        frame.engine.suite(frame, node.orelse.body)
        second = Arm(orelse, frame.state)
    phis, _ = join_arms(frame, before, first, second, node.orelse)
    arms = tuple(then.stmts), tuple(orelse.stmts)
    frame.builder.emit(If(flag, *arms, phis, frame.origin(node.orelse)))


# ---- the expressions


def lower_ternary(frame: Frame, node: cst.IfExp) -> Lowering:
    """Lower `a if c else b`: `ifelse` of two harmless numbers, otherwise an `If`."""
    test = decide(frame, (yield node.test), node.test)
    if isinstance(test, bool):
        return (yield node.body if test else node.orelse)
    before = frame.state
    arms: list[Arm] = []
    values: list[Value] = []
    for part in (node.body, node.orelse):
        with frame.block(before.copy()) as builder:
            values.append((yield part))
            arms.append(Arm(builder, frame.state))
    if _quiet(frame, before, arms, values, node):
        for arm in arms:
            splice(frame, arm.builder.stmts)
        return apply(frame, "ifelse", [plain(test), *values], node)
    return branch(frame, before, test, arms, values, node)


def _quiet(
    frame: Frame,
    before: State,
    arms: Sequence[Arm],
    values: Sequence[Value],
    node: cst.CSTNode,
) -> bool:
    frame.state = before
    return all(
        harmless(arm.builder.stmts)
        and arm.state.names == before.names
        and isinstance(value, Plain)
        and immutable(type_of(value.atom))
        for arm, value in zip(arms, values, strict=True)
    )


def branch(
    frame: Frame,
    before: State,
    test: Atom,
    arms: Sequence[Arm],
    values: Sequence[Value],
    node: cst.CSTNode,
) -> Value:
    """Join two arms whose values are one expression's."""
    pair = (values[0], values[1])
    phis, value = join_arms(frame, before, arms[0], arms[1], node, pair, test)
    if test == UNDEF:
        return BAD
    then, orelse = (tuple(arm.builder.stmts) for arm in arms)
    frame.builder.emit(If(test, then, orelse, phis, frame.origin(node)))
    return value


def lower_boolean(frame: Frame, node: cst.BooleanOperation) -> Lowering:
    """Lower `a and b`, `a or b`: an operation if `b` is harmless, otherwise an `If`."""
    first = yield node.left
    conjunction = isinstance(node.operator, cst.And)
    test = decide(frame, first, node.left)
    if isinstance(test, bool):
        return (yield node.right) if test == conjunction else first
    before = frame.state
    with frame.block(before.copy()) as builder:
        second = yield node.right
        arm = Arm(builder, frame.state)
    return short_circuit(frame, before, test, first, arm, second, conjunction, node)


def short_circuit(
    frame: Frame,
    before: State,
    test: Atom,
    first: Value,
    arm: Arm,
    second: Value,
    conjunction: bool,
    node: cst.CSTNode,
) -> Value:
    """Join `first` and a second operand that was lowered into a block of its own."""
    op = "logical_and" if conjunction else "logical_or"
    if _quiet(frame, before, [arm], [second], node):
        splice(frame, arm.builder.stmts)
        return apply(frame, op, [first, second], node)
    with frame.block(before.copy()) as empty:
        other = Arm(empty, frame.state)
    arms = (arm, other) if conjunction else (other, arm)
    values = (second, first) if conjunction else (first, second)
    return branch(frame, before, test, arms, values, node)


def lower_not(frame: Frame, value: Value, node: cst.CSTNode) -> Value:
    """Lower `not a`."""
    test = decide(frame, value, node)
    if isinstance(test, bool):
        return plain(Const(not test))
    return apply(frame, "not_", [plain(test)], node)
