"""The lowered functions → a program: no needless phis, final names, callees first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from symdiff.ir.edit import map_phis, map_reads, substitute
from symdiff.ir.nodes import (
    UNDEF,
    Atom,
    Block,
    Call,
    Const,
    For,
    Function,
    If,
    Phi,
    Program,
    Stmt,
    Var,
    While,
    atoms,
    bound,
    phis,
    walk,
)
from symdiff.ir.references import called, reference, referred


def finish(
    main: Function, known: Mapping[str, Function], constants: Mapping[str, Any]
) -> Program:
    """A program of `main` and what it calls, which have provisional names so far."""
    order = _order(main, known)
    names = _function_names(order, main)
    taken = {v.base or v.name for f in order for v in _variables(f)}
    renamed = _constant_names(constants, taken | set(names.values()))
    functions = tuple(
        replace(
            f,
            name=names[f.name],
            base=f.name.split("#")[0],
            body=tuple(_rename(s, names, renamed) for s in f.body),
        )
        for f in order
    )
    used = {c.name for f in functions for c in _constants(f)}
    listed = [(renamed[name], value) for name, value in constants.items()]
    return Program(functions, tuple(item for item in listed if item[0] in used))


def renamed(program: Program, names: Mapping[str, str]) -> tuple[Function, ...]:
    """The functions of a program, they and the calls of them under other names."""
    return tuple(
        replace(
            f, name=names[f.name], body=tuple(_rename(s, names, {}) for s in f.body)
        )
        for f in program.functions
    )


def _order(main: Function, known: Mapping[str, Function]) -> list[Function]:
    """What `main` calls, directly or not, each before the first that calls it."""
    order: dict[str, Function] = {}
    seen: set[str] = set()
    todo: list[tuple[Function, bool]] = [(main, False)]
    while todo:
        function, done = todo.pop()
        if done:
            order[function.name] = function
        elif function.name not in seen:
            seen.add(function.name)
            todo.append((function, True))
            names = called(function.body)
            todo += [(known[name], False) for name in reversed(names)]
    return list(order.values())


def _function_names(order: Iterable[Function], main: Function) -> dict[str, str]:
    """The final names: a function's own, numbered where there are several of it."""
    own = main.name.split("#")[0]
    found, taken = {main.name: own}, {own}
    for function in order:
        if function.name in found:
            continue
        base = name = function.name.split("#")[0]
        count = 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        found[function.name] = name
    return found


def _constant_names(constants: Mapping[str, Any], taken: set[str]) -> dict[str, str]:
    """Names for the program's constants that no variable or function has."""
    found: dict[str, str] = {}
    for name in constants:
        free = name
        while free in taken or free in found.values():
            free += "_"
        found[name] = free
    return found


def _variables(function: Function) -> Iterable[Var]:
    yield from function.params
    for stmt in walk(function.body):
        yield from bound(stmt)


def _constants(function: Function) -> Iterable[Const]:
    for stmt in walk(function.body):
        yield from (a for a in atoms(stmt) if isinstance(a, Const))
        for phi in phis(stmt):
            yield from (a for a in (phi.first, phi.second) if isinstance(a, Const))


def _rename(stmt: Stmt, names: Mapping[str, str], constants: Mapping[str, str]) -> Stmt:
    def read(atom: Atom) -> Atom:
        if referred(atom):
            return reference(names[referred(atom)])
        if isinstance(atom, Const) and atom.name in constants:
            return replace(atom, name=constants[atom.name])
        return atom

    def block(body: Block) -> Block:
        return tuple(_rename(inner, names, constants) for inner in body)

    stmt = map_reads(stmt, read)
    match stmt:
        case Call(function=function):
            return replace(stmt, function=names[function])
        case If(then=then, orelse=orelse, phis=merged):
            return replace(
                stmt,
                then=block(then),
                orelse=block(orelse),
                phis=map_phis(merged, read),
            )
        case For(body=body, phis=merged):
            return replace(stmt, body=block(body), phis=map_phis(merged, read))
        case While(head=head, body=body, phis=merged):
            return replace(
                stmt, head=block(head), body=block(body), phis=map_phis(merged, read)
            )
    return stmt


# ---- phis


def prune(body: Block) -> Block:
    """Drop the phis that nobody reads, and those whose two values are one.

    for x in xs:
        t = phi(undef, t_1)                   for x in xs:
        a_1 = phi(a, a_1)             →           t_1 = mul(x, a)
        t_1 = mul(x, a_1)
    """
    body = substitute(body, _trivial(body))
    live = _live(body)
    return tuple(_keep(stmt, live) for stmt in body)


def _trivial(body: Block) -> dict[Var, Atom]:
    """The phis that are always their first value, mapped to it."""
    found: dict[Var, Atom] = {}

    def resolve(atom: Atom) -> Atom:
        while isinstance(atom, Var) and atom in found:
            atom = found[atom]
        return atom

    changed = True
    while changed:
        changed = False
        for stmt in walk(body):
            for phi in phis(stmt):
                first, second = resolve(phi.first), resolve(phi.second)
                same = second in (phi.out, first)
                if phi.out not in found and same and first not in (UNDEF, phi.out):
                    found[phi.out] = first
                    changed = True
    return {var: resolve(atom) for var, atom in found.items()}


def _live(body: Block) -> set[Var]:
    """The variables that are read by something other than a phi that nobody reads."""
    sources: dict[Var, tuple[Atom, Atom]] = {}
    todo: list[Atom] = []
    for stmt in walk(body):
        todo.extend(atoms(stmt))
        sources.update((phi.out, (phi.first, phi.second)) for phi in phis(stmt))
    live: set[Var] = set()
    while todo:
        atom = todo.pop()
        if isinstance(atom, Var) and atom not in live:
            live.add(atom)
            todo.extend(sources.get(atom, ()))
    return live


def _keep(stmt: Stmt, live: set[Var]) -> Stmt:
    def block(body: Block) -> Block:
        return tuple(_keep(inner, live) for inner in body)

    def kept(merged: tuple[Phi, ...]) -> tuple[Phi, ...]:
        return tuple(phi for phi in merged if phi.out in live)

    match stmt:
        case If(then=then, orelse=orelse, phis=merged):
            return replace(
                stmt, then=block(then), orelse=block(orelse), phis=kept(merged)
            )
        case For(body=body, phis=merged):
            return replace(stmt, body=block(body), phis=kept(merged))
        case While(head=head, body=body, phis=merged):
            return replace(stmt, head=block(head), body=block(body), phis=kept(merged))
    return stmt
