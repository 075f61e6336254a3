"""One function of the program: parameters and body in, `Function` and a summary out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import libcst as cst

from symdiff.analysis.builder import Names
from symdiff.frontend import exits
from symdiff.frontend.arguments import (
    Border,
    leaf_names,
    leaf_symbols,
    static_value,
)
from symdiff.frontend.comments import source_of
from symdiff.frontend.constants import fold, literal
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Block, Engine, Frame, type_of
from symdiff.frontend.library import is_constant
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import repeats
from symdiff.frontend.results import taken_apart
from symdiff.frontend.scope import Scope, local_names
from symdiff.frontend.session import Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import (
    Bad,
    Items,
    Plain,
    Ref,
    Value,
    cells_of,
    immutable,
    inlined,
    leaves,
)
from symdiff.ir.nodes import NOWHERE, UNDEF, Atom, Const, Function, Origin, Return, Var
from symdiff.ir.records import (
    VALUE,
    Absent,
    Again,
    Layout,
    Leaf,
    Part,
    Record,
    Static,
    Tree,
    Whole,
)
from symdiff.ir.types import (
    AnyType,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Tuple,
    Type,
)
from symdiff.typespec import rename

Given = Part | Value
"""What is known of a parameter: its type, or its value if that is compiled in."""

COPIES = {"array": "numpy.copy", "list": "builtins.list", "dict": "builtins.dict"}


class NotFirstOrder(Exception):
    """The function can only be inlined: it returns a function, or one thing twice."""


@dataclass(eq=False)
class _Body:
    """The lowering of one body; `cells` are those of the parameters by name."""

    frame: Frame
    text: FunctionText
    name: str
    params: dict[str, Var]
    cells: dict[str, int]
    owners: dict[str, str]
    trees: dict[str, Tree]


def lower_body(
    engine: Engine,
    session: Session,
    text: FunctionText,
    given: Mapping[str, Given],
    name: str,
    owned: Mapping[str, str],
    entry: bool,
) -> tuple[Returned, dict[str, str]]:
    """Lower a function; also gives the parameters that it stores into, and as what.

    Those in `owned` are copied first, so that nothing that is passed is written to.
    """
    scope = Scope(0, text, local_names(text.node))
    parts = {n: p for n, p in given.items() if isinstance(p, _PARTS)}
    leaves = leaf_names(parts)
    named = leaf_symbols(leaves, parts)
    records = {n for n, part in given.items() if isinstance(part, Record)}
    names = Names(_symbols(given, named) | records)
    frame = Frame(session, engine, names, Block(names), scope)
    work = _Body(frame, text, name, {}, {}, {}, {})
    _parameters(work, given, Border(frame, leaves, named, partial(_bind, work)))
    for param, kind in owned.items():
        _own(work, param, kind)
    result = _run(work)
    stored = {p: frame.stored[c] for p, c in work.cells.items() if c in frame.stored}
    return _summary(work, result, entry), stored


def _symbols(given: Mapping[str, Given], leaves: Mapping[str, str]) -> set[str]:
    """The names of lengths in types: a variable of that name would be taken for one."""
    found: set[str] = set()
    todo: list[Given] = list(given.values())
    while todo:
        match todo.pop():
            case Record(items=items):
                todo.extend(items)
            case Array(shape=shape):
                found.update(*map(_words, shape or ()))
            case Scalar(value=value) if value is not None:
                found |= _words(value)
            case Tuple(items=items):
                todo.extend(items)
            case List(item=item, length=length):
                todo.append(item)
                found |= set() if length is None else _words(length)
    found -= {word for name in leaves for word in name.split(".")}
    return found - given.keys()


def _words(length: Length) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", str(length)))


def _parameters(work: _Body, given: Mapping[str, Given], border: Border) -> None:
    names = work.frame.state.names
    for name, what in given.items():
        if isinstance(what, Record):
            names[0, name], work.trees[name] = border.take(name, what)
        elif isinstance(what, Static):
            session = work.frame.session
            names[0, name] = static_value(session, what.value, name)
            work.trees[name] = Absent(what.value)
        elif isinstance(what, _TYPES):
            names[0, name] = _bind(work, name, rename(what, border.symbols), name)
            work.trees[name] = Leaf(name)
        elif not isinstance(what, _INNER):
            names[0, name] = what


def _bind(work: _Body, name: str, type: Type, owner: str) -> Value:
    """Make a parameter of the IR's function; `owner` is the user's that it is of."""
    frame = work.frame
    var = frame.builder.fresh(name, type)
    work.params[name] = var
    work.owners[name] = owner
    if immutable(type):
        return Plain(var)
    cell = frame.new_cell(Plain(var), name, ("parameter", name))
    work.cells[name] = cell
    return Ref(cell)


_TYPES = (AnyType, Scalar, Array, Tuple, List, Opaque)
_PARTS = (*_TYPES, Record, Static)
_INNER = (Again, Whole)


def _own(work: _Body, param: str, kind: str) -> None:
    frame, cell = work.frame, work.cells[param]
    before = frame.state.heap[cell]
    origin = _place(work, param)
    frame.state.heap[cell] = frame.builder.apply(
        COPIES[kind], before, base=param, temp=False, origin=origin
    )


def _place(work: _Body, param: str) -> Origin:
    """Where a parameter is in the text."""
    params = work.text.node.params
    for found in (*params.posonly_params, *params.params, *params.kwonly_params):
        if found.name.value == work.owners[param]:
            return work.frame.origin(found.name)
    return NOWHERE


def _run(work: _Body) -> Value:
    frame, node = work.frame, work.text.node
    if isinstance(node, cst.Lambda):
        frame.returns.append(frame.origin(node.body))
        return frame.engine.evaluate(frame, node.body, root=True)
    frame.engine.suite(frame, node.body)
    if exits.flags(frame) and not frame.state.dead:
        frame.report(
            "SD116",
            f"`{work.text.name}` returns a value on some paths only",
            node.name,
            help="end the function with a `return`",
        )
    return exits.result(frame)


# ---- the summary


def _summary(work: _Body, result: Value, entry: bool) -> Returned:
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
    return Returned(
        function,
        tuple(work.params),
        len(parts),
        packed,
        tuple(type_of(atom) for atom in atoms),
        tuple(_same(work, part) for part in parts),
        tuple(_shares(work, part) for part in parts),
        writes,
        tuple(p for p, c in work.cells.items() if c in frame.state.poison),
        tuple(capture for capture, _ in frame.captures),
        Layout(tuple(work.trees.items()), tree, frozenset(frame.rebound)),
    )


def _twice(frame: Frame, parts: Sequence[Value]) -> bool:
    """Whether two results, or two items in one, may be one and the same storage."""
    seen: frozenset[int] = frozenset()
    for part in parts:
        if repeats(frame, part) or frame.state.sharing.together(seen, cells_of(part)):
            return True
        seen |= cells_of(part)
    return False


def _same(work: _Body, part: Value) -> str:
    """The parameter that a result is, the empty string if it is none."""
    if isinstance(part, Ref) and all(step.op == "same" for step in part.path):
        for name, cell in work.cells.items():
            if cell == part.cell:
                return name
    return ""


def _shares(work: _Body, part: Value) -> frozenset[str]:
    cells = cells_of(part)
    state = work.frame.state
    return frozenset(
        name
        for name, cell in work.cells.items()
        if state.sharing.connected(cells, {cell})
    )


def _function(work: _Body, atoms: list[Atom]) -> Function:
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


def _defaults(work: _Body) -> tuple[tuple[str, Const], ...]:
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
