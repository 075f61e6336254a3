"""Statements with other operands: what every rewriting pass does to the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    Call,
    For,
    If,
    Origin,
    Phi,
    Return,
    Stmt,
    Target,
    Var,
    While,
    atoms,
    phis,
    walk,
)

Reading = Callable[[Atom], Atom]


def map_reads(stmt: Stmt, f: Reading) -> Stmt:
    """Apply `f` to what the statement itself reads, without its blocks and phis."""
    match stmt:
        case Apply(args=args, kwargs=kwargs):
            named = tuple((k, f(a)) for k, a in kwargs)
            return replace(stmt, args=tuple(map(f, args)), kwargs=named)
        case Call(args=args):
            return replace(stmt, args=tuple(map(f, args)))
        case If(test=test) | While(test=test):
            return _map_stop(replace(stmt, test=f(test)), f)
        case For(iterable=iterable):
            return _map_stop(replace(stmt, iterable=f(iterable)), f)
        case Return(value=value):
            return replace(stmt, value=f(value))


def _map_stop(stmt: Stmt, f: Reading) -> Stmt:
    if isinstance(stmt, For | While) and stmt.stop is not None:
        return replace(stmt, stop=f(stmt.stop))
    return stmt


def map_phis(merged: tuple[Phi, ...], f: Reading) -> tuple[Phi, ...]:
    """Apply `f` to what phis read."""
    return tuple(Phi(p.out, f(p.first), f(p.second)) for p in merged)


def map_all_phis(block: Block, f: Callable[[Phi], Phi]) -> Block:
    """Apply `f` to every phi of a block and of the blocks inside."""

    def change(stmt: Stmt) -> Stmt:
        match stmt:
            case If(then=then, orelse=orelse):
                arms = tuple(map(change, then)), tuple(map(change, orelse))
                stmt = replace(stmt, then=arms[0], orelse=arms[1])
            case For(body=body):
                stmt = replace(stmt, body=tuple(map(change, body)))
            case While(head=head, body=body):
                parts = tuple(map(change, head)), tuple(map(change, body))
                stmt = replace(stmt, head=parts[0], body=parts[1])
            case _:
                return stmt
        return replace(stmt, phis=tuple(map(f, stmt.phis)))

    return tuple(map(change, block))


def map_origins(block: Block, f: Callable[[Origin], Origin]) -> Block:
    """Apply `f` to the origin of every statement of a block, and forget the marks."""

    def change(stmt: Stmt) -> Stmt:
        stmt = replace(stmt, origin=f(stmt.origin))
        match stmt:
            case If(then=then, orelse=orelse):
                arms = tuple(map(change, then)), tuple(map(change, orelse))
                return replace(stmt, then=arms[0], orelse=arms[1], mark="")
            case For(body=body):
                return replace(stmt, body=tuple(map(change, body)), mark="")
            case While(head=head, body=body):
                parts = tuple(map(change, head)), tuple(map(change, body))
                return replace(stmt, head=parts[0], body=parts[1], mark="")
        return stmt

    return tuple(map(change, block))


def map_vars(block: Block, f: Callable[[Var], Var]) -> Block:
    """Apply `f` to every variable of a block, bindings and readings alike."""

    def read(atom: Atom) -> Atom:
        return f(atom) if isinstance(atom, Var) else atom

    def bind(target: Target) -> Target:
        return tuple(map(bind, target)) if isinstance(target, tuple) else f(target)

    def change(stmt: Stmt) -> Stmt:
        stmt = map_reads(stmt, read)
        match stmt:
            case Apply(outs=outs) | Call(outs=outs):
                return replace(stmt, outs=tuple(map(f, outs)))
            case If(then=then, orelse=orelse, phis=phis):
                arms = tuple(map(change, then)), tuple(map(change, orelse))
                return replace(stmt, then=arms[0], orelse=arms[1], phis=merged(phis))
            case For(target=target, body=body, phis=phis):
                inner = tuple(map(change, body))
                return replace(stmt, target=bind(target), body=inner, phis=merged(phis))
            case While(head=head, body=body, phis=phis):
                parts = tuple(map(change, head)), tuple(map(change, body))
                return replace(stmt, head=parts[0], body=parts[1], phis=merged(phis))
        return stmt

    def merged(phis: tuple[Phi, ...]) -> tuple[Phi, ...]:
        return tuple(Phi(f(p.out), read(p.first), read(p.second)) for p in phis)

    return tuple(map(change, block))


def substitute(block: Block, values: Mapping[Var, Atom]) -> Block:
    """Read `values[v]` wherever a block reads `v`; bindings stay as they are."""

    def read(atom: Atom) -> Atom:
        return values.get(atom, atom) if isinstance(atom, Var) else atom

    def change(stmt: Stmt) -> Stmt:
        stmt = map_reads(stmt, read)
        match stmt:
            case If(then=then, orelse=orelse, phis=phis):
                return replace(
                    stmt,
                    then=tuple(map(change, then)),
                    orelse=tuple(map(change, orelse)),
                    phis=map_phis(phis, read),
                )
            case For(body=body, phis=phis):
                inner = tuple(map(change, body))
                return replace(stmt, body=inner, phis=map_phis(phis, read))
            case While(head=head, body=body, phis=phis):
                return replace(
                    stmt,
                    head=tuple(map(change, head)),
                    body=tuple(map(change, body)),
                    phis=map_phis(phis, read),
                )
        return stmt

    return tuple(map(change, block)) if values else block


def reads(block: Block) -> Iterator[Var]:
    """Every reading of a variable in a block, phis included, in textual order."""
    for stmt in walk(block):
        for atom in atoms(stmt):
            if isinstance(atom, Var):
                yield atom
        for phi in phis(stmt):
            for atom in (phi.first, phi.second):
                if isinstance(atom, Var):
                    yield atom
