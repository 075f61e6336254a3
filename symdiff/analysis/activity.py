"""Which values a derivative flows through: varied and useful.

A value is *varied* if it depends differentiably on an independent variable, *useful*
if the result depends differentiably on it, and *active* if it is both. In SSA both
are reachability in the graph of values, so loops need no iteration to a fixpoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Call,
    For,
    Function,
    Program,
    Return,
    Stmt,
    Var,
    phis,
    targets,
    walk,
)
from symdiff.ir.types import AnyType, Array, List, Opaque, Scalar, Table, Tuple, Type
from symdiff.rules import registry
from symdiff.rules.projection import is_complex


def differentiable(t: Type) -> bool:
    """Whether values of this type can carry a derivative."""
    match t:
        case Scalar(dtype=dtype):
            return dtype[0] in "fc"
        case Array(dtype=dtype):
            return dtype is None or dtype[0] in "fc"
        case Tuple(items=items):
            return any(map(differentiable, items))
        case List(item=item) | Table(value=item):
            return differentiable(item)
        case Opaque(kind="iterator", parts=parts):
            return not parts or any(map(differentiable, parts))
        case AnyType() | Opaque(kind="library object"):
            return True
    return False


def holds_table(t: Type) -> bool:
    """Whether a value is a `Table` or may hold one."""
    match t:
        case Table():
            return True
        case Tuple(items=items):
            return any(map(holds_table, items))
        case List(item=item):
            return holds_table(item)
    return False


def operand_atoms(stmt: Apply) -> Iterator[tuple[str, Atom]]:
    """The arguments that the operation's derivative reaches, by parameter name."""
    entry = registry.find(stmt.op)
    if entry is None:
        for n, atom in enumerate((*stmt.args, *(a for _, a in stmt.kwargs))):
            yield str(n), atom
        return
    if entry.complex_only and not any(is_complex(a.type) for a in stmt.args):
        return
    named = registry.arguments(entry, stmt.args, stmt.kwargs)
    for name in (*entry.operands, *entry.lacking):
        value = named.get(name)
        if isinstance(value, tuple):
            yield from ((name, atom) for atom in value)
        elif value is not None:
            yield name, value


def flows(stmt: Stmt) -> Iterator[tuple[Atom, Var]]:
    """Every pair (argument, result) of a statement with a derivative between them."""
    match stmt:
        case Apply(outs=outs):
            for _, atom in operand_atoms(stmt):
                yield from ((atom, out) for out in outs)
        case Call(args=args, outs=outs):
            for atom in args:
                yield from ((atom, out) for out in outs)
        case For(target=target, iterable=iterable):
            yield from ((iterable, out) for out in targets(target))
    for phi in phis(stmt):
        yield phi.first, phi.out
        yield phi.second, phi.out


def _reach(starts: Iterable[Var], edges: dict[str, list[Var]]) -> set[Var]:
    found = set(starts)
    todo = list(found)
    while todo:
        for v in edges.get(todo.pop().name, ()):
            if v not in found and differentiable(v.type):
                found.add(v)
                todo.append(v)
    return found


def varied(fn: Function, wrt: Iterable[Var]) -> set[Var]:
    """The values that depend differentiably on `wrt`, themselves included."""
    edges: dict[str, list[Var]] = {}
    for stmt in walk(fn.body):
        for atom, out in flows(stmt):
            if isinstance(atom, Var):
                edges.setdefault(atom.name, []).append(out)
    return _reach(wrt, edges)


def useful(fn: Function) -> set[Var]:
    """The values that the result depends on differentiably."""
    edges: dict[str, list[Var]] = {}
    starts: list[Var] = []
    for stmt in walk(fn.body):
        for atom, out in flows(stmt):
            if isinstance(atom, Var):
                edges.setdefault(out.name, []).append(atom)
        if isinstance(stmt, Return) and isinstance(stmt.value, Var):
            starts.append(stmt.value)
    return _reach(starts, edges)


def active(fn: Function, wrt: Iterable[Var]) -> frozenset[Var]:
    """The values that are varied and useful."""
    return frozenset(varied(fn, wrt) & useful(fn))


def result_varies(program: Program, name: str, wrt: tuple[bool, ...]) -> bool:
    """Whether the result of a function depends on the parameters marked in `wrt`."""
    fn = program.function(name)
    chosen = [p for p, on in zip(fn.params, wrt, strict=True) if on]
    result = fn.result
    return isinstance(result, Var) and result in varied(fn, chosen)
