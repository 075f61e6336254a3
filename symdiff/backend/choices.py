"""Which `If`s are expressions: `a if c else b`, `a and b`, `a or b`.

if c:                             printed      y = np.sin(a) if c else b
    t = numpy.sin(a)
y = phi(t, b)
"""

from __future__ import annotations

from collections import Counter

from symdiff.backend.operations import has_effect, is_update
from symdiff.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    If,
    Phi,
    Source,
    Stmt,
    Var,
    atoms,
    bound,
    phis,
    walk,
)

LARGEST = 12
"""The most operands that a choice on one line may read."""


def is_short_circuit(stmt: If) -> bool:
    """Whether an `If` with one phi is `test and b` or `test or b`."""
    (phi,) = stmt.phis
    return stmt.test in (phi.first, phi.second) and phi.first != phi.second


def operands(stmt: If) -> list[Atom]:
    """What an `If` that is an expression reads from outside, the test of `and` once."""
    inside = {v.name for s in walk(_arms(stmt)) for v in bound(s)}
    found: list[Atom] = [stmt.test, *_merged(stmt)]
    for inner in walk(_arms(stmt)):
        found += atoms(inner)
        if isinstance(inner, If):
            found += _merged(inner)
    return [a for a in found if not (isinstance(a, Var) and a.name in inside)]


def _merged(stmt: If) -> list[Atom]:
    parts: list[Atom] = [a for p in stmt.phis for a in (p.first, p.second)]
    if len(stmt.phis) == 1 and is_short_circuit(stmt):
        return [a for a in parts if a != stmt.test]
    return parts


def _arms(stmt: If) -> Block:
    return (*stmt.then, *stmt.orelse)


def is_expression(stmt: If, counts: Counter[str], source: Source | None) -> bool:
    """Whether an `If` computes one value, from temps read once, without effects."""
    if not _is_choice(stmt):
        return False
    inner = tuple(walk(_arms(stmt)))
    if not inner:
        return stmt.phis[0].out.temp or not _was_statement(stmt, source)
    if len(operands(stmt)) > LARGEST:
        return False
    twice = {
        s.test.name
        for s in inner
        if isinstance(s, If) and isinstance(s.test, Var) and len(_merged(s)) == 1
    }
    return all(_is_part(s, counts, twice) for s in inner)


def _is_choice(stmt: If) -> bool:
    return len(stmt.phis) == 1 and not _is_undefined(stmt.phis[0])


def _is_part(stmt: Stmt, counts: Counter[str], twice: set[str]) -> bool:
    match stmt:
        case Apply(op="unpack"):
            return False  # `(a,) = t` is no expression
        case Apply(outs=(out,), op=op) if not (has_effect(op) or is_update(op)):
            return out.temp and counts[out.name] == 1 + (out.name in twice)
        case If() if _is_choice(stmt):
            out = stmt.phis[0].out
            return out.temp and counts[out.name] == 1 + (out.name in twice)
    return False


def _is_undefined(phi: Phi) -> bool:
    return UNDEF in (phi.first, phi.second)


def _was_statement(stmt: If, source: Source | None) -> bool:
    """Whether the user wrote an `if` statement here, as far as the text is known."""
    if source is None or not stmt.origin.spans:
        return False
    start = stmt.origin.spans[0]
    return any(
        line.text.lstrip().startswith(("if ", "if(", "elif ", "elif("))
        and (line.span.line, line.span.column) == (start.line, start.column)
        for line in source.lines
    )


def count_reads(block: Block) -> Counter[str]:
    """How often each variable is read, phis included."""
    found: Counter[str] = Counter()
    for stmt in walk(block):
        reads = [*atoms(stmt), *(a for p in phis(stmt) for a in (p.first, p.second))]
        found.update(a.name for a in reads if isinstance(a, Var))
    return found
