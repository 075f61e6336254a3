"""`with` and `try` → edges around statements that stay in their block.

What lies inside is lowered where it stands, between an operation that begins the region
and one that ends it: see `symdiff.rules.regions`. So a derivative can be carried
through it. What an exception leads to must raise again: otherwise which statements ran
would depend on the exception, and the reverse sweep does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.assign import assign
from symdiff.frontend.edges import always_raises, begin, end, undecided
from symdiff.frontend.fence import refuse
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.insertion import lower_insertion
from symdiff.frontend.library import is_exception
from symdiff.frontend.liveness import mentioned
from symdiff.frontend.managers import enter_own
from symdiff.frontend.memory import materialise
from symdiff.frontend.scope import bound_names
from symdiff.frontend.state import Key, State
from symdiff.frontend.values import (
    BAD,
    Bad,
    Items,
    Known,
    Object,
    Plain,
    Ref,
    Value,
)
from symdiff.frontend.verbatim import lower_verbatim
from symdiff.ir.nodes import UNDEF, Apply, Atom, Const, If, Var
from symdiff.ir.types import AnyType, Opaque

_SWALLOW = frozenset({"contextlib.suppress", "contextlib.ExitStack"})
"""Contexts that may end their block early without an error."""


# ---- with


def lower_with(frame: Frame, node: cst.With) -> None:
    """Lower a `with`: its contexts, its body, and the ends of the contexts."""
    if node.asynchronous is not None:
        look_inside(frame, node)
        refuse(frame, node)
        return
    if lower_insertion(frame, node):
        return
    if _swallows(frame, node) and lower_verbatim(frame, node):
        return
    opened: list[Callable[[], None]] = []
    for item in node.items:
        leave = _enter(frame, item, node)
        if leave is None:
            break
        opened.append(leave)
    frame.engine.suite(frame, node.body)
    for leave in reversed(opened):
        leave()


def _enter(
    frame: Frame, item: cst.WithItem, node: cst.With
) -> Callable[[], None] | None:
    """Begin the region of one context, and give what ends it; None if it is refused."""
    manager = frame.engine.evaluate(frame, item.item)
    if isinstance(manager, Bad):
        _forget(frame, item)
        return None
    if isinstance(manager, Object):
        own = enter_own(frame, manager, node)
        if own is not None:
            if item.asname is not None:
                assign(frame, item.asname.name, own[0], node)
            return own[1]
    data = isinstance(manager, Plain | Ref)
    whole = materialise(frame, manager, item) if data else BAD
    if not isinstance(whole, Plain) or not _is_context(frame, whole.atom):
        _forget(frame, item)
        refuse(frame, node)
        return None
    context, token = frame.builder.bind(
        "enter", [whole.atom], {}, ("", ""), origin=frame.origin(node)
    )
    if item.asname is not None:
        assign(frame, item.asname.name, Plain(context), node)
    return lambda: end(frame, "leave", token, node)


def _is_context(frame: Frame, atom: Atom) -> bool:
    """Whether a value may be a context that lets every exception through."""
    if not isinstance(type_of(atom), AnyType | Opaque):
        return False
    stmts = frame.builder.stmts
    made = next((s for s in reversed(stmts) if _makes(s, atom)), None)
    return not (isinstance(made, Apply) and made.op in _SWALLOW)


def _makes(stmt: object, atom: Atom) -> bool:
    return isinstance(stmt, Apply) and atom in stmt.outs


def _swallows(frame: Frame, node: cst.With) -> bool:
    """Whether a context surely goes on after an exception: `contextlib.suppress`."""
    for item in node.items:
        if isinstance(item.item, cst.Call) and item.asname is None:
            mark = frame.mark()
            callee = frame.engine.evaluate(frame, item.item.func)
            frame.rollback(mark)
            if isinstance(callee, Known) and callee.name in _SWALLOW:
                return True
    return False


def _forget(frame: Frame, item: cst.WithItem) -> None:
    if item.asname is not None:
        assign(frame, item.asname.name, Bad(), item)


# ---- try


def lower_try(frame: Frame, node: cst.Try) -> None:
    """Lower a `try` whose handlers raise, and its `finally`."""
    if _only_imports(frame, node):
        return
    if not _can_be_lowered(frame, node):
        if not node.handlers or not lower_verbatim(frame, node):
            _refuse_try(frame, node)
        return
    outer = begin(frame, node) if node.finalbody and node.orelse else None
    token = begin(frame, node)
    before = frame.state.copy()
    frame.engine.suite(frame, node.body)
    changed = {key for key in map(frame.key, bound_names(node.body)) if key is not None}
    for handler in node.handlers:
        _handler(frame, handler, token, before.copy(), changed)
    if outer is not None or node.finalbody is None:
        end(frame, "leave", token, node)
    if node.orelse is not None and not frame.state.dead:
        frame.engine.suite(frame, node.orelse.body)
    if node.finalbody is not None:
        last = token if outer is None else outer
        _finally(frame, node.finalbody, last)
        end(frame, "leave", last, node)


def _only_imports(frame: Frame, node: cst.Try) -> bool:
    """Lower a `try` around imports as these, if the modules are there."""
    rows = node.body.body
    inner = [s for r in rows if isinstance(r, cst.SimpleStatementLine) for s in r.body]
    imports = all(isinstance(s, cst.Import | cst.ImportFrom) for s in inner)
    if not inner or not imports or len(inner) < len(rows) or node.finalbody is not None:
        return False
    mark, findings = frame.mark(), frame.session.findings.mark()
    frame.engine.suite(frame, node.body)
    if node.orelse is not None:
        frame.engine.suite(frame, node.orelse.body)
    if frame.session.findings.since(findings):
        frame.rollback(mark)
        return False
    return True


def _refuse_try(frame: Frame, node: cst.Try) -> None:
    look_inside(frame, node)
    refuse(frame, node)


def _can_be_lowered(frame: Frame, node: cst.Try) -> bool:
    """Whether the handlers raise, and `finally` knows what the names are."""
    if not all(_raises(handler) for handler in node.handlers):
        return False
    if node.finalbody is None:
        return True
    changed = bound_names(node.body)
    read = mentioned(node.finalbody) & changed
    known = {key for key in map(frame.key, read) if key in frame.state.names}
    return not known


def _raises(handler: cst.ExceptHandler) -> bool:
    """Whether a handler ends in `raise`."""
    body = handler.body.body
    last = body[-1] if body else None
    if isinstance(last, cst.SimpleStatementLine):
        last = last.body[-1]
    return isinstance(last, cst.Raise)


def _handler(
    frame: Frame,
    node: cst.ExceptHandler,
    token: Var,
    before: State,
    changed: Iterable[Key],
) -> None:
    """Lower `except`: statements that run instead of the rest, and raise."""
    kind = Const(None) if node.type is None else _kind(frame, node.type)
    if kind == UNDEF or frame.state.dead == "raise":
        return
    origin = frame.origin(node)
    name = "error" if node.name is None else _name_of(node.name.name)
    caught, error = frame.builder.bind(
        "handler", [token, kind], {}, ("caught", name), temp=False, origin=origin
    )
    after = frame.state
    with frame.block() as builder:
        # What the body has assigned may or may not have its new value.
        frame.state = before
        for key in changed:
            frame.state.names.pop(key, None)
        if node.name is not None:
            assign(frame, node.name.name, Plain(error), node)
        frame.engine.suite(frame, node.body)
    frame.state = after
    frame.builder.emit(If(caught, tuple(builder.stmts), (), (), origin))


def _name_of(node: cst.CSTNode) -> str:
    """The name that a caught exception is given."""
    return node.value if isinstance(node, cst.Name) else "error"


def _kind(frame: Frame, node: cst.BaseExpression) -> Atom:
    """The class of an exception, or a tuple of classes, as a constant by name."""
    return exception_class(frame, frame.engine.evaluate(frame, node), node)


def exception_class(frame: Frame, value: Value, node: cst.CSTNode) -> Atom:
    """A library's class of exceptions as an atom; refuses anything else."""
    if isinstance(value, Items):
        kinds = [exception_class(frame, item, node) for item in value.items]
        return frame.emit("tuple", kinds, node)
    if isinstance(value, Known) and is_exception(value.object):
        return Const(value.object, value.name)
    if not isinstance(value, Bad):
        frame.report(
            "SD101",
            "this is not an exception of Python or of a library",
            node,
            help="name an exception that the gradient's source can import",
        )
    return UNDEF


def _finally(frame: Frame, node: cst.Finally, token: Var) -> None:
    """Lower what follows in any case, also after `return`, `break` and `continue`."""
    if always_raises(frame, node):
        return
    with undecided(frame):
        end(frame, "lastly", token, node)
        frame.engine.suite(frame, node.body)
        if frame.state.dead or exits.flags(frame):
            frame.report(
                "SD101",
                "`finally` leaves the function or the loop",
                node,
                help="leave it after the `try`",
            )


def look_inside(frame: Frame, node: cst.With | cst.Try | cst.TryStar) -> None:
    """Lower the body of what is refused, for the findings that are in it."""
    before = frame.state
    with frame.block(before.copy()):
        frame.engine.suite(frame, node.body)
    frame.state = before
