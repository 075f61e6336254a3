"""Functions of which one is chosen when the program runs: `ops[name](x)`.

A choice is no value of the IR: it is the test and the two functions. Where it is called
there is an `if`, and each arm calls one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import libcst as cst

from symdiff.frontend.branches import branch
from symdiff.frontend.frame import Frame
from symdiff.frontend.join import Arm
from symdiff.frontend.operations import apply
from symdiff.frontend.values import (
    BAD,
    CALLABLE,
    Choice,
    Plain,
    Value,
)
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, If

Call = Callable[[Frame, Value, Sequence[Value], Mapping[str, Value], cst.Call], Value]


def call_choice(
    frame: Frame,
    choice: Choice,
    args: Sequence[Value],
    kwargs: Mapping[str, Value],
    node: cst.Call,
    call: Call,
) -> Value:
    """Call one function or the other: `f(x) if test else g(x)`."""
    before = frame.state
    arms: list[Arm] = []
    values: list[Value] = []
    for callee in (choice.first, choice.second):
        with frame.block(before.copy()) as builder:
            values.append(call(frame, callee, args, kwargs, node))
            arms.append(Arm(builder, frame.state))
    return branch(frame, before, choice.test, arms, values, node)


def map_choice(choice: Choice, f: Callable[[Value], Value]) -> Choice:
    """The choice between what is made of the two functions."""
    return Choice(choice.test, f(choice.first), f(choice.second))


def are_functions(values: Sequence[Value]) -> bool:
    """Whether there are values, and all of them can only be called."""
    return bool(values) and all(isinstance(value, CALLABLE) for value in values)


def choose_item(
    frame: Frame, items: Sequence[Value], index: Atom, node: cst.CSTNode
) -> Value:
    """`functions[index]` of a list or tuple: the one whose number the index is."""
    count = len(items)
    places = [(at, at - count) for at in range(count)]
    every = tuple(sorted(n for pair in places for n in pair))
    _require(frame, index, every, "IndexError", "list index out of range", node)
    tests = [frame.emit("contains", [Const(pair), index], node) for pair in places]
    return _chain(tests, items)


def choose_entry(
    frame: Frame,
    entries: Sequence[tuple[object, Value]],
    index: Atom,
    node: cst.CSTNode,
    default: Value | None = None,
) -> Value:
    """`functions[key]` of a dict; the `default` where there is no such key."""
    keys = [key for key, _ in entries]
    values = [value for _, value in entries]
    if default is None:
        _require(frame, index, tuple(keys), "KeyError", index, node)
    else:
        values.append(default)
    tests = [frame.emit("eq", [index, Const(key)], node) for key in keys]
    return _chain(tests, values)


def _chain(tests: Sequence[Atom], values: Sequence[Value]) -> Value:
    """The value of the first test that holds; the last one where none does."""
    found = values[-1]
    pairs = list(zip(tests, values, strict=False))[: len(values) - 1]
    for test, value in reversed(pairs):
        if test == UNDEF:
            return BAD
        found = Choice(test, value, found)
    return found


def _require(
    frame: Frame,
    index: Atom,
    known: tuple[object, ...],
    error: str,
    message: Atom | str,
    node: cst.CSTNode,
) -> None:
    """Raise what Python does where there is no such item."""
    found = frame.emit("contains", [Const(known), index], node)
    missing = frame.emit("not_", [found], node)
    if missing == UNDEF:
        return
    before = frame.state
    what = Const(message) if isinstance(message, str) else message
    with frame.block(before.copy()) as builder:
        raised = apply(frame, f"builtins.{error}", [Plain(what)], node)
        if isinstance(raised, Plain):
            origin = frame.origin(node)
            builder.emit(Apply((), "raise", (raised.atom,), (), origin))
    frame.state = before
    frame.builder.emit(If(missing, tuple(builder.stmts), (), (), frame.origin(node)))
