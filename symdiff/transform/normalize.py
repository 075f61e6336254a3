"""Bring a program into the form that differentiates best."""

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
    Program,
    Stmt,
    Var,
    While,
    atoms,
    bound,
    walk,
)
from symdiff.ir.types import dtype_of
from symdiff.transform.undefined import undefined
from symdiff.transform.unpacked import unpacked


def normalize(program: Program) -> Program:
    """Normalize every function of a program."""
    functions = (defined(linear_stores(unpacked(fn))) for fn in program.functions)
    return replace(program, functions=tuple(functions))


def defined(fn: Function) -> Function:
    """Ask for a variable where the program reads it and it may have no value.

        y = phi(y_1, undef)                y = phi(y_1, undef)
        return y                   →       defined(y)
                                           return y

    So the program's own `UnboundLocalError` comes out although the gradient has no
    other use for the value. What the front-end merges for itself is always defined.
    """
    maybe = undefined(fn.body)
    return replace(fn, body=_ask(fn.body, maybe, set())) if maybe else fn


def _ask(block: Block, maybe: set[Var], asked: set[Var]) -> Block:
    out: list[Stmt] = []
    asked = set(asked)
    for stmt in block:
        for atom in atoms(stmt) if not isinstance(stmt, For | While) else ():
            if isinstance(atom, Var) and atom in maybe and atom not in asked:
                asked.add(atom)
                out.append(Apply((), "defined", (atom,), (), stmt.origin))
        match stmt:
            case If(then=then, orelse=orelse):
                arms = _ask(then, maybe, asked), _ask(orelse, maybe, asked)
                stmt = replace(stmt, then=arms[0], orelse=arms[1])
            case For(body=body):
                stmt = replace(stmt, body=_ask(body, maybe, asked))
            case While(head=head, body=body):
                parts = _ask(head, maybe, asked), _ask(body, maybe, asked)
                stmt = replace(stmt, head=parts[0], body=parts[1])
        out.append(stmt)
    return tuple(out)


def linear_stores(fn: Function) -> Function:
    """Write `x[i] -= e` as the addition that it is, which keeps the slot's cotangent.

        s = getitem(x, i)
        t = isub(s, e)              →      m = neg(e)
        x_1 = setitem(x, i, t)             x_1 = additem(x, i, m)

    Only for floats: there `x - e` and `x + (-e)` are the same to the last bit.
    """
    uses: dict[Var, int] = {}
    for var in reads(fn.body):
        uses[var] = uses.get(var, 0) + 1
    names = Names(
        {p.name for p in fn.params} | {v.name for s in walk(fn.body) for v in bound(s)}
    )
    return replace(fn, body=_block(fn.body, uses, names))


def _block(block: Block, uses: dict[Var, int], names: Names) -> Block:
    made = {s.out: s for s in block if isinstance(s, Apply) and len(s.outs) == 1}
    dropped: set[Var] = set()
    out: list[Stmt] = []
    for stmt in block:
        match stmt:
            case Apply(op="setitem"):
                new = _subtraction(stmt, made, uses, names)
                if new is not None:
                    dropped.update(new[1])
                    out += new[0]
                    continue
            case If(then=then, orelse=orelse):
                arms = _block(then, uses, names), _block(orelse, uses, names)
                stmt = replace(stmt, then=arms[0], orelse=arms[1])
            case For(body=body):
                stmt = replace(stmt, body=_block(body, uses, names))
            case While(head=head, body=body):
                parts = _block(head, uses, names), _block(body, uses, names)
                stmt = replace(stmt, head=parts[0], body=parts[1])
        out.append(stmt)
    return tuple(s for s in out if not (isinstance(s, Apply) and set(s.outs) & dropped))


def _subtraction(
    stmt: Apply, made: dict[Var, Apply], uses: dict[Var, int], names: Names
) -> tuple[list[Stmt], set[Var]] | None:
    source, index, value = stmt.args
    difference = _once(value, "isub", made, uses)
    if difference is None:
        return None
    slot = _once(difference.args[0], "getitem", made, uses)
    if slot is None or slot.args != (source, index):
        return None
    taken = difference.args[1]
    floats = (dtype_of(a.type) for a in (source, taken))
    if any(d is None or d[0] != "f" for d in floats):
        return None
    build = Builder(names, stmt.origin)
    minus = build.apply("neg", taken)
    store = Apply(stmt.outs, "additem", (source, index, minus), (), stmt.origin)
    return [*build.stmts, store], {difference.out, slot.out}


def _once(
    atom: Atom, op: str, made: dict[Var, Apply], uses: dict[Var, int]
) -> Apply | None:
    """What computes a value that is read once, if it is this operation."""
    if not isinstance(atom, Var) or uses.get(atom) != 1:
        return None
    found = made.get(atom)
    return found if found is not None and found.op == op else None
