"""Names that cross functions: what is saved for a backward function, what calls return.

`f_fwd` returns its result and what it saves, `f_bwd` takes that as a parameter; the
same variables have the same names in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from symdiff.ir.edit import map_vars
from symdiff.ir.nodes import Apply, Call, Function, Var, bound, walk

_UNNAMED = re.compile(r"_\d*")


def words_of(function: Function, known: Mapping[str, str]) -> dict[str, str]:
    """Words for what a function unpacks from a parameter, `known` from elsewhere."""
    params = {p.name for p in function.params}
    found: dict[str, str] = {}
    for stmt in walk(function.body):
        match stmt:
            case Apply(op="unpack", outs=outs, args=(Var(name=name),)):
                if name in params:
                    found.update(
                        (v.name, stem(known[v.name])) for v in outs if v.name in known
                    )
    return found


def result_words(
    function: Function, results: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Words for what calls bind: the names that the callee returns, after its own."""
    found: dict[str, str] = {}
    for stmt in walk(function.body):
        names = results.get(stmt.function, ()) if isinstance(stmt, Call) else ()
        if isinstance(stmt, Call) and len(names) == len(stmt.outs):
            pairs = zip(stmt.outs, names, strict=True)
            callee = re.sub("_(bwd|vjp|fwd)(_\\d+)?$", "", stmt.function)
            found.update((v.name, f"{callee}_{name}") for v, name in pairs if name)
    return found


def name_parameters(function: Function, known: Mapping[str, str]) -> Function:
    """Give the parameters that stand for a temp of the forward sweep its name."""
    taken = {p.name for p in function.params}
    taken |= {v.name for stmt in walk(function.body) for v in bound(stmt)}
    new: dict[str, str] = {}
    for p in function.params:
        if _UNNAMED.fullmatch(p.name):
            base = name = stem(known.get(p.name, "saved"))
            number = 0
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
            new[p.name] = name
    if not new:
        return function

    def change(var: Var) -> Var:
        name = new.get(var.name)
        return var if name is None else replace(var, name=name, base=name, temp=False)

    params = tuple(map(change, function.params))
    return replace(function, params=params, body=map_vars(function.body, change))


def stem(name: str) -> str:
    """A name without the number of its version."""
    return re.sub(r"(?<=.)_\d+$", "", name)
