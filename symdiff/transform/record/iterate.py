"""Turn the reverse loops round: `reversed(range(n))`, `reversed(x_tape)`."""

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

MOST_TAPES = 4
"""Further tapes are popped: a loop over more at a time is hard to read."""
ITERATORS = ("builtins.zip", "builtins.enumerate", "builtins.map", "builtins.reversed")
PICKING = tuple(
    f"itertools.{name}"
    for name in (
        "product",
        "combinations",
        "combinations_with_replacement",
        "permutations",
    )
)


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
            if isinstance(stmt, For):
                # A loop that has its reverse in it may have reverse loops inside.
                body = _block(stmt.body, facts, tapes, names, made, depth + 1)
                stmt = replace(stmt, body=body)
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
                build = Builder(names, stmt.origin)
                direct = None if depth else _over_tapes(loop, tapes, build)
                if direct is None:
                    over = _turned(build, loop.iterable, made)
                    direct = replace(loop, iterable=over)
                out += [*build.stmts, direct]
            case _:
                out.append(stmt)
    return tuple(out)


def _over_tapes(loop: For, tapes: dict[Var, str], build: Builder) -> For | None:
    """Iterate over tapes, if the index is not read: `for x in reversed(x_tape)`.

    A value that the loop also carries under the same name is popped where it is read.
    """
    if any(v in set(reads(loop.body)) for v in targets(loop.target)):
        return None
    heads = {phi.out.base for phi in loop.phis}
    pops = [
        stmt
        for stmt in loop.body
        if isinstance(stmt, Apply)
        and stmt.op == "pop"
        and tapes.get(stmt.outs[0]) == loop.mark
        and stmt.outs[1].base not in heads
    ][:MOST_TAPES]
    if not pops:
        return None
    body = tuple(s for s in loop.body if not any(s is p for p in pops))
    items = tuple(replace(p.outs[1], temp=False) for p in pops)
    over = [build.apply("builtins.reversed", p.outs[0]) for p in pops]
    if len(pops) == 1:
        return replace(loop, target=items[0], iterable=over[0], body=body)
    both = build.apply("builtins.zip", *over)
    return replace(loop, target=items, iterable=both, body=body)


def _turned(build: Builder, iterable: Atom, made: dict[Var, Stmt]) -> Atom:
    """The iterable from its end."""
    source = made.get(iterable) if isinstance(iterable, Var) else None
    if isinstance(source, Apply) and source.op == "builtins.reversed":
        return source.args[0]
    if isinstance(source, Apply) and source.op in ITERATORS + PICKING:
        iterable = build.apply("builtins.list", _again(build, source, made))
    elif isinstance(source, Apply) and source.op == "builtins.range":
        iterable = _again(build, source, made)
    return build.apply("builtins.reversed", iterable)


def _again(build: Builder, source: Apply, made: dict[Var, Stmt]) -> Atom:
    """The iterator made once more: the first one is used up, and a range reads well."""
    args: list[Atom] = []
    for atom in source.args:
        inner = made.get(atom) if isinstance(atom, Var) else None
        if isinstance(inner, Apply) and inner.op in ITERATORS + PICKING:
            args.append(_again(build, inner, made))
        else:
            args.append(atom)
    return build.bind(source.op, args, dict(source.kwargs))[0]
