"""What Python looks up before it computes what is stored: `d[k] += f(d)`.

The place is followed as it is after the right-hand side has been computed. Where that
could be another one than before, the statement is refused.
"""

from __future__ import annotations

import libcst as cst

from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.steps import nodes_of, reached_values
from symdiff.frontend.values import DATA, Ref, Value, cells_of
from symdiff.ir.nodes import Atom
from symdiff.ir.types import Table


class Place:
    """A place that is read now and stored into later."""

    def __init__(self, frame: Frame, value: Value) -> None:
        """Note what is there before the rest of the statement is computed."""
        self.cell = value.cell if isinstance(value, Ref) else None
        self.before = self._version(frame)

    def _version(self, frame: Frame) -> Atom | None:
        return None if self.cell is None else frame.state.heap.get(self.cell)

    def is_changed(
        self, frame: Frame, parts: list[cst.BaseExpression], node: cst.CSTNode
    ) -> bool:
        """Report that `parts`, which have been computed, may have changed the place."""
        if self.cell is None:
            return False
        if self._is_entered():
            # To read a key that is missing makes a new version, but changes no other.
            changed = any(_looks(frame, part, self.cell) for part in parts)
            why = "the key is entered before the rest looks at the dict"
        else:
            changed = self._version(frame) != self.before
            why = "what is stored changes the place that it is stored to"
        if not changed:
            return False
        frame.report(
            "SD308", why, node, help="compute the value in a statement of its own"
        )
        return True

    def _is_entered(self) -> bool:
        """Whether a key that is missing is entered when it is looked up."""
        kind = None if self.before is None else type_of(self.before)
        return isinstance(kind, Table) and bool(kind.factory) and kind.factory != "set"


def _looks(frame: Frame, part: cst.BaseExpression, cell: int) -> bool:
    """Whether an expression looks at more of a dict than the values of its keys."""
    inside = list(nodes_of(part))
    read = {n.value for n in inside if isinstance(n, cst.Subscript)}
    for node in inside:
        key = frame.key(node.value) if isinstance(node, cst.Name) else None
        value = frame.state.names.get(key) if key is not None else None
        if value is None:
            continue
        if isinstance(value, DATA):
            if cell in cells_of(value) and node not in read:
                return True
        elif any(cell in cells_of(v) for v in reached_values(frame, value)):
            return True
    return False
