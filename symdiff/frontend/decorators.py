"""Decorators of functions that are only known as text."""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.findings import Place
from symdiff.frontend.resolve import is_transform
from symdiff.frontend.session import Session
from symdiff.frontend.source import FunctionText

HARMLESS = frozenset(("jit", "njit", "cache", "lru_cache", "wraps", "staticmethod"))
"""The last names of decorators that leave a function's values as they are."""


def check_decorators(session: Session, text: FunctionText) -> None:
    """Report decorators that may put another function in the place of this one.

    Of a live function the one that is called is known, whatever its decorators did.
    """
    node = text.node
    if text.live is not None or text.values is not None:
        return
    if not isinstance(node, cst.FunctionDef):
        return
    for decorator in node.decorators:
        head = decorator.decorator
        if is_transform(text.resolver, head):
            continue
        head = head.func if isinstance(head, cst.Call) else head
        last = head.attr if isinstance(head, cst.Attribute) else head
        if isinstance(last, cst.Name) and last.value in HARMLESS:
            continue
        lines = text.text.lines
        place = Place(text.text.span(decorator), text.text.filename, text.name, lines)
        session.findings.report(
            "SD120",
            f"the decorator of `{text.name}` may change what it computes",
            place,
            help="pass the function itself to `symdiff.grad`, or leave it undecorated",
        )
