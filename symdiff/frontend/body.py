"""One function of the program: parameters and body in, `Function` and a summary out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import libcst as cst

from symdiff.analysis.builder import Names
from symdiff.frontend import exits
from symdiff.frontend.arguments import (
    Border,
    leaf_names,
    leaf_symbols,
)
from symdiff.frontend.fence import refuse_async
from symdiff.frontend.frame import Block, Engine, Frame
from symdiff.frontend.lifting import Piece, Rebuild
from symdiff.frontend.lookup import from_object
from symdiff.frontend.scope import Scope, local_names
from symdiff.frontend.session import Returned, Session
from symdiff.frontend.source import FunctionText
from symdiff.frontend.summary import Body, summary
from symdiff.frontend.values import (
    Closure,
    Plain,
    Ref,
    Value,
    immutable,
)
from symdiff.ir.nodes import NOWHERE, Const, Origin
from symdiff.ir.records import (
    Absent,
    Again,
    Leaf,
    Part,
    Record,
    Static,
    Whole,
)
from symdiff.ir.types import (
    NONE,
    AnyType,
    Array,
    Length,
    List,
    Opaque,
    Scalar,
    Table,
    Tuple,
    Type,
)
from symdiff.typespec import rename

Given = Part | Value | Piece
"""What is known of a parameter: its type, or its value if that is compiled in.

A `Piece` is put together from other parameters; the one with the empty name is the
closure itself whose text is lowered.
"""

COPIES = {"array": "numpy.copy", "list": "builtins.list", "dict": "builtins.dict"}


def lower_body(
    engine: Engine,
    session: Session,
    text: FunctionText,
    given: Mapping[str, Given],
    name: str,
    owned: Mapping[str, str],
    entry: bool,
    called: bool = False,
) -> tuple[Returned, dict[str, str]]:
    """Lower a function; also gives the parameters that it stores into, and as what.

    Those in `owned` are copied first, so that nothing that is passed is written to.
    An entry that is `called` by itself is a call of the function that it is.
    """
    scope = Scope(0, text, local_names(text.node))
    parts = {n: p for n, p in given.items() if isinstance(p, _PARTS)}
    leaves = leaf_names(parts)
    named = leaf_symbols(leaves, parts)
    records = {n for n, part in given.items() if isinstance(part, Record | Static)}
    names = Names(_symbols(given, named) | records)
    frame = Frame(session, engine, names, Block(names), scope)
    work = Body(frame, text, name, {}, {}, {}, {})
    _parameters(work, given, Border(frame, leaves, named, partial(_bind, work)))
    for param, kind in owned.items():
        _own(work, param, kind)
    result = _call(work) if called else _run(work)
    _require_kept(work)
    stored = {p: frame.stored[c] for p, c in work.cells.items() if c in frame.stored}
    return summary(work, result, entry), stored


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


def _parameters(work: Body, given: Mapping[str, Given], border: Border) -> None:
    names = work.frame.state.names
    for name, what in given.items():
        if isinstance(what, Record):
            names[0, name], work.trees[name] = border.take(name, what)
        elif isinstance(what, Static):
            node = work.text.node
            names[0, name] = from_object(work.frame, what.value, name, None, node)
            work.trees[name] = Absent(what.value)
        elif isinstance(what, _TYPES):
            names[0, name] = _bind(work, name, rename(what, border.symbols), name)
            work.trees[name] = Leaf(name)
        elif not isinstance(what, (*_INNER, Piece)):
            names[0, name] = what
    _put_together(work, given)


def _bind(work: Body, name: str, type: Type, owner: str) -> Value:
    """Make a parameter of the IR's function; `owner` is the user's that it is of."""
    frame = work.frame
    var = frame.builder.fresh(name, type)
    work.params[name] = var
    work.owners[name] = owner
    if type == NONE:
        return Plain(Const(None))
    if immutable(type):
        return Plain(var)
    cell = frame.new_cell(Plain(var), name, ("parameter", name))
    work.cells[name] = cell
    return Ref(cell)


def _put_together(work: Body, given: Mapping[str, Given]) -> None:
    """The parameters that are not passed as they are, but in pieces."""
    frame = work.frame
    leaves = {name: value for (_, name), value in frame.state.names.items()}
    made = Rebuild(frame, leaves)
    for name, what in given.items():
        if not isinstance(what, Piece):
            continue
        value = made.value(what)
        if name:
            frame.state.names[0, name.removeprefix("=")] = value
        elif isinstance(value, Closure):
            frame.scope = replace(frame.scope, parent=value.scope)
    work.records = made.records


_TYPES = (AnyType, Scalar, Array, Tuple, List, Table, Opaque)
_PARTS = (*_TYPES, Record, Static)
_INNER = (Again, Whole)


def _own(work: Body, param: str, kind: str) -> None:
    frame, cell = work.frame, work.cells[param]
    before = frame.state.heap[cell]
    origin = _place(work, param)
    frame.state.heap[cell] = frame.builder.apply(
        COPIES[kind], before, base=param, temp=False, origin=origin
    )


def _place(work: Body, param: str) -> Origin:
    """Where a parameter is in the text."""
    params = work.text.node.params
    for found in (*params.posonly_params, *params.params, *params.kwonly_params):
        if found.name.value == work.owners[param]:
            return work.frame.origin(found.name)
    return NOWHERE


def _run(work: Body) -> Value:
    frame, node = work.frame, work.text.node
    if isinstance(node, cst.Lambda):
        frame.returns.append(frame.origin(node.body))
        return frame.engine.evaluate(frame, node.body, root=True)
    refuse_async(frame)
    frame.engine.suite(frame, node.body)
    if exits.flags(frame) and not frame.state.dead:
        frame.report(
            "SD116",
            f"`{work.text.name}` returns a value on some paths only",
            node.name,
            help="end the function with a `return`",
        )
    return exits.result(frame)


def _require_kept(work: Body) -> None:
    """Refuse changes of what was passed in parts: dicts, objects, enclosing names."""
    frame = work.frame
    for number, before in work.records.items():
        names = frame.state.names.items()
        now = {name: value for (found, name), value in names if found == number}
        if now != before and frame.state.dead != "raise":
            frame.report(
                "SD110",
                f"`{work.text.name}` calls itself and changes a dict, an object or a "
                "name that belongs to its caller",
                work.text.node,
                help="return what is new",
            )


def _call(work: Body) -> Value:
    """Call the function itself, with the parameters as they are."""
    frame, text = work.frame, work.text
    frame.returns.append(frame.origin(text.node))
    values = {p.name: frame.state.names[0, p.name] for p in text.parameters}
    around = frame.scope.parent
    closure = None if around is None else Closure(text, around)
    return frame.engine.call_again(frame, text, closure, values, text.node)
