"""Which ints are used as real numbers, and which count something.

    def f(p): return p["scale"] * sum(p["x"] ** k for k in range(p["n"]))

`scale` is the real number that it is, also where the user writes `2` for `2.0`; `n` is
an int, since a `range` needs one; so is an exponent.
"""

from __future__ import annotations

from collections.abc import Iterable

from symdiff.analysis.activity import operand_atoms
from symdiff.ir.nodes import Apply, Atom, Call, For, Function, Stmt, Var, phis, walk
from symdiff.ir.types import Scalar

_NEUTRAL = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "same", "builtins.float"})
_WHOLE = frozenset({"floordiv", "mod", "lshift", "rshift", "and_", "or_", "xor"})


def is_real(fn: Function, param: Var) -> bool:
    """Whether an int parameter is read, and by nothing that needs an int."""
    readers: dict[str, list[Stmt]] = {}
    for stmt in walk(fn.body):
        for name in _read(stmt):
            readers.setdefault(name, []).append(stmt)
    todo, seen = [param.name], {param.name}
    while todo:
        name = todo.pop()
        for stmt in readers.get(name, ()):
            if not _takes_reals(stmt, name):
                return False
            for out in _results(stmt):
                if out.name not in seen:
                    seen.add(out.name)
                    todo.append(out.name)
    return bool(readers.get(param.name))


def _read(stmt: Stmt) -> set[str]:
    found = {
        a.name for p in phis(stmt) for a in (p.first, p.second) if isinstance(a, Var)
    }
    match stmt:
        case Apply(args=args, kwargs=kwargs):
            every = (*args, *(value for _, value in kwargs))
            found |= {a.name for a in every if isinstance(a, Var)}
        case Call(args=args):
            found |= {a.name for a in args if isinstance(a, Var)}
        case For(iterable=Var() as iterable):
            found.add(iterable.name)
    return found


def _takes_reals(stmt: Stmt, name: str) -> bool:
    """Whether a statement reads a value only where a real number may stand."""
    match stmt:
        case Apply(op=op) if op in _NEUTRAL:
            return True
        case Apply(op="pow", args=(_, Var(name=exponent))) if exponent == name:
            return False
        case Apply(op=op, args=args, kwargs=kwargs) if op not in _WHOLE:
            every = [*args, *(value for _, value in kwargs)]
            reached = [a for _, a in operand_atoms(stmt)]
            return _count(every, name) == _count(reached, name)
        case Apply() | Call() | For():
            return False
    return True


def _count(found: Iterable[Atom], name: str) -> int:
    return sum(isinstance(a, Var) and a.name == name for a in found)


def _results(stmt: Stmt) -> list[Var]:
    """The results that are ints themselves, so that their uses count as well."""
    outs = [p.out for p in phis(stmt)]
    if isinstance(stmt, Apply):
        outs += stmt.outs
    return [v for v in outs if isinstance(v.type, Scalar) and v.type.dtype[0] in "iu"]
