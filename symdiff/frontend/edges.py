"""The edges of regions: the operations that begin and end a `with` or a `try`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import libcst as cst

from symdiff.frontend import exits
from symdiff.frontend.frame import Frame
from symdiff.ir.nodes import Apply, Atom, Var


def begin(frame: Frame, node: cst.CSTNode) -> Var:
    """Begin a `try`."""
    (token,) = frame.builder.bind("attempt", [], {}, origin=frame.origin(node))
    return token


def end(frame: Frame, op: str, token: Atom, node: cst.CSTNode) -> None:
    """End a region, unless its block has ended by `raise` before."""
    if frame.state.dead != "raise":
        frame.builder.emit(Apply((), op, (token,), (), frame.origin(node)))


def always_raises(frame: Frame, node: cst.CSTNode) -> bool:
    """Report what follows in any case something that never ends well."""
    if frame.state.dead != "raise":
        return False
    frame.report(
        "SD101",
        "what `finally` follows always raises",
        node,
        help="raise where the `try` ends",
    )
    return True


@contextmanager
def undecided(frame: Frame) -> Iterator[None]:
    """Lower what runs whether or not the path has left."""
    number = frame.scope.number
    names = frame.state.names
    hidden = {key: names[key] for key in list(names) if _is_exit(key, number)}
    dead, frame.state.dead = frame.state.dead, ""
    for key in hidden:
        del names[key]
    yield
    frame.state.names.update(hidden)
    frame.state.dead = dead


def _is_exit(key: tuple[int, str], number: int) -> bool:
    return key[0] == number and exits.hidden(key)
