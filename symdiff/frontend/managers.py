"""Context managers of the user's own: `__enter__`, the body, `__exit__` in any case."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from symdiff.frontend.edges import always_raises, begin, end, undecided
from symdiff.frontend.frame import Frame
from symdiff.frontend.functions import call_user
from symdiff.frontend.instances import object_attribute
from symdiff.frontend.liveness import mentioned
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import NOTHING, Bound, Object, Value

_FALSE = ("None", "False")


def enter_own(
    frame: Frame, manager: Object, node: cst.CSTNode
) -> tuple[Value, Callable[[], None]] | None:
    """Enter an object of the program's, and give what leaves it again.

    None if its `__exit__` looks at the exception, or may swallow it: what it does
    without one is then not what it does in any case.
    """
    methods = [manager.cls.method(name) for name in ("__enter__", "__exit__")]
    if None in methods:
        return None
    opener, closer = (
        object_attribute(frame, manager, name, node)
        for name in ("__enter__", "__exit__")
    )
    if not isinstance(opener, Bound) or not isinstance(closer, Bound):
        return None
    if not _lets_through(closer.text):
        return None
    entered = call_user(frame, opener.text, None, (), [manager], {}, node)
    token = begin(frame, node)
    nothing = [NOTHING, NOTHING, NOTHING]

    def leave() -> None:
        if always_raises(frame, node):
            return
        with undecided(frame):
            end(frame, "lastly", token, node)
            call_user(frame, closer.text, None, (), [manager, *nothing], {}, node)
        end(frame, "leave", token, node)

    return entered, leave


def _lets_through(text: FunctionText) -> bool:
    """Whether a method reads no argument but `self`, and returns nothing."""
    node = text.node
    given = {p.name for p in text.parameters[1:]}
    if not isinstance(node, cst.FunctionDef) or given & mentioned(node.body):
        return False
    todo: list[cst.CSTNode] = [node.body]
    while todo:
        head = todo.pop()
        if isinstance(head, cst.Return) and not _is_false(head.value):
            return False
        todo.extend(head.children)
    return True


def _is_false(value: cst.BaseExpression | None) -> bool:
    return value is None or (isinstance(value, cst.Name) and value.value in _FALSE)
