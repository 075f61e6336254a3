"""The edge of the accepted subset: what is refused, why, and what helps.

What is accepted is in `STATEMENTS` and `EXPRESSIONS`; whatever is neither there nor
here is refused as well, in general words.
"""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.scope import bound_names
from symdiff.frontend.values import BAD, Bad


@dataclass(frozen=True, slots=True)
class Refusal:
    """A code, what the construct is, and a rewrite that works."""

    code: str
    message: str
    help: str = ""


REFUSED: dict[str, Refusal] = {
    "Try": Refusal(
        "SD101",
        "what runs after this `try` depends on an exception",
        "test the condition with `if`, or raise at the end of every `except`",
    ),
    "TryStar": Refusal("SD101", "`try` is not supported", "test with `if`"),
    "With": Refusal(
        "SD102",
        "this is no context that surely lets exceptions through",
        "enter it around the whole call",
    ),
    "ClassDef": Refusal(
        "SD106", "a class is defined inside the function", "move it to the module"
    ),
    "Global": Refusal(
        "SD107", "a global name is assigned to", "pass it in and return the new one"
    ),
    "Nonlocal": Refusal(
        "SD107", "this name is not the function's own", "pass it in, return the new one"
    ),
    "Yield": Refusal("SD104", "generators are not supported", "append to a list"),
    "Await": Refusal("SD104", "`await` is not supported", "await before the call"),
    "TemplatedString": Refusal(
        "SD108", "t-strings are not supported", "use an f-string"
    ),
    "Del": Refusal("SD111", "this `del` is not supported", "build a new list"),
    "ImportFrom": Refusal(
        "SD111", "this import is not supported here", "move it to the top of the module"
    ),
    "TypeAlias": Refusal("SD111", "`type` is not supported here", "move it out"),
}


def refuse_async(frame: Frame) -> None:
    """Report a function that is run by somebody else, if the present one is."""
    text = frame.scope.text
    node = text.node
    if isinstance(node, cst.FunctionDef) and node.asynchronous is not None:
        frame.report(
            "SD104",
            f"`{text.name}` is asynchronous",
            node.name,
            help="make it a plain function",
        )


def refuse(frame: Frame, node: cst.CSTNode, place: cst.CSTNode | None = None) -> Bad:
    """Report a construct that is outside of the fence; `place` has the span.

    The names that it binds are silenced, so that one construct is one finding.
    """
    kind = type(node).__name__
    known = REFUSED.get(kind, Refusal("SD100", f"`{kind}` is not supported"))
    where = node if place is None else place
    for name in sorted(bound_names(node)):
        key = frame.key(name)
        if key is not None:
            frame.state.names[key] = BAD
    return frame.report(known.code, known.message, where, help=known.help)
