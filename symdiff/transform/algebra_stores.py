"""Peepholes on slots of arrays: what is cleared and added to is simply set."""

from __future__ import annotations

from symdiff.ir.nodes import Apply, Atom, Const, Var
from symdiff.ir.types import Array, rank
from symdiff.transform.algebra_forms import Context, Form, Found, Rule, is_number

_DEPTH = 16
"""How many stores back a cleared slot is looked for."""


def set_cleared(context: Context, at: Form) -> Found:
    """`x[i] = 0; x[k] += u; x[i] += v` is `x[i] = v; x[k] += u`.

    Sums may be taken in any order, so `i` and `k` may be one slot.
    """
    _, index, value = at.args
    between: list[Apply] = []
    made = _version(context, at.args[0])
    while made is not None and made.op == "additem" and len(between) < _DEPTH:
        between.append(made)
        made = _version(context, made.args[0])
    if made is None or made.op != "setitem":
        return None
    x, cleared, nothing = made.args
    if cleared != index or not is_number(nothing, 0) or not isinstance(x.type, Array):
        return None
    out = Form("setitem", (x, index, value), (), at.type)
    for stmt in reversed(between):
        args = (context.bind(out), *stmt.args[1:])
        out = Form("additem", args, (), at.type)
    return out


def _version(context: Context, atom: Atom) -> Apply | None:
    """The store that makes a version of an array which only the next store reads."""
    if not isinstance(atom, Var) or atom not in context.local:
        return None
    if context.uses[atom] > 1 and atom not in context.made:
        return None
    return context.definitions.get(atom)


def store_back(context: Context, at: Form) -> Found:
    """`x[i] = x[i]` is nothing."""
    x, index, value = at.args
    found = context.behind(value, "getitem")
    same = found is not None and found.args == (x, index)
    return x if same and isinstance(x.type, Array) else None


def item_of_listed(context: Context, at: Form) -> Found:
    """`list(x)[0]` is `x[0]`."""
    found = context.behind(at.args[0], "builtins.list")
    if found is None or not _is_place(at.args[1]):
        return None
    (x,) = found.args
    return Form("getitem", (x, at.args[1]), (), at.type) if _is_array(x, 1) else None


def item_of_row(context: Context, at: Form) -> Found:
    """`x[0][1]` is `x[0, 1]`."""
    found = context.behind(at.args[0], "getitem")
    if found is None or not found.out.temp or not _is_place(at.args[1]):
        return None
    x, row = found.args
    places = row.value if isinstance(row, Const) else None
    places = places if isinstance(places, tuple) else (places,)
    if not all(type(n) is int for n in places) or not _is_array(x, len(places) + 1):
        return None
    assert isinstance(at.args[1], Const)
    place = Const((*places, at.args[1].value))
    return Form("getitem", (x, place), (), at.type)


def _is_place(index: Atom) -> bool:
    return isinstance(index, Const) and type(index.value) is int


def _is_array(x: Atom, axes: int) -> bool:
    """Whether a value is an array that has at least so many axes."""
    return isinstance(x.type, Array) and (rank(x.type) or 0) >= axes


RULES: dict[str, tuple[Rule, ...]] = {
    "additem": (set_cleared,),
    "setitem": (store_back,),
    "getitem": (item_of_listed, item_of_row),
}
