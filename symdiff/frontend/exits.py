"""Early exits as data: hidden names that say whether, and with what, a path has left.

`?return` is true once the function has returned, `=return` is the value; `?break` and
`?continue` belong to the innermost loop, `?else` keeps the `?break` of a loop that has
an `else`. A name that is missing means: not left.
"""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.state import HIDDEN, Key, State, base_name
from symdiff.frontend.values import NOTHING, Plain, Value
from symdiff.ir.nodes import Atom, Const

KINDS = ("?return", "?break", "?continue")
"""The flags that make the rest of a block conditional."""


def hidden(key: Key) -> bool:
    """Whether a name is one of an exit."""
    return key[1] in HIDDEN


def is_flag(key: Key) -> bool:
    """Whether a name says that a path has left."""
    return key[1].startswith("?")


def base(frame: Frame, key: Key) -> str:
    """The name that the value of a name is shown under."""
    return frame.labels.get(key) or base_name(key[1])


def default(key: Key) -> Value | None:
    """What a name is on a path that does not bind it."""
    return Plain(Const(False)) if is_flag(key) else None


def leave(frame: Frame, kind: str, value: Value | None = None) -> None:
    """End the present path by `return`, `break` or `continue`."""
    if frame.state.dead:
        return
    number = frame.scope.number
    frame.state.names[number, f"?{kind}"] = Plain(Const(True))
    if value is not None:
        frame.state.names[number, f"={kind}"] = value
    frame.state.dead = "return" if kind == "return" else "loop"


def flags(frame: Frame) -> list[Atom]:
    """The flags that say at run time whether the present path has left."""
    number = frame.scope.number
    found = [frame.state.names.get((number, kind)) for kind in KINDS]
    atoms = [value.atom for value in found if isinstance(value, Plain)]
    return [atom for atom in atoms if atom != Const(False)]


def left(frame: Frame, node: cst.CSTNode) -> Atom:
    """Whether the present path has left, as one atom."""
    found = flags(frame)
    flag: Atom = found[0] if found else Const(False)
    for other in found[1:]:
        flag = frame.emit("logical_or", [flag, other], node)
    return flag


def clear(state: State, number: int, kinds: tuple[str, ...]) -> None:
    """Forget that exits of some kinds were taken: their loop or function has ended."""
    for kind in kinds:
        state.names.pop((number, f"?{kind}"), None)
        state.names.pop((number, f"={kind}"), None)


def result(frame: Frame) -> Value:
    """The value that the present scope has returned, and the end of its exits."""
    number = frame.scope.number
    value = frame.state.names.get((number, "=return"), NOTHING)
    if not frame.state.dead and (number, "?return") not in frame.state.names:
        value = NOTHING
    clear(frame.state, number, ("return",))
    if frame.state.dead == "return":
        frame.state.dead = ""
    return value
