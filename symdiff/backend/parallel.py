"""The user's tuple assignments, which the IR has taken apart, as one statement again.

    z_1 = same(x)      # 7:9-20            _1 = tuple(x, z)
    x_1 = same(z)      # 7:9-20      →     z_1, x_1 = unpack(_1)      z, x = x, z

Printed one after the other, the second would need the old value under another name.
"""

from __future__ import annotations

import re
from dataclasses import replace

from symdiff.backend.operations import has_effect, is_update
from symdiff.backend.wording import display_base
from symdiff.ir.nodes import (
    Apply,
    Atom,
    Block,
    For,
    Function,
    If,
    Source,
    Stmt,
    Var,
    While,
    atoms,
)
from symdiff.ir.types import Tuple


def regroup(function: Function) -> Function:
    """Join the assignments of one tuple assignment, of the user's statements only."""
    return replace(function, body=_block(function.body, function.source))


def _block(block: Block, source: Source | None) -> Block:
    out: list[Stmt] = []
    position = 0
    while position < len(block):
        run = _run(block, position)
        targets = _targets(run, source)
        if targets:
            out += _joined(run, targets)
            position += len(run)
        else:
            out.append(_inside(block[position], source))
            position += 1
    return tuple(out)


def _inside(stmt: Stmt, source: Source | None) -> Stmt:
    match stmt:
        case If(then=then, orelse=orelse):
            arms = _block(then, source), _block(orelse, source)
            return replace(stmt, then=arms[0], orelse=arms[1])
        case For(body=body):
            return replace(stmt, body=_block(body, source))
        case While(head=head, body=body):
            parts = _block(head, source), _block(body, source)
            return replace(stmt, head=parts[0], body=parts[1])
    return stmt


def _is_part(stmt: Stmt) -> bool:
    return (
        isinstance(stmt, Apply)
        and len(stmt.outs) == 1
        and stmt.origin.sweep != "reverse"
        and not is_update(stmt.op)
        and not has_effect(stmt.op)
        and bool(stmt.origin.spans)
    )


def _run(block: Block, start: int) -> list[Apply]:
    """The longest run of statements of one line, from a named one to the last.

    Between them there are only temps, and nothing reads what the run has named.
    """
    first = block[start]
    if not (isinstance(first, Apply) and _is_part(first)) or first.outs[0].temp:
        return []
    run: list[Apply] = []
    names: set[str] = set()
    last = 0
    for stmt in block[start:]:
        if not (isinstance(stmt, Apply) and _is_part(stmt)):
            break
        reads = {a.name for a in atoms(stmt) if isinstance(a, Var)}
        same = stmt.origin.spans[0].line == first.origin.spans[0].line
        if reads & names or not same:
            break
        run.append(stmt)
        if not stmt.out.temp:
            names.add(stmt.out.name)
            last = len(run)
    return run[:last]


def _named(run: list[Apply]) -> list[Apply]:
    return [stmt for stmt in run if not stmt.out.temp]


def _targets(run: list[Apply], source: Source | None) -> list[Var]:
    """What the user's tuple assignment binds, in that order; nothing if it is none."""
    bases = {display_base(s.out): s.out for s in _named(run)}
    if len(bases) < 2 or len(bases) < len(_named(run)):
        return []
    start = run[0].origin.spans[0].line
    for line in source.lines if source else ():
        if line.span.line == start:
            left, *right = re.split(r"(?<![=!<>])=(?!=)", line.text)
            order = [n for n in re.findall(r"\w+", left) if n in bases]
            is_tuple = right and "," in left and sorted(order) == sorted(bases)
            return [bases[n] for n in order] if is_tuple else []
    return list(bases.values()) if _is_circular(run) else []


def _is_circular(run: list[Apply]) -> bool:
    """Whether a later statement reads the old value of what an earlier one binds."""
    for i, stmt in enumerate(run):
        later = [a for s in run[i + 1 :] for a in atoms(s) if isinstance(a, Var)]
        base = display_base(stmt.out)
        if not stmt.out.temp and base in map(display_base, later):
            return True
    return False


def _joined(run: list[Apply], targets: list[Var]) -> list[Stmt]:
    out: list[Stmt] = []
    items: dict[str, Atom] = {}
    for stmt in run:
        if stmt.out.temp:
            out.append(stmt)
        elif stmt.op == "same":
            items[stmt.out.name] = stmt.args[0]
        else:
            value = replace(stmt.out, name=f"{stmt.out.name}~", base="", temp=True)
            out.append(replace(stmt, outs=(value,)))
            items[stmt.out.name] = value
    values = tuple(items[v.name] for v in targets)
    kind = Tuple(tuple(a.type for a in values))
    pack = Var(f"{targets[0].name}~all", kind, "", True)
    origin = run[0].origin
    out.append(Apply((pack,), "tuple", values, (), origin))
    out.append(Apply(tuple(targets), "unpack", (pack,), (), origin))
    return out
