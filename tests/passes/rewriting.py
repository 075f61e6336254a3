"""Before and after of a pass, in short IR text.

Names that start with `_` are temporaries; statements are of the reverse sweep unless
they say `# forward`; types are inferred from those of the parameters. What is compared
has its temporaries numbered in order and no types, bases or spans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import symdiff.rules  # noqa: F401
from symdiff.analysis.builder import infer
from symdiff.ir.check import check
from symdiff.ir.edit import map_vars
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Origin,
    Program,
    Stmt,
    Var,
    While,
    bound,
    walk,
)
from symdiff.ir.text import dump, parse_function
from symdiff.ir.types import ANY, Type


def read(text: str) -> Function:
    """A function from its text, typed, with sweeps and temporaries as said above."""
    fn = parse_function(text)
    body = map_vars(_sweeps(fn.body), lambda v: replace(v, temp=v.name.startswith("_")))
    types = {p: p.type for p in fn.params}
    return replace(fn, body=_typed(body, types))


def _sweeps(block: Block) -> Block:
    return tuple(_sweep(stmt) for stmt in block)


def _sweep(stmt: Stmt) -> Stmt:
    sweep = stmt.origin.sweep or "reverse"
    stmt = replace(stmt, origin=replace(stmt.origin, sweep=sweep))
    match stmt:
        case If(then=then, orelse=orelse):
            return replace(stmt, then=_sweeps(then), orelse=_sweeps(orelse))
        case For(body=body):
            return replace(stmt, body=_sweeps(body))
        case While(head=head, body=body):
            return replace(stmt, head=_sweeps(head), body=_sweeps(body))
    return stmt


def _typed(block: Block, types: dict[Var, Type]) -> Block:
    for stmt in walk(block):
        if isinstance(stmt, Apply):
            args = tuple(_known(a, types) for a in stmt.args)
            kwargs = tuple((k, _known(a, types)) for k, a in stmt.kwargs)
            found = infer(stmt.op, args, kwargs, len(stmt.outs))
            for out, t in zip(stmt.outs, found, strict=True):
                types[out] = t if out.type == ANY else out.type
        else:
            for out in bound(stmt):
                types.setdefault(out, out.type)
    return map_vars(block, lambda v: replace(v, type=types.get(v, v.type)))


def _known(atom: Atom, types: dict[Var, Type]) -> Atom:
    known = isinstance(atom, Var) and atom in types
    return replace(atom, type=types[atom]) if known else atom


def plain(fn: Function) -> str:
    """The text that is compared."""
    check(Program((fn,)))
    names: dict[Var, Var] = {}
    count: Counter[str] = Counter()
    for var in (*fn.params, *(v for s in walk(fn.body) for v in bound(s))):
        base = "_" if var.temp else var.base
        names[var] = Var(f"{base}_{count[base]}")
        count[base] += 1
    body = map_vars(_bare(fn.body), lambda v: names[v])
    params = tuple(names[p] for p in fn.params)
    return dump(replace(fn, params=params, body=body, name="f"))


def _bare(block: Block) -> Block:
    def change(stmt: Stmt) -> Stmt:
        stmt = replace(stmt, origin=Origin())
        match stmt:
            case If(then=then, orelse=orelse):
                return replace(stmt, then=_bare(then), orelse=_bare(orelse))
            case For(body=body):
                return replace(stmt, body=_bare(body))
            case While(head=head, body=body):
                return replace(stmt, head=_bare(head), body=_bare(body))
        return stmt

    return tuple(map(change, block))


def expect(change: Callable[[Function], Function], before: str, after: str) -> None:
    """Assert that a pass turns one text into the other."""
    assert plain(change(read(before))) == plain(read(after))


def body(params: str, lines: str) -> str:
    """A function's text from its parameters and its lines."""
    rows = "\n".join(f"    {line.strip()}" for line in lines.strip().splitlines())
    return f"def f({params}):\n{rows}\n"
