"""Thread tapes through the function: from one name written many times to SSA.

The recorder inserts `tape = append(tape, v)` and `tape, v = pop(tape)` as if a tape
were one variable. Here every version gets a name of its own, and regions that write
a tape get the phis that carry it through them.
"""

from __future__ import annotations

from dataclasses import replace

from symdiff.analysis.builder import Names
from symdiff.ir.edit import substitute
from symdiff.ir.nodes import (
    Apply,
    Block,
    For,
    Function,
    If,
    Phi,
    Stmt,
    Var,
    While,
    blocks,
    bound,
    walk,
)


def thread(fn: Function, tapes: set[Var], names: Names) -> Function:
    """Give every version of the tapes its own name."""
    if not tapes:
        return fn
    written = _written(fn.body, tapes)
    body, _ = _block(fn.body, {}, tapes, written, names)
    return replace(fn, body=body)


Env = dict[Var, Var]


def _written(body: Block, tapes: set[Var]) -> dict[int, tuple[Var, ...]]:
    """The tapes that each region writes, by the identity of the region."""
    out: dict[int, tuple[Var, ...]] = {}
    order = [s for s in walk(body) if blocks(s)]
    for stmt in reversed(order):
        found: dict[Var, None] = {}
        for inner in (s for b in blocks(stmt) for s in b):
            found.update(dict.fromkeys(v for v in bound(inner) if v in tapes))
            found.update(dict.fromkeys(out.get(id(inner), ())))
        out[id(stmt)] = tuple(found)
    return out


def _block(
    block: Block,
    env: Env,
    tapes: set[Var],
    written: dict[int, tuple[Var, ...]],
    names: Names,
) -> tuple[Block, Env]:
    out: list[Stmt] = []
    env = dict(env)
    for stmt in block:
        changed = written.get(id(stmt), ())
        match stmt:
            case If():
                then, a = _block(stmt.then, env, tapes, written, names)
                orelse, b = _block(stmt.orelse, env, tapes, written, names)
                phis = []
                for tape in changed:
                    if tape in env:
                        merged = _version(tape, names)
                        phis.append(Phi(merged, a[tape], b[tape]))
                        env[tape] = merged
                (head,) = substitute((replace(stmt, then=(), orelse=()),), env)
                assert isinstance(head, If)
                out.append(
                    replace(head, then=then, orelse=orelse, phis=(*head.phis, *phis))
                )
            case For() | While():
                out.append(_loop(stmt, env, tapes, written, names, changed))
            case _:
                (read,) = substitute((stmt,), env)
                if isinstance(read, Apply) and any(v in tapes for v in read.outs):
                    outs = []
                    for v in read.outs:
                        new = _version(v, names) if v in tapes else v
                        if v in tapes:
                            env[v] = new
                        outs.append(new)
                    read = replace(read, outs=tuple(outs))
                out.append(read)
    return tuple(out), env


def _loop(
    stmt: For | While,
    env: Env,
    tapes: set[Var],
    written: dict[int, tuple[Var, ...]],
    names: Names,
    changed: tuple[Var, ...],
) -> Stmt:
    carried = [t for t in changed if t in env]
    heads = {t: _version(t, names) for t in carried}
    inner = {**env, **heads}
    first = {t: env[t] for t in carried}
    empty = (
        replace(stmt, body=())
        if isinstance(stmt, For)
        else replace(stmt, body=(), head=())
    )
    (shell,) = substitute((empty,), env)
    parts: list[Block] = []
    for block in blocks(stmt):
        done, inner = _block(block, inner, tapes, written, names)
        parts.append(done)
    phis = tuple(Phi(heads[t], first[t], inner[t]) for t in carried)
    env.update(heads)
    if isinstance(shell, While):
        return replace(shell, head=parts[0], body=parts[1], phis=(*shell.phis, *phis))
    assert isinstance(shell, For)
    return replace(shell, body=parts[0], phis=(*shell.phis, *phis))


def _version(tape: Var, names: Names) -> Var:
    return Var(names.take(tape.base), tape.type, tape.base, False)
