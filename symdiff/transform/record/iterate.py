"""Turn the reverse loops round: `reversed(range(n))`, `reversed(xs)`, `reversed(x_tape)`."""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.builder import Builder, Names
from symdiff.ir.edit import reads
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Stmt,
    Var,
    bound,
    targets,
    walk,
)
from symdiff.transform.record.facts import Facts

ITERATORS = ("builtins.zip", "builtins.enumerate", "builtins.map", "builtins.reversed")


def finish_loops(
    fn: Function, facts: Facts, tapes: dict[Var, str], names: Names
) -> Function:
    """Give every reverse loop its iterable."""
    made = {v: s for s in walk(fn.body) for v in bound(s)}
    body = _block(fn.body, facts, tapes, names, made, 0)
    return replace(fn, body=body)


def _block(
    block: Block,
    facts: Facts,
    tapes: dict[Var, str],
    names: Names,
    made: dict[Var, Stmt],
    depth: int,
) -> Block:
    out: list[Stmt] = []
    for stmt in block:
        if stmt.origin.sweep == "forward":
            out.append(stmt)
            continue
        match stmt:
            case If(mark=mark) if mark:
                then = _block(stmt.then, facts, tapes, names, made, depth)
                orelse = _block(stmt.orelse, facts, tapes, names, made, depth)
                out.append(replace(stmt, then=then, orelse=orelse))
            case For(mark=mark) if mark:
                body = _block(stmt.body, facts, tapes, names, made, depth + 1)
                loop = replace(stmt, body=body)
                direct = None if depth else _over_tape(loop, tapes)
                build = Builder(names, stmt.origin)
                if direct is None:
                    over: Atom = _turned(build, loop.iterable, made)
                else:
                    loop = direct
                    over = build.apply("builtins.reversed", loop.iterable)
                out += [*build.stmts, replace(loop, iterable=over)]
            case _:
                out.append(stmt)
    return tuple(out)


def _over_tape(loop: For, tapes: dict[Var, str]) -> For | None:
    """Iterate over a tape, if the index is not read and a pop is the first thing done."""
    if any(v in set(reads(loop.body)) for v in targets(loop.target)):
        return None
    for n, stmt in enumerate(loop.body):
        if (
            isinstance(stmt, Apply)
            and stmt.op == "pop"
            and tapes.get(stmt.outs[0]) == loop.mark
        ):
            tape, item = stmt.outs
            heads = {phi.out.base for phi in loop.phis}
            if item.base in heads:
                continue
            body = (*loop.body[:n], *loop.body[n + 1 :])
            return replace(
                loop, target=replace(item, temp=False), iterable=tape, body=body
            )
    return None


def _turned(build: Builder, iterable: Atom, made: dict[Var, Stmt]) -> Atom:
    """The iterable from its end."""
    source = made.get(iterable) if isinstance(iterable, Var) else None
    if isinstance(source, Apply) and source.op == "builtins.reversed":
        return source.args[0]
    if isinstance(source, Apply) and source.op in ITERATORS:
        iterable = build.apply("builtins.list", _again(build, source, made))
    elif isinstance(source, Apply) and source.op == "builtins.range":
        iterable = _again(build, source, made)
    return build.apply("builtins.reversed", iterable)


def _again(build: Builder, source: Apply, made: dict[Var, Stmt]) -> Atom:
    """The iterator made once more: the first one is used up, and a range reads well."""
    args: list[Atom] = []
    for atom in source.args:
        inner = made.get(atom) if isinstance(atom, Var) else None
        if isinstance(inner, Apply) and inner.op in ITERATORS:
            args.append(_again(build, inner, made))
        else:
            args.append(atom)
    return build.bind(source.op, args, dict(source.kwargs))[0]
