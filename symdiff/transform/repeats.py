"""Items of lists in which all are the same: `[g] * n`, popped one by one, gives `g`.

    t = [1.0] * len(ys)                 for x in reversed(xs):
    for x in reversed(xs):         →        x_bar = 2 * x
        y_bar = t.pop()
        x_bar = 2 * x * y_bar

That is the cotangent of a list that is summed up. Every list is taken to repeat one
item until it is seen not to, so that a loop that only pops does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symdiff.ir.edit import substitute
from symdiff.ir.nodes import Apply, Atom, Function, Phi, Stmt, Var, phis, walk
from symdiff.ir.types import List, Scalar

_Source = Atom | tuple[Atom, ...]
"""What a list repeats, or the lists that its items come from."""


def repeats(fn: Function) -> Function:
    """Read what a list repeats instead of its items."""
    repeated = _repeated(_sources(fn))
    values: dict[Var, Atom] = {}
    for stmt in walk(fn.body):
        item = _taken(stmt)
        if item is not None and isinstance(stmt, Apply):
            found = repeated.get(stmt.args[0])
            if found is not None:
                known = values.get(found) if isinstance(found, Var) else None
                values[item] = found if known is None else known
    return replace(fn, body=substitute(fn.body, values)) if values else fn


def _taken(stmt: Stmt) -> Var | None:
    """The item that a statement takes from a list; the user's own may fail to."""
    if stmt.origin.sweep != "reverse":
        return None
    match stmt:
        case Apply(op="pop", outs=(_, item)):
            return item
        case Apply(op="getitem", outs=(item,), args=(x, i)):
            single = isinstance(x.type, List) and isinstance(i.type, Scalar)
            return item if single else None
    return None


def _sources(fn: Function) -> dict[Atom, _Source]:
    """The lists that may repeat one item: they are made so, or come from such lists."""
    found: dict[Atom, _Source] = {}
    shown: dict[Atom, Apply] = {}
    for stmt in walk(fn.body):
        found.update((p.out, (p.first, p.second)) for p in phis(stmt) if _is_list(p))
        match stmt:
            case Apply(op="list", outs=(out,), args=(_,)):
                shown[out] = stmt
            case Apply(op="mul", outs=(out,), args=(one, _)) if one in shown:
                (found[out],) = shown[one].args
            case Apply(op="pop", outs=(out, _), args=(x, *_)):
                found[out] = (x,)
            case Apply(op="same" | "getitem", outs=(out,), args=(x, *_)):
                if isinstance(out.type, List) and isinstance(x.type, List):
                    found[out] = (x,)
    return found


def _is_list(phi: Phi) -> bool:
    return isinstance(phi.out.type, List)


def _repeated(sources: Mapping[Atom, _Source]) -> dict[Atom, Atom | None]:
    """What each list repeats; None if its items may differ.

    A list of which nothing is known yet agrees with all others: so a loop is taken to
    keep what it is given, until that turns out to be wrong.
    """
    found: dict[Atom, Atom | None] = {}
    changed = True
    while changed:
        changed = False
        for out, source in sources.items():
            if isinstance(source, tuple):
                known = {found.get(x) for x in source if x in found or x not in sources}
            else:
                known = {source}
            if not known or (out in found and found[out] is None):
                continue
            now = known.pop() if len(known) == 1 else None
            if out not in found or found[out] != now:
                found[out] = now
                changed = True
    return found
