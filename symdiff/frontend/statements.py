"""Statements: each kind of node → how it is lowered; the fence refuses the rest."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.assign import assign, augment
from symdiff.frontend.branches import decide, guard, lower_if
from symdiff.frontend.constants import Unresolved
from symdiff.frontend.definitions import define
from symdiff.frontend.deletion import delete_item
from symdiff.frontend.fence import refuse
from symdiff.frontend.frame import Frame, plain
from symdiff.frontend.iteration import lower_for, lower_while
from symdiff.frontend.memory import atom_of, bind
from symdiff.frontend.operations import apply, harmless, splice
from symdiff.frontend.patterns import lower_match
from symdiff.frontend.regions import look_inside, lower_try, lower_with
from symdiff.frontend.resolve import import_library, path_of
from symdiff.frontend.scope import bound_names
from symdiff.frontend.values import NOTHING, Bad, Known, Value
from symdiff.ir.nodes import UNDEF, Apply, Const, If, Stmt

AUGMENTED: dict[type[cst.CSTNode], str] = {
    cst.AddAssign: "iadd",
    cst.SubtractAssign: "isub",
    cst.MultiplyAssign: "imul",
    cst.DivideAssign: "itruediv",
    cst.FloorDivideAssign: "ifloordiv",
    cst.ModuloAssign: "imod",
    cst.PowerAssign: "ipow",
    cst.MatrixMultiplyAssign: "imatmul",
    cst.BitAndAssign: "and_",
    cst.BitOrAssign: "or_",
    cst.BitXorAssign: "xor",
    cst.LeftShiftAssign: "lshift",
    cst.RightShiftAssign: "rshift",
}


def lower_suite(frame: Frame, body: cst.CSTNode) -> None:
    """Lower a block, on one line or on several."""
    assert isinstance(body, cst.BaseSuite)
    lower_statements(frame, body.body)


def lower_statements(frame: Frame, body: Sequence[cst.CSTNode]) -> None:
    """Lower statements in a row, up to the one that ends the path.

    What follows a statement that may have left (by `return`, `break`, `continue`) is
    lowered under the condition that it has not.
    """
    queue = deque(_flat(body))
    while queue and not frame.state.dead:
        if exits.flags(frame):
            rest = partial(lower_statements, frame, tuple(queue))
            guard(frame, rest, (queue[0], queue[-1]))
            return
        node = queue.popleft()
        if isinstance(node, cst.If):
            done = lower_if(frame, node, queue)
        elif isinstance(node, cst.Match):
            done = lower_match(frame, node, queue)
        else:
            done = _statement(frame, node)
        if done:
            return


def _flat(body: Sequence[cst.CSTNode]) -> Sequence[cst.CSTNode]:
    found: list[cst.CSTNode] = []
    for node in body:
        found += node.body if isinstance(node, cst.SimpleStatementLine) else [node]
    return found


def _statement(frame: Frame, node: cst.CSTNode) -> bool:
    """Lower a statement that leaves what follows it alone, so never true."""
    handler = STATEMENTS.get(type(node))
    if handler is not None:
        handler(frame, node)
        return False
    if isinstance(node, cst.TryStar):
        look_inside(frame, node)
    refuse(frame, node)
    return False


# ---- simple statements


def _assign(frame: Frame, node: cst.Assign) -> None:
    value = frame.engine.evaluate(frame, node.value, root=True)
    for at, target in enumerate(node.targets):
        assign(frame, target.target, value, node)
        if at == 0 and len(node.targets) > 1:
            value = _again(frame, target.target, value)


def _again(frame: Frame, target: cst.BaseExpression, value: Value) -> Value:
    """What the second target of `a = b = value` is assigned: the same thing."""
    if isinstance(target, cst.Name):
        return frame.engine.evaluate(frame, target)
    return value


def _annotated(frame: Frame, node: cst.AnnAssign) -> None:
    if node.value is not None:
        value = frame.engine.evaluate(frame, node.value, root=True)
        assign(frame, node.target, value, node)


def _augmented(frame: Frame, node: cst.AugAssign) -> None:
    op = AUGMENTED.get(type(node.operator))
    if op is None:
        refuse(frame, node.operator, node)
    else:
        augment(frame, node.target, op, node)


def _expression(frame: Frame, node: cst.Expr) -> None:
    literals = (cst.SimpleString, cst.ConcatenatedString, cst.Ellipsis)
    if not isinstance(node.value, literals):
        frame.engine.evaluate(frame, node.value, root=True)


def _return(frame: Frame, node: cst.Return) -> None:
    value: Value = NOTHING
    if node.value is not None:
        value = frame.engine.evaluate(frame, node.value, root=True)
    if frame.scope.origin is None:
        frame.returns.append(frame.origin(node))
    exits.leave(frame, "return", value)


def _break(frame: Frame, node: cst.Break) -> None:
    exits.leave(frame, "break")


def _continue(frame: Frame, node: cst.Continue) -> None:
    exits.leave(frame, "continue")


def _pass(frame: Frame, node: cst.Pass) -> None:
    """Nothing to do."""


def _assert(frame: Frame, node: cst.Assert) -> None:
    value = frame.engine.evaluate(frame, node.test)
    test = decide(frame, value, node.test)
    args: list[Value] = [plain(Const(test) if isinstance(test, bool) else test)]
    if node.msg is None:
        _effect(frame, "assert", args, node)
        return
    before = frame.state
    with frame.block(before.copy()) as builder:
        message = frame.engine.evaluate(frame, node.msg)
    frame.state = before
    if all(_formats(stmt) for stmt in builder.stmts):
        splice(frame, builder.stmts)
        _effect(frame, "assert", [*args, message], node)
        return
    # Python evaluates the message only if the test fails: it may raise by itself.
    with frame.reopen(builder, before.copy()):
        error = apply(frame, "builtins.AssertionError", [message], node)
        _effect(frame, "raise", [error], node)
    failed = frame.emit("not_", [atom_of(frame, args[0], node)], node)
    if failed != UNDEF:
        then = tuple(builder.stmts)
        frame.builder.emit(If(failed, then, (), (), frame.origin(node)))


def _formats(stmt: Stmt) -> bool:
    """Whether a statement is part of a message that can always be made."""
    text = isinstance(stmt, Apply) and stmt.op in ("format", "builtins.str.format")
    return text or harmless([stmt])


def _raise(frame: Frame, node: cst.Raise) -> None:
    args: list[Value] = [NOTHING]
    if node.exc is not None:
        args = [_error(frame, node.exc, node)]
    if node.cause is not None:
        args.append(_error(frame, node.cause.item, node))
    _effect(frame, "raise", args, node)
    frame.state.dead = "raise"


def _error(frame: Frame, node: cst.BaseExpression, place: cst.Raise) -> Value:
    """An exception that is raised: of a class that is named, a new one."""
    error = frame.engine.evaluate(frame, node)
    return apply(frame, error.name, [], place) if isinstance(error, Known) else error


def _effect(frame: Frame, op: str, args: Sequence[Value], node: cst.CSTNode) -> None:
    """An operation without a result, for its effect."""
    atoms = [atom_of(frame, value, node) for value in args]
    if UNDEF not in atoms:
        frame.builder.emit(Apply((), op, tuple(atoms), (), frame.origin(node)))


def _delete(frame: Frame, node: cst.Del) -> None:
    targets: list[cst.BaseExpression] = [node.target]
    if isinstance(node.target, cst.Tuple):
        targets = [element.value for element in node.target.elements]
    for target in targets:
        key = frame.key(target.value) if isinstance(target, cst.Name) else None
        if key is not None:
            frame.state.names.pop(key, None)
        elif not (isinstance(target, cst.Subscript) and delete_item(frame, target)):
            refuse(frame, node)


def _outer(frame: Frame, node: cst.Global | cst.Nonlocal) -> None:
    """`nonlocal` of a name of the program's own, `global` of one that is only read."""
    inside = frame.scope.text.node
    assigned = bound_names(inside.body)
    for item in node.names:
        key = frame.key(item.name.value)
        own = isinstance(node, cst.Nonlocal) and key is not None
        read = isinstance(node, cst.Global) and key is None
        if not own and (not read or item.name.value in assigned):
            refuse(frame, node)


# ---- definitions


def _import(frame: Frame, node: cst.Import) -> None:
    for alias in node.names:
        path = path_of(alias.name)
        found = import_library(path)
        short = alias.asname is None
        if short and not isinstance(found, Unresolved):
            found = import_library(path.split(".")[0])
        name = alias.evaluated_alias or path.split(".")[0]
        _bind_import(frame, name, found, path.split(".")[0] if short else path, node)


def _import_from(frame: Frame, node: cst.ImportFrom) -> None:
    path = path_of(node.module)
    if node.relative or not path or isinstance(node.names, cst.ImportStar):
        refuse(frame, node)
        return
    owner = import_library(path)
    for alias in node.names:
        name = path_of(alias.name)
        found: Any = owner
        if not isinstance(owner, Unresolved):
            found = getattr(owner, name, Unresolved("it is not in the module"))
        _bind_import(
            frame, alias.evaluated_alias or name, found, f"{path}.{name}", node
        )


def _bind_import(
    frame: Frame, name: str, found: Any, path: str, node: cst.CSTNode
) -> None:
    key = frame.key(name)
    value: Value = Known(found, path)
    if isinstance(found, Unresolved):
        value = frame.report("SD402", f"`{name}` is not known: {found.why}", node)
    elif isinstance(found, float | int):
        value = plain(Const(found, path))
    if key is not None and not isinstance(value, Bad):
        bind(frame, key, value, node)


STATEMENTS: dict[type[cst.CSTNode], Callable[[Frame, Any], None]] = {
    cst.Assign: _assign,
    cst.AnnAssign: _annotated,
    cst.AugAssign: _augmented,
    cst.Expr: _expression,
    cst.Return: _return,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Pass: _pass,
    cst.Assert: _assert,
    cst.Raise: _raise,
    cst.With: lower_with,
    cst.Try: lower_try,
    cst.Del: _delete,
    cst.Global: _outer,
    cst.Nonlocal: _outer,
    cst.For: lower_for,
    cst.While: lower_while,
    cst.FunctionDef: define,
    cst.Import: _import,
    cst.ImportFrom: _import_from,
}
"""What is accepted as a statement, and how; `if` and `match` are above."""
