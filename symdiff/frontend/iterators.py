"""Calls that make an iterator, taken apart: what a loop over them takes its items from.

`combinations(xs, 2)` of values with a derivative picks indices instead, so that each
item is an item of `xs`; of others it is what it is.
"""

from __future__ import annotations

import builtins
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import libcst as cst

from symdiff.frontend.frame import Frame
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import apply, constant_int
from symdiff.frontend.values import BAD, Lazy, Plain, Value
from symdiff.frontend.written import as_sequence, passive
from symdiff.ir.nodes import Const


@dataclass(frozen=True, slots=True)
class Plan:
    """An iterable taken apart: `kind` is `values`, `known`, `zip`, `enumerate`,
    `reversed`, `indices` (of the tuples that an `itertools` function picks), or one of
    the endless `count`, `cycle` and `repeat`. Of a table, `items` and `entries` go
    through the list of its keys.

    `value` is the iterable itself, the start of an `enumerate` or a `count`, the item
    of a `repeat`, whether a `zip` is strict, or the iterable of `indices`.
    """

    kind: str
    value: Value
    parts: tuple[Plan, ...] = ()

    @property
    def endless(self) -> bool:
        """Whether there is always one more item."""
        if self.kind == "zip":
            return all(part.endless for part in self.parts)
        if self.kind == "enumerate":
            return self.parts[0].endless
        return self.kind in ("count", "cycle", "repeat")

    @property
    def numbered(self) -> bool:
        """Whether the items have to be taken by index: something endless is in it."""
        return self.endless or any(part.numbered for part in self.parts)


ENTRIES = ("items", "entries")
"""What goes through a table by its keys: the pairs, or the values alone."""

REFUSED = Plan("values", BAD)
"""The plan of what was refused."""

_COUNTS: dict[str, tuple[int, ...]] = {
    "builtins.enumerate": (1, 2),
    "builtins.reversed": (1,),
    "builtins.zip": (),
    "itertools.product": (),
    "itertools.combinations": (2,),
    "itertools.permutations": (1, 2),
    "itertools.combinations_with_replacement": (2,),
    "itertools.pairwise": (1,),
    "itertools.count": (0, 1),
    "itertools.cycle": (1,),
    "itertools.repeat": (1,),
}
"""The iterators that are taken apart, and with how many arguments; none: any."""

_KEYWORDS = {
    "builtins.enumerate": "start",
    "builtins.zip": "strict",
    "itertools.product": "repeat",
    "itertools.count": "start",
}


def iterator_name(frame: Frame, node: cst.BaseExpression) -> str | None:
    """The name of the iterator that a call makes, if it is taken apart."""
    if not isinstance(node, cst.Call):
        return None
    stars = [arg.star for arg in node.args if arg.star]
    if stars and (stars != ["*"] or len(node.args) > 1):
        return None
    found = library_object(frame, node.func)
    name = next((n for n, known in _objects().items() if known is found), None)
    if name is None:
        return None
    if stars:
        return name if name == "builtins.zip" else None
    keywords = [arg.keyword.value for arg in node.args if arg.keyword is not None]
    count = len(node.args) - len(keywords)
    fits = count in _COUNTS[name] if _COUNTS[name] else count > 0
    return name if fits and keywords in ([], [_KEYWORDS.get(name)]) else None


def _objects() -> dict[str, Any]:
    spaces = {"builtins": builtins, "itertools": itertools}
    return {n: getattr(spaces[n.split(".")[0]], n.split(".")[1]) for n in _COUNTS}


def library_object(frame: Frame, node: cst.BaseExpression) -> Any:
    """What a name, or a name in a module, refers to outside of the function."""
    if isinstance(node, cst.Attribute):
        return getattr(library_object(frame, node.value), node.attr.value, None)
    if not isinstance(node, cst.Name) or frame.key(node.value) is not None:
        return None
    found = frame.scope.text.resolver.find(node.value)
    return None if found is None else found.object


def itertools_plan(
    frame: Frame,
    kind: str,
    parts: Sequence[Plan],
    given: Mapping[str, Value],
    node: cst.CSTNode,
) -> Plan:
    """The plan of a function of `itertools`, its arguments evaluated."""
    rows = [as_sequence(frame, _value(part), node) for part in parts]
    if BAD in rows:
        return REFUSED
    if kind == "cycle":
        return Plan(kind, Plain(Const(0)), (Plan("values", rows[0]),))
    if kind == "pairwise":
        later = _later(frame, rows[0], node)
        both = Plan("values", rows[0]), Plan("values", later)
        return REFUSED if later == BAD else Plan("zip", Plain(Const(False)), both)
    return _picked(frame, kind, rows, given, node)


def _value(part: Plan) -> Value:
    return part.value if part.kind in ("values", "known") else Lazy(part)


def _later(frame: Frame, row: Value, node: cst.CSTNode) -> Value:
    """All items but the first."""
    atom = atom_of(frame, row, node)
    out = frame.emit("getitem", [atom, Const(slice(1, None))], node)
    return Plain(out)


def _picked(
    frame: Frame,
    kind: str,
    rows: Sequence[Value],
    given: Mapping[str, Value],
    node: cst.CSTNode,
) -> Plan:
    """`product` and `combinations`: of indices if the items have a derivative."""
    name = f"itertools.{kind}"
    repeat = given.get("repeat")
    times = _number(frame, repeat, node) if repeat is not None else 1
    size = given.get("start")
    extra = () if size is None else (size,)
    if all(passive(frame, row) for row in rows):
        kwargs = {} if repeat is None else {"repeat": repeat}
        return Plan("values", apply(frame, name, [*rows, *extra], node, kwargs))
    count = _number(frame, size, node) if size is not None else len(rows)
    if times is None or count is None or (kind == "permutations" and size is None):
        return Plan(
            "values",
            frame.report(
                "SD407",
                f"`{name}` gives tuples whose length is not a constant",
                node,
                help="write the number of items out, or nested loops over indices",
            ),
        )
    every = [*rows] * (times if size is None else count)
    ranges = [_range(frame, row, node) for row in (rows if size else every)]
    chosen = apply(frame, name, [*ranges, *extra], node)
    return Plan("indices", chosen, tuple(Plan("values", row) for row in every))


def _number(frame: Frame, value: Value, node: cst.CSTNode) -> int | None:
    return constant_int(atom_of(frame, value, node))


def _range(frame: Frame, row: Value, node: cst.CSTNode) -> Value:
    count = apply(frame, "builtins.len", [row], node)
    return apply(frame, "builtins.range", [count], node)
