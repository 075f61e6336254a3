"""One function of the program: parameters and body in, `Function` and a summary out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from symdiff.analysis.builder import Names
from symdiff.frontend import exits
from symdiff.frontend.comments import source_of
from symdiff.frontend.constants import fold, literal
from symdiff.frontend.finish import prune
from symdiff.frontend.frame import Block, Engine, Frame, plain, type_of
from symdiff.frontend.library import is_constant
from symdiff.frontend.memory import atom_of
from symdiff.frontend.operations import repeats
from symdiff.frontend.records import entries_of
from symdiff.frontend.scope import Scope, local_names
from symdiff.frontend.session import Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.values import (
    Bad,
    Dict,
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

Given = Type | Value
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
    names = Names(_symbols(given))
    scope = Scope(0, text, local_names(text.node))
    frame = Frame(session, engine, names, Block(names), scope)
    work = _Body(frame, text, name, {}, {})
    _parameters(work, given)
    for param, kind in owned.items():
        _own(work, param, kind)
    result = _run(work)
    stored = {p: frame.stored[c] for p, c in work.cells.items() if c in frame.stored}
    return _summary(work, result, entry), stored


def _symbols(given: Mapping[str, Given]) -> set[str]:
    """The names of lengths in types: a variable of that name would be taken for one."""
    found: set[str] = set()
    todo = [what for what in given.values() if isinstance(what, _TYPES)]
    while todo:
        match todo.pop():
            case Array(shape=shape):
                found.update(*map(_words, shape or ()))
            case Scalar(value=value) if value is not None:
                found |= _words(value)
            case Tuple(items=items):
                todo.extend(items)
            case List(item=item, length=length):
                todo.append(item)
                found |= set() if length is None else _words(length)
    return found - given.keys()


def _words(length: Length) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", str(length)))


def _parameters(work: _Body, given: Mapping[str, Given]) -> None:
    frame = work.frame
    for name, what in given.items():
        if not isinstance(what, _TYPES):
            frame.state.names[0, name] = what
            continue
        var = Var(frame.names.take(name), what, name)
        work.params[name] = var
        if immutable(what):
            frame.state.names[0, name] = Plain(var)
        else:
            cell = frame.new_cell(Plain(var), name, ("parameter", name))
            work.cells[name] = cell
            frame.state.names[0, name] = Ref(cell)


_TYPES = (AnyType, Scalar, Array, Tuple, List, Opaque)


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
        if found.name.value == param:
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
    if entry and isinstance(result, Dict):
        result = _display(work, result)
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
    )


def _twice(frame: Frame, parts: Sequence[Value]) -> bool:
    """Whether two results, or two items in one, may be one and the same storage."""
    seen: frozenset[int] = frozenset()
    for part in parts:
        if repeats(frame, part) or frame.state.sharing.together(seen, cells_of(part)):
            return True
        seen |= cells_of(part)
    return False


def _display(work: _Body, made: Dict) -> Value:
    """A known dict as a value, for the caller of the entry."""
    frame, place = work.frame, work.text.node
    atoms: list[Atom] = []
    for key, value in entries_of(frame.state, made):
        atoms += [Const(key), atom_of(frame, value, place)]
    return plain(frame.emit("dict", atoms, place))


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
