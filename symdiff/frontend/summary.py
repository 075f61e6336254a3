"""What a lowered body gives: the function itself, and what its callers must know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symdiff.frontend.comments import source_of
from symdiff.frontend.constants import fold, literal
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Frame, type_of
from symdiff.frontend.library import is_constant
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import repeats
from symdiff.frontend.results import taken_apart
from symdiff.frontend.session import Returned
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import (
    Bad,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    inlined,
    leaves,
)
from symdiff.ir.nodes import NOWHERE, UNDEF, Atom, Const, Function, Return, Var
from symdiff.ir.records import (
    VALUE,
    Layout,
    Tree,
)


class NotFirstOrder(Exception):
    """The function can only be inlined: it returns a function, or one thing twice."""


@dataclass(eq=False)
class Body:
    """The lowering of one body; `cells` are those of the parameters by name."""

    frame: Frame
    text: FunctionText
    name: str
    params: dict[str, Var]
    cells: dict[str, int]
    owners: dict[str, str]
    trees: dict[str, Tree]
    records: dict[int, dict[str, Value]] = field(default_factory=dict)


def summary(work: Body, result: Value, entry: bool) -> Returned:
    """Sum up a lowered body that returns `result`.

    Raises `NotFirstOrder` if what it returns is no value, or one thing twice.
    """
    frame = work.frame
    packed = isinstance(result, Items) and len(result.items) > 1 and not entry
    tree: Tree = VALUE
    if entry:
        result, tree = taken_apart(frame, result)
    parts = result.items if isinstance(result, Items) and packed else (result,)
    if not entry and inlined(result):
        raise NotFirstOrder
    for leaf in leaves(result):
        if not isinstance(leaf, Plain | Ref | Bad):
            raise NotFirstOrder
    if not entry and _twice(frame, parts):
        raise NotFirstOrder
    cells = {} if entry else work.cells
    writes = tuple(p for p, c in cells.items() if c in frame.written)
    if result == Plain(Const(None)) and writes:
        parts = ()
    place = work.text.node
    atoms = [atom_of(frame, part, place) for part in parts]
    atoms += [frame.state.heap[work.cells[p]] for p in writes]
    function = _function(work, atoms)
    doubts = frame.state.poison.keys() | frame.state.doubts
    return Returned(
        function,
        tuple(work.params),
        len(parts),
        packed,
        tuple(type_of(atom) for atom in atoms),
        tuple(_same(work, part) for part in parts),
        tuple(_shares(work, part) for part in parts),
        writes,
        tuple(p for p, c in work.cells.items() if c in doubts),
        tuple(capture for capture, _ in frame.captures),
        Layout(tuple(work.trees.items()), tree, frozenset(frame.rebound)),
        ends=frame.state.dead != "raise",
    )


def _twice(frame: Frame, parts: Sequence[Value]) -> bool:
    """Whether two results, or two items in one, may be one and the same storage."""
    seen: frozenset[int] = frozenset()
    for part in parts:
        if repeats(frame, part) or frame.state.sharing.together(seen, cells_of(part)):
            return True
        seen |= cells_of(part)
    return False


def _same(work: Body, part: Value) -> str:
    """The parameter that a result is, the empty string if it is none."""
    if isinstance(part, Ref) and all(step.op == "same" for step in part.path):
        for name, cell in work.cells.items():
            if cell == part.cell:
                return name
    return ""


def _shares(work: Body, part: Value) -> frozenset[str]:
    cells = cells_of(part)
    state = work.frame.state
    return frozenset(
        name
        for name, cell in work.cells.items()
        if state.sharing.connected(cells, {cell})
    )


def _function(work: Body, atoms: list[Atom]) -> Function:
    frame = work.frame
    origin = NOWHERE if frame.returns else frame.origin(work.text.node)
    for found in frame.returns:
        origin = origin.join(found)
    value: Atom = atoms[0] if atoms else Const(None)
    if len(atoms) > 1 and UNDEF not in atoms:
        value = frame.builder.apply("tuple", *atoms, origin=origin)
    body = prune((*frame.builder.stmts, Return(value, origin)))
    captured = tuple(var for _, var in frame.captures)
    return Function(
        work.name,
        (*work.params.values(), *captured),
        body,
        work.text.doc,
        _defaults(work),
        tuple(var.name for var in captured),
        source_of(work.text),
    )


def _defaults(work: Body) -> tuple[tuple[str, Const], ...]:
    """The defaults that are literals; those of a live function by their values."""
    found: list[tuple[str, Const]] = []
    for param in work.text.parameters:
        value = literal_default(work.text, param.name)
        if param.name in work.params and value is not None:
            found.append((param.name, value))
    return tuple(found)


def literal_default(text: FunctionText, name: str) -> Const | None:
    """The default of a parameter if it is a plain constant."""
    param = next(p for p in text.parameters if p.name == name)
    if text.values is not None:
        known = name in text.values
        value = text.values.get(name)
    else:
        known = param.default is not None
        value = None if param.default is None else fold(param.default, literal)
    return Const(value) if known and is_constant(value) else None
